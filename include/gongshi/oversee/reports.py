"""The reports by cadence, and how one is made: into a hidden folder first, then each file into place by a rename."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from gongshi.documents.files import publish_folder, temporary_folder
from gongshi.errors import UsageError
from gongshi.oversee import daily, monthly, quarterly, weekly
from gongshi.oversee.snapshot import Snapshot, snapshot
from gongshi.platform.settings import Settings
from gongshi.standard.periods import Cadence, Period, parse_period, period_for

Writer = Callable[[Snapshot, Path], None]

REPORTS: dict[Cadence, Writer] = {
    "daily": daily.write,
    "weekly": weekly.write,
    "monthly": monthly.write,
    "quarterly": quarterly.write,
}


class ReportRequestError(UsageError):
    """Raised when the period is of another cadence than the report, or the as-of instant is still to come."""


def run_report(
    settings: Settings,
    cadence: Cadence,
    period: Period | str | None,
    at: datetime,
    as_of: datetime | None = None,
) -> list[Path]:
    """Write one report to `reports/<cadence>/<period>/` and return its files, sorted.

    Args:
        settings: where the warehouse and the reports are.
        cadence: which report.
        period: a period or its label; None = the last one complete at `at`.
        at: the present, with time zone.
        as_of: what was known at this instant is reported; None = `at`. The same `period` and `as_of` give the same
            `figures.json`, byte for byte, whatever was loaded since.

    Raises:
        ReportRequestError: cadence and period differ, or `as_of` is later than `at`.
        AsOfError: `as_of` has no time zone or lies before the period.
    """
    if cadence not in REPORTS:
        raise ReportRequestError(f"no report {cadence!r}; expected one of {', '.join(REPORTS)}.")
    chosen = (
        period_for(cadence, at)
        if period is None
        else parse_period(period)
        if isinstance(period, str)
        else period
    )
    if chosen.cadence != cadence:
        raise ReportRequestError(f"period {chosen.label} is {chosen.cadence}, the report is {cadence}.")
    as_of = as_of or at
    if as_of > at:
        raise ReportRequestError(f"as of {as_of.isoformat()} is later than the present, {at.isoformat()}.")
    final = settings.reports / cadence / chosen.label
    temporary = temporary_folder(final)
    with snapshot(settings, chosen, as_of) as view:
        REPORTS[cadence](view, temporary)
    names = sorted(path.name for path in temporary.iterdir())
    publish_folder(temporary, final)
    return [final / name for name in names]
