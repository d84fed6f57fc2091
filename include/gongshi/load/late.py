"""XR-15: records first accepted after their due day (standard 5), declared old stock left out (6.0)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from gongshi.platform.database import Connection, fetch
from gongshi.registry.read import backlogs
from gongshi.registry.shapes import Backlog
from gongshi.standard.messages import ROW_NO, JudgedBatch
from gongshi.standard.periods import SHANGHAI
from gongshi.standard.working_days import UncoveredYear, WorkingCalendar


def working_days(calendar: WorkingCalendar, due: date, accepted_at: datetime) -> int:
    """Working days between the due day and the day of acceptance in Shanghai; 0 = on time, or not yet countable."""
    accepted = accepted_at.astimezone(SHANGHAI).date()
    try:
        return calendar.late_days(due, accepted)
    except UncoveredYear:
        return 1 if accepted > due else 0  # late for certain; how many days waits for the year's notice


def backlogs_of(connection: Connection, judged: JudgedBatch) -> list[Backlog]:
    """Old stock of this kind the sender had declared when the batch arrived."""
    return [
        backlog
        for backlog in backlogs(connection, judged.received_at)
        if backlog.agency_code == judged.agency_code and backlog.kind in (None, judged.kind)
    ]


def declared_stock(connection: Connection, declared: Sequence[Backlog]) -> list[date]:
    """Decision days among the rows being merged that lie in a declared backlog."""
    if not declared:
        return []
    rows = fetch(
        connection, "SELECT DISTINCT decision_date AS day FROM decision WHERE decision_date IS NOT NULL"
    )
    return [row["day"] for row in rows if any(b.decided_from <= row["day"] <= b.decided_to for b in declared)]


def findings(connection: Connection, batch_id: str) -> list[dict[str, Any]]:
    """A warning for each record the batch opened late."""
    rows = fetch(
        connection,
        """SELECT o.row_no, r.decision_date, r.due_date, r.late_days
           FROM opened AS o INNER JOIN core.record AS r ON r.record_id = o.record_id
           WHERE r.batch_id = %(id)s AND r.late_days > 0 ORDER BY o.row_no""",
        {"id": batch_id},
    )
    return [
        {
            ROW_NO: row["row_no"],
            "rule_id": "XR-15",
            "severity": "warning",
            "details": {
                "decision": f"{row['decision_date']:%Y/%m/%d}",
                "due": f"{row['due_date']:%Y/%m/%d}",
                "n": row["late_days"],
            },
        }
        for row in rows
    ]
