"""The lines below a header, column by column: rows that fit it, rows that do not, and what a reader changed in them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from gongshi.intake.headers import Header
from gongshi.intake.readers import tables
from gongshi.intake.readers.header_place import HeaderPlace, cut
from gongshi.intake.readers.sheet_columns import SheetRows
from gongshi.intake.readers.tables import Grid, UnreadableError
from gongshi.standard import layouts
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import CELL_FIXES, EXTRA_PREFIX, ROW_NO

_DIGITS_MATTER = ("code", "id_no", "document_no")
"""What a number's zero-padding belongs to; elsewhere the stored value counts (standard TX-12)."""

_AMOUNTS = ("amount", "state")

Cells: TypeAlias = Sequence[str] | pa.ChunkedArray
"""A column."""


@dataclass(frozen=True)
class Body:
    """The lines below a header.

    Attributes:
        grid: the grid they stand in.
        header: what stands above them.
        first: index of the first line among the grid's rows.
        expected: cells of the header line as stored, of lines that may be ragged.
    """

    grid: Grid
    header: Header
    first: int
    expected: int

    @cached_property
    def rows(self) -> Sequence[Sequence[str]]:
        """The lines, down to the end of the grid."""
        return self.grid.rows[self.first :]

    def row_of(self, place: int) -> Sequence[str]:
        """All cells of a line."""
        return self.grid.rows[self.first + place]

    @cached_property
    def table(self) -> pa.Table:
        """The lines as text, one column a header cell; short lines are filled up with empty cells.

        Raises:
            UnreadableError: a cell is no text (half a surrogate pair).
        """
        columns = self.header.columns
        try:
            arrays = [_as_array(cells) for cells in self._by_column[: len(columns)]]
        except UnicodeEncodeError as error:
            raise UnreadableError(f"a cell holds what is no character: {error}") from error
        return pa.table(arrays, names=list(columns))

    @cached_property
    def misfits(self) -> set[int]:
        """Lines that do not fit the header (BT-10): cells beyond it, and where lines may be ragged, any other number."""
        width = len(self.header.columns)
        beyond = [_as_cells(cells) for cells in self._by_column[width:]]
        found = {
            n for cells in beyond if any(cells) for n, cell in enumerate(cells) if cell and not cell.isspace()
        }
        if self.grid.ragged:
            found |= {
                n
                for n, row in enumerate(self.rows)
                if len(row) != self.expected or any(map(str.strip, row[width:]))
            }
            found |= {n - self.first for n in self.grid.broken if n >= self.first}
        return found

    @cached_property
    def _by_column(self) -> list[Cells]:
        """Cells by column, with the text as stored where a reader's change is not for that column."""
        width = len(self.header.columns)
        if isinstance(self.rows, SheetRows):
            return self._columns_of_sheet(self.rows)
        widths = set(map(len, self.rows))
        if len(widths) == 1 and not self.grid.ragged and widths.pop() >= width:
            columns: list[Cells] = list(zip(*self.rows, strict=True))
        else:
            padded = ([*row[:width], *[""] * (width - len(row))] for row in self.rows)
            columns = list(zip(*padded, strict=True)) or [()] * width
            if not self.grid.ragged:
                columns.append(["".join(row[width:]).strip() for row in self.rows])
        return self._restored(columns)

    def _columns_of_sheet(self, rows: SheetRows) -> list[Cells]:
        """Columns that are ones already; a date in a column of numbers is the number it is stored as."""
        numbers = numeric(self.header)
        return self._restored([rows.column(n, as_numbers=n in numbers) for n in range(rows.width)])

    def _restored(self, columns: list[Cells]) -> list[Cells]:
        for place, changes in self._not_ours().items():
            cells = list(_as_cells(columns[place]))
            for line, original in changes:
                cells[line] = original
            columns[place] = cells
        return columns

    def _not_ours(self) -> dict[int, list[tuple[int, str]]]:
        """Column → (line, text as stored), where the column is none whose digits matter."""
        ours = fixable(self.header)
        found: dict[int, list[tuple[int, str]]] = {}
        for (line, place), (_, original) in self.grid.fixes.items():
            if line >= self.first and place not in ours and place < len(self.header.columns):
                found.setdefault(place, []).append((line - self.first, original))
        return found


def _as_array(cells: Cells) -> pa.Array | pa.ChunkedArray:
    return cells if isinstance(cells, pa.ChunkedArray) else pa.array(cells, pa.string())


def _as_cells(cells: Cells) -> Sequence[str]:
    return cells.to_pylist() if isinstance(cells, pa.ChunkedArray) else cells


def below(grid: Grid, place: HeaderPlace) -> Body:
    """The lines below a header."""
    expected = max(len(grid.rows[line]) for line in (place.first, place.last))
    return Body(grid, place.header, place.last + 1, expected)


def fixable(header: Header) -> dict[int, str]:
    """Column → field, of the columns whose digits matter."""
    return _of_types(header, _DIGITS_MATTER)


def numeric(header: Header) -> dict[int, str]:
    """Column → field, of the columns that hold numbers whatever date format a cell has."""
    return _of_types(header, (*_DIGITS_MATTER, *_AMOUNTS))


def _of_types(header: Header, types: Collection[str]) -> dict[int, str]:
    """Columns of fields of some types; a column of an old layout counts as the field it ends in."""
    kind = KINDS.get(header.kind or "")
    if kind is None:
        return {}
    wanted = {f.name for f in kind.fields if f.dtype in types} | {"record_ref"}
    columns = {
        column.name: column.feeds or column.name
        for column in layouts.layout_of(kind.name, header.layout).columns
    }
    return {place: name for place, name in enumerate(header.columns) if columns.get(name, name) in wanted}


def rows_of(body: Body, count: int, skipped: Collection[int]) -> pa.Table:
    """The first `count` lines without the skipped ones, as rows of a batch."""
    first_number = body.grid.first_line + body.first
    misfits = {n for n in body.misfits if n < count} - set(skipped)
    kept = np.ones(count, dtype=bool)
    kept[[*misfits, *skipped]] = False
    table, numbers = body.table.slice(0, count), np.arange(first_number, first_number + count, dtype=np.int32)
    if not kept.all():
        table, numbers = table.filter(pa.array(kept)), numbers[kept]
    others = {first_number + n: _as_stored(body, n) for n in sorted(misfits)}
    rows = tables.in_row_order(
        tables.regular_rows(table, pa.array(numbers)), tables.irregular_rows(table.column_names, others)
    )
    return _with_fixes(_without_empty(rows), body, others)


def _as_stored(body: Body, line: int) -> list[str]:
    """All cells of a line up to the last that is filled; of a ragged one all there are."""
    row = body.row_of(line)
    cells = list(row if body.grid.ragged else cut(row))
    for place in range(len(cells)):
        _, cells[place] = body.grid.fixes.get((body.first + line, place), ("", cells[place]))
    return cells


def _without_empty(rows: pa.Table) -> pa.Table:
    """Columns without a header and without any cell are none."""
    empty = [
        name
        for name in rows.column_names
        if name.startswith(f"{EXTRA_PREFIX}(")
        and not any(map(str.strip, rows.column(name).unique().to_pylist()))
    ]
    return rows.drop_columns(empty) if empty else rows


def _with_fixes(rows: pa.Table, body: Body, others: Collection[int]) -> pa.Table:
    """Add what the reader changed in columns whose digits matter (`cell_fixes`)."""
    names = fixable(body.header)
    found: dict[int, list[list[str]]] = {}
    for (line, place), (rule, original) in sorted(body.grid.fixes.items()):
        number = body.grid.first_line + line
        if line >= body.first and place in names and number not in others:
            fixed = body.grid.rows[line][place]
            found.setdefault(number, []).append([names[place], rule, original, fixed])
    if not found:
        return rows
    texts = {number: json.dumps(fixes, ensure_ascii=False) for number, fixes in found.items()}
    told = [texts.get(number) for number in rows.column(ROW_NO).to_pylist()]
    return rows.append_column(CELL_FIXES, pa.array(told, pa.string()))
