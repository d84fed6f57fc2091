"""Landing: the rows of a batch as read, one Parquet file a batch, restricted to us.

The file holds all of a `ReadBatch`, so that every later step, and the ledger, start from what was really read. LZ4
without dictionaries was the fastest to write and read back (a million licence rows: about half a second each).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gongshi.intake.archive import private_folder
from gongshi.platform.settings import Settings
from gongshi.standard.messages import BESIDE_CELLS, ROW_NO, ReadBatch

FIRST_PART_ROWS, PART_ROWS = 60_000, 240_000
"""Rows of the first part, and of a part at most: a large batch is judged, staged and merged part by part. Parts double in
size from the first on, so that the merge, the longest step, has something to do soon."""
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
    "remarks",
)
_TUPLES = ("header", "blank_rows", "remarks")
_CODES = ("organ_code", "source_code")
_NAMES = ("organ_name", "source_name")


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
    with pq.ParquetWriter(
        part, rows.schema, compression="lz4", use_dictionary=False, write_statistics=False
    ) as file:
        for start, size in _parts(rows.num_rows):
            file.write_table(rows.slice(start, size), row_group_size=size)
    part.chmod(0o600)
    return part.rename(path)


def _parts(count: int) -> Iterator[tuple[int, int]]:
    """(start, rows) of each part of so many rows."""
    start, size = 0, min(FIRST_PART_ROWS, PART_ROWS)
    while start < count:
        yield start, min(size, count - start)
        start, size = start + size, min(2 * size, PART_ROWS)


def read_landed(settings: Settings, batch_id: str) -> ReadBatch:
    """The batch as it was read."""
    return _as_read(pq.read_table(landed_path(settings, batch_id)))


def landed_parts(settings: Settings, batch_id: str) -> Iterator[ReadBatch]:
    """The batch as it was read, in parts of at most PART_ROWS rows; a batch without rows is one empty part."""
    file = pq.ParquetFile(landed_path(settings, batch_id))
    if file.num_row_groups == 0:
        yield _as_read(file.read())
    for group in range(file.num_row_groups):
        yield _as_read(file.read_row_group(group))


def landed_rows_at(settings: Settings, batch_id: str, numbers: list[int]) -> pa.Table:
    """The rows with these numbers as read, in file order."""
    rows = read_landed(settings, batch_id).rows
    return rows.filter(pc.is_in(rows.column(ROW_NO), pa.array(numbers, rows.schema.field(ROW_NO).type)))


def landed_column(settings: Settings, batch_id: str, name: str) -> pa.Array:
    """One column of the rows as read."""
    return pq.read_table(landed_path(settings, batch_id), columns=[name]).column(name).combine_chunks()


def landed_organs(settings: Settings, batch_id: str) -> pa.Table:
    """What says whose decisions the rows are: the columns of codes as read, or of names where there is no code (L2015)."""
    path = landed_path(settings, batch_id)
    present = pq.read_schema(path).names
    chosen = [name for name in _CODES if name in present] or [name for name in _NAMES if name in present]
    return pq.read_table(path, columns=chosen)


def landed_beside(settings: Settings, batch_id: str) -> list[pa.ChunkedArray]:
    """Columns of the rows as read that stand beside those of the codes."""
    chosen = _beside(pq.read_schema(landed_path(settings, batch_id)).names)
    return pq.read_table(landed_path(settings, batch_id), columns=chosen).columns if chosen else []


def columns_beside(rows: pa.Table) -> list[pa.ChunkedArray]:
    """Columns that stand beside those of the codes."""
    return [rows.column(name) for name in _beside(rows.column_names)]


def _beside(names: list[str]) -> list[str]:
    """Names before and after the columns of the codes, in the order of the file."""
    cells = [name for name in names if name not in BESIDE_CELLS]
    places = {place + step for place, name in enumerate(cells) if name in _CODES for step in (-1, 1)}
    return [name for place, name in enumerate(cells) if place in places and name not in _CODES]


def organ_codes(rows: pa.Table) -> list[pa.ChunkedArray]:
    """Columns that say whose decisions the rows are."""
    return [rows.column(name) for name in _CODES if name in rows.column_names]


def organ_names(rows: pa.Table) -> list[pa.ChunkedArray]:
    """Columns that say it by name alone; none where there are codes."""
    return [] if organ_codes(rows) else [rows.column(name) for name in _NAMES if name in rows.column_names]


def _as_read(rows: pa.Table) -> ReadBatch:
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
