"""The warehouse as it was known at an instant, seen through one period: what every report reads from.

The steps in `sql/oversee/steps/` build temporary tables in order; `sql/oversee/<report>/` reads them. Nothing here
writes to the warehouse.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gongshi.errors import UsageError
from gongshi.oversee.figures import ALL, Counts, Line, Rate
from gongshi.platform.database import Connection, connect, fetch, statement
from gongshi.platform.settings import Settings
from gongshi.registry import read
from gongshi.standard.periods import SHANGHAI, Period
from gongshi.standard.working_days import UncoveredYear, WorkingCalendar

STEPS = {
    "agency": "agency",
    "batch": "batch",
    "record": "record",
    "rejected": "rejected",
    "reason": "reason",
    "row": "row",
    "reported": "reported",
    "first_accepted": "first",
    "outstanding": "outstanding",
}
"""Statement of `sql/oversee/steps/` → the temporary table `oversee_…` it makes, in order."""
PROVINCE_CODE, COUNTY, PREFECTURE = "530000", "county", "prefecture"
UNREGISTERED = "（未登记单位）"
_WORK_MEMORY = "128MB"  # a month of a million records is grouped in memory


class AsOfError(UsageError):
    """Raised when a report is asked for as of an instant that has no time zone or lies before its period."""


class Snapshot:
    """One period as of one instant; a connection holds one at a time, a later one takes its place.

    Args:
        connection: an open transaction; the temporary tables live as long as it does.
        period: what is reported on.
        as_of: with time zone; nothing recorded after it is seen, nothing retired after it is missed.
    """

    def __init__(self, connection: Connection, period: Period, as_of: datetime) -> None:
        if as_of.tzinfo is None or as_of < period.start:
            raise AsOfError(
                f"as of {as_of.isoformat()} for {period.label}: expected an instant with time zone, "
                f"not before {period.start.isoformat()}."
            )
        self.connection = connection
        self.period = period
        self.as_of = as_of.astimezone(SHANGHAI)
        self.parameters: dict[str, Any] = {
            "period_start": period.start,
            "period_end": period.end,
            "first_day": period.first_day,
            "last_day": period.last_day,
            "as_of": self.as_of,
        }
        self.calendar: WorkingCalendar = read.calendar(connection, self.as_of)
        self._prepare()

    @property
    def as_of_day(self) -> date:
        """The day of the instant in Asia/Shanghai."""
        return self.as_of.date()

    def of(self, period: Period) -> Snapshot:
        """Another period as of the same instant; this snapshot can be read no more."""
        return Snapshot(self.connection, period, self.as_of)

    def rows(self, name: str, **extra: Any) -> list[dict[str, Any]]:
        """Rows of `sql/oversee/<name>.sql`."""
        return fetch(self.connection, statement(f"oversee/{name}"), self.parameters | extra)

    def due_date(self, decision: date) -> date | None:
        """Last on-time day, None when its year is not covered as of the instant."""
        try:
            return self.calendar.due_date(decision)
        except UncoveredYear:
            return None

    def late_days(self, due: date, accepted: date) -> int | None:
        """Working days late, None when a year between is not covered."""
        try:
            return self.calendar.late_days(due, accepted)
        except UncoveredYear:
            return None

    def working_days_later(self, start: date, days: int) -> date | None:
        """The `days`-th working day after `start`, None when its year is not covered."""
        try:
            return self.calendar.due_date(start, days)
        except UncoveredYear:
            return None

    def working_days_between(self, first: date, last: date) -> int | None:
        """Working days after `first` up to `last`, None when a year between is not covered."""
        try:
            return self.calendar.working_days_between(first, last)
        except UncoveredYear:
            return None

    def _prepare(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('work_mem', %s, true)", (_WORK_MEMORY,))
            for table in (*STEPS.values(), "due"):
                cursor.execute(f"DROP TABLE IF EXISTS pg_temp.oversee_{table}")
            for step, table in STEPS.items():
                cursor.execute(statement(f"oversee/steps/{step}"), self.parameters)
                cursor.execute(f"ANALYZE pg_temp.oversee_{table}")
            cursor.execute(statement("oversee/steps/decision_dates"))
            dates = [row[0] for row in cursor.fetchall()]
            due = {"decision_dates": dates, "due_dates": [self.due_date(day) for day in dates]}
            cursor.execute(statement("oversee/steps/due"), due)
            cursor.execute("ANALYZE pg_temp.oversee_due")


@contextmanager
def snapshot(settings: Settings, period: Period, as_of: datetime) -> Iterator[Snapshot]:
    """A snapshot in a transaction of its own."""
    with connect(settings) as connection:
        yield Snapshot(connection, period, as_of)


@dataclass(frozen=True)
class Coverage:
    """部门覆盖率 of one section: agencies obliged, with records, with a zero report only."""

    obliged: int
    reporting: int
    declared_zero: int

    @property
    def rate(self) -> Rate:
        """Agencies that reported or declared ÷ agencies obliged."""
        return Rate(self.reporting + self.declared_zero, self.obliged)

    @property
    def silent(self) -> int:
        """Neither a record nor a declaration."""
        return self.obliged - self.reporting - self.declared_zero


@dataclass(frozen=True)
class Province:
    """All figures of one period as of one instant.

    Attributes:
        total: the province.
        sections: `province`, `central`, `local` as wholes.
        departments: province-level departments without central units, by code.
        central: central units, by code.
        prefectures: by GB/T 2260 code; each with its counties.
        counties: by GB/T 2260 code.
        organs: every deciding organ with a record, by code; one that is not registered is its sender.
        senders: by code; what each reported, for itself or for others.
        coverage: by section and for `all`.
        overdue_all: records overdue and not accepted at the instant whenever received, by kind and for `all`.
        backlog: declared old stock first accepted in the period (rows of `figures/backlog.sql`); in no 迟报率.
        zero_reports: obliged agencies without a record (rows of `monthly/zero_report.sql`).
    """

    total: Line
    sections: dict[str, Line]
    departments: list[Line]
    central: list[Line]
    prefectures: list[Line]
    counties: list[Line]
    organs: list[Line]
    senders: list[Line]
    coverage: dict[str, Coverage]
    overdue_all: dict[str, int]
    backlog: list[dict[str, Any]]
    zero_reports: list[dict[str, Any]]

    def as_figures(self) -> dict[str, Any]:
        """Content for figures.json."""
        lists = ("departments", "central", "prefectures", "counties", "organs", "senders")
        return {
            "total": self.total.as_figures(),
            "sections": {code: line.as_figures() for code, line in self.sections.items()},
            "coverage": {
                code: {"obliged": c.obliged, "reporting": c.reporting, "declared_zero": c.declared_zero,
                       "silent": c.silent, "rate": c.rate.as_figures()}
                for code, c in self.coverage.items()
            },
            "overdue_all": self.overdue_all,
            "backlog": self.backlog,
            "zero_reports": self.zero_reports,
        } | {name: [line.as_figures() for line in getattr(self, name)] for name in lists}  # fmt: skip


def province(view: Snapshot) -> Province:
    """Run the figures of a snapshot."""
    agencies = view.rows("figures/agency")
    names = {row["code"]: row["name"] for row in agencies}
    places: dict[str, dict[str, dict[str, Counts]]] = {}
    for row in view.rows("figures/by_place"):
        by_code = places.setdefault(row["scope"], {})
        by_code.setdefault(row["code"], {})[row["kind"]] = Counts.from_row(row)
    senders: dict[str, dict[str, Counts]] = {}
    for row in view.rows("figures/by_sender"):
        senders.setdefault(row["code"], {})[row["kind"]] = Counts.from_row(row)

    def organs(section: str) -> list[Line]:
        counted = places.get("agency", {})
        return [
            Line(row["code"], row["name"], counted.get(row["code"], {}))
            for row in agencies
            if row["section"] == section and (row["is_obliged"] or row["code"] in counted)
        ]

    def divisions(level: str) -> list[Line]:
        counted = places.get(level, {})
        rows = view.rows("figures/division", level=level)
        return [Line(row["code"], row["name"], counted.get(row["code"], {})) for row in rows]

    zero_reports = view.rows("monthly/zero_report")
    overdue = {row["kind"]: row["records"] for row in view.rows("figures/overdue_total")}
    sections = {"province": "省级部门", "central": "中央驻滇单位", "local": "州（市）、县（市、区）"}
    return Province(
        total=Line(PROVINCE_CODE, "全省", places.get("total", {}).get("", {})),
        sections={
            code: Line(code, name, places.get("section", {}).get(code, {})) for code, name in sections.items()
        },
        departments=organs("province"),
        central=organs("central"),
        prefectures=divisions(PREFECTURE),
        counties=divisions(COUNTY),
        organs=_lines(places.get("agency", {}), names),
        senders=_lines(senders, names),
        coverage=_coverage(view.rows("figures/coverage"), zero_reports),
        backlog=view.rows("figures/backlog"),
        overdue_all=overdue | {ALL: sum(overdue.values())},
        zero_reports=zero_reports,
    )


def _lines(counted: dict[str, dict[str, Counts]], names: dict[str, str]) -> list[Line]:
    return [Line(code, names.get(code, UNREGISTERED), counts) for code, counts in sorted(counted.items())]


def declared(row: dict[str, Any]) -> bool:
    """Whether an agency without records made a zero report for the period, for any kind."""
    return bool(row["declared_licence"] or row["declared_penalty"])


def _coverage(rows: list[dict[str, Any]], zero_reports: list[dict[str, Any]]) -> dict[str, Coverage]:
    made = [row["section"] for row in zero_reports if declared(row)]
    parts = {
        row["section"]: Coverage(row["obliged"], row["reporting"], made.count(row["section"])) for row in rows
    }
    whole = Coverage(
        sum(c.obliged for c in parts.values()), sum(c.reporting for c in parts.values()), len(made)
    )
    empty = Coverage(0, 0, 0)
    return {code: parts.get(code, empty) for code in ("province", "central", "local")} | {ALL: whole}
