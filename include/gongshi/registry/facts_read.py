"""The registry's facts from the warehouse, as of an instant."""

from __future__ import annotations

import io
from datetime import datetime

import pyarrow as pa
import pyarrow.csv as pacsv

from gongshi.platform.database import Connection, fetch, statement
from gongshi.registry.entities import Entities
from gongshi.registry.facts import RegistryFacts, make_facts
from gongshi.registry.tables import believed
from gongshi.standard.periods import SHANGHAI

_ENTITY = pacsv.ConvertOptions(
    column_types={"uscc": pa.string(), "name": pa.string(), "known_on": pa.date32()}
)


def registry_facts(connection: Connection, as_of: datetime) -> RegistryFacts:
    """The registry's answer as of an instant, about its day."""
    return make_facts(
        as_of.astimezone(SHANGHAI).date(),
        lambda file: believed(connection, file, as_of),
        _entities(connection, as_of),
    )


def _entities(connection: Connection, as_of: datetime) -> Entities:
    """法人库 as of an instant, by COPY."""
    if not fetch(connection, "SELECT FROM ref.legal_entity LIMIT 1"):
        return Entities()
    sink = io.BytesIO()
    with connection.cursor() as cursor:
        query = cursor.mogrify(statement("registry/entities"), {"as_of": as_of}).decode()
        cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)", sink)
    return Entities(pacsv.read_csv(io.BytesIO(sink.getbuffer()), convert_options=_ENTITY))
