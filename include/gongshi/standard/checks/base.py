"""How a check is registered and run; repeated values are looked at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.columns import Column, Rows, true_rows

ValueCheck = Callable[..., pa.BooleanArray]
ColumnCheck = Callable[..., Rows]
VALUE_CHECKS: dict[str, ValueCheck] = {}
ROW_CHECKS: dict[str, ValueCheck] = {}
COLUMN_CHECKS: dict[str, ColumnCheck] = {}
IS_EMPTY = "is_empty"
DECIDED_ELSEWHERE = "decided_elsewhere"
"""The check of a rule that the reader or the merge decides: the case only holds its thresholds."""


def violating_rows(check: str, columns: Sequence[Column], params: dict[str, Any]) -> Rows:
    """Rows at which `check` is violated.

    Raises:
        KeyError: no check has that name.
    """
    if check == IS_EMPTY:
        return columns[0].null_rows()
    if check in VALUE_CHECKS:
        return columns[0].rows_where(lambda values: VALUE_CHECKS[check](values, **params))
    if check in COLUMN_CHECKS:
        return COLUMN_CHECKS[check](*columns, **params)
    return true_rows(ROW_CHECKS[check](*(column.values for column in columns), **params))


def exists(check: str) -> bool:
    """True when a check has that name."""
    known = (VALUE_CHECKS, ROW_CHECKS, COLUMN_CHECKS)
    return check in (IS_EMPTY, DECIDED_ELSEWHERE) or any(check in checks for checks in known)


def names() -> list[str]:
    """All names, sorted."""
    return sorted({IS_EMPTY, *VALUE_CHECKS, *ROW_CHECKS, *COLUMN_CHECKS})


def value_check(function: ValueCheck) -> ValueCheck:
    """Register a check of one column."""
    VALUE_CHECKS[function.__name__] = function
    return function


def row_check(function: ValueCheck) -> ValueCheck:
    """Register a check that compares columns."""
    ROW_CHECKS[function.__name__] = function
    return function


def column_check(function: ColumnCheck) -> ColumnCheck:
    """Register a check that looks at few rows of prepared columns and names those that violate it."""
    COLUMN_CHECKS[function.__name__] = function
    return function


def any_of(masks: Sequence[pa.BooleanArray]) -> pa.BooleanArray:
    """True where one of the masks is."""
    result = masks[0]
    for mask in masks[1:]:
        result = pc.or_(result, mask)
    return result
