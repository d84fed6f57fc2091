"""Pausing a source: an agency's maintenance, or a table that must not be read until somebody has looked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gongshi.errors import UsageError
from gongshi.intake.sources.base import TableSource
from gongshi.platform.database import Connection, fetch


def pause(connection: Connection, source: TableSource, at: datetime, user: str, reason: str) -> None:
    """Do not ask the source until it is resumed.

    Raises:
        UsageError: it is paused already.
    """
    if known := paused(connection, source):
        raise UsageError(
            f"source {source.source_id!r} is paused already, since {known['paused_at']:%Y-%m-%d %H:%M}."
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake.source_pause (source_id, paused_at, operating_user, reason) VALUES (%s, %s, %s, %s)",
            (source.source_id, at, user, reason),
        )


def resume(connection: Connection, source: TableSource, at: datetime) -> None:
    """Ask the source again; the next pull catches up from where the last one ended.

    Raises:
        UsageError: it is not paused.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE intake.source_pause SET resumed_at = %s WHERE source_id = %s AND resumed_at IS NULL",
            (at, source.source_id),
        )
        if not cursor.rowcount:
            raise UsageError(f"source {source.source_id!r} is not paused.")


def paused(connection: Connection, source: TableSource) -> dict[str, Any] | None:
    """Since when, by whom and why the source is paused; None when it is not."""
    rows = fetch(
        connection,
        """SELECT paused_at, operating_user, reason FROM intake.source_pause
           WHERE source_id = %(source)s AND resumed_at IS NULL""",
        {"source": source.source_id},
    )
    return rows[0] if rows else None
