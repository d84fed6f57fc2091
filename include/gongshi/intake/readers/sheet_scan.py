"""Where the cells of a sheet's XML stand, found by looking at its bytes as an array.

A reader allocates a sheet from its first to its last cell: one stray cell at XFD1048576 takes 17 thousand million of
them. So the extent is known before any reader meets the sheet; what else is asked of single cells starts from here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

_STEP = 1 << 23
_PLAIN_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>?]*\?>)?\s*<worksheet[\s>]")
_OTHER_ENCODING = re.compile(rb"""encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)
_STRING_NAME = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
_LONGEST_REFERENCE = 16  # XFD1048576 with `<c r="` before it
_LT, _SLASH, _QUOTE, _BANG, _QUESTION, _DASH = b'</"!?-'
_C, _F, _LOWER_A = b"cfa"


class NotPlainError(Exception):
    """Raised for XML that is sound but not written the way nearly all programs write it."""


@dataclass(frozen=True)
class Cells:
    """The cells of a sheet, in file order.

    Attributes:
        at: where each `<c` element begins in the XML.
        rows: 0-based.
        columns: 0-based.
        filled: it holds something; many cells have a format only.
        formulas: where the `<f` elements begin.
    """

    at: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    filled: np.ndarray
    formulas: np.ndarray

    @property
    def extent(self) -> tuple[int, int]:
        """Rows and columns from A1 to the last filled cells."""
        if not self.filled.any():
            return 0, 0
        return int(self.rows[self.filled].max()) + 1, int(self.columns[self.filled].max()) + 1

    def holding(self, place: int) -> int:
        """Index of the cell whose element begins last before `place`; -1 when there is none."""
        return int(np.searchsorted(self.at, place, "right")) - 1

    def index(self, row: int, column: int) -> int:
        """Index of a cell; of one that stands twice, the later."""
        order, keys = self._sorted
        place = int(np.searchsorted(keys, (row << 16) + column, "right")) - 1
        return int(order[place])

    @cached_property
    def _sorted(self) -> tuple[np.ndarray, np.ndarray]:
        keys = (self.rows.astype(np.int64) << 16) + self.columns
        order = np.argsort(keys, kind="stable")
        return order, keys[order]


def scan(xml: bytes) -> Cells:
    """Find the cells.

    Raises:
        NotPlainError: comments, CDATA, prefixes, cells without `r` as first attribute, another encoding than UTF-8.
    """
    start = _PLAIN_START.match(xml)
    if start is None or _OTHER_ENCODING.search(start[0]):
        raise NotPlainError
    buffer = np.frombuffer(xml, dtype=np.uint8)
    parts = [_part(buffer, marks) for marks in _marks(xml, buffer, start.end())]
    columns = list(zip(*parts, strict=True)) if parts else [(np.empty(0, np.int64),)] * 5
    return Cells(*(np.concatenate(column) for column in columns))


def lengths_of_strings(xml: bytes) -> np.ndarray:
    """The texts that cells share, in order: their lengths in bytes, markup included."""
    buffer = np.frombuffer(xml, dtype=np.uint8)
    name = _STRING_NAME.search(xml)
    if name is None:
        return np.empty(0, dtype=np.int64)
    places = []
    for start in range(0, len(xml), _STEP):
        end = min(start + _STEP, len(xml) - len(name[0]) - 1)
        marks = np.flatnonzero(buffer[start:end] == _LT) + start
        for offset, character in enumerate(name[0]):
            marks = marks[buffer[marks + offset] == character]
        places.append(marks[buffer[marks + len(name[0])] < _LOWER_A])
    return np.diff(np.concatenate(places), append=len(xml))


def _marks(xml: bytes, buffer: np.ndarray, start: int) -> Iterator[np.ndarray]:
    """Places of `<`, piece by piece; the last one of a piece is the first of the next."""
    most = len(xml) - _LONGEST_REFERENCE
    while start < most:
        end = min(start + _STEP, len(xml))
        following = xml.find(b"<", end) + 1
        marks = np.flatnonzero(buffer[start : following or len(xml)] == _LT) + start
        marks = marks[marks < most]
        if len(marks) < 2:
            return
        yield marks
        start = following - 1 if following else len(xml)


def _part(buffer: np.ndarray, marks: np.ndarray) -> tuple[np.ndarray, ...]:
    names = buffer[marks[:-1] + 1]
    if (names == _BANG).any() or (names == _QUESTION).any():
        raise NotPlainError
    cells = np.flatnonzero(names == _C)
    second = buffer[marks[cells] + 2]
    cells = cells[(second < _LOWER_A) & (second != _DASH)]  # the name ends here: <c, not <col
    formulas = marks[np.flatnonzero(names == _F)]
    formulas = formulas[buffer[formulas + 2] < _LOWER_A]
    at, after = marks[cells], marks[cells + 1]
    rows, columns = _references(buffer, at)
    closed = (buffer[after - 2] == _SLASH) | ((buffer[after + 1] == _SLASH) & (buffer[after + 2] == _C))
    return at, rows, columns, ~closed, formulas


def _references(buffer: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of cells whose reference begins behind `<c r="`."""
    good = np.ones(len(at), dtype=bool)
    for offset, expected in enumerate(b' r="', start=2):
        good &= buffer[at + offset] == expected
    place = at + 6
    columns, place = _number(buffer, place, ord("A"), 26, 3)
    rows, place = _number(buffer, place, ord("0"), 10, 7)
    good &= (buffer[place] == _QUOTE) & (rows > 0) & (columns > 0)
    if not good.all():
        raise NotPlainError
    return rows - 1, columns - 1


def _number(
    buffer: np.ndarray, place: np.ndarray, zero: int, base: int, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers written from `place` on, and the places behind them; letters count from one, digits from zero."""
    values = np.zeros(len(place), dtype=np.int32)
    alive = np.ones(len(place), dtype=bool)
    for _ in range(most):
        digit = buffer[place] - np.uint8(zero)
        alive &= digit < base
        if not alive.any():
            break
        digit += base == 26
        values = np.where(alive, values * base + digit, values)
        place = place + alive
    return values, place
