"""From a grid of cells to batches: where the header stands, which lines are data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from gongshi.intake import headers
from gongshi.intake.readers import tables
from gongshi.intake.readers.tables import Grid
from gongshi.standard.messages import ReadBatch


def batches(grid: Grid) -> list[ReadBatch]:
    """The tables of a grid, each a batch; none when the grid is empty."""
    rows = grid.rows
    top = next((place for place, row in enumerate(rows) if _is_filled(row)), None)
    if top is None:
        return []
    width = 1 + max(place for place, cell in enumerate(rows[top]) if cell.strip())
    cells = list(rows[top][:width])
    header = headers.recognise(cells)
    numbered = list(enumerate(rows[top + 1 :], start=grid.first_line + top + 1))
    blank = [
        *range(grid.first_line, grid.first_line + top),
        *(number for number, row in numbered if not _is_filled(row)),
    ]
    data = [] if header.refusal else [(number, row) for number, row in numbered if _is_filled(row)]
    table = _table(header.columns, data) if data else tables.empty_rows()
    return [
        tables.read_batch(
            header, cells, grid.first_line + top, table, blank,
            sheet=grid.sheet, encoding=grid.encoding, remarks=grid.remarks,
        )
    ]  # fmt: skip


def _is_filled(row: Sequence[str]) -> bool:
    return any(cell and not cell.isspace() for cell in row)


def _table(columns: Sequence[str], data: list[tuple[int, Sequence[str]]]) -> pa.Table:
    """Rows by column; those with cells beyond the header apart, with all their cells."""
    width = len(columns)
    fitting = [(number, row) for number, row in data if not _is_filled(row[width:])]
    longer = {number: _trimmed(row) for number, row in data if _is_filled(row[width:])}
    by_column = zip(*(row[:width] for _, row in fitting), strict=True) if fitting else [()] * width
    regular = pa.table(
        {name: pa.array(cells, pa.string()) for name, cells in zip(columns, by_column, strict=True)}
    )
    numbers = pa.array(np.array([number for number, _ in fitting], dtype=np.int32))
    return tables.in_row_order(tables.regular_rows(regular, numbers), tables.irregular_rows(columns, longer))


def _trimmed(row: Sequence[str]) -> list[str]:
    return list(row[: 1 + max(place for place, cell in enumerate(row) if cell.strip())])
