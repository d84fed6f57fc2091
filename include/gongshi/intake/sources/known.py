"""How far an agency's table has been read, and which of its rows were read already (standard 10.4).

A row may become visible late: its transaction took its stamp first and committed last. So each pull looks a little
behind the newest row read before, and leaves out what it knows. Rows written still further behind are noticed by
their count, and then looked for among all rows, with the archive as memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gongshi.intake.archive import archived
from gongshi.intake.sources.base import ExchangeSource, TableSource, label
from gongshi.intake.sources.rows import Fetched, SourceRows, digests_of
from gongshi.platform.database import Cursor, copy_table
from gongshi.platform.settings import Settings


@dataclass(frozen=True)
class Known:
    """What we know of one table.

    Attributes:
        newest: newest stamp read, never in the future of its pull; None before the first.
        fields: the fields it had.
        counted: (instant, rows with an earlier stamp) at the last complete pull.
    """

    source: TableSource
    kind: str
    newest: datetime | None = None
    fields: frozenset[str] = frozenset()
    counted: tuple[datetime, int] | None = None

    @classmethod
    def of(cls, cursor: Cursor, source: TableSource, kind: str) -> Known:
        """As stored."""
        cursor.execute(
            "SELECT stamp, fields, counted_before, rows_before FROM intake.watermark WHERE source_id = %s AND kind = %s",
            (source.source_id, kind),
        )
        row = cursor.fetchone()
        if row is None:
            return cls(source, kind)
        newest, fields, before, count = row
        return cls(source, kind, newest, frozenset(fields), None if before is None else (before, count))

    @property
    def since(self) -> datetime | None:
        """From when on to read; None: everything."""
        return self.newest - self.source.look_back if self.newest else None

    def unread(self, settings: Settings, cursor: Cursor, page: Fetched) -> SourceRows:
        """The rows not read before; those read before on which the agency waits again are told again."""
        cursor.execute(
            "SELECT digest, told FROM intake.source_row WHERE source_id = %s AND kind = %s",
            (self.source.source_id, self.kind),
        )
        told = {bytes(key): state for key, state in cursor}
        digests, waits = page.rows.digests.to_pylist(), page.rows.waits.to_pylist()
        again = [d for d, is_waiting in zip(digests, waits, strict=True) if is_waiting and told.get(d)]
        if again:
            cursor.execute(
                "UPDATE intake.source_row SET told = 0 WHERE source_id = %s AND kind = %s AND digest = ANY(%s)",
                (self.source.source_id, self.kind, again),
            )
        seen = set(told) | (self._archived(settings, cursor) if page.is_search else set())
        new = np.zeros(len(digests), dtype=bool)
        for place, key in enumerate(digests):
            new[place] = key not in seen
            seen.add(key)
        return page.rows.filter(pa.array(new))

    def _archived(self, settings: Settings, cursor: Cursor) -> set[bytes]:
        """Digests of all rows ever delivered from the table."""
        cursor.execute(
            "SELECT sha256 FROM intake.delivery WHERE source_id = %s AND file_name = %s",
            (self.source.source_id, label(self.source, self.kind)),
        )
        found: set[bytes] = set()
        for (sha256,) in cursor.fetchall():
            with pq.ParquetFile(archived(settings, sha256)) as file:
                for batch in file.iter_batches():
                    rows = zip(*batch.to_pydict().values(), strict=True)
                    found.update(digests_of(self.source, batch.schema.names, rows))
        return found

    def move(self, cursor: Cursor, page: Fetched, fields: Sequence[str], at: datetime) -> None:
        """Move the watermark over the rows of a page, never back and never into the future, and forget old rows."""
        stamps = page.rows.stamps
        read = min(stamps[-1].as_py(), at) if len(stamps) else None
        newest = max((stamp for stamp in (read, self.newest) if stamp is not None), default=None)
        if newest is None:
            return
        counted = page.counted if page.is_last and page.counted else self.counted
        cursor.execute(
            """INSERT INTO intake.watermark (source_id, kind, stamp, fields, counted_before, rows_before, recorded_at)
               VALUES (%s, %s, %s, %s, %s, %s, %s)
               ON CONFLICT (source_id, kind) DO UPDATE
               SET (stamp, fields, counted_before, rows_before, recorded_at) =
                   (excluded.stamp, excluded.fields, excluded.counted_before, excluded.rows_before, excluded.recorded_at)""",
            (self.source.source_id, self.kind, newest, list(fields), *(counted or (None, None)), at),
        )
        forget(cursor, self.source, self.kind)

    def remember(self, cursor: Cursor, rows: SourceRows, batch_id: str) -> None:
        """Remember rows as read; they are the batch's, numbered from 1."""
        is_exchange = isinstance(self.source, ExchangeSource)
        facts = {
            "row_key": rows.keys,
            "stamp": rows.stamps,
            "digest": pa.array(["\\x" + key.hex() for key in rows.digests.to_pylist()], pa.string()),
            "row_no": pa.array(range(1, rows.count + 1), pa.int32()),
            "source_id": pa.repeat(self.source.source_id, rows.count),
            "kind": pa.repeat(self.kind, rows.count),
            "batch_id": pa.repeat(batch_id, rows.count),
            "told": pa.array([0 if is_exchange else None] * rows.count, pa.int16()),
        }
        copy_table(cursor, pa.table(facts), "intake.source_row")


def forget(cursor: Cursor, source: TableSource, kind: str) -> None:
    """Forget rows behind the look-back whose verdict the agency has, or does not want."""
    cursor.execute(
        """DELETE FROM intake.source_row AS r USING intake.watermark AS w
           WHERE r.source_id = %s AND r.kind = %s AND w.source_id = r.source_id AND w.kind = r.kind
             AND r.stamp < w.stamp - %s AND r.told IS DISTINCT FROM 0""",
        (source.source_id, kind, source.look_back),
    )


def accept_columns(cursor: Cursor, source: TableSource) -> None:
    """Forget which fields the tables had: those of the next pull count as right."""
    cursor.execute("UPDATE intake.watermark SET fields = '{}' WHERE source_id = %s", (source.source_id,))
