"""The checks rules are made of: pure functions over Arrow text columns, True = violates.

A rule names a check and its parameters (`standard.model.Case`); nothing here knows a rule id or a field name. A value
check looks at one column, and repeated values once; a row check compares columns. Null (an empty cell) violates only
`is_empty`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard import identifiers
from gongshi.standard.amounts import amounts_in_text
from gongshi.standard.code_lists import load_list, needs_note, split_penalty_categories
from gongshi.standard.columns import Column, Rows, as_numpy, holds_any_byte, true_rows
from gongshi.standard.dates import parse_dates

ValueCheck = Callable[..., pa.BooleanArray]
VALUE_CHECKS: dict[str, ValueCheck] = {}
ROW_CHECKS: dict[str, ValueCheck] = {}
IS_EMPTY = "is_empty"

_DATE = r"^\d{4}/\d{2}/\d{2}$"
_AMOUNT = r"^\d+(\.\d+)?$"


def violating_rows(check: str, columns: Sequence[Column], params: dict[str, Any]) -> Rows:
    """Rows at which `check` is violated.

    Raises:
        KeyError: no check has that name.
    """
    if check == IS_EMPTY:
        return columns[0].null_rows()
    if check in VALUE_CHECKS:
        return columns[0].rows_where(lambda values: VALUE_CHECKS[check](values, **params))
    return true_rows(ROW_CHECKS[check](*(column.values for column in columns), **params))


def exists(check: str) -> bool:
    """True when a check has that name."""
    return check == IS_EMPTY or check in VALUE_CHECKS or check in ROW_CHECKS


def value_check(function: ValueCheck) -> ValueCheck:
    """Register a check of one column."""
    VALUE_CHECKS[function.__name__] = function
    return function


def row_check(function: ValueCheck) -> ValueCheck:
    """Register a check that compares columns."""
    ROW_CHECKS[function.__name__] = function
    return function


def _by_value(values: pa.Array, violates: Callable[[str], bool]) -> pa.BooleanArray:
    """Apply a Python predicate once per distinct value."""
    distinct = values.dictionary_encode()
    hits = np.array([violates(text) for text in distinct.dictionary.to_pylist()] + [False])
    codes = distinct.indices.fill_null(len(hits) - 1).to_numpy(zero_copy_only=False)
    return pa.array(hits[codes])


# ------------------------------------------------------------------ forms of text


@value_check
def is_filled(values: pa.Array) -> pa.BooleanArray:
    """The cell has a value where it must be empty."""
    return pc.is_valid(values)


@value_check
def matches(values: pa.Array, pattern: str, needs: str = "") -> pa.BooleanArray:
    """The RE2 pattern is found in the value.

    Args:
        values: texts.
        pattern: RE2.
        needs: ASCII characters; every match holds one of them, so that a column without any is done in no time.
    """
    if needs and not holds_any_byte(values, needs.encode("ascii")):
        return pa.array(np.zeros(len(values), dtype=bool))
    return pc.match_substring_regex(values, pattern)


@value_check
def not_matches(values: pa.Array, pattern: str) -> pa.BooleanArray:
    """The RE2 pattern is not found in the value."""
    return pc.invert(pc.match_substring_regex(values, pattern))


@value_check
def matches_except(values: pa.Array, pattern: str, exception: str) -> pa.BooleanArray:
    """The pattern is found, the exception is not."""
    mask = as_numpy(matches(values, pattern)).copy()
    rows = np.flatnonzero(mask)
    mask[rows] = as_numpy(not_matches(values.take(pa.array(rows)), exception))
    return pa.array(mask)


@value_check
def is_one_of(values: pa.Array, words: Sequence[str]) -> pa.BooleanArray:
    """The whole value is one of the words."""
    return pc.is_in(values, value_set=pa.array(list(words), values.type))


@value_check
def is_none_of(values: pa.Array, words: Sequence[str]) -> pa.BooleanArray:
    """The whole value is none of the words."""
    return pc.and_(pc.is_valid(values), pc.invert(is_one_of(values, words)))


@value_check
def starts_with_one_of(values: pa.Array, starts: Sequence[str]) -> pa.BooleanArray:
    """The value begins with one of the texts."""
    first = pc.utf8_slice_codeunits(values, 0, max(map(len, starts)))
    masks = [pc.starts_with(first, start) for start in starts]
    return _any(masks)


@value_check
def starts_with_none_of(values: pa.Array, starts: Sequence[str]) -> pa.BooleanArray:
    """The value begins with none of the texts."""
    return pc.invert(starts_with_one_of(values, starts))


@value_check
def longer_than(values: pa.Array, length: int) -> pa.BooleanArray:
    """More characters than allowed."""
    if not _has_long_value(values, length):
        return pa.array(np.zeros(len(values), dtype=bool))
    return pc.greater(pc.utf8_length(values), length)


@value_check
def shorter_than(values: pa.Array, length: int) -> pa.BooleanArray:
    """Fewer characters than needed."""
    return pc.less(pc.utf8_length(values), length)


@value_check
def is_repetition_or_punctuation(values: pa.Array, times: int = 3) -> pa.BooleanArray:
    """The whole value is one character repeated (≥ `times`), or only punctuation."""
    same_ends = pc.equal(pc.utf8_slice_codeunits(values, 0, 1), pc.utf8_slice_codeunits(values, -1, None))
    candidates = pc.and_(same_ends, pc.greater_equal(pc.utf8_length(values), times))
    mask = as_numpy(pc.match_substring_regex(values, r"^[\pP\pS\s]+$")).copy()
    rows = true_rows(candidates)
    mask[rows] |= np.array(
        [len(set(text)) == 1 for text in values.take(pa.array(rows)).to_pylist()], dtype=bool
    )
    return pa.array(mask)


@value_check
def holds_several_names(values: pa.Array, separators: str, endings: Sequence[str]) -> pa.BooleanArray:
    """Two or more parts between separators each end like an organisation's name."""
    candidates = true_rows(pc.match_substring_regex(values, f"[{separators}]"))
    mask = np.zeros(len(values), dtype=bool)
    table = str.maketrans(dict.fromkeys(separators, "\n"))
    for row in candidates:
        parts = values[int(row)].as_py().translate(table).split("\n")
        mask[row] = sum(part.strip().endswith(tuple(endings)) for part in parts) > 1
    return pa.array(mask)


# ------------------------------------------------------------------ code lists


@value_check
def is_not_in_list(values: pa.Array, code_list: str) -> pa.BooleanArray:
    """The value is not in the code list, synonyms and forms of 其他 included."""
    known = load_list(code_list)
    return _by_value(values, lambda text: known.canonical(text) is None)


@value_check
def is_other_without_note(values: pa.Array) -> pa.BooleanArray:
    """其他 without saying what."""
    return _by_value(values, needs_note)


@value_check
def has_part_not_in_list(values: pa.Array, code_list: str) -> pa.BooleanArray:
    """One of several categories is not in the list."""
    known = load_list(code_list)
    return _by_value(values, lambda text: any(known.canonical(part) is None for part in _categories(text)))


@value_check
def has_other_part_without_note(values: pa.Array) -> pa.BooleanArray:
    """One of several categories is 其他 without saying what."""
    return _by_value(values, lambda text: any(needs_note(part) for part in _categories(text)))


@cache
def _categories(text: str) -> tuple[str, ...]:
    return tuple(split_penalty_categories(text))


def in_group(text: str, code_list: str, groups: Sequence[str]) -> bool:
    """True when one of the categories in `text` belongs to one of the groups, or is one of them by name."""
    known = load_list(code_list)
    return any(known.group(part) in groups or known.canonical(part) in groups for part in _categories(text))


# ------------------------------------------------------------------ identifiers

for _check in (
    identifiers.uscc_wrong_form,
    identifiers.uscc_wrong_check,
    identifiers.uscc_wrong_prefix,
    identifiers.uscc_placeholder,
    identifiers.organ_code_wrong_prefix,
    identifiers.organisation_code_wrong,
    identifiers.registration_no_wrong,
    identifiers.id_card_wrong_length,
    identifiers.id_card_wrong_check,
):
    value_check(_check)


@value_check
def organ_code_invalid(values: pa.Array) -> pa.BooleanArray:
    """Not a valid 统一社会信用代码: form or check character."""
    return pc.or_(identifiers.uscc_wrong_form(values), identifiers.uscc_wrong_check(values))


@row_check
def organ_prefix_unknown(codes: pa.Array, registered: pa.Array, allowed: Sequence[str]) -> pa.BooleanArray:
    """The prefix is none of an organ's, and the code is in no registry (`registered` = "no")."""
    return pc.and_(identifiers.organ_code_wrong_prefix(codes, allowed), pc.equal(registered, "no"))


@row_check
def organisation_code_differs(codes: pa.Array, usccs: pa.Array) -> pa.BooleanArray:
    """组织机构代码 is not characters 9–17 of the 统一社会信用代码."""
    return pc.not_equal(codes, pc.utf8_slice_codeunits(usccs, 8, 17))


@row_check
def id_card_bad_birth(numbers: pa.Array, reported_on: pa.Array, max_age: int = 120) -> pa.BooleanArray:
    """Birth date of an 18-character ID number impossible, after the day of report, or older than `max_age`."""
    mask = np.zeros(len(numbers), dtype=bool)
    for day in pc.unique(reported_on).to_pylist():
        bad = as_numpy(identifiers.id_card_bad_birth(numbers, date(*map(int, day.split("/"))), max_age))
        mask |= bad & as_numpy(pc.equal(reported_on, day))
    return pa.array(mask)


@row_check
def id_number_invalid_for_type(
    numbers: pa.Array, types: pa.Array, patterns: dict[str, str]
) -> pa.BooleanArray:
    """An ID number that does not fit its type: 身份证 by length and check character, others by pattern."""
    mask = np.zeros(len(numbers), dtype=bool)
    for id_type, pattern in patterns.items():
        rows = true_rows(pc.equal(types, id_type))
        if not len(rows):
            continue
        chosen = numbers.take(pa.array(rows))
        if pattern == "id_card":
            wrong = pc.or_(identifiers.id_card_wrong_length(chosen), identifiers.id_card_wrong_check(chosen))
        else:
            wrong = not_matches(chosen, pattern)
        mask[rows] = as_numpy(wrong)
    return pa.array(mask)


# ------------------------------------------------------------------ dates (text, YYYY/MM/DD where readable)


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


# ------------------------------------------------------------------ amounts (text, 万元)


@value_check
def amount_not_numeric(values: pa.Array, digits: int) -> pa.BooleanArray:
    """Not a non-negative decimal number, or one with more digits before the point than the column stores."""
    return not_matches(values, rf"^\d{{1,{digits}}}(\.\d+)?$")


@value_check
def amount_has_more_decimals(values: pa.Array, decimals: int) -> pa.BooleanArray:
    """More decimals than the column stores."""
    return matches(values, rf"^\d+\.\d{{{decimals}}}\d*[1-9]\d*$|^\d+\.\d{{{decimals}}}\d+$")


@row_check
def amount_missing(amounts: pa.Array, categories: pa.Array, groups: Sequence[str]) -> pa.BooleanArray:
    """A category asks for an amount, and it is empty or not above 0."""
    return pc.and_(_has_group(categories, groups), pc.invert(_is_positive(amounts)))


@row_check
def amount_without_category(
    amounts: pa.Array, categories: pa.Array, groups: Sequence[str]
) -> pa.BooleanArray:
    """An amount above 0 stands without its category."""
    return pc.and_(_is_positive(amounts), pc.invert(_has_group(categories, groups)))


@row_check
def empty_although_category(values: pa.Array, categories: pa.Array, groups: Sequence[str]) -> pa.BooleanArray:
    """A category asks for a value, and it is empty."""
    return pc.and_(values.is_null(), _has_group(categories, groups))


@row_check
def amount_missing_and_remark(
    amounts: pa.Array,
    categories: pa.Array,
    remarks: pa.Array,
    groups: Sequence[str],
    pattern: str,
    found: bool,
) -> pa.BooleanArray:
    """As `amount_missing`, split by whether the remark explains it."""
    explained = pc.fill_null(pc.match_substring_regex(remarks, pattern), False)
    return pc.and_(amount_missing(amounts, categories, groups), explained if found else pc.invert(explained))


@row_check
def category_without(
    categories: pa.Array, parties: pa.Array, groups: Sequence[str], allowed: str
) -> pa.BooleanArray:
    """A category that only fits one kind of counterpart stands at another."""
    return pc.and_(_has_group(categories, groups), pc.fill_null(pc.not_equal(parties, allowed), False))


@row_check
def amount_differs_from_text(
    amounts: pa.Array, texts: pa.Array, factor: int, exact_factor: bool
) -> pa.BooleanArray:
    """An amount in 万元 is none of the amounts the text names (元, 万元, Chinese numerals).

    Args:
        amounts: 万元.
        texts: free text.
        factor: the ratio that betrays 元 written as 万元.
        exact_factor: True asks for differences by exactly that factor, False for all others.
    """
    mask = np.zeros(len(amounts), dtype=bool)
    rows = true_rows(pc.and_(_is_positive(amounts), pc.match_substring_regex(texts, "[元圆]")))
    for row, amount, text in zip(
        rows, amounts.take(pa.array(rows)).to_pylist(), texts.take(pa.array(rows)).to_pylist(), strict=True
    ):
        named = amounts_in_text(text)
        yuan = Decimal(amount) * 10_000
        if not named or yuan in named:
            continue
        by_factor = any(value and (yuan == value * factor or value == yuan * factor) for value in named)
        mask[row] = by_factor == exact_factor
    return pa.array(mask)


# ------------------------------------------------------------------ several columns


@row_check
def empty_without(values: pa.Array, others: pa.Array) -> pa.BooleanArray:
    """The first is empty although the second is filled."""
    return pc.and_(values.is_null(), others.is_valid())


@row_check
def cell_count_differs(found: pa.Array, expected: pa.Array) -> pa.BooleanArray:
    """The row has other cells than its header, or broken quoting."""
    return pc.fill_null(pc.not_equal(found, expected), False)


def _any(masks: Sequence[pa.BooleanArray]) -> pa.BooleanArray:
    result = masks[0]
    for mask in masks[1:]:
        result = pc.or_(result, mask)
    return result


def _is_positive(amounts: pa.Array) -> pa.BooleanArray:
    numeric = pc.if_else(
        pc.fill_null(matches(amounts, _AMOUNT), False), amounts, pa.scalar("0", amounts.type)
    )
    return pc.greater(pc.cast(numeric, pa.float64()), 0.0)


def _has_group(categories: pa.Array, groups: Sequence[str]) -> pa.BooleanArray:
    return _by_value(categories, lambda text: in_group(text, "penalty_category", groups))


def _has_long_value(values: pa.Array, length: int) -> bool:
    """Cheap test on bytes: a value of at most `length` bytes has at most `length` characters."""
    longest = pc.max(pc.binary_length(values)).as_py()
    return longest is not None and longest > length
