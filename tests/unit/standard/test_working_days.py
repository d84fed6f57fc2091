"""The clock against the vectors of the standard (section 5) and the holidays package."""

import csv
from datetime import date, timedelta
from importlib import resources

import holidays
import pytest

from gongshi.standard.working_days import UncoveredYear, WorkingCalendar, shipped_calendar


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize(
    ("decision", "due"),
    [
        ("2026-02-13", "2026-03-02"),
        ("2026-04-30", "2026-05-13"),
        ("2026-06-12", "2026-06-24"),
        ("2026-09-18", "2026-09-29"),
        ("2026-09-30", "2026-10-15"),
        ("2026-11-20", "2026-12-01"),
        ("2026-11-22", "2026-12-01"),
        ("2025-09-26", "2025-10-13"),
        ("2026-12-22", "2026-12-31"),
    ],
)
def test_due_date_of_the_standard(decision, due):
    assert shipped_calendar().due_date(date.fromisoformat(decision)) == date.fromisoformat(due)


@pytest.mark.parametrize(
    "decision", ["2026-12-23", "2026-12-28", "2026-12-31", "2027-03-01", "2017-12-30", "2010-01-01"]
)
def test_a_due_date_in_an_uncovered_year_is_never_guessed(decision):
    with pytest.raises(UncoveredYear) as error:
        shipped_calendar().due_date(date.fromisoformat(decision))
    assert error.value.year not in range(2018, 2027)


def test_a_gap_between_covered_years_is_not_jumped_over():
    calendar = WorkingCalendar({}, [2024, 2026])
    with pytest.raises(UncoveredYear, match="2025"):
        calendar.due_date(date(2024, 12, 30))
    with pytest.raises(UncoveredYear, match="2025"):
        calendar.working_days_between(date(2024, 12, 30), date(2026, 1, 5))


def test_due_date_equals_counting_day_by_day():
    calendar = shipped_calendar()
    for decision in days(date(2023, 12, 1), date(2026, 12, 22)):
        day, left = decision, 7
        while left:
            day += timedelta(days=1)
            left -= calendar.is_workday(day)
        assert calendar.due_date(decision) == day
        assert calendar.working_days_between(decision, day) == 7


def test_working_days_of_2026():
    calendar = shipped_calendar()
    assert calendar.working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 248
    assert calendar.working_days_between(date(2026, 12, 31), date(2025, 12, 31)) == -248


@pytest.mark.parametrize(
    ("due", "accepted", "late"),
    [
        ("2026-05-13", "2026-05-13", 0),
        ("2026-05-13", "2026-05-02", 0),
        ("2026-05-13", "2026-05-14", 1),
        ("2026-05-15", "2026-05-16", 1),  # a Saturday: late, although no working day has passed
        ("2026-05-15", "2026-05-18", 1),
        ("2026-09-29", "2026-10-10", 4),  # 09-30, 10-08, 10-09, the make-up Saturday
    ],
)
def test_late_days(due, accepted, late):
    assert shipped_calendar().late_days(date.fromisoformat(due), date.fromisoformat(accepted)) == late


def test_an_edited_table_changes_the_due_date():
    """The notice of 2027 is loaded by an operator; nothing is cached across calendars."""
    plain = WorkingCalendar({}, [2027])
    with_holiday = WorkingCalendar({date(2027, 3, 2): False}, [2027])
    assert plain.due_date(date(2027, 3, 1)) == date(2027, 3, 10)
    assert with_holiday.due_date(date(2027, 3, 1)) == date(2027, 3, 11)


def test_holidays_package_agrees_on_every_day():
    china = holidays.China(years=range(2018, 2027))
    calendar = shipped_calendar()
    span = days(date(2018, 1, 1), date(2026, 12, 31))
    assert [day for day in span if calendar.is_workday(day) != china.is_working_day(day)] == []


def test_table_holds_only_days_that_differ_and_names_their_notice():
    text = resources.files("gongshi.standard").joinpath("codes", "holidays.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["date"] for row in rows] == sorted({row["date"] for row in rows})
    for row in rows:
        day = date.fromisoformat(row["date"])
        assert (row["is_workday"] == "1") != (day.weekday() < 5)
        assert date.fromisoformat(row["notice_date"]) < day
        assert row["name"]
        assert "通知" in row["source_notice"]
