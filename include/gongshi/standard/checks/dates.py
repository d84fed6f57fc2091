"""Checks of dates: text, YYYY/MM/DD where readable (standard 4.6)."""

from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.checks.base import row_check, value_check
from gongshi.standard.checks.texts import matches
from gongshi.standard.columns import as_numpy
from gongshi.standard.dates import parse_dates
from gongshi.standard.text_columns import map_distinct

_DATE = r"^\d{4}/\d{2}/\d{2}$"
_WRITTEN = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9]{2}")
_USUAL_YEARS = 2
"""So many years get a pass over the whole column each: most numbers name the year of their decision."""


@value_check
def date_unreadable(values: pa.Array) -> pa.BooleanArray:
    """Matches no accepted form of a date (DT-01)."""
    return parse_dates(values).is_unreadable


@value_check
def date_impossible(values: pa.Array) -> pa.BooleanArray:
    """A form matches, the day does not exist."""
    return parse_dates(values).is_impossible


@value_check
def date_after(values: pa.Array, day: str) -> pa.BooleanArray:
    """Later than a fixed day."""
    return pc.and_(matches(values, _DATE), pc.greater(values, day))


@value_check
def date_before(values: pa.Array, day: str) -> pa.BooleanArray:
    """Earlier than a fixed day."""
    return pc.and_(matches(values, _DATE), pc.less(values, day))


@row_check
def is_later_than(values: pa.Array, others: pa.Array) -> pa.BooleanArray:
    """The first date is later than the second; unreadable ones take no part (preconditions)."""
    return pc.greater(values, others)


@row_check
def is_earlier_than(values: pa.Array, others: pa.Array) -> pa.BooleanArray:
    """The first date is earlier than the second."""
    return pc.less(values, others)


@row_check
def is_more_than_days_before(values: pa.Array, others: pa.Array, days: int) -> pa.BooleanArray:
    """The first date lies more than `days` before the second."""
    return pc.less(values, map_distinct(others, lambda text: _days_later(text, -days), values.type))


@row_check
def is_more_than_years_after(values: pa.Array, others: pa.Array, years: int) -> pa.BooleanArray:
    """The first date lies more than `years` after the second, by the calendar day."""
    return pc.greater(values, map_distinct(others, lambda text: _years_later(text, years), values.type))


@row_check
def number_names_other_year(numbers: pa.Array, days: pa.Array, years_before: int) -> pa.BooleanArray:
    """The year in the brackets of a document number, 〔2026〕, is later than that of the day, or too much earlier.

    Args:
        numbers: document numbers; without a bracketed year they are not judged.
        days: the dates they are measured against.
        years_before: how much earlier the number's year may be.
    """
    encoded = pc.utf8_slice_codeunits(days, 0, 4).dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    years = encoded.dictionary.to_pylist()
    judged = codes >= 0
    for code in np.argsort(np.bincount(codes[judged], minlength=len(years)))[::-1][:_USUAL_YEARS]:
        judged &= ~((codes == code) & as_numpy(pc.match_substring(numbers, f"〔{years[code]}〕")))
    rows = np.flatnonzero(judged)
    parts = pc.extract_regex(numbers.take(pa.array(rows)), r"〔(?P<year>\d{4})〕")
    named = pc.if_else(parts.is_valid(), parts.field("year"), pa.scalar(None, pa.large_string())).cast(
        pa.int32()
    )
    of_day = pa.array([int(year) if year.isdecimal() else None for year in years], pa.int32()).take(
        pa.array(codes[rows])
    )
    late = pc.greater(named, of_day)
    mask = np.zeros(len(numbers), dtype=bool)
    mask[rows] = as_numpy(pc.or_(late, pc.less(named, pc.subtract(of_day, years_before))))
    return pa.array(mask)


def _days_later(text: str, days: int) -> str | None:
    """The day that many days later; None where the text is no day, or there is no such day in the calendar."""
    if not _WRITTEN.fullmatch(text):
        return None
    try:
        day = date(*map(int, text.split("/"))) + timedelta(days=days)
    except (ValueError, OverflowError):  # OverflowError: nothing lies before 0001/01/01 or after 9999/12/31
        return None
    return day.isoformat().replace("-", "/")


def _years_later(text: str, years: int) -> str | None:
    """The same month and day that many years later, also 29 February; None where the text is no day or years end."""
    if not _WRITTEN.fullmatch(text) or int(text[:4]) + years > date.max.year:
        return None
    return f"{int(text[:4]) + years:04d}{text[4:]}"
