"""What the transfer log says last of every table, for people who look after the sources."""

from __future__ import annotations

from typing import Any

from gongshi.intake.sources import all_sources
from gongshi.intake.sources.pause import paused
from gongshi.platform.database import Connection, fetch
from gongshi.standard.periods import SHANGHAI


def overview(connection: Connection) -> list[dict[str, Any]]:
    """One row a table: source, kind, table, paused since, and status, time, rows, message of its newest log line."""
    newest = fetch(
        connection,
        """SELECT DISTINCT ON (source_id, kind) source_id, kind, status, at, rows_read, rows_told, message
           FROM intake.transfer_log ORDER BY source_id, kind, id DESC""",
    )
    lines = {(line.pop("source_id"), line.pop("kind")): line for line in newest}
    rows = []
    for source in all_sources():
        pause = paused(connection, source)
        since = f"{pause['paused_at'].astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if pause else None
        for kind, table in source.tables.items():
            line = lines.get((source.source_id, kind), {"status": "never asked"})
            if "at" in line:
                line["at"] = f"{line['at'].astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
            rows.append(
                {"source": source.source_id, "kind": kind, "table": table, "paused_since": since, **line}
            )
    return rows
