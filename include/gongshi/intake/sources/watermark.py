"""How far a source's table has been read, and which rows within the look-back were read already.

A row may become visible late: its transaction took its stamp first and committed last. So each pull looks a little
behind the newest row read before, and leaves out what it knows by (RECID, SJC) (standard 10.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.intake.sources.base import SourceRows, TableSource
from gongshi.platform.database import Cursor, copy_table


@dataclass(frozen=True)
class Watermark:
    """The newest row read from one table.

    Attributes:
        newest: (stamp, row id) of it, None before the first pull.
    """

    source: TableSource
    kind: str
    newest: tuple[datetime, int] | None

    @classmethod
    def of(cls, cursor: Cursor, source: TableSource, kind: str) -> Watermark:
        """The watermark as stored."""
        cursor.execute(
            "SELECT stamp, row_key FROM intake.watermark WHERE source_id = %s AND kind = %s",
            (source.source_id, kind),
        )
        row = cursor.fetchone()
        return cls(source, kind, (row[0], row[1]) if row else None)

    @property
    def since(self) -> datetime | None:
        """From when on to read; None: everything."""
        return self.newest[0] - self.source.look_back if self.newest else None

    def unread(self, cursor: Cursor, rows: SourceRows) -> SourceRows:
        """The rows not read before."""
        cursor.execute(
            "SELECT row_key, stamp FROM intake.source_row WHERE source_id = %s AND kind = %s",
            (self.source.source_id, self.kind),
        )
        known = set(cursor.fetchall())
        if not known:
            return rows
        read = zip(rows.keys.to_pylist(), rows.stamps.to_pylist(), strict=True)
        mask = pa.array(np.fromiter((row not in known for row in read), dtype=bool, count=len(rows.keys)))
        return SourceRows(
            rows.columns, rows.cells.filter(mask), rows.keys.filter(mask), rows.stamps.filter(mask)
        )

    def move(self, cursor: Cursor, rows: SourceRows, at: datetime) -> None:
        """Move the watermark to the newest of these rows (never back) and remember those within the look-back."""
        last = (rows.stamps[-1].as_py(), rows.keys[-1].as_py())
        newest = max(last, self.newest) if self.newest else last
        cursor.execute(
            """INSERT INTO intake.watermark (source_id, kind, stamp, row_key, recorded_at) VALUES (%s, %s, %s, %s, %s)
               ON CONFLICT (source_id, kind) DO UPDATE
               SET (stamp, row_key, recorded_at) = (excluded.stamp, excluded.row_key, excluded.recorded_at)""",
            (self.source.source_id, self.kind, *newest, at),
        )
        since = newest[0] - self.source.look_back
        cursor.execute(
            "DELETE FROM intake.source_row WHERE source_id = %s AND kind = %s AND stamp < %s",
            (self.source.source_id, self.kind, since),
        )
        copy_table(cursor, self._remembered(rows, since), "intake.source_row")

    def _remembered(self, rows: SourceRows, since: datetime) -> pa.Table:
        read = pa.table({"row_key": rows.keys, "stamp": rows.stamps})
        recent = read.filter(pc.greater_equal(read["stamp"], pa.scalar(since, read["stamp"].type)))
        distinct = recent.group_by(["row_key", "stamp"]).aggregate([])
        count = distinct.num_rows
        return distinct.append_column("source_id", pa.repeat(self.source.source_id, count)).append_column(
            "kind", pa.repeat(self.kind, count)
        )
