"""Dates: every form of DT-01, days that do not exist, columns of every shape."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.standard.dates import is_forever, parse_dates

DAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026/05/01",
        "2026/5/1",
        "2026-05-01",
        "2026.5.1",
        "2026年5月1日",
        "2026年05月01日",
        "20260501",
        "46143",
        "2026-05-01 09:30:00",
        "2026/5/1 9:30",
        "2026-05-01T23:59:59.123",
        "2026-05-01T00:00:00+08:00",
    ],
)
def test_forms_are_read(text):
    parsed = parse_dates(pa.array([text]))
    assert parsed.text.to_pylist() == ["2026/05/01"]
    assert parsed.days.to_pylist() == [DAY]
    assert parsed.is_unreadable.to_pylist() == parsed.is_impossible.to_pylist() == [False]


@pytest.mark.parametrize(
    "text",
    [
        "5月1日",
        "2026/05",
        "2026-05/01",
        "长期",
        "26/05/01",
        "12345",
        "99999",
        "2026/05/01 25:00",
        "２０２６/05/01",
        "x",
        "2026/05/01\n",
    ],
)
def test_unreadable_is_left_as_it_is(text):
    parsed = parse_dates(pa.array([text]))
    assert parsed.is_unreadable.to_pylist() == [True]
    assert parsed.is_impossible.to_pylist() == [False]
    assert parsed.text.to_pylist() == [text]
    assert parsed.days.to_pylist() == [None]


@pytest.mark.parametrize(
    "text", ["2027/13/40", "2026/02/30", "0000/00/00", "20261301", "2026年2月30日", "2025-02-29 10:00"]
)
def test_impossible_day(text):
    parsed = parse_dates(pa.array([text]))
    assert parsed.is_impossible.to_pylist() == [True]
    assert parsed.is_unreadable.to_pylist() == [False]
    assert parsed.text.to_pylist() == [text]


def test_default_dates_and_limits_are_readable():
    """They exist; DT-03, DT-05 and DT-07 judge them."""
    texts = ["0001/01/01", "1899/12/30", "1900/01/01", "2099/12/31", "2100/01/01", "9999/12/31"]
    assert parse_dates(pa.array(texts)).text.to_pylist() == texts


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_every_form_of_a_day_reads_as_that_day(day):
    serial = str((day - date(1899, 12, 30)).days)
    forms = [
        f"{day:%Y/%m/%d}",
        f"{day:%Y-%m-%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
        serial,
    ]
    forms += [f"{day.year}年{day.month}月{day.day}日", f"{day:%Y-%m-%d} 08:00:00"]
    assert set(parse_dates(pa.array(forms)).days.to_pylist()) == {day}


def test_columns_of_every_shape():
    texts = ["x", "2026-05-01", None, "", "坏", "2026/02/30", "x"]
    whole = pa.array(texts).slice(1, 5)
    for column in (
        whole,
        whole.cast(pa.large_string()),
        pa.chunked_array([whole.slice(0, 2), whole.slice(2)]),
        whole.dictionary_encode(),
    ):
        parsed = parse_dates(column)
        assert parsed.text.to_pylist() == ["2026/05/01", None, "", "坏", "2026/02/30"]
        assert parsed.is_unreadable.to_pylist() == [False, False, False, True, False]
        assert parsed.is_impossible.to_pylist() == [False, False, False, False, True]
        assert parsed.days.to_pylist() == [DAY, None, None, None, None]
    assert len(parse_dates(pa.array([], pa.string())).text) == 0


def test_forever_words():
    column = pa.array(["长期", "永久", "无固定期限", "长期有效", "2099/12/31", "", None])
    assert is_forever(column).to_pylist() == [True, True, True, True, False, False, False]
