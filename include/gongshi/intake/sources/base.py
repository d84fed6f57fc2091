"""What a table source declares (standard 10.4): a business view, only read, or an exchange table with columns of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from gongshi.errors import GongshiError


class SourceError(GongshiError):
    """Raised when a source is unknown, not configured, not as declared, or does not answer."""

    exit_code = 3


class TableSource:
    """Base of every agency database: tables or views that are only read, by the watermark of the sender's stamp.

    Attributes:
        source_id: stable id; also the id of the Airflow Connection that holds its address.
        agency_code: 统一社会信用代码 of the sender.
        tables: kind → table name (`schema.table` where it is not in the default schema).
        watermark: the column of the sender's time stamp, and that of its row id.
        look_back: how far behind the newest row read before a late row is looked for at every pull; a row written
            further behind is noticed by its count and then searched in all rows.
        stamp_format: how a stamp that the database holds as text is written; it has to sort as time.
        page_rows: rows of a delivery at most; a larger pull becomes several.
        patience_seconds: a database silent for longer counts as down.
    """

    source_id: ClassVar[str]
    agency_code: ClassVar[str]
    tables: ClassVar[Mapping[str, str]]
    watermark: ClassVar[tuple[str, str]] = ("SJC", "RECID")
    look_back: ClassVar[timedelta] = timedelta(minutes=15)
    stamp_format: ClassVar[str] = "%Y-%m-%d %H:%M:%S"
    page_rows: ClassVar[int] = 200_000
    patience_seconds: ClassVar[float] = 60.0

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
        """Name of the environment variable that holds the SQLAlchemy URL outside Airflow."""
        return f"GONGSHI_SOURCE_{self.source_id.upper()}_URL"

    @property
    def password_file_variable(self) -> str:
        """Name of the environment variable that names a file with the password, so that it stands in no URL."""
        return f"GONGSHI_SOURCE_{self.source_id.upper()}_PASSWORD_FILE"


class ExchangeSource(TableSource):
    """A front-end exchange table (前置机): read by state and watermark, and our verdict on every row written back.

    A row is read while its state is empty, 0 or 1, whatever its stamp, and again when its stamp is new. Rows are never
    deleted, and no column but these is ever written.

    Attributes:
        state_column: 0 or empty = new, 1 = being read, 2 = accepted, 3 = rejected.
        batch_column: batch id, as on the receipt.
        code_column: rules that rejected the row, comma between them; empty when it was accepted.
        message_column: why, in Chinese, cut to the column's length.
        time_column: when the verdict was written.
    """

    state_column: ClassVar[str] = "READ_STATE"
    batch_column: ClassVar[str] = "BATCH_ID"
    code_column: ClassVar[str] = "ERR_CODE"
    message_column: ClassVar[str] = "ERR_MSG"
    time_column: ClassVar[str] = "READ_TIME"

    @property
    def our_columns(self) -> tuple[str, ...]:
        """The columns we write; no content of a row."""
        return (
            self.state_column, self.batch_column, self.code_column, self.message_column, self.time_column
        )  # fmt: skip


def label(source: TableSource, kind: str) -> str:
    """A table as deliveries and log lines name it: `<source>:<table>`."""
    return f"{source.source_id}:{source.tables[kind]}"
