"""Identifiers of organisations: form, check characters, what the parts must be (`id_cards.py`: those of persons).

Every column function takes a column of text and answers a boolean mask of the same length, True = violates.
Null and empty never violate. A *form* function looks at length and alphabet; a *check* function answers False for
values of wrong form, because those violate the form rule only (preconditions of the rule book, section 4).
Columns are expected after normalisation: trimmed, half width, upper case.

Basis: GB 32100-2015 (USCC), GB 11714-1997 (organisation code), GS 15-2006 with ISO 7064 MOD 11,10 (registration
number).
"""

import csv
from collections.abc import Collection
from functools import cache
from importlib import resources
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.text_columns import FixedWidth, TextColumn, plain

Bytes: TypeAlias = npt.NDArray[np.uint8]
Mask: TypeAlias = npt.NDArray[np.bool_]
Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float32]

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS = "0123456789X"
ORGAN_PREFIXES = ("11", "12", "13", "19")


def values_of(alphabet: str) -> Floats:
    """Table byte → value as float32; NaN marks a byte outside the alphabet, so that any sum with it is NaN."""
    table = np.full(256, np.nan, dtype=np.float32)
    table[np.frombuffer(alphabet.encode(), dtype=np.uint8)] = np.arange(len(alphabet))
    return table


_USCC_VALUES = values_of(USCC_ALPHABET)
_ORGANISATION_VALUES = values_of(_ORGANISATION_ALPHABET)
DIGIT_VALUES = values_of("0123456789")


def sums_of(table: Floats, matrix: Bytes, weights: Collection[int]) -> Floats:
    """Weighted sum per row; NaN where a byte is outside the alphabet. Exact: all sums are far below 2**24."""
    return np.einsum("ij,j->i", table[matrix], np.asarray(tuple(weights), dtype=np.float32))


def character_bytes(characters: str, index: Ints) -> Bytes:
    """The bytes of the characters at these positions."""
    return np.frombuffer(characters.encode(), dtype=np.uint8)[index]


# --- 统一社会信用代码 ------------------------------------------------------------------------------------------------


def uscc_wrong_form(values: TextColumn) -> pa.BooleanArray:
    """Not 18 characters of the 31-character alphabet (no I, O, S, V, Z)."""
    column = FixedWidth.of(values, 18)
    return column.misfits(_uscc_form_is_wrong(column.matrix))


def uscc_wrong_check(values: TextColumn) -> pa.BooleanArray:
    """The 18th character is not the check character of the first 17 (mod 31)."""
    column = FixedWidth.of(values, 18)
    # weight 1 on the check character itself: a right code sums to 0 mod 31; NaN compares False, then "> 0" too
    sums = sums_of(_USCC_VALUES, column.matrix, (*_USCC_WEIGHTS, 1))
    with np.errstate(invalid="ignore"):
        return column.spread(np.mod(sums, 31) > 0)


def uscc_wrong_prefix(values: TextColumn) -> pa.BooleanArray:
    """Registering authority and type (first two characters) are not in the table of GB 32100-2015."""
    return _uscc_prefix_not_in(values, tuple(code_table("uscc_prefixes")))


def organ_code_wrong_prefix(values: TextColumn, allowed: Collection[str] = ORGAN_PREFIXES) -> pa.BooleanArray:
    """The code of a deciding organ or source unit begins with another prefix than an organ has."""
    return _uscc_prefix_not_in(values, allowed)


def uscc_wrong_organisation_code(values: TextColumn) -> pa.BooleanArray:
    """Characters 9 to 17 are no organisation code with a right check character."""
    column = FixedWidth.of(values, 18)
    wrong = _organisation_code_is_wrong(column.matrix[:, 8:17])
    return column.spread(wrong & ~_uscc_form_is_wrong(column.matrix))


def uscc_placeholder(values: TextColumn) -> pa.BooleanArray:
    """Nobody's code: the first 17 characters are equal, or the value is listed in `codes/placeholder_codes.csv`."""
    column = FixedWidth.of(values, 18)
    equal = (column.matrix[:, 1:17] == column.matrix[:, :1]).all(axis=1) & ~_uscc_form_is_wrong(column.matrix)
    listed = pc.is_in(
        plain(values), value_set=pa.array(list(code_table("placeholder_codes")), plain(values).type)
    )
    return pc.or_(column.spread(equal), listed)


def _uscc_form_is_wrong(matrix: Bytes) -> Mask:
    return np.isnan(sums_of(_USCC_VALUES, matrix, (1,) * 18))


def _uscc_prefix_not_in(values: TextColumn, prefixes: Collection[str]) -> pa.BooleanArray:
    column = FixedWidth.of(values, 18)
    known = np.zeros(1 << 16, dtype=bool)
    known[[ord(prefix[0]) << 8 | ord(prefix[1]) for prefix in prefixes]] = True
    pairs = column.matrix[:, 0].astype(np.uint16) << 8 | column.matrix[:, 1]
    return column.spread(~known[pairs] & ~_uscc_form_is_wrong(column.matrix))


@cache
def code_table(name: str) -> dict[str, str]:
    """First column → second column of one of our CSV files."""
    text = resources.files("gongshi.standard").joinpath("codes", f"{name}.csv").read_text("utf-8")
    rows = list(csv.reader(text.splitlines()))[1:]
    return {row[0]: row[1] for row in rows}


# --- 组织机构代码, 工商注册号 --------------------------------------------------------------------------------------------


def organisation_code_wrong(values: TextColumn) -> pa.BooleanArray:
    """Not 9 characters (without "-") of digits and capital letters, or the check character is wrong."""
    column = FixedWidth.of(values, 9)
    return column.misfits(_organisation_code_is_wrong(column.matrix))


def _organisation_code_is_wrong(matrix: Bytes) -> Mask:
    """Per row of 9 bytes: outside the alphabet, or another check character than the first 8 ask for."""
    sums = sums_of(_ORGANISATION_VALUES, matrix[:, :8], _ORGANISATION_WEIGHTS)
    bad_alphabet = np.isnan(sums)
    check = (-np.nan_to_num(sums).astype(np.int64)) % 11
    wrong: Mask = bad_alphabet | (matrix[:, 8] != character_bytes(_ORGANISATION_CHECKS, check))
    return wrong


def registration_no_wrong(values: TextColumn) -> pa.BooleanArray:
    """Registration number: 15 characters but not digits with a right check digit, or a length other than 13, 15, 18.

    The older 13-digit numbers have no check digit; 18 long is a USCC in the wrong field (rules ID-10, ID-17).
    """
    column = FixedWidth.of(values, 15)
    lengths = pc.fill_null(pc.utf8_length(plain(values)), 0)
    odd_length = pc.invert(pc.is_in(lengths, value_set=pa.array([0, 13, 15, 18], lengths.type)))
    return pc.or_(odd_length, column.spread(_registration_no_is_wrong(column.matrix)))


def _registration_no_is_wrong(matrix: Bytes) -> Mask:
    digits = matrix.astype(np.int64) - ord("0")
    product = np.full(len(digits), 10)
    for column in digits[:, :14].T:
        total = (product + column) % 10
        product = np.where(total == 0, 10, total) * 2 % 11
    bad_alphabet = np.isnan(sums_of(DIGIT_VALUES, matrix, (1,) * 15))
    wrong: Mask = bad_alphabet | (digits[:, 14] != (11 - product) % 10)
    return wrong


# --- one value at a time, for generators and tests --------------------------------------------------------------------


def uscc_check_character(first17: str) -> str:
    """Check character of a USCC from its first 17 characters."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(first17, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def organisation_code_check_character(first8: str) -> str:
    """Check character of an organisation code from its first 8 characters."""
    total = sum(
        _ORGANISATION_ALPHABET.index(c) * w for c, w in zip(first8, _ORGANISATION_WEIGHTS, strict=True)
    )
    return _ORGANISATION_CHECKS[-total % 11]


def registration_no_check_digit(first14: str) -> str:
    """Check digit of a 15-digit registration number (ISO 7064 MOD 11,10)."""
    product = 10
    for digit in first14:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def make_uscc(prefix2: str, region6: str, body8: str) -> str:
    """Build a valid USCC: authority and type, region, organisation code without its check character.

    Raises:
        ValueError: a part holds a character outside the alphabet of GB 32100-2015, or is not 2, 6, 8 long.
    """
    first17 = prefix2 + region6 + body8 + organisation_code_check_character(body8)
    return first17 + uscc_check_character(first17)
