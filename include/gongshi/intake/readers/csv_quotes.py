"""Finds rows whose quoting is broken, before a parser can let one quote swallow the rows behind it.

A cell is soundly quoted when it opens right behind a separator and closes right before one. Quotes inside an unquoted
cell are plain text as long as they come in pairs. What remains is broken; so is a quoted cell that spans several lines
each of which has all the separators of a row by itself: two rows that each lost a quote look like that.
"""

from __future__ import annotations

import mmap

import numpy as np

Bytes = bytes | mmap.mmap
_QUOTE = ord('"')
_BLOCK = 1 << 24
_SEPARATES = np.zeros(256, dtype=bool)
_SEPARATES[[ord(","), ord("\n"), ord("\r"), _QUOTE]] = True


def is_sound(data: Bytes, start: int) -> bool:
    """True when every quote from `start` on alternates between opening behind and closing before a separator."""
    if data.find(b'"', start) < 0:
        return True
    bytes_ = np.frombuffer(data, dtype=np.uint8)
    seen = 0
    for begin in range(start, len(bytes_), _BLOCK):
        places = np.flatnonzero(bytes_[begin : begin + _BLOCK] == _QUOTE) + begin
        opening, closing = places[seen % 2 :: 2], places[1 - seen % 2 :: 2]
        seen += len(places)
        before = bytes_[opening[opening > start] - 1]
        after = bytes_[closing[closing < len(bytes_) - 1] + 1]
        if not (_SEPARATES[before].all() and _SEPARATES[after].all()):
            return False
    return seen % 2 == 0


def broken_ranges(data: Bytes, start: int, expected_cells: int) -> list[tuple[int, int]]:
    """Byte ranges (without the line end) of records whose quoting is broken; reading goes on behind each.

    Args:
        data: CSV with ASCII separators, UTF-8.
        start: where the data rows begin.
        expected_cells: number of header cells.
    """
    return _Scan(data, start, expected_cells).run()


class _Scan:
    """Walks from quote to quote; everything between is skipped."""

    def __init__(self, data: Bytes, start: int, expected_cells: int) -> None:
        self.data, self.start, self.separators = data, start, expected_cells - 1
        self.broken: list[tuple[int, int]] = []

    def run(self) -> list[tuple[int, int]]:
        position = record = self.start
        while (quote := self.data.find(b'"', position)) >= 0:
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
        return quote > self.start and self.data[quote - 1] not in b",\r\n"

    def _plain_cell(self, quote: int) -> int:
        """End of an unquoted cell holding quotes, or -1 when they are odd in number."""
        end = quote
        while end < len(self.data) and self.data[end] not in b",\r\n":
            end += 1
        return end if self.data[quote:end].count(b'"') % 2 == 0 else -1

    def _quoted_cell(self, quote: int, record: int) -> int:
        """Position behind a quoted cell, or -1 when it does not close soundly or looks like swallowed rows."""
        close = self.data.find(b'"', quote + 1)
        while close >= 0 and self.data[close + 1 : close + 2] == b'"':
            close = self.data.find(b'"', close + 2)
        if close < 0 or self.data[close + 1 : close + 2] not in (b"", b",", b"\r", b"\n"):
            return -1
        return -1 if self._swallows_rows(quote, close, record) else close + 1

    def _swallows_rows(self, quote: int, close: int, record: int) -> bool:
        if self._line_end(quote) > close:
            return False
        first, *later = self.data[record : self._line_end(close)].splitlines()
        full = self.separators
        return first.count(b",") >= full and any(line.count(b",") >= full for line in later)

    def _line_start(self, position: int, not_before: int) -> int:
        """Start of the line `position` stands in; 0 when no line ends between `not_before` and it."""
        return 1 + max(
            self.data.rfind(b"\n", not_before, position), self.data.rfind(b"\r", not_before, position)
        )

    def _line_end(self, position: int) -> int:
        feed = self.data.find(b"\n", position)
        limit = feed if feed >= 0 else len(self.data)
        mark = self.data.find(b"\r", position, limit)
        return mark if mark >= 0 else limit

    def _next_line(self, end: int) -> int:
        return end + 2 if self.data[end : end + 2] == b"\r\n" else end + 1
