"""Number cells whose look says more than their digits: dates, zero-padded codes."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from gongshi.intake.readers.tables import cell_text

_CONDITION = re.compile(r"\[[^\]]*\]")
_BLANK_SPACE = re.compile(r"_.|\\ ")
_FIRST_SOUND_DAY = date(
    1900, 3, 1
)  # before it lies the 29th of February 1900, which spreadsheets know and nobody else


class DateText(str):
    """Text of a number cell under a date format, `2026/05/06`.

    Attributes:
        serial: the stored number by its digits: what the cell says in a column of codes or amounts.
    """

    __slots__ = ("serial",)
    serial: str

    def __new__(cls, text: str, serial: str) -> DateText:
        """Make both."""
        cell = super().__new__(cls, text)
        cell.serial = serial
        return cell


def date_text(value: date | time, serial: str) -> str:
    """What a number under a date or time format says; its digits where it is no day people could mean.

    Args:
        value: the number as the format means it.
        serial: the number by its digits.
    """
    if isinstance(value, time):
        is_clock = serial == "0" or serial.startswith("0.")
        return DateText(cell_text(value.replace(microsecond=0)), serial) if is_clock else serial
    day = value.date() if isinstance(value, datetime) else value
    return DateText(cell_text(value), serial) if day >= _FIRST_SOUND_DAY else serial


def padding(number_format: str) -> int:
    """Digits a number format such as `000000` fills up to with zeros; 0 for any other format."""
    section = _BLANK_SPACE.sub("", _CONDITION.sub("", number_format.split(";")[0]))
    return len(section) if len(section) > 1 and set(section) == {"0"} else 0


def padded(digits: str, length: int) -> str:
    """A whole number filled up with zeros; any other text as it is."""
    return digits.zfill(length) if digits.isascii() and digits.isdigit() else digits
