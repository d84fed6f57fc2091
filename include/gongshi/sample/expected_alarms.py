"""The alarms of the daily monitoring (standard 4.10): an unusual volume (XR-16), nothing heard for long (XR-17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

from gongshi.standard.periods import Period
from gongshi.standard.working_days import shipped_calendar

WEEKS, LEAST_ROWS, LOW_PERCENT, HIGH_PERCENT = 8, 10, 50, 200
SILENT_DAYS = 20
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Heard:
    """News of a sender: a batch that was read and not refused as a whole, or a zero report.

    Attributes:
        rows: rows read, None for a zero report.
    """

    at: datetime
    agency: str
    kind: str
    rows: int | None


def unusual_volumes(news: Sequence[Heard], period: Period) -> list[dict[str, Any]]:
    """Rows of the seven days up to the period's end against the median of the eight weeks before, by sender and kind."""
    weekly: dict[tuple[str, str], Counter[int]] = {}
    for heard in news:
        if heard.rows is not None and heard.at < period.end:
            weeks = weekly.setdefault((heard.agency, heard.kind), Counter())
            weeks[(period.end - heard.at) // _WEEK] += heard.rows
    found = []
    for (agency, kind), weeks in sorted(weekly.items()):
        usual = Decimal(median(weeks[week] for week in range(1, WEEKS + 1)))
        if max(weeks) < WEEKS or usual < LEAST_ROWS:
            continue
        percent = 100 * weeks[0] / usual
        if not LOW_PERCENT <= percent <= HIGH_PERCENT:
            whole = percent.quantize(Decimal(1), ROUND_HALF_UP)
            found.append(
                {
                    "agency": agency,
                    "kind": kind,
                    "rows": weeks[0],
                    "median": f"{usual:.1f}",
                    "percent": int(whole),
                }
            )
    return found  # fmt: skip


def silent_senders(news: Sequence[Heard], period: Period) -> list[dict[str, Any]]:
    """Who sent neither data nor a zero report of a kind it once reported for more than twenty working days."""
    last = {(h.agency, h.kind): h.at.date() for h in sorted(news, key=_instant) if h.at < period.end}
    passed = {key: shipped_calendar().late_days(day, period.last_day) for key, day in last.items()}
    return [
        {"agency": key[0], "kind": key[1], "last_date": last[key].isoformat(), "working_days": passed[key]}
        for key in sorted(last)
        if passed[key] > SILENT_DAYS
    ]


def _instant(heard: Heard) -> datetime:
    return heard.at
