"""The working-day clock: when a decision must be reported, and by how many working days it is late.

A year is covered once its holiday notice is known; a day of any other year raises `UncoveredYear` and is never
guessed from weekends. Basis: the Measure, Article 2 (7 working days, the decision day not counted).
In the shipped table a notice without number carries a default `notice_date`, the 1st of December before its year.
"""

import csv
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from importlib import resources
from itertools import count

from gongshi.errors import GongshiError

REPORTING_DAYS = 7
_ONE_DAY = timedelta(days=1)


class UncoveredYear(GongshiError, LookupError):  # noqa: N818 - a state callers provide for, not a fault
    """Raised when a day is asked for in a year whose holiday notice is not in the table."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"no holiday table for {year}; load the notice of that year with `gongshi registry load`"
        )
        self.year = year


class WorkingCalendar:
    """Working days of the covered years.

    Args:
        exceptions: days that differ from Monday to Friday: True = works (a make-up day), False = off.
        years: the covered years; exceptions outside them are without effect.
    """

    def __init__(self, exceptions: Mapping[date, bool], years: Iterable[int]) -> None:
        self.years = frozenset(years)
        self._exceptions = dict(exceptions)
        self._workdays = [day for year in sorted(self.years) for day in _days_of(year) if self._works(day)]

    def is_workday(self, d: date) -> bool:
        """Whether people work on this day.

        Raises:
            UncoveredYear: the year of `d` is not covered.
        """
        self._require(d, d)
        return self._works(d)

    def due_date(self, decision: date, days: int = REPORTING_DAYS) -> date:
        """Last on-time day: the `days`-th working day after the decision day, which itself is not counted.

        Raises:
            UncoveredYear: the day lies, or may lie, in a year that is not covered.
        """
        first = decision + _ONE_DAY
        self._require(first, first)
        place = bisect_right(self._workdays, decision) + days - 1
        if place >= len(self._workdays):
            raise UncoveredYear(self._first_gap(first.year))
        due = self._workdays[place]
        self._require(first, due)
        return due

    def working_days_between(self, a: date, b: date) -> int:
        """Number of working days after `a` up to and including `b`; negative when `b` is before `a`.

        Raises:
            UncoveredYear: one of the days counted lies in a year that is not covered.
        """
        if b < a:
            return -self.working_days_between(b, a)
        if a == b:
            return 0
        self._require(a + _ONE_DAY, b)
        return bisect_right(self._workdays, b) - bisect_right(self._workdays, a)

    def late_days(self, due: date, accepted: date) -> int:
        """Working days between the due day and the first acceptance: 0 = on time, at least 1 when late.

        An acceptance on a day off right after the due day is late although no working day passed; it counts 1.

        Raises:
            UncoveredYear: one of the days between lies in a year that is not covered.
        """
        return 0 if accepted <= due else max(1, self.working_days_between(due, accepted))

    def _works(self, day: date) -> bool:
        return self._exceptions.get(day, day.weekday() < 5)

    def _first_gap(self, year: int) -> int:
        return next(y for y in count(year) if y not in self.years)

    def _require(self, first: date, last: date) -> None:
        """Every year from the first to the last day must be covered."""
        gap = self._first_gap(first.year)
        if gap <= last.year:
            raise UncoveredYear(gap)


def _days_of(year: int) -> Iterable[date]:
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    return (first + timedelta(days=n) for n in range(length))


@cache
def shipped_calendar() -> WorkingCalendar:
    """The calendar in `codes/holidays.csv`: all years from its first to its last row are covered."""
    text = resources.files("gongshi.standard").joinpath("codes", "holidays.csv").read_text("utf-8")
    exceptions = {
        date.fromisoformat(row["date"]): row["is_workday"] == "1" for row in csv.DictReader(text.splitlines())
    }
    return WorkingCalendar(exceptions, range(min(exceptions).year, max(exceptions).year + 1))
