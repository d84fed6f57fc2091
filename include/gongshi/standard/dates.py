"""Dates as agencies write them, brought to `YYYY/MM/DD`.

Columns have few distinct dates, so the work is done once per distinct value (a million rows of ordinary dates take about
a tenth of a second). Canonical texts compare like the days they name, and `ParsedDates.days` holds them as date32.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.text_columns import TextColumn, flag_distinct, plain

FOREVER = "2099/12/31"
FOREVER_WORDS = frozenset({"长期", "永久", "无固定期限", "长期有效", "永久有效"})
_EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of serials after 1900-02-28 (Excel counts a 29 February 1900)
_EXCEL_SERIALS = range(18264, 73051)  # 1950/01/01 to 2099/12/31
_CLOCK = r"(?:(?:\s+|T)(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?(?:\+08:?00)?)?"
_FORMS = tuple(
    re.compile(form + _CLOCK, re.ASCII)
    for form in (
        r"([0-9]{4})([/.\-])([0-9]{1,2})\2([0-9]{1,2})",
        r"([0-9]{4})(年)([0-9]{1,2})月([0-9]{1,2})日",
        r"([0-9]{4})()([0-9]{2})([0-9]{2})",
    )
)


@dataclass(frozen=True)
class ParsedDates:
    """A column of dates, read; all members have the length of the column.

    Attributes:
        text: `YYYY/MM/DD` where readable, else the value as given (null and empty too).
        is_unreadable: matches no form (DT-01); False for null and empty.
        is_impossible: matches a form, but there is no such day (DT-02); False for null and empty.
        days: date32, null where there is no readable day.
    """

    text: pa.Array
    is_unreadable: pa.BooleanArray
    is_impossible: pa.BooleanArray
    days: pa.Date32Array


def parse_dates(values: TextColumn) -> ParsedDates:
    """Read a column of dates.

    Forms (DT-01): YYYY/MM/DD, YYYY-MM-DD, YYYY.M.D (month and day of one or two digits in each), YYYY年M月D日,
    YYYYMMDD, each with a time of day behind a blank or T; Excel serial numbers of 1950 to 2099.
    """
    array = plain(values)
    encoded = array.dictionary_encode()
    distinct = [_read(text) for text in encoded.dictionary.to_pylist()]
    given = zip(encoded.dictionary.to_pylist(), distinct, strict=True)
    texts = [f"{day.year:04d}/{day:%m/%d}" if isinstance(day, date) else text for text, day in given]

    def spread(column: list[Any], type_: pa.DataType) -> pa.Array:
        return pa.array(column, type_).take(encoded.indices)

    return ParsedDates(
        text=spread(texts, array.type),
        is_unreadable=pc.fill_null(spread([day == "unreadable" for day in distinct], pa.bool_()), False),
        is_impossible=pc.fill_null(spread([day == "impossible" for day in distinct], pa.bool_()), False),
        days=spread([day if isinstance(day, date) else None for day in distinct], pa.date32()),
    )


def is_forever(values: TextColumn) -> pa.BooleanArray:
    """Words for "without end" in an end date (DT-08); null and empty answer False."""
    return flag_distinct(values, FOREVER_WORDS.__contains__)


def _read(text: str) -> date | str | None:
    """The day a text names, "unreadable", "impossible", or None for an empty text."""
    if not text:
        return None
    for form in _FORMS:
        if match := form.fullmatch(text):
            try:
                return date(int(match[1]), int(match[3]), int(match[4]))
            except ValueError:
                return "impossible"
    if len(text) == 5 and text.isascii() and text.isdigit() and int(text) in _EXCEL_SERIALS:
        return _EXCEL_EPOCH + timedelta(days=int(text))
    return "unreadable"
