"""Checks of enumerations: code lists, categories, 其他 with its note."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pyarrow as pa

from gongshi.standard.checks.base import by_value, value_check
from gongshi.standard.code_lists import load_list, needs_note, split_penalty_categories


@value_check
def is_not_in_list(values: pa.Array, code_list: str) -> pa.BooleanArray:
    """The value is not in the code list, synonyms and forms of 其他 included."""
    known = load_list(code_list)
    return by_value(values, lambda text: known.canonical(text) is None)


@value_check
def is_other_without_note(values: pa.Array) -> pa.BooleanArray:
    """其他 without saying what."""
    return by_value(values, needs_note)


@value_check
def has_part_not_in_list(values: pa.Array, code_list: str) -> pa.BooleanArray:
    """One of several categories is not in the list."""
    known = load_list(code_list)
    return by_value(values, lambda text: any(known.canonical(part) is None for part in _categories(text)))


@value_check
def has_other_part_without_note(values: pa.Array) -> pa.BooleanArray:
    """One of several categories is 其他 without saying what."""
    return by_value(values, lambda text: any(needs_note(part) for part in _categories(text)))


@cache
def _categories(text: str) -> tuple[str, ...]:
    return tuple(split_penalty_categories(text))


def in_group(text: str, code_list: str, groups: Sequence[str]) -> bool:
    """True when one of the categories in `text` belongs to one of the groups, or is one of them by name."""
    known = load_list(code_list)
    return any(known.group(part) in groups or known.canonical(part) in groups for part in _categories(text))


def has_group(categories: pa.Array, groups: Sequence[str]) -> pa.BooleanArray:
    """True where one of the categories belongs to one of the groups."""
    return by_value(categories, lambda text: in_group(text, "penalty_category", groups))
