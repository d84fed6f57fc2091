"""The checks rules are made of: pure functions over Arrow text columns, True = violates.

A rule names a check and its parameters (`standard.model.Case`); nothing here knows a rule id or a field name. A value
check looks at one column, and repeated values once; a row check compares columns; a column check looks at few rows. Null (an empty cell) violates only
`is_empty`. A new module of checks is named here.
"""

from __future__ import annotations

from gongshi.standard.checks import amounts, cells, codes, dates, identifiers, personal_data, registry, texts
from gongshi.standard.checks.base import (
    COLUMN_CHECKS,
    DECIDED_ELSEWHERE,
    IS_EMPTY,
    ROW_CHECKS,
    VALUE_CHECKS,
    exists,
    names,
    violating_rows,
)

__all__ = [
    "COLUMN_CHECKS",
    "DECIDED_ELSEWHERE",
    "IS_EMPTY",
    "ROW_CHECKS",
    "VALUE_CHECKS",
    "amounts",
    "cells",
    "codes",
    "dates",
    "exists",
    "identifiers",
    "names",
    "personal_data",
    "registry",
    "texts",
    "violating_rows",
]
