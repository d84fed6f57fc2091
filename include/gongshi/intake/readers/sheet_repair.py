"""Sheets whose XML is sound but unusual, written anew the way nearly all programs write it.

Comments, CDATA, prefixes, single quotes, other encodings, cells that leave their place to be counted: calamine and the
scan of the cells meet one form only.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from lxml import etree

from gongshi.intake.readers.tables import UnreadableError, UnsafeError

_NAMESPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REFERENCE = re.compile(r"([A-Z]{1,3})(0*[1-9][0-9]{0,6})", re.IGNORECASE)
_ROW_NUMBER = re.compile(r"0*[1-9][0-9]{0,6}")
_LEFT_OUT = "{*}extLst"


def rewritten(xml: bytes) -> bytes:
    """The columns, rows and merged cells of a sheet in plain form.

    Raises:
        UnreadableError: no sound XML, or a reference that is none.
        UnsafeError: a document type.
    """
    try:
        return b"".join(_pieces(xml))
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"a sheet is no sound XML: {error}") from error


def parse(xml: bytes) -> etree._Element:
    """A small part as a tree.

    Raises:
        UnreadableError: no sound XML.
        UnsafeError: a document type.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"a part is no sound XML: {error}") from error
    demand_no_type(root)
    return root


def demand_no_type(root: etree._Element) -> None:
    """A document type brings entities, and no workbook has one.

    Raises:
        UnsafeError: there is one.
    """
    if root.getroottree().docinfo.doctype:
        raise UnsafeError("工作簿内含XML文档类型声明（DTD）")


def column_number(letters: str) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _pieces(xml: bytes) -> Iterator[bytes]:
    events = etree.iterparse(
        io.BytesIO(xml), events=("start", "end"), resolve_entities=False, no_network=True, remove_comments=True,
        remove_pis=True, strip_cdata=True, huge_tree=True,
    )  # fmt: skip
    yield b'<worksheet xmlns="' + _NAMESPACE + b'">'
    row = 0
    for event, element in events:
        name = etree.QName(element).localname
        if event == "start":
            if element.getparent() is None:
                demand_no_type(element)
            if name == "sheetData":
                yield b"<sheetData>"
        elif name == "row":
            row = _number_row(element, row)
            yield _plain(element)
        elif name in ("cols", "mergeCells"):
            yield _plain(element)
        elif name == "sheetData":
            yield b"</sheetData>"
    yield b"</worksheet>"


def _number_row(row: etree._Element, before: int) -> int:
    """Give the row and its cells their places, as counted where they leave them out; returns the row's number."""
    named = row.get("r") or str(before + 1)
    if not _ROW_NUMBER.fullmatch(named):
        raise UnreadableError(f"a row stands at {named!r}.")
    number = int(named)
    row.set("r", str(number))
    column = 0
    for cell in row.iterchildren("{*}c"):
        reference = _REFERENCE.fullmatch(cell.get("r") or f"{column_letters(column + 1)}{number}")
        if reference is None:
            raise UnreadableError(f"a cell stands at {cell.get('r')!r}.")
        column, number = column_number(reference[1]), int(reference[2])
        others = {name: value for name, value in cell.attrib.items() if name != "r"}
        cell.attrib.clear()
        cell.attrib.update({"r": f"{column_letters(column)}{number}", **others})
    return number


def _plain(element: etree._Element) -> bytes:
    """An element without prefixes, as bytes; its memory is given back."""
    etree.strip_elements(element, _LEFT_OUT, with_tail=False)
    for part in element.iter("*"):
        part.tag = etree.QName(part).localname
    element.tail = None
    etree.cleanup_namespaces(element)
    text: bytes = etree.tostring(element, encoding="utf-8")
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
    return text
