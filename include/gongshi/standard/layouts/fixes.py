"""Fixes of whole columns: what a conversion changed or produced, as `normalise.FIX_SCHEMA`."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from gongshi.standard.columns import Rows
from gongshi.standard.normalise import FIX_SCHEMA, TEXT


@dataclass
class FixLog:
    """Changes gathered a column at a time.

    Attributes:
        row_numbers: row number per row position.
    """

    row_numbers: np.ndarray
    parts: list[pa.Table] = field(default_factory=list)

    def add(self, name: str, rule_id: str, rows: Rows, original: pa.Array | None, fixed: pa.Array) -> None:
        """Record that the cells of a column at `rows` changed.

        Args:
            name: field.
            rule_id: rule of the standard that asks for the value.
            rows: row positions.
            original: the column before; None when all of these cells were empty.
            fixed: the column after; empty and null alike are recorded as null.
        """
        if not len(rows):
            return
        places = pa.array(rows)
        before = pa.array([""], TEXT).take(pa.array(np.zeros(len(rows), np.int64)))
        if original is not None:
            before = original.take(places).cast(TEXT).fill_null("")
        columns = [
            pa.array(self.row_numbers[rows]),
            pa.repeat(pa.scalar(name, pa.string()), len(rows)),
            pa.repeat(pa.scalar(rule_id, pa.string()), len(rows)),
            before.cast(pa.string()),
            fixed.take(places).cast(pa.string()),
        ]
        self.parts.append(pa.table(columns, schema=FIX_SCHEMA))

    def table(self) -> pa.Table:
        """All changes."""
        return pa.concat_tables(self.parts) if self.parts else FIX_SCHEMA.empty_table()
