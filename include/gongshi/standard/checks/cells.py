"""Checks of whether cells are filled, and how many there are."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.checks.base import row_check


@row_check
def empty_without(values: pa.Array, others: pa.Array) -> pa.BooleanArray:
    """The first is empty although the second is filled."""
    return pc.and_(values.is_null(), others.is_valid())


@row_check
def cell_count_differs(found: pa.Array, expected: pa.Array) -> pa.BooleanArray:
    """The row has other cells than its header, or broken quoting."""
    return pc.fill_null(pc.not_equal(found, expected), False)
