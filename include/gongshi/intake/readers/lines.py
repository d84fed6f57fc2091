"""The lines below a header that are no data: found among many without looking at each, and told in remarks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.intake.readers.header_place import cut
from gongshi.intake.readers.line_kinds import Line, classify
from gongshi.standard.kinds import KINDS

__all__ = ["Line", "classify", "not_data", "ranges", "told"]

_LEADING = {Line.BLANK, Line.HEADER, Line.INSTRUCTION, Line.SAMPLE, Line.NUMBERING}
_REQUIRED = {f.name for kind in KINDS.values() for f in kind.fields if f.required == "R"} | {
    "unit_code",
    "kind",
    "zero",
}


def not_data(
    table: pa.Table,
    columns: Sequence[str],
    row_of: Callable[[int], Sequence[str]],
    header_lines: Iterable[Sequence[str]] = (),
) -> dict[int, Line]:
    """The lines below a header that are no data, by their index; ends at the header of another table.

    Only lines that may be something else are looked at: those right below a header, those without a decision date that
    starts with a digit, and those with at most half the cells every record has.

    Args:
        table: the lines as text, a column a header cell, in their order; other columns are of no matter.
        columns: `Header.columns`.
        row_of: all cells of the line with an index.
        header_lines: the lines of the header as read; a line equal to one repeats it, whatever it names by itself.
    """
    counts = _filled_counts(table, range(len(columns)))
    empty = np.flatnonzero(counts == 0).tolist()
    found = {place: Line.BLANK for place in empty if not any(cell.strip() for cell in row_of(place))}
    walk = _Walk(columns, row_of, found, frozenset(map(cut, header_lines)))
    seen = walk.on(0, table.num_rows)
    for suspect in np.flatnonzero(_suspects(table, columns, counts)).tolist():
        if walk.is_over:
            break
        seen = max(seen, walk.on(suspect, table.num_rows) if suspect >= seen else seen)
    return dict(sorted(found.items()))


@dataclass
class _Walk:
    """Lines looked at one by one, each in the light of the filled line before it."""

    columns: Sequence[str]
    row_of: Callable[[int], Sequence[str]]
    found: dict[int, Line]
    header_lines: frozenset[tuple[str, ...]]
    is_over: bool = False
    _judged: tuple[int, Line] = (-1, Line.HEADER)

    def on(self, place: int, end: int) -> int:
        """Classify the line at `place`, and those below it as long as they may belong to a header; the next index."""
        while place < end and not self.is_over:
            line = self.found.get(place) or self._judge(place)
            place += 1
            if line is not Line.DATA:
                self.found[place - 1] = line
            self.is_over = line is Line.TABLE
            if line not in _LEADING:
                break
        return place

    def _judge(self, place: int) -> Line:
        row = self.row_of(place)
        before = self._filled_before(place)
        if cut(row) in self.header_lines:
            line = Line.HEADER
        else:
            leading, after_note = before in _LEADING, before is Line.FOOTER
            line = classify(row, self.columns, leading=leading, after_note=after_note)
        self._judged = (place, before if line is Line.BLANK else line)
        return line

    def _filled_before(self, place: int) -> Line:
        """What the filled line above is; the header itself above the first."""
        last, what = self._judged
        while place - 1 > last and self.found.get(place - 1) is Line.BLANK:
            place -= 1
        return what if place - 1 == last else Line.DATA


def _suspects(table: pa.Table, columns: Sequence[str], counts: np.ndarray) -> np.ndarray:
    """Per line: it may be something else than data. Lines without any cell are none."""
    required = [place for place, name in enumerate(columns) if name in _REQUIRED]
    few = 2 * _filled_counts(table, required) <= len(required)
    if "decision_date" in columns:
        dates = table.column(list(columns).index("decision_date"))
        few |= ~pc.match_substring_regex(dates, "^[\\s\u3000]*[0-9０-９]").to_numpy(zero_copy_only=False)
    return few & (counts > 0)


def _filled_counts(table: pa.Table, places: Iterable[int]) -> np.ndarray:
    """Per line the cells that are not empty."""
    counts = np.zeros(table.num_rows, dtype=np.int32)
    for place in places:
        counts += pc.not_equal(table.column(place), "").to_numpy(zero_copy_only=False)
    return counts


def told(lines: Mapping[int, Line]) -> list[str]:
    """The remarks about lines left out: line number as the clerk sees it → what it is."""
    found: dict[Line, list[int]] = {}
    for number, line in sorted(lines.items()):
        if line.value.strip():
            found.setdefault(line, []).append(number)
    return [f"第{ranges(numbers)}行{line.value}，未作为数据读取。" for line, numbers in found.items()]


def ranges(numbers: Iterable[int]) -> str:
    """Ascending line numbers, compactly: 1-3、7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "、".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
