"""Finds rows whose quoting is broken, before a parser can let one quote swallow the rows behind it.

A cell is soundly quoted when it opens right behind a separator and closes right before one. Quotes inside an unquoted
cell are plain text as long as they come in pairs. What remains is broken; so is a quoted cell that spans several lines
each of which has all the separators of a row by itself: two rows that each lost a quote look like that.
"""

from __future__ import annotations

import re

import numpy as np

from gongshi.intake.readers.dialects import Dialect
from gongshi.intake.readers.encodings import Bytes

_BLOCK = 1 << 24
_LINE_END = re.compile(rb"[\r\n]")


def is_sound(data: Bytes, start: int, dialect: Dialect) -> bool:
    """True when every quote from `start` on alternates between opening behind and closing before a separator."""
    quote = ord(dialect.quote or '"')
    separates = np.zeros(256, dtype=bool)
    separates[[ord(dialect.delimiter), ord("\n"), ord("\r"), quote]] = True
    bytes_ = np.frombuffer(data, dtype=np.uint8)
    seen = 0
    for begin in range(start, len(bytes_), _BLOCK):
        places = np.flatnonzero(bytes_[begin : begin + _BLOCK] == quote) + begin
        opening, closing = places[seen % 2 :: 2], places[1 - seen % 2 :: 2]
        seen += len(places)
        before = bytes_[opening[opening > start] - 1]
        after = bytes_[closing[closing < len(bytes_) - 1] + 1]
        if not (separates[before].all() and separates[after].all()):
            return False
    return seen % 2 == 0


def broken_ranges(data: Bytes, start: int, expected_cells: int, dialect: Dialect) -> list[tuple[int, int]]:
    """Byte ranges (without the line end) of records whose quoting is broken; reading goes on behind each.

    Args:
        data: UTF-8.
        start: where the data rows begin.
        expected_cells: number of header cells.
        dialect: delimiter and quote.
    """
    return _Scan(data, start, expected_cells, dialect).run()


class _Scan:
    """Walks from quote to quote; everything between is skipped."""

    def __init__(self, data: Bytes, start: int, expected_cells: int, dialect: Dialect) -> None:
        self.data, self.start, self.separators = data, start, expected_cells - 1
        self.quote, self.delimiter = (dialect.quote or '"').encode(), dialect.delimiter.encode()
        self.cell_ends = self.delimiter + b"\r\n"
        self.cell_end = re.compile(b"[" + re.escape(self.cell_ends) + b"]")
        self.broken: list[tuple[int, int]] = []

    def run(self) -> list[tuple[int, int]]:
        position = record = self.start
        while (quote := self.data.find(self.quote, position)) >= 0:
            record = max(record, self._line_start(quote, position))
            position = (
                self._plain_cell(quote) if self._inside_cell(quote) else self._quoted_cell(quote, record)
            )
            if position < 0:
                end = self._line_end(quote)
                self.broken.append((record, end))
                position = record = min(self._next_line(end), len(self.data))
        return self.broken

    def _inside_cell(self, quote: int) -> bool:
        return quote > self.start and self.data[quote - 1] not in self.cell_ends

    def _plain_cell(self, quote: int) -> int:
        """End of an unquoted cell holding quotes, or -1 when they are odd in number."""
        found = self.cell_end.search(self.data, quote)
        end = found.start() if found else len(self.data)
        return end if self.data[quote:end].count(self.quote) % 2 == 0 else -1

    def _quoted_cell(self, quote: int, record: int) -> int:
        """Position behind a quoted cell, or -1 when it does not close soundly or looks like swallowed rows."""
        close = self.data.find(self.quote, quote + 1)
        while close >= 0 and self.data[close + 1 : close + 2] == self.quote:
            close = self.data.find(self.quote, close + 2)
        if close < 0 or self.data[close + 1 : close + 2] not in (b"", self.delimiter, b"\r", b"\n"):
            return -1
        return -1 if self._swallows_rows(quote, close, record) else close + 1

    def _swallows_rows(self, quote: int, close: int, record: int) -> bool:
        if self._line_end(quote) > close:
            return False
        first, *later = self.data[record : self._line_end(close)].splitlines()
        full = self.separators
        return first.count(self.delimiter) >= full and any(
            line.count(self.delimiter) >= full for line in later
        )

    def _line_start(self, position: int, not_before: int) -> int:
        """Start of the line `position` stands in; 0 when no line ends between `not_before` and it."""
        return 1 + max(
            self.data.rfind(b"\n", not_before, position), self.data.rfind(b"\r", not_before, position)
        )

    def _line_end(self, position: int) -> int:
        found = _LINE_END.search(self.data, position)
        return found.start() if found else len(self.data)

    def _next_line(self, end: int) -> int:
        return end + 2 if self.data[end : end + 2] == b"\r\n" else end + 1
