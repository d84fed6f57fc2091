"""Reading one table of an agency's database, page by page, in order of stamp and key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from gongshi.intake.readers.tables import cell_text
from gongshi.intake.sources.agency import patience
from gongshi.intake.sources.base import ExchangeSource, SourceError, TableSource
from gongshi.intake.sources.rows import SourceRows, digests_of
from gongshi.standard.periods import SHANGHAI

_FETCHED_AT_ONCE = 10_000
_SHOWN = 5
NEW, READING = 0, 1
STAMP = pa.timestamp("us", "UTC")


class AgencyTable:
    """A table of a source, looked at through an open connection."""

    def __init__(self, source: TableSource, connection: sa.Connection, kind: str) -> None:
        """Look its columns up.

        Raises:
            SourceError: the table, a watermark column or, in an exchange table, a column of ours is missing.
        """
        self.source = source
        self.connection = connection
        self.name = source.tables[kind]
        with patience(connection, source.patience_seconds):
            self.table = self._reflect()
        self.stamp, self.key = (self.column(name) for name in source.watermark)
        ours = source.our_columns if isinstance(source, ExchangeSource) else ()
        self.ours = {name: self.column(name) for name in ours}
        self.content = [c for c in self.table.columns if c.name not in {o.name for o in self.ours.values()}]
        # SQLite stores what it is given under any declared type
        self.is_loose = connection.dialect.name == "sqlite"
        self.has_text_stamps = self.is_loose or isinstance(self.stamp.type, sa.String)

    def column(self, name: str) -> sa.Column[Any]:
        """A column by its name in any case."""
        for column in self.table.columns:
            if column.name.upper() == name.upper():
                return column
        names = ", ".join(column.name for column in self.table.columns)
        raise SourceError(f"{self._where()}: no column {name} among {names}.")

    def claim(self) -> None:
        """Mark the new rows of an exchange table as being read: what its owner writes from now on is new again."""
        if not isinstance(self.source, ExchangeSource):
            return
        state = self.ours[self.source.state_column]
        new = sa.or_(state.is_(None), state == as_stored(state, NEW))
        with patience(self.connection, self.source.patience_seconds):
            self.connection.execute(
                sa.update(self.table).where(new).values({state: as_stored(state, READING)})
            )
            self.connection.commit()

    def refuse_unmarked(self) -> None:
        """A row without a usable stamp or key would stay behind every watermark, unread and unnoticed.

        Raises:
            SourceError: there are such rows.
        """
        wrong: list[sa.ColumnElement[bool]] = [c.is_(None) for c in (self.stamp, self.key)]
        if self.has_text_stamps:
            wrong += [self._stamp_text() < "1", self._stamp_text() >= "3"]
        query = sa.select(sa.func.count()).select_from(self.table).where(sa.or_(*wrong))
        unmarked = self._scalar(query)
        if unmarked:
            raise SourceError(
                f"{self._where()}: {unmarked} rows without {self.stamp.name} or {self.key.name}; they could never be "
                "read incrementally. The agency has to fill them in."
            )

    def newest(self) -> datetime | None:
        """The newest stamp of all rows; None when there is no row, or it is no time (`pages` names the row)."""
        local = self._local(self._scalar(sa.select(sa.func.max(self._raw(self.stamp)))))
        return None if local is None else _utc(local)

    def rows_before(self, instant: datetime) -> int:
        """How many rows have an earlier stamp."""
        query = sa.select(sa.func.count()).select_from(self.table).where(sa.not_(self._from(instant)))
        return int(self._scalar(query))

    def pages(self, since: datetime | None) -> Iterator[SourceRows]:
        """Rows with a stamp from `since` on (None: all), and in an exchange table those without a verdict.

        One statement, so that no row stands between two pages; each page may be landed by itself.

        Raises:
            SourceError: a stamp is none, or the stamps do not come in order of time.
        """
        query = sa.select(*map(self._raw, self.content), self._waits()).order_by(self.stamp, self.key)
        if since is not None:
            query = query.where(self._due(since))
        at_once = min(_FETCHED_AT_ONCE, self.source.page_rows)
        options = {"stream_results": True, "yield_per": at_once}
        with patience(self.connection, self.source.patience_seconds):
            parts = self.connection.execute(query, execution_options=options).partitions()
        page: list[Sequence[Any]] = []
        newest: datetime | None = None
        while part := self._next(parts):
            page += part
            while len(page) >= self.source.page_rows:
                rows, page = self._rows(page[: self.source.page_rows], newest), page[self.source.page_rows :]
                newest = rows.stamps[-1].as_py()
                yield rows
        yield self._rows(page, newest)

    def nothing(self) -> SourceRows:
        """No rows, with the table's columns."""
        return self._rows([], None)

    def _next(self, parts: Iterator[Sequence[Any]]) -> Sequence[Any]:
        with patience(self.connection, self.source.patience_seconds):
            return next(parts, ())

    def _scalar(self, query: sa.Select[Any]) -> Any:
        with patience(self.connection, self.source.patience_seconds):
            return self.connection.execute(query).scalar_one()

    def _waits(self) -> sa.ColumnElement[Any]:
        """1 where the agency waits for a verdict."""
        if not isinstance(self.source, ExchangeSource):
            return sa.literal_column("0")
        state = self.ours[self.source.state_column]
        is_open = sa.or_(state.is_(None), state.in_([as_stored(state, value) for value in (NEW, READING)]))
        return sa.case((is_open, sa.literal_column("1")), else_=sa.literal_column("0"))

    def _due(self, since: datetime) -> sa.ColumnElement[bool]:
        if not isinstance(self.source, ExchangeSource):
            return self._from(since)
        return sa.or_(self._waits() == sa.literal_column("1"), self._from(since))

    def _from(self, since: datetime) -> sa.ColumnElement[bool]:
        local = since.astimezone(SHANGHAI)
        if self.has_text_stamps:
            return self._stamp_text() >= local.strftime(self.source.stamp_format)
        if isinstance(self.stamp.type, sa.Date):
            return self.stamp >= local.date()
        return self.stamp >= (
            local if getattr(self.stamp.type, "timezone", False) else local.replace(tzinfo=None)
        )

    def _stamp_text(self) -> sa.ColumnElement[str]:
        """The stamp as text; SQLite would compare a date column with numbers."""
        return sa.cast(self.stamp, sa.Text) if self.is_loose else sa.type_coerce(self.stamp, sa.String)

    def _raw(self, column: sa.Column[Any]) -> Any:
        return sa.type_coerce(column, sa.types.NullType()).label(column.name) if self.is_loose else column

    def _rows(self, page: Sequence[Sequence[Any]], before: datetime | None) -> SourceRows:
        names = tuple(column.name for column in self.content)
        cells = [[_text(value) for value in row[: len(names)]] for row in page]
        stamp_place, key_place = names.index(self.stamp.name), names.index(self.key.name)
        stamps = [self._instant(row[stamp_place], texts[key_place]) for row, texts in zip(page, cells, strict=True)]  # fmt: skip
        self._refuse_disorder([*([before] if before else []), *stamps])
        columns = zip(*cells, strict=True) if cells else [()] * len(names)
        table = pa.table([pa.array(list(column), pa.string()) for column in columns], names=list(names))
        keys = pa.array([texts[key_place] for texts in cells], pa.string())
        digests = pa.array(digests_of(self.source, names, cells), pa.binary(16))
        waits = pa.array([bool(row[-1]) for row in page], pa.bool_())
        return SourceRows(names, table, keys, pa.array(stamps, STAMP), digests, waits)

    def _instant(self, value: Any, key: str) -> datetime:
        local = self._local(value)
        if local is None:
            shown = f"a {type(value).__name__}" if not isinstance(value, str) else repr(value[:_SHOWN] + "…")
            raise SourceError(
                f"{self._where()}: {self.stamp.name} of the row with {self.key.name} {key[:40]} is {shown}, no time"
                f"{f' written as {self.source.stamp_format}' if isinstance(value, str) else ''}. "
                "The agency has to correct it."
            )
        return _utc(local)

    def _local(self, value: Any) -> datetime | None:
        match value:
            case datetime():
                return value
            case date():
                return datetime(value.year, value.month, value.day)  # noqa: DTZ001  # local, like all naive stamps
            case str():
                for read in (
                    datetime.fromisoformat,
                    lambda text: datetime.strptime(text, self.source.stamp_format),  # noqa: DTZ007
                ):
                    try:
                        return read(value.strip())
                    except ValueError:
                        continue
        return None

    def _refuse_disorder(self, stamps: Sequence[datetime]) -> None:
        if any(later < earlier for earlier, later in pairwise(stamps)):
            raise SourceError(
                f"{self._where()}: {self.stamp.name} does not sort as time; the watermark would skip rows. "
                "Write all stamps in one form, and declare it as stamp_format."
            )

    def _reflect(self) -> sa.Table:
        schema, _, table = self.name.rpartition(".")
        try:
            return sa.Table(table, sa.MetaData(), schema=schema or None, autoload_with=self.connection)
        except sa.exc.NoSuchTableError:
            raise SourceError(f"source {self.source.source_id!r}: no table {self.name!r} in its database.") from None  # fmt: skip

    def _where(self) -> str:
        return f"source {self.source.source_id!r}, table {self.name!r}"


def as_stored(column: sa.Column[Any], value: int) -> int | str:
    """A number as the column's type holds it."""
    return str(value) if isinstance(column.type, sa.String) else value


def _utc(local: datetime) -> datetime:
    return (local if local.tzinfo else local.replace(tzinfo=SHANGHAI)).astimezone(UTC)


def _text(value: Any) -> str:
    """A value as text; bytes by what they spell, and what spells nothing by its digits."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        raw = bytes(value)
        for encoding in ("utf-8", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        return raw.hex()
    try:
        return cell_text(value)
    except TypeError:  # a type only databases have: uuid, json, interval
        return str(value)
