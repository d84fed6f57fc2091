"""Checks of codes and ID numbers (standard 3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard import id_cards, identifiers, regions
from gongshi.standard.checks.base import row_check, value_check
from gongshi.standard.checks.texts import not_matches, starts_with_none_of
from gongshi.standard.columns import as_numpy, true_rows

for _check in (
    identifiers.uscc_wrong_form,
    identifiers.uscc_wrong_check,
    identifiers.uscc_wrong_prefix,
    identifiers.uscc_wrong_organisation_code,
    identifiers.uscc_placeholder,
    identifiers.organ_code_wrong_prefix,
    identifiers.organisation_code_wrong,
    identifiers.registration_no_wrong,
    id_cards.id_card_wrong_length,
    id_cards.id_card_wrong_check,
    regions.region_unknown,
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
        bad = as_numpy(id_cards.id_card_bad_birth(numbers, date(*map(int, day.split("/"))), max_age))
        mask |= bad & as_numpy(pc.equal(reported_on, day))
    return pa.array(mask)


@row_check
def id_number_invalid_for_type(
    numbers: pa.Array, types: pa.Array, patterns: dict[str, str]
) -> pa.BooleanArray:
    """An ID number that does not fit its type: 身份证 by length and check character, others by pattern.

    Any 18 characters in the form of a 身份证 number (a 外国人永久居留身份证 since 2023) need its check character.
    """
    mask = np.zeros(len(numbers), dtype=bool)
    for id_type, pattern in patterns.items():
        rows = true_rows(pc.equal(types, id_type))
        if not len(rows):
            continue
        chosen = numbers.take(pa.array(rows))
        if pattern == "id_card":
            misfits = id_cards.id_card_wrong_length(chosen)
        else:
            misfits = not_matches(chosen, pattern)
        wrong = pc.or_(misfits, id_cards.id_card_wrong_check(chosen))
        mask[rows] = as_numpy(wrong)
    return pa.array(mask)


@row_check
def id_card_under_age(numbers: pa.Array, days: pa.Array, age: int) -> pa.BooleanArray:
    """The person of an ID number had not completed `age` years on the row's day."""
    return id_cards.id_card_under_age(numbers, days, age)


@row_check
def differs_if_long(values: pa.Array, others: pa.Array, length: int) -> pa.BooleanArray:
    """A value of `length` characters is another than the code beside it."""
    return pc.and_(pc.equal(pc.binary_length(values), length), pc.not_equal(values, others))


@row_check
def filled_at_other_prefix(values: pa.Array, codes: pa.Array, starts: Sequence[str]) -> pa.BooleanArray:
    """The value is filled although the code beside it begins with none of the prefixes it belongs to."""
    if values.null_count == len(values):
        return pa.array(np.zeros(len(values), dtype=bool))
    return pc.and_(values.is_valid(), starts_with_none_of(codes, starts))
