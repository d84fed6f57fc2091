"""The timeline of the demo: eleven arrival days in 2026-Q2, three pulls, and every report of the quarter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from gongshi.sample.days import ARRIVAL_DAYS, PULL_DAYS
from gongshi.sample.deliveries import SampleFile
from gongshi.sample.planted import SampleRow
from gongshi.sample.source import pulls
from gongshi.sample.traffic import Traffic
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import SHANGHAI

MONITORED_DAYS = (date(2026, 4, 15), date(2026, 5, 8), date(2026, 6, 17))
REPORTS = (
    ("weekly_feedback", date(2026, 5, 11), "2026-W19"),
    ("monthly_bulletin", date(2026, 5, 2), "2026-04"),
    ("monthly_bulletin", date(2026, 6, 2), "2026-05"),
    ("monthly_bulletin", date(2026, 7, 2), "2026-06"),
    ("quarterly_assessment", date(2026, 7, 5), "2026-Q2"),
)
DEFAULT_ROWS = 22_000


@dataclass
class Step:
    """One triggered DAG run of the replay.

    Attributes:
        at: the clock of the run, Asia/Shanghai.
        dag_id: the DAG to trigger.
        conf: its params: `at` (ISO 8601 with +08:00), for reports also `period`.
        files: dropped into the inboxes before the run.
        source: rows inserted into (or, by RECID, updated in) the agency database before the run.
    """

    at: datetime
    dag_id: str
    conf: dict[str, Any]
    files: list[SampleFile] = field(default_factory=list)
    source: list[SampleRow] = field(default_factory=list)

    @property
    def source_rows(self) -> list[dict[str, Any]]:
        """`source` by official column code, with RECID (int) and SJC (datetime); XK_WSH or CF_WSH tells the kind."""
        return [source_row(row) for row in self.source]


def source_row(row: SampleRow) -> dict[str, Any]:
    """One row of an agency's table: column codes, RECID and SJC."""
    if row.stamp is None:
        raise ValueError(f"not a row of a source: {row.document_no}")
    stamp, number = row.stamp
    cells = {KINDS[row.kind].official(name): text or None for name, text in row.cells.items()}
    return {**cells, "RECID": number, "SJC": datetime.fromisoformat(stamp)}


def steps(seed: int = 2026, rows: int = DEFAULT_ROWS) -> list[Step]:
    """The replay in order of instants.

    Args:
        seed: same seed and rows, same bytes.
        rows: about how many rows the deliveries hold together.
    """
    traffic = Traffic(seed, rows)
    arrivals = traffic.by_day()
    found = [
        _step("collect_drop_folders", day, time(18), files=arrivals[number])
        for number, day in enumerate(ARRIVAL_DAYS)
    ]
    pulled = zip(PULL_DAYS, pulls(seed), strict=True)
    found += [_step("collect_agency_databases", day, time(1), source=part) for day, part in pulled]
    found += _reports()
    return sorted(found, key=lambda step: step.at)


def _reports() -> Iterator[Step]:
    for day in MONITORED_DAYS:
        yield _step("daily_monitoring", day + timedelta(days=1), time(7, 30), period=day.isoformat())
    for dag_id, day, period in REPORTS:
        yield _step(dag_id, day, time(8), period=period)


def _step(dag_id: str, day: date, clock: time, period: str = "", **more: Any) -> Step:
    at = datetime.combine(day, clock, SHANGHAI)
    conf = {"at": at.isoformat()} | ({"period": period} if period else {})
    return Step(at, dag_id, conf, **more)
