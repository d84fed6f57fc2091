"""What the workbook reader leaves empty: error cells, and formulas without a stored value (TX-12).

A sheet's XML is looked through only when it holds such cells at all.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from xml.sax.saxutils import unescape

from gongshi.errors import GongshiError

UNCALCULATED = "#VALUE!"
"""What stands for a formula without a stored value: the text a spreadsheet shows for one it cannot work out."""

_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*(?<!/)>.*?</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb'\sr="([A-Z]+)([0-9]+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]+)</(?:\w+:)?v>")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_ERROR = re.compile(rb'\st="e"')
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')

FillIns = dict[tuple[int, int], str]
"""(row, column), both 0-based → text."""


class DamagedError(GongshiError):
    """Raised when the archive behind a workbook is damaged."""


def fill_ins(data: bytes) -> dict[str, FillIns]:
    """Cells to put in, by sheet name.

    Raises:
        DamagedError: the archive cannot be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = set(archive.namelist())
            found = {name: _sheet(archive.read(path)) for name, path in _sheets(archive) if path in members}
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError, NotImplementedError) as error:
        raise DamagedError(f"the archive is damaged or locked: {error}") from error
    return {name: cells for name, cells in found.items() if cells}


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """(sheet name, member holding it)."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {a["Id"]: a["Target"] for a in map(_attributes, _RELATION.findall(relations)) if "Id" in a}
    found = []
    for sheet in map(_attributes, _SHEET.findall(book)):
        target = targets.get(sheet.get("r:id", ""), "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        found.append((sheet.get("name", ""), path))
    return found


def _attributes(tag: str) -> dict[str, str]:
    entities = {"&quot;": '"', "&apos;": "'"}
    return {name: unescape(value, entities) for name, value in _ATTRIBUTE.findall(tag)}


def _sheet(xml: bytes) -> FillIns:
    if not (_ERROR.search(xml) or _FORMULA.search(xml)):
        return {}
    found: FillIns = {}
    for cell in _CELL.findall(xml):
        tag_end = cell.index(b">")
        place, value = _PLACE.search(cell[:tag_end]), _VALUE.search(cell)
        if place is None:
            continue
        if _ERROR.search(cell[:tag_end]):
            content = value[1].decode("utf-8", "replace") if value else UNCALCULATED
        elif value is None and _FORMULA.search(cell):
            content = UNCALCULATED
        else:
            continue
        found[int(place[2]) - 1, _column(place[1])] = content
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
