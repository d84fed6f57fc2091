"""Rows of an agency's table as read, in memory and on disk between fetching and landing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gongshi.intake import headers
from gongshi.intake.sources.base import TableSource
from gongshi.standard.messages import EXTRA_PREFIX

_FACTS = b"gongshi"
_BESIDE = ("key", "stamp", "digest", "waits")


@dataclass(frozen=True)
class SourceRows:
    """Rows of one table as read, in order of stamp and key.

    Attributes:
        columns: column names as the database has them.
        cells: one text column a table column, in that order.
        keys: text, the sender's row id.
        stamps: timestamp[us, UTC], the sender's own time stamp.
        digests: binary[16], see `digests_of`.
        waits: bool, the agency waits for a verdict on it (exchange tables).
    """

    columns: tuple[str, ...]
    cells: pa.Table
    keys: pa.Array
    stamps: pa.Array
    digests: pa.Array
    waits: pa.Array

    @property
    def count(self) -> int:
        """Number of rows."""
        return int(self.cells.num_rows)

    def filter(self, mask: pa.Array) -> SourceRows:
        """The rows where `mask` is true."""
        return SourceRows(
            self.columns,
            self.cells.filter(mask),
            self.keys.filter(mask),
            self.stamps.filter(mask),
            self.digests.filter(mask),
            self.waits.filter(mask),
        )


def digests_of(source: TableSource, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[bytes]:
    """What makes each row the same when it is read again: id, stamp and the filled fields, in whatever order they stand.

    Columns that are no field are left out: a new one makes no row new.
    """
    fields = headers.recognise(columns).columns
    marks = [name.upper() for name in source.watermark]
    chosen = sorted(
        (field, place)
        for place, (field, column) in enumerate(zip(fields, columns, strict=True))
        if column.upper() in marks or not field.startswith(EXTRA_PREFIX)
    )
    filled = ([(field, row[place]) for field, place in chosen if row[place]] for row in rows)
    return [
        blake2b(repr(cells).encode("utf-8", "surrogatepass"), digest_size=16).digest() for cells in filled
    ]


@dataclass(frozen=True)
class Fetched:
    """A page of rows on its way from the agency into a delivery.

    Attributes:
        rows: as read; none where there was nothing to read.
        remarks: what the transfer log has to say of them.
        is_last: the table was read to its end.
        is_search: read for rows written far behind the watermark: all rows, known ones among them.
        counted: (instant, rows with an earlier stamp), counted before reading.
    """

    rows: SourceRows
    remarks: tuple[str, ...] = ()
    is_last: bool = False
    is_search: bool = False
    counted: tuple[datetime, int] | None = None


def write_fetched(path: Path, page: Fetched) -> None:
    """Store a page; the file appears under its name only when complete."""
    rows = page.rows
    table = rows.cells.rename_columns([str(place) for place in range(len(rows.columns))])
    for name, column in zip(_BESIDE, (rows.keys, rows.stamps, rows.digests, rows.waits), strict=True):
        table = table.append_column(name, column)
    facts = {
        "columns": rows.columns,
        "remarks": page.remarks,
        "is_last": page.is_last,
        "is_search": page.is_search,
        "counted": page.counted and [page.counted[0].isoformat(), page.counted[1]],
    }
    part = path.with_suffix(".part")
    pq.write_table(table.replace_schema_metadata({_FACTS: json.dumps(facts).encode()}), part)
    part.chmod(0o600)
    part.rename(path)


def read_fetched(path: Path) -> Fetched:
    """A page stored by `write_fetched`."""
    table = pq.read_table(path)
    facts = json.loads(table.schema.metadata[_FACTS])
    columns = tuple(facts["columns"])
    cells = table.drop_columns(list(_BESIDE)).replace_schema_metadata(None).rename_columns(list(columns))
    keys, stamps, digests, waits = (pa.concat_arrays(table.column(name).chunks) for name in _BESIDE)
    counted = facts["counted"] and (datetime.fromisoformat(facts["counted"][0]), facts["counted"][1])
    rows = SourceRows(columns, cells, keys, stamps, digests, waits)
    return Fetched(rows, tuple(facts["remarks"]), facts["is_last"], facts["is_search"], counted)
