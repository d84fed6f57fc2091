"""Checks of enumerations: code lists, categories, 其他 with its note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.checks.base import row_check, value_check
from gongshi.standard.code_lists import load_list, needs_note, split_penalty_categories
from gongshi.standard.columns import as_numpy
from gongshi.standard.text_columns import flag_distinct


@value_check
def is_not_in_list(values: pa.Array, code_list: str) -> pa.BooleanArray:
    """The value is not in the code list, synonyms and forms of 其他 included."""
    known = load_list(code_list)
    return flag_distinct(values, lambda text: known.canonical(text) is None)


@value_check
def is_other_without_note(values: pa.Array) -> pa.BooleanArray:
    """其他 without saying what."""
    return flag_distinct(values, needs_note)


@value_check
def has_part_not_in_list(values: pa.Array, code_list: str) -> pa.BooleanArray:
    """One of several categories is not in the list."""
    known = load_list(code_list)
    return flag_distinct(
        values, lambda text: any(known.canonical(part) is None for part in _categories(text))
    )


@value_check
def has_other_part_without_note(values: pa.Array) -> pa.BooleanArray:
    """One of several categories is 其他 without saying what."""
    return flag_distinct(values, lambda text: any(needs_note(part) for part in _categories(text)))


@cache
def _categories(text: str) -> tuple[str, ...]:
    return tuple(split_penalty_categories(text))


def in_group(text: str, code_list: str, groups: Sequence[str]) -> bool:
    """True when one of the categories in `text` belongs to one of the groups, or is one of them by name."""
    known = load_list(code_list)
    return any(known.group(part) in groups or known.canonical(part) in groups for part in _categories(text))


@value_check
def has_group(categories: pa.Array, groups: Sequence[str]) -> pa.BooleanArray:
    """True where one of the categories belongs to one of the groups."""
    return flag_distinct(categories, lambda text: in_group(text, "penalty_category", groups))


@row_check
def category_of_other_organ(
    categories: pa.Array, organs: pa.Array, groups: Sequence[str], pattern: str
) -> pa.BooleanArray:
    """A category stands that only certain organs may decide, and the organ's name is none of theirs."""
    chosen = has_group(categories, groups)
    if not pc.any(chosen).as_py():
        return chosen
    return pc.and_(chosen, pc.invert(pc.match_substring_regex(organs, pattern)))


@row_check
def words_without_category(
    texts: pa.Array, categories: pa.Array, words: Mapping[str, Sequence[str]], exception: str
) -> pa.BooleanArray:
    """A text speaks of a kind of penalty that is not among the categories.

    Args:
        texts: the penalty in words.
        categories: the categories as written.
        words: word → groups or categories that answer for it; 其他 with the word in its note does too.
        exception: RE2; what it matches speaks of no penalty (`不予罚款`, `加处罚款`).
    """
    mask = np.zeros(len(texts), dtype=bool)
    for word, groups in words.items():
        missing = flag_distinct(categories, partial(_is_missing, word, groups))
        if pc.any(missing).as_py():
            mask |= as_numpy(missing) & as_numpy(pc.match_substring(texts, word))
    rows = np.flatnonzero(mask)
    mask[rows] = [
        any(word in text and _is_missing(word, groups, category) for word, groups in words.items())
        for text, category in zip(
            pc.replace_substring_regex(texts.take(pa.array(rows)), exception, "").to_pylist(),
            categories.take(pa.array(rows)).to_pylist(),
            strict=True,
        )
    ]
    return pa.array(mask)


def _is_missing(word: str, groups: Sequence[str], categories: str) -> bool:
    return word not in categories and not in_group(categories, "penalty_category", groups)
