"""The lines below the header of a text, as pyarrow parsed them, in the shape the other readers use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.intake.readers import tables
from gongshi.intake.readers.csv_parse import Parsed
from gongshi.intake.readers.grid_rows import Body


@dataclass(frozen=True)
class CsvLines(Body):
    """The lines below a header; `grid` holds the top of the file only.

    Attributes:
        parsed: all lines; those that do not fit apart.
    """

    parsed: Parsed

    @cached_property
    def table(self) -> pa.Table:
        """All lines as text, one column a header cell; those that do not fit cut or filled up."""
        columns = self.header.columns
        regular = self.parsed.table.select(range(len(columns))).rename_columns(list(columns))
        if not self.parsed.irregular:
            return regular
        width = len(columns)
        padded = [[*row[:width], *[""] * (width - len(row))] for row in self.parsed.irregular.values()]
        others = pa.table(
            [pa.array(cells, pa.string()) for cells in zip(*padded, strict=True)], names=list(columns)
        )
        return pa.concat_tables([regular, others]).take(np.argsort(self._places, kind="stable"))

    @cached_property
    def misfits(self) -> set[int]:
        """Lines with more or fewer cells than the header, broken quoting, or something in a column without a name."""
        found = {number - 1 for number in self.parsed.irregular}
        for column in self.parsed.table.columns[len(self.header.columns) :]:
            filled = np.flatnonzero(~tables.blank_mask(pa.table([column], names=["unnamed"])).to_numpy(False))
            found |= set(self._places[filled].tolist())
        return found

    def row_of(self, place: int) -> Sequence[str]:
        """All cells of a line."""
        if cells := self.parsed.irregular.get(place + 1):
            return cells
        row = int(np.searchsorted(self._regular, place)) if self.parsed.irregular else place
        if row in self._empty:
            return self._empty_row
        return [column[row].as_py() for column in self.parsed.table.columns]

    @cached_property
    def _empty(self) -> frozenset[int]:
        """Rows of the parsed table without any cell: spreadsheets may export a million of them."""
        rows = pa.array(np.arange(self.parsed.table.num_rows))
        for column in self.parsed.table.columns:
            rows = (
                rows.filter(pc.equal(column.take(rows), ""))
                if len(rows) < len(column)
                else pc.indices_nonzero(pc.equal(column, ""))
            )
            if not len(rows):
                break
        return frozenset(rows.to_pylist())

    @cached_property
    def _empty_row(self) -> Sequence[str]:
        return ("",) * self.parsed.table.num_columns

    @cached_property
    def _regular(self) -> np.ndarray:
        """Line of each row of the parsed table, ascending."""
        taken = np.array(sorted(self.parsed.irregular), dtype=np.int64) - 1
        count = self.parsed.table.num_rows + len(taken)
        return np.setdiff1d(np.arange(count), taken, assume_unique=True)

    @cached_property
    def _places(self) -> np.ndarray:
        """Line of each row of the parsed table, then of the irregular ones in their order."""
        return np.concatenate([self._regular, np.array(list(self.parsed.irregular), dtype=np.int64) - 1])
