"""Checks of dates: text, YYYY/MM/DD where readable (standard 4.6)."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.checks.base import row_check, value_check
from gongshi.standard.checks.texts import matches
from gongshi.standard.dates import parse_dates

_DATE = r"^\d{4}/\d{2}/\d{2}$"


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
def is_more_than_years_after(values: pa.Array, others: pa.Array, years: int) -> pa.BooleanArray:
    """The first date lies more than `years` after the second, by the calendar day."""
    year = pc.utf8_slice_codeunits(others, 0, 4)
    readable = matches(others, _DATE)
    limit_year = pc.add(pc.if_else(readable, year, pa.scalar("0000", year.type)).cast(pa.int32()), years)
    limit = pc.binary_join_element_wise(
        limit_year.cast(values.type), pc.utf8_slice_codeunits(others, 4, None), pa.scalar("", values.type)
    )
    return pc.and_(readable, pc.greater(values, limit))
