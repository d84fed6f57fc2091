"""Writing verdicts back into an exchange table (standard 10.4): accepted or rejected, by which rule, why, when.

A row the agency made new meanwhile (state 0 or empty) gets no verdict: it is read again. Told twice, after a kill in
between, nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gongshi.intake.sources.agency import opened, patience
from gongshi.intake.sources.base import ExchangeSource, SourceError, TableSource, label
from gongshi.intake.sources.known import forget
from gongshi.intake.sources.reading import READING, AgencyTable, as_stored
from gongshi.intake.sources.transfer_log import Line, write_line
from gongshi.platform import database
from gongshi.platform.settings import Settings
from gongshi.standard.periods import SHANGHAI

ACCEPTED, REJECTED = 2, 3
_AT_ONCE = 500
_CHARACTERS = frozenset({"postgresql", "mysql", "mariadb", "sqlite", "mssql"})
"""Databases that count a text column's length in characters; for others it is taken as bytes of UTF-8."""


def tell(settings: Settings, source: TableSource, kind: str, url: str, at: datetime) -> int:
    """Write back every verdict known and not told yet; how many rows took one. Does nothing for a view.

    Raises:
        SourceError: the agency's database did not take them; the next run tells them.
    """
    if not isinstance(source, ExchangeSource):
        return 0
    with database.connect(settings) as connection:
        batches = database.fetch(
            connection,
            """SELECT DISTINCT b.seq, b.batch_id FROM intake.source_row AS s
               INNER JOIN intake.batch AS b ON b.batch_id = s.batch_id
               WHERE s.source_id = %(source)s AND s.kind = %(kind)s AND s.told = 0 AND b.status IN ('merged', 'answered')
               ORDER BY b.seq""",
            {"source": source.source_id, "kind": kind},
        )
    told = 0
    try:
        for batch in batches:
            with opened(source, url) as agency:
                table = AgencyTable(source, agency, kind)
                told += _tell_batch(settings, source, table, kind, batch["batch_id"], at)
    except SourceError as error:
        with database.connect(settings) as connection, connection.cursor() as cursor:
            write_line(
                cursor, source, kind, at, Line("failed", f"verdicts not written back: {error}", "told", told)
            )
        raise SourceError(f"{label(source, kind)}: verdicts not written back: {error}") from None
    return told


def _tell_batch(
    settings: Settings, source: ExchangeSource, table: AgencyTable, kind: str, batch_id: str, at: datetime
) -> int:
    with database.connect(settings) as connection:
        verdicts = database.fetch(connection, database.statement("intake/verdicts"), {"batch_id": batch_id})
    written = _Verdicts(source, table, batch_id, at).write(verdicts)
    with database.connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE intake.source_row SET told = 2 WHERE batch_id = %s AND told = 0 AND row_no = ANY(%s)",
            (batch_id, [verdict["row_no"] for verdict in verdicts]),
        )
        forget(cursor, source, kind)
        changed = len(verdicts) - written
        said = f"; {changed} changed by the agency meanwhile, read again when they are new" if changed else ""
        write_line(cursor, source, kind, at, Line("ok", f"verdicts of {batch_id}{said}", "told", written))
    return written


@dataclass(frozen=True)
class _Verdicts:
    """Verdicts on the rows of one batch, on their way into the agency's table, in one transaction."""

    source: ExchangeSource
    table: AgencyTable
    batch_id: str
    at: datetime

    def write(self, verdicts: Sequence[dict[str, Any]]) -> int:
        """How many rows took their verdict."""
        rejected = [verdict for verdict in verdicts if verdict["is_rejected"]]
        accepted = [self._key(verdict) for verdict in verdicts if not verdict["is_rejected"]]
        done = sum(
            self._run(query) for query in [*map(self._rejection, rejected), *self._acceptances(accepted)]
        )
        with patience(self.table.connection, self.source.patience_seconds):
            self.table.connection.commit()
        return done

    def _acceptances(self, keys: Sequence[int | str]) -> Iterator[sa.Update]:
        for start in range(0, len(keys), _AT_ONCE):
            yield self._update(self.table.key.in_(keys[start : start + _AT_ONCE]), ACCEPTED, None, None)

    def _rejection(self, verdict: dict[str, Any]) -> sa.Update:
        codes = list(dict.fromkeys(verdict["codes"] or []))
        messages = list(dict.fromkeys(verdict["messages"] or []))
        return self._update(
            self.table.key == self._key(verdict), REJECTED, ",".join(codes), "；".join(messages)
        )

    def _update(
        self, rows: sa.ColumnElement[bool], state: int, codes: str | None, message: str | None
    ) -> sa.Update:
        ours = self.table.ours
        state_column = ours[self.source.state_column]
        values = {
            state_column: as_stored(state_column, state),
            ours[self.source.batch_column]: self.batch_id,
            ours[self.source.code_column]: self._cut(ours[self.source.code_column], codes),
            ours[self.source.message_column]: self._cut(ours[self.source.message_column], message),
            ours[self.source.time_column]: self._time(ours[self.source.time_column]),
        }
        written = [as_stored(state_column, known) for known in (READING, ACCEPTED, REJECTED)]
        return sa.update(self.table.table).where(rows, state_column.in_(written)).values(values)

    def _run(self, query: sa.Update) -> int:
        with patience(self.table.connection, self.source.patience_seconds):
            return int(self.table.connection.execute(query).rowcount)

    def _key(self, verdict: dict[str, Any]) -> int | str:
        text: str = verdict["row_key"]
        return int(text) if isinstance(self.table.key.type, (sa.Integer, sa.Numeric)) else text

    def _cut(self, column: sa.Column[Any], text: str | None) -> str | None:
        """The text as long as the column takes it: a value too long is how exchange tables usually fail (10.4)."""
        length = getattr(column.type, "length", None)
        if text is None or length is None:
            return text
        if self.table.connection.dialect.name in _CHARACTERS:
            return text[:length]
        return text.encode()[:length].decode(errors="ignore")

    def _time(self, column: sa.Column[Any]) -> Any:
        local = self.at.astimezone(SHANGHAI)
        if isinstance(column.type, sa.String):
            return local.strftime(self.source.stamp_format)
        if isinstance(column.type, sa.Date):
            return local.date()
        return local if getattr(column.type, "timezone", False) else local.replace(tzinfo=None)
