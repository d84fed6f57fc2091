"""Periods: labels, boundaries in Asia/Shanghai, the last completed one."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.standard.periods import (
    CADENCES,
    SHANGHAI,
    InvalidPeriodError,
    parse_period,
    period_for,
    previous,
)


@pytest.mark.parametrize(
    ("label", "cadence", "first", "last", "zh"),
    [
        ("2026-05-10", "daily", "2026-05-10", "2026-05-10", "2026年5月10日"),
        ("2026-W19", "weekly", "2026-05-04", "2026-05-10", "2026年第19周（5月4日至5月10日）"),
        ("2026-W53", "weekly", "2026-12-28", "2027-01-03", "2026年第53周（12月28日至1月3日）"),
        ("2026-W01", "weekly", "2025-12-29", "2026-01-04", "2026年第1周（12月29日至1月4日）"),
        ("2026-05", "monthly", "2026-05-01", "2026-05-31", "2026年5月"),
        ("2026-12", "monthly", "2026-12-01", "2026-12-31", "2026年12月"),
        ("2026-Q1", "quarterly", "2026-01-01", "2026-03-31", "2026年第一季度"),
        ("2026-Q2", "quarterly", "2026-04-01", "2026-06-30", "2026年第二季度"),
        ("2026-Q4", "quarterly", "2026-10-01", "2026-12-31", "2026年第四季度"),
    ],
)
def test_parse_period(label, cadence, first, last, zh):
    period = parse_period(label)
    assert (period.cadence, period.label, period.label_zh) == (cadence, label, zh)
    assert (period.first_day.isoformat(), period.last_day.isoformat()) == (first, last)
    assert period.start == datetime.combine(period.first_day, datetime.min.time(), SHANGHAI)
    assert period.start.tzinfo is SHANGHAI


@pytest.mark.parametrize(
    "label",
    [
        "",
        "2026",
        "2026-13",
        "2026-5",
        "2026-W54",
        "2025-W53",
        "2026-W00",
        "2026-Q5",
        "2026-02-30",
        "２０２６-05",
        "2026-05\n",
    ],
)
def test_what_is_no_period_is_refused(label):
    with pytest.raises(InvalidPeriodError):
        parse_period(label)


@pytest.mark.parametrize(
    ("cadence", "instant", "label"),
    [
        ("daily", datetime(2026, 5, 11, 7, 30, tzinfo=SHANGHAI), "2026-05-10"),
        ("weekly", datetime(2026, 5, 11, 8, 0, tzinfo=SHANGHAI), "2026-W19"),
        ("weekly", datetime(2026, 5, 10, 23, 59, tzinfo=SHANGHAI), "2026-W18"),
        ("monthly", datetime(2026, 6, 2, 8, 0, tzinfo=SHANGHAI), "2026-05"),
        ("monthly", datetime(2026, 6, 1, 0, 0, tzinfo=SHANGHAI), "2026-05"),
        ("monthly", datetime(2026, 5, 31, 16, 0, tzinfo=UTC), "2026-05"),
        ("monthly", datetime(2026, 5, 31, 15, 59, tzinfo=UTC), "2026-04"),
        ("quarterly", datetime(2026, 7, 5, 8, 0, tzinfo=SHANGHAI), "2026-Q2"),
        ("quarterly", datetime(2026, 1, 5, 8, 0, tzinfo=SHANGHAI), "2025-Q4"),
    ],
)
def test_last_completed_period(cadence, instant, label):
    assert period_for(cadence, instant).label == label


def test_instant_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        period_for("daily", datetime(2026, 5, 11))  # noqa: DTZ001 - the fault under test


@given(st.sampled_from(CADENCES), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_periods_join_without_gap_and_read_back(cadence, day):
    period = period_for(cadence, datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI))
    assert previous(period).end == period.start
    assert parse_period(period.label) == period
    assert period.last_day < day
