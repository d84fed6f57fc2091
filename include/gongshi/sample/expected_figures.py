"""The figures a report must print, counted from what became of every planted row (standard, section 6.0)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from gongshi.sample.outcomes import Event, Record, Warehouse
from gongshi.standard.periods import Period


@dataclass
class Figures:
    """One deciding agency and kind in one period.

    Attributes:
        reported: 上报量.
        accepted: 入库量 at the instant of the report.
        first_pass: 首次合规, those whose first row in the period was not rejected.
        first_accepted: records first accepted in the period, declared old stock left out; `late` after their due day (迟报).
        overdue: reported, not accepted, and their due day is before the day of the report (逾期未入库).
        rows_read: rows read; `rows_repeated` those duplicate, superseded or unchanged (重复率).
    """

    agency: str
    kind: str
    reported: int = 0
    accepted: int = 0
    first_pass: int = 0
    first_accepted: int = 0
    late: int = 0
    overdue: int = 0
    rows_read: int = 0
    rows_repeated: int = 0


def is_within(instant: datetime, period: Period, at: datetime) -> bool:
    """Whether a report of the period as of `at` counts what came at this instant."""
    return period.start <= instant < period.end and instant <= at


def figures(warehouse: Warehouse, period: Period, at: datetime) -> list[Figures]:
    """Figures of a period as of an instant, by agency and kind."""
    found: dict[tuple[str, str], Figures] = defaultdict(lambda: Figures("", ""))
    seen: set[object] = set()
    due = _last_due(warehouse, at)
    for event in warehouse.events:
        if not is_within(event.at, period, at):
            continue
        line = found[event.organ, event.kind]
        line.rows_read += 1
        line.rows_repeated += event.outcome in ("unchanged", "duplicate", "superseded")
        counted_as = _counted_as(warehouse, event, at)
        if counted_as not in seen:
            seen.add(counted_as)
            line.reported += 1
            line.accepted += isinstance(counted_as, Record)
            line.first_pass += event.outcome != "rejected"
            line.overdue += _is_overdue(due.get(counted_as), at)
    for record in warehouse.records:
        if is_within(record.first_accepted, period, at) and not record.is_stock:
            line = found[record.organ, record.kind]
            line.first_accepted += 1
            line.late += record.late_days > 0
    return [replace(found[key], agency=key[0], kind=key[1]) for key in sorted(found)]


def old_stock(warehouse: Warehouse, period: Period, at: datetime) -> list[dict[str, Any]]:
    """Declared old stock first accepted in the period, by sender and kind."""
    counts = Counter(
        (record.sender, record.kind)
        for record in warehouse.records
        if record.is_stock and is_within(record.first_accepted, period, at)
    )
    return [{"agency": key[0], "kind": key[1], "records": counts[key]} for key in sorted(counts)]


def _last_due(warehouse: Warehouse, at: datetime) -> dict[object, date | None]:
    """Due days of what is still not accepted, by its last rejected row."""
    rejected = [e for e in warehouse.events if e.outcome == "rejected" and e.at <= at]
    due = {_counted_as(warehouse, event, at): event.due for event in rejected}
    return {key: day for key, day in due.items() if not isinstance(key, Record)}


def _counted_as(warehouse: Warehouse, event: Event, at: datetime) -> object:
    """The record or identity a row counts with; a row that has neither counts as one."""
    if event.record:
        return event.record
    return warehouse.known_record(event, at) or event.identity or id(event)


def _is_overdue(due: date | None, at: datetime) -> bool:
    return due is not None and due < at.date()
