"""Where the header stands: title and instruction lines above it, one line or two.

A line is a header when it names at least three fields of one kind and little else. Of a header in two lines the upper
cells are groups (行政相对人代码, merged over several columns) and the lower ones their parts (统一社会信用代码).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gongshi.intake import header_groups, headers
from gongshi.intake.headers import Header

MOST_LINES = 50
"""Filled lines looked at; a header further down is none."""

FEWEST_FIELDS = 3
"""Fields a line names at least to be a header."""

_CLEARLY = 6  # so many fields make a header, whatever else the line holds


@dataclass(frozen=True)
class HeaderPlace:
    """A header found.

    Attributes:
        first: index of its (upper) line among the rows looked at.
        last: index of its last line: `first`, or the next one of a header in two lines.
        cells: its texts, one a column, up to the last that is not empty; of two lines each pair as one text.
        header: what is recognised in them.
    """

    first: int
    last: int
    cells: tuple[str, ...]
    header: Header


def find_header(rows: Sequence[Sequence[str]], start: int = 0) -> HeaderPlace | None:
    """The first header among the first filled lines from `start`; None when there is none."""
    seen = 0
    for place in range(start, len(rows)):
        if not is_filled(rows[place]):
            continue
        found = header_at(rows, place)
        if found:
            return found
        seen += 1
        if seen == MOST_LINES:
            break
    return None


def likely_header(rows: Sequence[Sequence[str]]) -> HeaderPlace | None:
    """For the answer to a file without a header: the line with most cells, the first of them; None for blank rows."""
    best, most, seen = -1, 0, 0
    for place, row in enumerate(rows):
        count = sum(1 for cell in row if cell and not cell.isspace())
        if count > most:
            best, most = place, count
        seen += count > 0
        if seen == MOST_LINES:
            break
    return None if best < 0 else _place(best, best, cut(rows[best]))


def header_at(rows: Sequence[Sequence[str]], place: int) -> HeaderPlace | None:
    """The header whose (upper) line is `rows[place]`, if that is one."""
    own = cut(rows[place])
    single = headers.hits(own) if is_header(own) else 0
    below = cut(rows[place + 1]) if place + 1 < len(rows) else ()
    joined = _joined(own, below)
    double = headers.hits(joined) if joined else 0
    if double > single and is_header(joined) and double > headers.hits(below):
        return _place(place, place + 1, joined)
    return _place(place, place, own) if single else None


def is_header(cells: Sequence[str]) -> bool:
    """The line names enough fields of one kind to be a header."""
    found = headers.hits(cells)
    if found < FEWEST_FIELDS:
        return headers.is_zero_report(cells)
    filled = sum(1 for cell in cells if cell and not cell.isspace())
    return found >= _CLEARLY or 2 * found > filled


def is_filled(row: Sequence[str]) -> bool:
    """Any cell holds more than blanks."""
    return any(cell and not cell.isspace() for cell in row)


def cut(row: Sequence[str]) -> tuple[str, ...]:
    """The cells up to the last that is not blank."""
    width = len(row)
    while width and (not row[width - 1] or row[width - 1].isspace()):
        width -= 1
    return tuple(row[:width])


def _place(first: int, last: int, cells: tuple[str, ...]) -> HeaderPlace:
    return HeaderPlace(first, last, cells, headers.recognise(cells))


def _joined(upper: tuple[str, ...], lower: tuple[str, ...]) -> tuple[str, ...]:
    """Two header lines as one; empty when the lower one is no part of a header.

    A merged upper cell holds its text in its first column: an empty one with a text below belongs to the group on its
    left.
    """
    parts = sum(1 for cell in lower if cell.strip())
    if not parts:
        return ()
    width = max(len(upper), len(lower))
    uppers, lowers = ([*line, *[""] * (width - len(line))] for line in (upper, lower))
    cells, named, group = [], 0, ""
    for above, below in zip(uppers, lowers, strict=True):
        group = above if above.strip() else group if below.strip() else ""
        text = header_groups.grouped(group, below) if below.strip() else above
        named += bool(below.strip()) and headers.is_known(text)
        cells.append(text)
    return tuple(cells) if 2 * named >= parts else ()
