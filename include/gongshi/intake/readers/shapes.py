"""From a grid of cells to batches: where the headers stand, which lines are data, which rows do not fit.

Nothing vanishes: a line is a row of a batch, a blank row, part of its header, or told in its remarks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pyarrow as pa

from gongshi.intake import headers
from gongshi.intake.readers import grid_rows, lines, tables
from gongshi.intake.readers.grid_rows import Body
from gongshi.intake.readers.header_place import (
    FEWEST_FIELDS,
    HeaderPlace,
    find_header,
    header_at,
    is_filled,
    likely_header,
)
from gongshi.intake.readers.lines import Line, classify, not_data
from gongshi.intake.readers.tables import Grid
from gongshi.standard.messages import EXTRA_PREFIX, ReadBatch, Refusal

__all__ = ["batch_of", "batches", "classify", "find_header", "likely_header", "not_data"]

_STANDING = 6
"""So many labels one below the other are a form filled in downwards."""

_LOOKED_AT = 200


def batches(grid: Grid) -> list[ReadBatch]:
    """The tables of a grid, each a batch; none when the grid is empty."""
    place = find_header(grid.rows)
    if place is None:
        likely = likely_header(grid.rows)
        return [_without_header(grid, likely)] if likely else []
    parts = () if grid.ragged else _side_by_side(grid, place)
    return [batch for part in parts or (grid,) for batch in _stacked(part)]


def _stacked(grid: Grid) -> Iterator[ReadBatch]:
    """Tables one below the other."""
    place, start = find_header(grid.rows), 0
    while place:
        read = _refused if place.header.refusal else _table
        batch, start, place = read(grid, place, start)
        yield batch


def _table(grid: Grid, place: HeaderPlace, start: int) -> tuple[ReadBatch, int, HeaderPlace | None]:
    """The table below a header; where the next one begins with its titles, and its header."""
    body = grid_rows.below(grid, place)
    found = lines.not_data(
        body.table, place.header.columns, body.row_of, grid.rows[place.first : place.last + 1]
    )
    last = max(found, default=-1)
    if found.get(last) is Line.TABLE:
        following = _next_header(grid, body.first, body.first + last)
        last = following.first - body.first
        count = last - _titles_above(body, found, last)
    else:
        count, following = len(body.rows), None
    found = {line: what for line, what in found.items() if line < count}
    rows = grid_rows.rows_of(body, count, found)
    told = _above(grid, start, place.first) | {body.first + line: what for line, what in found.items()}
    return batch_of(grid, place, rows, told), body.first + count, following


def _next_header(grid: Grid, first: int, line: int) -> HeaderPlace:
    """The header a line below line `first` belongs to: it may be the lower one of two."""
    above = header_at(grid.rows, line - 1) if line > first else None
    found = above if above and above.last == line else header_at(grid.rows, line)
    if found is None:
        raise AssertionError(f"line {line} was told to be a header")
    return found


def _refused(grid: Grid, place: HeaderPlace, start: int) -> tuple[ReadBatch, int, HeaderPlace | None]:
    """A table whose header is refused: its lines are passed over up to a header that names other columns."""
    batch = batch_of(grid, place, tables.empty_rows(), _above(grid, start, place.first))
    for line in range(place.last + 1, len(grid.rows)):
        if headers.may_be_header(list(filter(str.strip, grid.rows[line])), FEWEST_FIELDS):
            found = header_at(grid.rows, line)
            if found and found.header.columns != place.header.columns:
                return batch, found.first, found
    return batch, len(grid.rows), None


def _titles_above(body: Body, found: Mapping[int, Line], last: int) -> int:
    """How many lines above the header of the next table belong to it: titles, one filled cell each, and blank lines."""
    titles = 0
    for count, line in enumerate(range(last - 1, -1, -1), start=1):
        if found.get(line) is Line.BLANK:
            continue
        if line in found or sum(map(bool, map(str.strip, body.row_of(line)))) > 1:
            break
        titles = count
    return titles


def _above(grid: Grid, start: int, end: int) -> dict[int, Line]:
    return {line: Line.ABOVE if is_filled(grid.rows[line]) else Line.BLANK for line in range(start, end)}


def batch_of(grid: Grid, place: HeaderPlace, rows: pa.Table, told: Mapping[int, Line]) -> ReadBatch:
    """One table as a batch; `told` says what the other lines of the grid are, by their index."""
    numbered = {grid.first_line + line: what for line, what in told.items()}
    remarks = [*grid.remarks, *lines.told(numbered)]
    if place.last > place.first:
        remarks.append(f"表头占两行（第{grid.first_line + place.first}、{grid.first_line + place.last}行）。")
    unnamed = [
        name.removeprefix(EXTRA_PREFIX).strip("()")
        for name in rows.column_names
        if name.startswith(f"{EXTRA_PREFIX}(")
    ]
    if unnamed:
        remarks.append(f"第{'、'.join(unnamed)}列没有列名，作为附加列保留。")
    blank = [number for number, what in numbered.items() if what is Line.BLANK]
    return tables.read_batch(
        place.header, place.cells, grid.first_line + place.first, rows, blank,
        sheet=grid.sheet, encoding=grid.encoding, remarks=remarks,
    )  # fmt: skip


def _without_header(grid: Grid, likely: HeaderPlace) -> ReadBatch:
    """A grid without any header; a form filled in downwards is said to be one, not guessed at."""
    batch = batch_of(grid, likely, tables.empty_rows(), {})
    refusal = batch.refusal or Refusal("BT-01", {"columns": ""})
    looked_at = [row for row in grid.rows[:_LOOKED_AT] if is_filled(row)]
    for place in range(min(3, max(map(len, looked_at), default=0))):
        standing = [row[place] if place < len(row) else "" for row in looked_at]
        if headers.hits(standing) >= _STANDING:
            hint = f"（第{place + 1}列自上而下是列名，请改为列名占一行、每条记录占一行）"
            details = {"columns": f"{refusal.details.get('columns', '')}{hint}"}
            return replace(batch, refusal=Refusal(refusal.rule_id, details))
    return batch


def _side_by_side(grid: Grid, place: HeaderPlace) -> list[Grid]:
    """Tables beside each other, told apart by a column without header; none unless each is a table by itself."""
    if not place.header.refusal:
        return []
    starts = [
        n for n, cell in enumerate(place.cells) if cell.strip() and (n == 0 or not place.cells[n - 1].strip())
    ]
    ends = [*starts[1:], None]
    parts = [headers.recognise(place.cells[a:b]) for a, b in zip(starts, ends, strict=True)]
    if len(parts) < 2 or any(part.kind is None or part.refusal for part in parts):
        return []
    return [_columns_of(grid, a, b, place.first) for a, b in zip(starts, ends, strict=True)]


def _columns_of(grid: Grid, begin: int, end: int | None, header: int) -> Grid:
    """The part of a grid between two columns."""
    rows = [row[begin:end] for row in grid.rows]
    inside = {
        (line, n): fix for (line, n), fix in grid.fixes.items() if begin <= n and (end is None or n < end)
    }
    return replace(grid, rows=rows, fixes={(line, n - begin): fix for (line, n), fix in inside.items()})
