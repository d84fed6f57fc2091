"""Baseline `plain`: read, COPY into an unlogged text table, one sorted INSERT … ON CONFLICT DO NOTHING; no rules, no
versions, nobody answered. What any import has to pay for."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv

from gongshi.platform.database import connect, copy_table
from gongshi.platform.settings import Settings
from gongshi.standard.kinds import LICENCE

NAMES = [field.name for field in LICENCE.fields]
_KEY = "md5(organ_code || '|' || document_no || '|' || coalesce(nullif(party_uscc, ''), party_id_no))::uuid"


def read(path: Path) -> pa.Table:
    """The file as text columns by field name."""
    with path.open(encoding="utf-8") as file:
        header = [name.strip().strip('"') for name in file.readline().split(",")]
    options = pacsv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()))
    return pacsv.read_csv(path, convert_options=options).rename_columns(NAMES)


def load(settings: Settings, path: Path) -> int:
    """Load the file; rows inserted."""
    texts = ", ".join(f"{name} text" for name in NAMES)
    names = ", ".join(NAMES)
    with connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE UNLOGGED TABLE public.plain_stage ({texts})")
        cursor.execute(f"CREATE TABLE public.plain (key uuid NOT NULL UNIQUE, {texts})")
        copy_table(cursor, read(path), "public.plain_stage")
        cursor.execute(
            f"""INSERT INTO public.plain (key, {names})
                SELECT {_KEY} AS key, {names} FROM public.plain_stage ORDER BY key ON CONFLICT DO NOTHING"""  # noqa: S608
        )
        return cursor.rowcount


def drop(settings: Settings) -> None:
    """Remove what `load` made."""
    with connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS public.plain, public.plain_stage")
