"""Reporting periods: day, ISO week (Monday to Sunday), month, quarter; half-open, Asia/Shanghai.

Labels as in the command and in folder names: `2026-05-10`, `2026-W19`, `2026-05`, `2026-Q2`.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from gongshi.errors import UsageError

SHANGHAI = ZoneInfo("Asia/Shanghai")
Cadence = Literal["daily", "weekly", "monthly", "quarterly"]
CADENCES: tuple[Cadence, ...] = ("daily", "weekly", "monthly", "quarterly")
_FORMS: dict[Cadence, re.Pattern[str]] = {
    "daily": re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
    "weekly": re.compile(r"([0-9]{4})-W([0-9]{2})"),
    "monthly": re.compile(r"([0-9]{4})-([0-9]{2})"),
    "quarterly": re.compile(r"([0-9]{4})-Q([1-4])"),
}


class InvalidPeriodError(UsageError, ValueError):
    """Raised when a text names no reporting period."""

    def __init__(self, label: str) -> None:
        super().__init__(f"no period: {label!r}; write 2026-05-10, 2026-W19, 2026-05 or 2026-Q2")


@dataclass(frozen=True)
class Period:
    """One reporting period.

    Attributes:
        cadence: daily, weekly, monthly or quarterly.
        label: machine label, sortable within a cadence.
        start: first instant, Asia/Shanghai.
        end: first instant after the period (half-open).
    """

    cadence: Cadence
    label: str
    start: datetime
    end: datetime

    @property
    def first_day(self) -> date:
        """First day of the period."""
        return self.start.date()

    @property
    def last_day(self) -> date:
        """Last day of the period (inclusive)."""
        return self.end.date() - timedelta(days=1)

    @property
    def label_zh(self) -> str:
        """Label as people read it in a bulletin."""
        first, last = self.first_day, self.last_day
        if self.cadence == "daily":
            return f"{first.year}年{first.month}月{first.day}日"
        if self.cadence == "weekly":
            year, week, _ = first.isocalendar()
            return f"{year}年第{week}周（{first.month}月{first.day}日至{last.month}月{last.day}日）"
        if self.cadence == "monthly":
            return f"{first.year}年{first.month}月"
        return f"{first.year}年第{'一二三四'[first.month // 3]}季度"


def read_instant(text: str) -> datetime | None:
    """ISO 8601 with a time zone as an instant in Asia/Shanghai; None when it is no instant, or has no zone."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if instant.tzinfo is None else instant.astimezone(SHANGHAI)


def parse_period(label: str) -> Period:
    """Read a label.

    Raises:
        InvalidPeriodError: of no known form, or a day, week, month that does not exist.
    """
    for cadence, form in _FORMS.items():
        if match := form.fullmatch(label):
            try:
                return _containing(cadence, _first_day(cadence, [int(part) for part in match.groups()]))
            except ValueError:
                break
    raise InvalidPeriodError(label)


def period_for(cadence: Cadence, instant: datetime) -> Period:
    """The last period of this cadence that was complete at the instant.

    Args:
        cadence: daily, weekly, monthly or quarterly.
        instant: with time zone; its day in Asia/Shanghai decides. At 00:00 sharp the day before is complete.

    Raises:
        ValueError: the instant has no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {instant.isoformat()}")
    return previous(_containing(cadence, instant.astimezone(SHANGHAI).date()))


def previous(period: Period) -> Period:
    """The period of the same cadence right before."""
    return _containing(period.cadence, period.first_day - timedelta(days=1))


def _first_day(cadence: Cadence, numbers: list[int]) -> date:
    if cadence == "weekly":
        return date.fromisocalendar(numbers[0], numbers[1], 1)
    if cadence == "quarterly":
        return date(numbers[0], numbers[1] * 3 - 2, 1)
    return date(*numbers) if cadence == "daily" else date(numbers[0], numbers[1], 1)


def _containing(cadence: Cadence, day: date) -> Period:
    """The period a day belongs to."""
    if cadence == "daily":
        return _period(cadence, day.isoformat(), day, day + timedelta(days=1))
    if cadence == "weekly":
        year, week, weekday = day.isocalendar()
        monday = day - timedelta(days=weekday - 1)
        return _period(cadence, f"{year}-W{week:02d}", monday, monday + timedelta(days=7))
    if cadence == "monthly":
        first = day.replace(day=1)
        return _period(cadence, f"{day:%Y-%m}", first, _months_later(first, 1))
    quarter = (day.month + 2) // 3
    first = date(day.year, quarter * 3 - 2, 1)
    return _period(cadence, f"{day.year}-Q{quarter}", first, _months_later(first, 3))


def _months_later(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def _period(cadence: Cadence, label: str, first: date, after: date) -> Period:
    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), SHANGHAI)

    return Period(cadence, label, midnight(first), midnight(after))


def local_time(instant: datetime) -> str:
    """ISO 8601 with +08:00, to the second."""
    return instant.astimezone(SHANGHAI).isoformat(timespec="seconds")
