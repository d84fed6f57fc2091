"""Checks of what a text looks like."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.checks.base import any_of, row_check, value_check
from gongshi.standard.columns import as_numpy, holds_any_byte, true_rows


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
    return any_of(masks)


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
def has_other_length(values: pa.Array, lengths: Sequence[int]) -> pa.BooleanArray:
    """The number of characters is none of the allowed ones."""
    found = pc.utf8_length(values)
    return pc.and_(pc.is_valid(values), pc.invert(pc.is_in(found, pa.array(list(lengths), found.type))))


@row_check
def equals(values: pa.Array, others: pa.Array) -> pa.BooleanArray:
    """Two columns say the same."""
    return pc.equal(values, others)


@row_check
def says_too_little(values: pa.Array, others: pa.Array, length: int) -> pa.BooleanArray:
    """Fewer characters than `length`, or only what another column says."""
    few = pc.less(pc.utf8_length(values), length)
    return pc.or_(few, pc.fill_null(pc.equal(values, others), False))


@row_check
def either_matches_at_prefix(
    titles: pa.Array, texts: pa.Array, codes: pa.Array, pattern: str, starts: Sequence[str]
) -> pa.BooleanArray:
    """The pattern is found in one of two texts, and the code begins with one of the prefixes."""
    found = pc.or_kleene(matches(titles, pattern), matches(texts, pattern))
    return pc.and_(found, starts_with_one_of(codes, starts))


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


def _has_long_value(values: pa.Array, length: int) -> bool:
    """Cheap test on bytes: a value of at most `length` bytes has at most `length` characters."""
    longest = pc.max(pc.binary_length(values)).as_py()
    return longest is not None and longest > length
