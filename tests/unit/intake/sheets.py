"""Workbooks from hand-made XML: what no library writes, and one cell at a time."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

from gongshi.intake.readers.sheet_repair import column_letters
from gongshi.standard.kinds import LICENCE

LABELS = [f.label_zh for f in LICENCE.fields]
NAMES = [f.name for f in LICENCE.fields]
NAMESPACES = (
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_START = '<?xml version="1.0" encoding="UTF-8"?>'


def text(value: str) -> str:
    """A cell of text; `@` stands for its reference."""
    return f'<c @ t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def row(number: int, *, hidden: bool = False, **cells: str) -> str:
    """A row of cells by field name."""
    places = sorted((NAMES.index(name), cell) for name, cell in cells.items())
    mark = ' hidden="1"' if hidden else ""
    inside = "".join(
        cell.replace("@", f'r="{column_letters(place + 1)}{number}"', 1) for place, cell in places
    )
    return f'<row r="{number}"{mark}>{inside}</row>'


def header(number: int = 1) -> str:
    """The row of labels."""
    return row(number, **{name: text(label) for name, label in zip(NAMES, LABELS, strict=True)})


def sheet(rows: str, before: str = "", after: str = "") -> bytes:
    """A sheet's XML."""
    return (
        f"{_START}<worksheet {NAMESPACES}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>".encode()
    )


def styles(*formats: int | str) -> bytes:
    """Styles 1, 2, …: a built-in number format or a format code each."""
    own = [(164 + n, code) for n, code in enumerate(formats) if isinstance(code, str)]
    numbers = [code if isinstance(code, int) else 164 + n for n, code in enumerate(formats)]
    listed = "".join(f'<numFmt numFmtId="{n}" formatCode={quoteattr(code)}/>' for n, code in own)
    looks = "".join(f'<xf numFmtId="{n}" applyNumberFormat="1"/>' for n in [0, *numbers])
    return f"{_START}<styleSheet {NAMESPACES}><numFmts>{listed}</numFmts><cellXfs>{looks}</cellXfs></styleSheet>".encode()


def book(
    *sheets: bytes, look: bytes = b"", strings: str = "", properties: str = "", states: tuple[str, ...] = ()
) -> bytes:
    """A workbook of these sheets, called 表1, 表2, …; `states` as in workbook.xml."""
    parts = {f"xl/worksheets/sheet{n}.xml": xml for n, xml in enumerate(sheets, 1)}
    relations = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    if look:
        parts["xl/styles.xml"], relations = look, [*relations, ("rIdS", "styles", "styles.xml")]
    if strings:
        parts["xl/sharedStrings.xml"] = f"{_START}<sst {NAMESPACES}>{strings}</sst>".encode()
        relations.append(("rIdT", "sharedStrings", "sharedStrings.xml"))
    listed = "".join(
        f'<sheet name="表{n}" sheetId="{n}" state="{state}" r:id="rId{n}"/>'
        for n, (state, _) in enumerate(zip((*states, *["visible"] * len(sheets)), sheets, strict=False), 1)
    )
    named = "".join(
        f'<Relationship Id="{i}" Type="{_OFFICE}/{kind}" Target="{to}"/>' for i, kind, to in relations
    )
    parts["xl/workbook.xml"] = (
        f"{_START}<workbook {NAMESPACES}><workbookPr {properties}/><sheets>{listed}</sheets></workbook>".encode()
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        f'{_START}<Relationships xmlns="{_PACKAGE}/relationships">{named}</Relationships>'.encode()
    )
    return packed(parts)


def packed(parts: dict[str, bytes]) -> bytes:
    """Parts as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
