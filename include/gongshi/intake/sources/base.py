"""What a table source declares, and reading its tables (standard 10.4: front-end exchange database)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from gongshi.errors import GongshiError
from gongshi.intake.readers.tables import cell_text
from gongshi.standard.periods import SHANGHAI

_PAGE = 10_000


class SourceError(GongshiError):
    """Raised when a source is unknown, not configured, or its tables are not as declared."""

    exit_code = 3


@dataclass(frozen=True)
class SourceRows:
    """Rows of one table as read, in order of stamp and key.

    Attributes:
        columns: column names as the database has them.
        cells: one text column a table column, in that order.
        keys: int64, the sender's row id.
        stamps: timestamp[us, UTC], the sender's own time stamp.
    """

    columns: tuple[str, ...]
    cells: pa.Table
    keys: pa.Array
    stamps: pa.Array


class TableSource:
    """Base of every agency database; a source is a subclass with these attributes.

    Attributes:
        source_id: stable id, also part of the name of the variable holding its URL.
        agency_code: 统一社会信用代码 of the sender.
        tables: kind → table name (`schema.table` where it is not in the default schema).
        watermark: the column of the sender's time stamp, and that of its row id.
        look_back: how far behind the newest row read before a late row may still appear.
    """

    source_id: ClassVar[str]
    agency_code: ClassVar[str]
    tables: ClassVar[Mapping[str, str]]
    watermark: ClassVar[tuple[str, str]] = ("SJC", "RECID")
    look_back: ClassVar[timedelta] = timedelta(minutes=15)

    @staticmethod
    def named(source_id: str, sources: Sequence[TableSource]) -> TableSource:
        """The source with this id.

        Raises:
            SourceError: there is none.
        """
        for source in sources:
            if source.source_id == source_id:
                return source
        known = ", ".join(source.source_id for source in sources)
        raise SourceError(f"no source {source_id!r}; known are: {known}.")

    @property
    def url_variable(self) -> str:
        """Name of the environment variable that holds the SQLAlchemy URL."""
        return f"GONGSHI_SOURCE_{self.source_id.upper()}_URL"

    def url(self, env: Mapping[str, str]) -> str:
        """The SQLAlchemy URL.

        Raises:
            SourceError: it is not set.
        """
        url = env.get(self.url_variable)
        if not url:
            raise SourceError(f"source {self.source_id!r} has no URL. Set {self.url_variable}.")
        return url

    def read(self, connection: sa.Connection, kind: str, since: datetime | None) -> SourceRows:
        """Rows with a stamp from `since` on (None: all), ordered by stamp and key; nothing is ever written.

        Raises:
            SourceError: the table or a watermark column is missing, or a row has no stamp or key.
        """
        table = self._reflect(connection, self.tables[kind])
        stamp, key = (self._column(table, name) for name in self.watermark)
        self._refuse_unmarked(connection, table, stamp, key)
        query = sa.select(table).order_by(stamp, key)
        if since is not None:
            query = query.where(stamp >= _comparable(stamp, since))
        result = connection.execution_options(stream_results=True, yield_per=_PAGE).execute(query)
        return _collect(tuple(column.name for column in table.columns), stamp.name, key.name, result)

    def _reflect(self, connection: sa.Connection, name: str) -> sa.Table:
        schema, _, table = name.rpartition(".")
        try:
            return sa.Table(table, sa.MetaData(), schema=schema or None, autoload_with=connection)
        except sa.exc.NoSuchTableError as error:
            raise SourceError(f"source {self.source_id!r}: no table {name!r} in its database.") from error

    def _column(self, table: sa.Table, name: str) -> sa.Column[Any]:
        for column in table.columns:
            if column.name.upper() == name:
                return column
        names = ", ".join(column.name for column in table.columns)
        raise SourceError(f"source {self.source_id!r}, table {table.name!r}: no column {name} among {names}.")

    def _refuse_unmarked(self, connection: sa.Connection, table: sa.Table, *columns: sa.Column[Any]) -> None:
        """A row without stamp or key would stay behind every watermark, unread and unnoticed."""
        query = sa.select(sa.func.count()).select_from(table).where(sa.or_(*(c.is_(None) for c in columns)))
        unmarked = connection.execute(query).scalar_one()
        if unmarked:
            names = " or ".join(column.name for column in columns)
            raise SourceError(
                f"source {self.source_id!r}, table {table.name!r}: {unmarked} rows without {names}; they could never be "
                "read incrementally. The agency has to fill them in."
            )


@contextmanager
def opened(url: str) -> Iterator[sa.Connection]:
    """One connection to an agency's database, rolled back at the end."""
    engine = sa.create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _comparable(column: sa.Column[Any], instant: datetime) -> datetime | date:
    """The instant as the column's type holds it: naive columns hold local time."""
    local = instant.astimezone(SHANGHAI)
    if isinstance(column.type, sa.Date):
        return local.date()
    return local if getattr(column.type, "timezone", False) else local.replace(tzinfo=None)


def _instant(value: Any) -> datetime:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=SHANGHAI).astimezone(UTC)
    raise SourceError(f"a time stamp column holds {value!r}; expected a timestamp or a date.")


def _collect(columns: tuple[str, ...], stamp: str, key: str, result: sa.CursorResult[Any]) -> SourceRows:
    """All rows, page by page, so that Python objects of one page exist at a time."""
    stamp_place, key_place = columns.index(stamp), columns.index(key)
    schema = pa.schema([(name, pa.string()) for name in columns])
    pages: list[pa.RecordBatch] = []
    keys: list[int] = []
    stamps: list[datetime] = []
    for page in result.partitions():
        by_column = list(zip(*page, strict=True))
        keys += [int(value) for value in by_column[key_place]]
        stamps += [_instant(value) for value in by_column[stamp_place]]
        arrays = [pa.array([cell_text(value) for value in cells], pa.string()) for cells in by_column]
        pages.append(pa.record_batch(arrays, schema=schema))
    table = pa.Table.from_batches(pages, schema=schema)
    return SourceRows(columns, table, pa.array(keys, pa.int64()), pa.array(stamps, pa.timestamp("us", "UTC")))
