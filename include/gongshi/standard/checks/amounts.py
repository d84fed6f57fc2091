"""Checks of amounts: text, 万元 (standard 4.8)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.amounts import PLAIN_YUAN, amounts_in_text
from gongshi.standard.checks.base import row_check, value_check
from gongshi.standard.checks.codes import has_group
from gongshi.standard.checks.texts import is_none_of, matches, not_matches
from gongshi.standard.columns import as_numpy, true_rows
from gongshi.standard.text_columns import map_distinct

_AMOUNT = r"^\d+(\.\d+)?$"


@value_check
def amount_not_numeric(values: pa.Array, digits: int) -> pa.BooleanArray:
    """Not a non-negative decimal number, or one with more digits before the point than the column stores."""
    return not_matches(values, rf"^\d{{1,{digits}}}(\.\d+)?$")


@value_check
def amount_has_more_decimals(values: pa.Array, decimals: int) -> pa.BooleanArray:
    """More decimals than the column stores."""
    return matches(values, rf"^\d+\.\d{{{decimals}}}\d*[1-9]\d*$|^\d+\.\d{{{decimals}}}\d+$")


@value_check
def amount_at_least(values: pa.Array, wan: float) -> pa.BooleanArray:
    """As large as an amount that is hardly ever right."""
    return pc.greater_equal(_numbers(values), float(wan))


@row_check
def amount_missing(amounts: pa.Array, categories: pa.Array, groups: Sequence[str]) -> pa.BooleanArray:
    """A category asks for an amount, and it is empty or not above 0."""
    return pc.and_(has_group(categories, groups), pc.invert(_is_positive(amounts)))


@row_check
def amount_without_category(
    amounts: pa.Array, categories: pa.Array, groups: Sequence[str]
) -> pa.BooleanArray:
    """An amount above 0 stands without its category."""
    return pc.and_(_is_positive(amounts), pc.invert(has_group(categories, groups)))


@row_check
def empty_although_category(values: pa.Array, categories: pa.Array, groups: Sequence[str]) -> pa.BooleanArray:
    """A category asks for a value, and it is empty."""
    return pc.and_(values.is_null(), has_group(categories, groups))


@row_check
def filled_although_no_category(
    values: pa.Array, categories: pa.Array, groups: Sequence[str], placeholders: Sequence[str]
) -> pa.BooleanArray:
    """A value stands without a category that asks for it; placeholder words are no value."""
    filled = is_none_of(values, placeholders)
    return pc.and_(pc.and_(filled, categories.is_valid()), pc.invert(has_group(categories, groups)))


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
    return pc.and_(has_group(categories, groups), pc.fill_null(pc.not_equal(parties, allowed), False))


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
    rows = rows[~_says_plainly(texts.take(pa.array(rows)), amounts.take(pa.array(rows)))]
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


def _says_plainly(texts: pa.Array, amounts: pa.Array) -> np.ndarray:
    """Texts whose first plain `2000元` is the amount: the usual form, told without reading the rest of the text."""
    found = pc.extract_regex(texts, f"{PLAIN_YUAN}(?:整?[，。；、）)]|整?$)")
    yuan = map_distinct(amounts, lambda wan: f"{(Decimal(wan) * 10_000).normalize():f}", texts.type)
    return as_numpy(pc.and_(found.is_valid(), pc.equal(found.field("yuan"), yuan)))


def _is_positive(amounts: pa.Array) -> pa.BooleanArray:
    return pc.greater(_numbers(amounts), 0.0)


def _numbers(amounts: pa.Array) -> pa.Array:
    """Amounts as numbers, 0 for what is none."""
    numeric = pc.if_else(
        pc.fill_null(matches(amounts, _AMOUNT), False), amounts, pa.scalar("0", amounts.type)
    )
    return pc.cast(numeric, pa.float64())
