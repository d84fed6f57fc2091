"""The 数据传送日志 (Article 12): a line for every delivery read, attempt without one, and verdict written back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg2 import sql

from gongshi.intake.batches import insert
from gongshi.intake.sources.base import TableSource
from gongshi.platform.database import Connection, Cursor, fetch


@dataclass(frozen=True)
class Line:
    """What happened to one table.

    Attributes:
        status: ok, empty (nothing new), failed or paused.
        message: in English, without cells and secrets.
        action: read (from the agency) or told (verdicts written back to it).
        rows: how many were read or told.
        delivery_id: what was read.
    """

    status: str
    message: str
    action: str = "read"
    rows: int = 0
    delivery_id: str | None = None


def write_line(cursor: Cursor, source: TableSource, kind: str, at: datetime, line: Line) -> None:
    """Add a line."""
    insert(
        cursor,
        sql.Identifier("intake", "transfer_log"),
        {
            "source_id": source.source_id,
            "kind": kind,
            "at": at,
            "status": line.status,
            "action": line.action,
            f"rows_{line.action}": line.rows,
            "delivery_id": line.delivery_id,
            "message": line.message,
        },
    )


def log_all(connection: Connection, source: TableSource, at: datetime, line: Line) -> None:
    """Add the same line for every table of a source."""
    with connection.cursor() as cursor:
        for kind in source.tables:
            write_line(cursor, source, kind, at, line)


def was_asked(connection: Connection, source: TableSource) -> bool:
    """True when the log knows the source."""
    query = "SELECT EXISTS (SELECT FROM intake.transfer_log WHERE source_id = %(source)s) AS yes"
    return bool(fetch(connection, query, {"source": source.source_id})[0]["yes"])
