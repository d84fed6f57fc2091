"""Facts of the counterpart, as columns of the frame: what 法人库 says of its code."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from gongshi.registry.entities import Entities
from gongshi.standard.normalise import TEXT


def entity_facts(codes: pa.Array, entities: Entities) -> Mapping[str, pa.Array]:
    """`entity_name` as registered for the code, and `entity_known_on` (YYYY/MM/DD); null where it is not registered."""
    if not entities.rows.num_rows:
        return dict.fromkeys(("entity_name", "entity_known_on"), pa.nulls(len(codes), TEXT))
    distinct = codes.dictionary_encode()
    places = entities.places(distinct.dictionary).take(distinct.indices)
    name = entities.rows.column("name").combine_chunks().take(places)
    days = entities.rows.column("known_on").combine_chunks().dictionary_encode()
    known = pc.strftime(days.dictionary, "%Y/%m/%d").take(days.indices.take(places))
    return {"entity_name": name.cast(TEXT), "entity_known_on": known.cast(TEXT)}
