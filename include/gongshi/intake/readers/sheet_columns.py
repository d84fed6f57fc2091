"""The rows of a sheet, held by column: a hundred thousand rows as Python lists take more time to free than to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.intake.readers.number_cells import DateText

_AT_ONCE = 512  # rows whose cells still lie in the processor's cache when they become Arrow

TextOf = Callable[[Any, int, int], str]
"""A value that is no text, its row and its column → its text."""


class SheetRows(Sequence[Sequence[str]]):
    """Rows as lists of texts; a slice is a view.

    Args:
        columns: texts by column.
        serials: column → the stored numbers of its dates (`DateText`), null elsewhere.
    """

    def __init__(self, columns: Sequence[pa.ChunkedArray], serials: Mapping[int, pa.ChunkedArray]) -> None:
        self._columns, self._serials = columns, serials

    def __len__(self) -> int:
        return len(self._columns[0]) if self._columns else 0

    @overload
    def __getitem__(self, place: int) -> list[str]: ...

    @overload
    def __getitem__(self, place: slice) -> SheetRows: ...

    def __getitem__(self, place: int | slice) -> list[str] | SheetRows:
        if isinstance(place, int):
            if place >= len(self):
                raise IndexError(place)  # what ends a loop; without columns nothing else would
            if self._is_empty[place]:
                return [""] * len(self._columns)
            return [column[place].as_py() for column in self._columns]
        start, stop, step = place.indices(len(self))
        if step != 1:
            raise ValueError("rows of a sheet are taken in order.")
        count = max(stop - start, 0)
        return SheetRows(
            [column.slice(start, count) for column in self._columns],
            {n: column.slice(start, count) for n, column in self._serials.items()},
        )

    @cached_property
    def _is_empty(self) -> np.ndarray:
        """Rows without any text: a sheet may have a million of them. A column is looked at where all before are empty."""
        left = np.arange(len(self))
        for column in self._columns:
            looked_at = column if len(left) == len(self) else column.take(pa.array(left))
            left = left[pc.fill_null(pc.equal(looked_at, ""), False).to_numpy()]
            if not len(left):
                break
        empty = np.zeros(len(self), dtype=bool)
        empty[left] = True
        return empty

    @property
    def width(self) -> int:
        """Cells in each row."""
        return len(self._columns)

    def column(self, place: int, *, as_numbers: bool = False) -> pa.ChunkedArray:
        """A column; with `as_numbers` its dates are the numbers stored."""
        texts = self._columns[place]
        if as_numbers and place in self._serials:
            return pc.coalesce(self._serials[place], texts)
        return texts


def gathered(
    rows: Iterable[list[Any]],
    left: int,
    extent: tuple[int, int],
    edits: Mapping[tuple[int, int], str],
    text_of: TextOf,
) -> SheetRows:
    """Bring rows into columns.

    Args:
        rows: values, `text_of` knows what is no text among them.
        left: empty columns before them.
        extent: rows and columns there are at least.
        edits: (row, column) → text that stands there, whatever is read.
        text_of: for all other values.
    """
    source, height, width = iter(rows), *extent
    edits_by_piece: dict[int, list[tuple[int, int, str]]] = {}
    for (row, column), text in edits.items():
        edits_by_piece.setdefault(row // _AT_ONCE, []).append((row % _AT_ONCE, column, text))
    texts: list[list[pa.Array]] = []
    serials: dict[int, dict[int, pa.Array]] = {}
    start = 0
    while (piece := list(islice(source, _AT_ONCE))) or start < height:
        count = len(piece) if len(piece) == _AT_ONCE else max(len(piece), min(_AT_ONCE, height - start))
        columns = _columns(piece, left, count, width)
        texts = texts or [[] for _ in columns]
        for row, column, text in edits_by_piece.get(start // _AT_ONCE, ()):
            columns[column][row] = text
        for place, cells in enumerate(columns):
            array, numbers = _texts(cells, start, place, text_of)
            if numbers is not None:
                serials.setdefault(place, {})[len(texts[place])] = numbers
            texts[place].append(array)
        start += count
    return SheetRows(
        [pa.chunked_array(arrays, pa.string()) for arrays in texts],
        {
            place: pa.chunked_array([found.get(n, pa.nulls(len(a), pa.string())) for n, a in enumerate(texts[place])])
            for place, found in serials.items()
        },
    )  # fmt: skip


def _columns(piece: list[list[Any]], left: int, count: int, width: int) -> list[list[Any]]:
    columns: list[list[Any]] = [[""] * len(piece) for _ in range(left)]
    columns += map(list, zip(*piece, strict=True))
    for column in columns:
        column += [""] * (count - len(column))
    columns += ([""] * count for _ in range(width - len(columns)))
    return columns


def _texts(cells: list[Any], start: int, place: int, text_of: TextOf) -> tuple[pa.Array, pa.Array | None]:
    """A piece of a column as text, and the stored numbers of its dates if it has any."""
    try:
        return pa.array(cells, pa.string()), None
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        texts = [
            cell if type(cell) is str else text_of(cell, row, place) for row, cell in enumerate(cells, start)
        ]
    if not any(type(text) is DateText for text in texts):
        return pa.array(texts, pa.string()), None
    numbers = [text.serial if isinstance(text, DateText) else None for text in texts]
    return pa.array(texts, pa.string()), pa.array(numbers, pa.string())
