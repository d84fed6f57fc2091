"""Landing: the rows of a batch as read, one Parquet file a batch, restricted to us.

The file holds all of a `ReadBatch`, so that every later step, and the ledger, start from what was really read. LZ4
without dictionaries was the fastest to write and read back (a million licence rows: about half a second each).
"""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gongshi.intake.archive import private_folder
from gongshi.platform.settings import Settings
from gongshi.standard.messages import ReadBatch

_KEY = b"gongshi"
_STAMPS = "source_stamp"
_FACTS = (
    "kind",
    "layout",
    "header",
    "header_row",
    "expected_cells",
    "blank_rows",
    "sheet",
    "member",
    "encoding",
)
_TUPLES = ("header", "blank_rows")


def landed_path(settings: Settings, batch_id: str) -> Path:
    """Where a batch's rows lie."""
    return settings.landing / f"{batch_id}.parquet"


def land(settings: Settings, batch_id: str, batch: ReadBatch) -> Path:
    """Store a batch that was not refused; the file appears under its name only when complete."""
    private_folder(settings.landing)
    rows = batch.rows
    if batch.source_stamps is not None:
        rows = rows.append_column(_STAMPS, batch.source_stamps)
    facts = {name: getattr(batch, name) for name in _FACTS}
    rows = rows.replace_schema_metadata({_KEY: json.dumps(facts, ensure_ascii=False).encode()})
    path = landed_path(settings, batch_id)
    part = path.with_suffix(".part")
    pq.write_table(rows, part, compression="lz4", use_dictionary=False, write_statistics=False)
    part.chmod(0o600)
    return part.rename(path)


def read_landed(settings: Settings, batch_id: str) -> ReadBatch:
    """The batch as it was read."""
    rows = pq.read_table(landed_path(settings, batch_id))
    facts = json.loads(rows.schema.metadata[_KEY])
    facts |= {name: tuple(facts[name]) for name in _TUPLES}
    stamps: pa.Array | None = None
    if _STAMPS in rows.column_names:
        stamps = rows[_STAMPS].combine_chunks()
        rows = rows.drop_columns([_STAMPS])
    return ReadBatch(rows=rows.replace_schema_metadata(None), source_stamps=stamps, **facts)


def landed_rows(settings: Settings, batch_id: str) -> int:
    """Rows landed, from the file's metadata alone; 0 when nothing was landed."""
    path = landed_path(settings, batch_id)
    return int(pq.read_metadata(path).num_rows) if path.exists() else 0
