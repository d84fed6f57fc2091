"""公民身份号码 (GB 11643-1999): form, check character, birth date, age, place; 15-digit numbers brought to 18.

Columns and answers as in `identifiers.py`: boolean masks of the same length, True = violates, null never does.
"""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.identifiers import (
    DIGIT_VALUES,
    Bytes,
    Ints,
    Mask,
    character_bytes,
    sums_of,
    values_of,
)
from gongshi.standard.text_columns import FixedWidth, TextColumn, plain

_ID_CARD_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CARD_CHECKS = "10X98765432"
_ID_CARD_CHECK_VALUES = values_of("0123456789X")


def id_card_wrong_length(values: TextColumn) -> pa.BooleanArray:
    """Wrong form: neither 17 digits with a digit or X behind, nor (first generation) 15 digits."""
    column, old = FixedWidth.of(values, 18), FixedWidth.of(values, 15)
    new_wrong = column.misfits(_id_card_form_is_wrong(column.matrix))
    return pc.and_(new_wrong, old.misfits(_not_digits(old.matrix)))


def id_card_wrong_check(values: TextColumn) -> pa.BooleanArray:
    """18 characters whose last is not the check character of the first 17 (mod 11)."""
    column = FixedWidth.of(values, 18)
    wrong_form = _id_card_form_is_wrong(column.matrix)
    sums = np.nan_to_num(sums_of(DIGIT_VALUES, column.matrix[:, :17], _ID_CARD_WEIGHTS)).astype(np.int64)
    wrong_check = column.matrix[:, 17] != character_bytes(_ID_CARD_CHECKS, sums % 11)
    return column.spread(wrong_check & ~wrong_form)


def id_card_bad_birth(values: TextColumn, on: date, max_age: int = 120) -> pa.BooleanArray:
    """The birth date within the number (18 or 15 characters) does not exist, is after `on`, or is too long ago.

    Args:
        values: column of identity numbers.
        on: the day the number was reported; a person born that day is not in the future.
        max_age: highest age in completed years that is still believed.
    """
    column, old = FixedWidth.of(values, 18), FixedWidth.of(values, 15)
    new_bad = _births_are_bad(_numbers(column.matrix[:, 6:14]), on, max_age) & ~_id_card_form_is_wrong(
        column.matrix
    )
    old_bad = _births_are_bad(19_000_000 + _numbers(old.matrix[:, 6:12]), on, max_age) & ~_not_digits(
        old.matrix
    )
    return pc.or_(column.spread(new_bad), old.spread(old_bad))


def id_card_under_age(values: TextColumn, on: TextColumn, age: int = 18) -> pa.BooleanArray:
    """The person of an 18-character number had not completed `age` years on the row's day.

    Args:
        values: column of identity numbers.
        on: a day a row, `YYYY/MM/DD`; a row without one is not judged.
        age: completed years; who is born on 29 February completes a year on 1 March.
    """
    column = FixedWidth.of(values, 18)
    births = _numbers(column.matrix[:, 6:14])
    days = FixedWidth.of(plain(on).filter(pa.array(column.fits)), 10)
    written = days.matrix[:, [0, 1, 2, 3, 5, 6, 8, 9]]
    judged = ~_id_card_form_is_wrong(column.matrix)[days.fits] & ~_not_digits(written)
    young = np.zeros(len(births), dtype=bool)
    young[days.fits] = judged & (births[days.fits] + age * 10_000 > _numbers(written))
    return column.spread(young)


def upgrade_id_card_15(values: TextColumn) -> pa.Array:
    """Turn 15-digit numbers with a real birth date into 18 characters (19 inserted, check character appended).

    Returns:
        A string array of the same length; whatever is not such a number, null included, is unchanged.
    """
    array = plain(values)
    old = FixedWidth.of(array, 15)
    upgradable = np.zeros(len(array), dtype=bool)
    births = 19_000_000 + _numbers(old.matrix[:, 6:12])
    upgradable[old.fits] = _births_exist(births) & ~_not_digits(old.matrix)
    mask = pa.array(upgradable)
    return pc.replace_with_mask(array, mask, _upgraded(array.filter(mask)))


def _upgraded(numbers: pa.Array) -> pa.Array:
    first17 = [f"{number[:6]}19{number[6:]}" for number in numbers.to_pylist()]
    return pa.array([number + id_card_check_character(number) for number in first17], numbers.type)


def _id_card_form_is_wrong(matrix: Bytes) -> Mask:
    return _not_digits(matrix[:, :17]) | np.isnan(_ID_CARD_CHECK_VALUES[matrix[:, 17]])


def _not_digits(matrix: Bytes) -> Mask:
    return np.isnan(sums_of(DIGIT_VALUES, matrix, (1,) * matrix.shape[1]))


def _numbers(digits: Bytes) -> Ints:
    """Rows of ASCII digits as integers (rows with other bytes give nonsense, which callers mask out)."""
    powers = 10 ** np.arange(digits.shape[1] - 1, -1, -1)
    numbers: Ints = (digits.astype(np.int64) - ord("0")) @ powers
    return numbers


_DAYS_IN_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def _births_exist(births: Ints) -> Mask:
    """Whether integers of the form YYYYMMDD are days of the calendar, from 1800 on."""
    years, months, days = births // 10_000, births // 100 % 100, births % 100
    leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    last_day = _DAYS_IN_MONTH[np.where((months >= 1) & (months <= 12), months, 0)] + (leap & (months == 2))
    exist: Mask = (years >= 1800) & (days >= 1) & (days <= last_day)
    return exist


def _births_are_bad(births: Ints, on: date, max_age: int) -> Mask:
    today = on.year * 10_000 + on.month * 100 + on.day
    too_long_ago = births <= today - (max_age + 1) * 10_000
    return ~_births_exist(births) | (births > today) | too_long_ago


def id_card_check_character(first17: str) -> str:
    """Check character of a citizen identity number from its first 17 digits."""
    total = sum(int(c) * w for c, w in zip(first17, _ID_CARD_WEIGHTS, strict=True))
    return _ID_CARD_CHECKS[total % 11]
