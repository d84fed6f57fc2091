"""What calamine does not tell of a sheet: errors, formulas without a stored value, zero-padding, what is hidden.

All of it is found in the XML, which is searched only for what is there at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gongshi.intake.readers.sheet_repair import column_number
from gongshi.intake.readers.tables import UnsafeError, cell_text
from gongshi.intake.readers.workbook_package import Part

UNCALCULATED = "#VALUE!"
"""What stands for a formula without a stored value: the text a spreadsheet shows for one it cannot work out (TX-12)."""

Place = tuple[int, int]
"""Row and column, 0-based."""

_MOST_ARRAY_CELLS = 1_000_000
_VALUE = re.compile(rb"<v(?:\s[^>]*)?>([^<]*)</v>")
_EMPTY_VALUE = re.compile(rb"<v(?:\s[^>]*)?/?>")
_TYPE = re.compile(rb'\st="(\w*)"')
_RANGE = re.compile(rb'\st="(?:array|dataTable)"[^>]*\sref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_HIDDEN = re.compile(rb'<(row|col)\s(?=[^>]*\shidden="(?:1|true|on)")([^>]*)>')
_ATTRIBUTE = re.compile(rb'([a-z]+)="(\d+)"')


@dataclass
class Marks:
    """What is special in a sheet.

    Attributes:
        artefacts: error cells and formulas without a stored value, with the text that stands for them.
        padded: number cells whose format fills up with zeros, with the digits it fills up to.
        hidden_rows: as the sheet numbers them.
        hidden_columns: numbers, A = 1.
    """

    artefacts: dict[Place, str] = field(default_factory=dict)
    padded: dict[Place, int] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)

    def extent(self, part: Part) -> tuple[int, int]:
        """Rows and columns of the sheet, array formulas that reach beyond its cells included."""
        height, width = part.cells.extent
        for row, column in self.artefacts:
            height, width = max(height, row + 1), max(width, column + 1)
        return height, width


def find(part: Part, padded: Mapping[int, int]) -> Marks:
    """Search a sheet.

    Args:
        part: the sheet.
        padded: style → digits its number format fills up to.
    """
    marks = Marks()
    for row, column, text in _artefacts(part):
        marks.artefacts[row, column] = text
    if padded:
        marks.padded = dict(_padded(part, padded))
    if b"hidden=" in part.xml:
        _hidden(part, marks)
    return marks


def number(part: Part, row: int, column: int) -> str:
    """The number a cell stores, by its digits."""
    _, _, element = _element(part, part.cells.index(row, column))
    found = _VALUE.search(element)
    text = found[1].decode() if found else ""
    try:
        return cell_text(float(text))
    except ValueError:  # an ISO date: stored as text
        return text


def _element(part: Part, index: int, place: int = 0) -> tuple[int, bytes, bytes]:
    """Where a cell's tag ends, the tag, and the element from `place` on."""
    begin = int(part.cells.at[index])
    tag_end = part.xml.find(b">", begin)
    tag = part.xml[begin:tag_end]
    end = tag_end if tag.endswith(b"/") else part.xml.find(b"</c>", tag_end)
    return tag_end, tag, part.xml[max(place, begin) : end if end > 0 else None]


def _artefacts(part: Part) -> Iterator[tuple[int, int, str]]:
    cells = part.cells
    for place in cells.formulas.tolist():
        index = cells.holding(place)
        _, tag, rest = _element(part, index, place)
        if index >= 0 and not _is_calculated(tag, rest):
            row, column = int(cells.rows[index]), int(cells.columns[index])
            yield row, column, UNCALCULATED
            for other_row, other_column in _array(part, rest):
                yield other_row, other_column, UNCALCULATED
    for place in _places(part.xml, b't="e"'):
        index = cells.holding(place)
        tag_end, _, element = _element(part, index)
        if index >= 0 and place < tag_end:
            value = _VALUE.search(element)
            text = value[1].decode("utf-8", "replace") if value else ""
            yield int(cells.rows[index]), int(cells.columns[index]), text or UNCALCULATED


def _is_calculated(tag: bytes, rest: bytes) -> bool:
    """There is a stored value; an empty one only where it is said to be text."""
    value = _VALUE.search(rest)
    if value and value[1].strip():
        return True
    kind = _TYPE.search(tag)
    return b"<is>" in rest or (kind is not None and kind[1] == b"str" and bool(_EMPTY_VALUE.search(rest)))


def _array(part: Part, formula: bytes) -> Iterator[Place]:
    """The other cells of an array formula: they have no formula of their own."""
    reference = _RANGE.match(formula[2 : formula.find(b">") + 1])
    if reference is None:
        return
    first_column, last_column = column_number(reference[1].decode()), column_number(reference[3].decode())
    first_row, last_row = int(reference[2]), int(reference[4])
    height, width = part.cells.extent
    added = max(height, last_row) * max(width, last_column) - height * width
    if max(added, (last_row - first_row + 1) * (last_column - first_column + 1)) > _MOST_ARRAY_CELLS:
        raise UnsafeError("数组公式的区域过大")
    rows, columns = range(first_row - 1, last_row), range(first_column - 1, last_column)
    yield from ((row, column) for row in rows for column in columns)


def _padded(part: Part, padded: Mapping[int, int]) -> Iterator[tuple[Place, int]]:
    cells = part.cells
    for style, length in padded.items():
        for place in _places(part.xml, b's="%d"' % style):
            index = cells.holding(place)
            if index < 0 or not cells.filled[index]:
                continue
            tag_end, tag, _ = _element(part, index)
            kind = _TYPE.search(tag)
            if place < tag_end and (kind is None or kind[1] in (b"n", b"")):
                yield (int(cells.rows[index]), int(cells.columns[index])), length


def _places(xml: bytes, attribute: bytes) -> Iterator[int]:
    """Where an attribute stands."""
    place = xml.find(attribute)
    while place >= 0:
        if xml[place - 1 : place].isspace():
            yield place
        place = xml.find(attribute, place + len(attribute))


def _hidden(part: Part, marks: Marks) -> None:
    for found in _HIDDEN.finditer(part.xml):
        attributes = {name: int(value) for name, value in _ATTRIBUTE.findall(found[2])}
        if found[1] == b"row":
            marks.hidden_rows.append(attributes.get(b"r", 0))
        else:
            most = min(attributes.get(b"max", 0), part.cells.extent[1])
            marks.hidden_columns += range(attributes.get(b"min", 1), most + 1)
