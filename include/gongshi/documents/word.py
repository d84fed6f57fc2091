"""Word documents in the form of Chinese official papers (GB/T 9704): A4, 宋体 title, 黑体 headings, 仿宋 text.

Knows no domain. Equal calls give equal bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from gongshi.documents.files import stable_zip, write_atomically
from gongshi.documents.plain import printable

Align = Literal["left", "center", "right"]

LATIN = "Times New Roman"
TITLE_FONT, HEADING_FONT, SUBHEADING_FONT, TEXT_FONT, TABLE_FONT = "宋体", "黑体", "楷体", "仿宋", "宋体"
FIXED_DATE = datetime(2000, 1, 1, tzinfo=UTC)
TEXT_WIDTH_CM = 15.6

_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


def new_document(title: str, subtitle: str = "", created: datetime = FIXED_DATE) -> Document:
    """An A4 document that opens with its title, and with `subtitle` (issue, unit, date) centred below it.

    Args:
        title: printed at the top and stored as the document's title.
        subtitle: one line, may be empty.
        created: stored as creation time; give the report's own instant, never the clock's.
    """
    document = docx.Document()
    _page(document)
    _styles(document)
    _page_number(document)
    properties = document.core_properties
    title, subtitle = printable(title), printable(subtitle)
    properties.title, properties.author, properties.comments = title, "", ""
    properties.last_modified_by, properties.revision = "", 1
    properties.created = properties.modified = created.astimezone(UTC).replace(tzinfo=None)
    document.add_paragraph(title, style="Title")
    if subtitle:
        document.add_paragraph(subtitle, style="Subtitle")
    return document


def heading(doc: Document, text: str, level: int = 1) -> Paragraph:
    """A heading that shows in the navigation pane: level 1 一、…, 2 （一）…, 3 1.…; the number is part of `text`."""
    return doc.add_paragraph(printable(text), style=f"Heading {level}")


def paragraph(
    doc: Document, text: str, *, indent: bool = True, align: Align = "left", bold: bool = False
) -> Paragraph:
    """A paragraph of running text, first line indented by two characters."""
    added = doc.add_paragraph(style="Normal")
    added.alignment = _ALIGN[align]
    if not indent:
        added.paragraph_format.first_line_indent = Pt(0)
    added.add_run(printable(text)).bold = bold or None
    return added


def caption(doc: Document, text: str) -> Paragraph:
    """The name of the table that follows, centred and kept with it."""
    added = paragraph(doc, text, indent=False, align="center")
    added.paragraph_format.keep_with_next = True
    _fonts(added.runs[0], HEADING_FONT, 12)
    return added


def table(
    doc: Document,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    widths: Sequence[float] | None = None,
    align: Sequence[Align] | None = None,
) -> Table:
    """A ruled table over the text width; its header row repeats on every page and no row is torn.

    Args:
        doc: the document it is added to.
        columns: header texts.
        rows: one sequence a row, as many cells as columns; None prints an empty cell.
        widths: relative or cm; scaled to the text width. Equal when None.
        align: one a column; left when None.
    """
    shares = list(widths or [1.0] * len(columns))
    scale = TEXT_WIDTH_CM / sum(shares)
    sides: list[Align] = list(align or ["left"] * len(columns))
    added = doc.add_table(rows=0, cols=len(columns), style="Table Grid")
    added.alignment, added.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for position, share in enumerate(shares):
        added.columns[position].width = Cm(share * scale)
    centred: list[Align] = ["center"] * len(columns)
    _fill(added.add_row(), columns, centred, shares, scale, header=True)
    for row in rows:
        _fill(added.add_row(), row, sides, shares, scale, header=False)
    return added


def page_break(doc: Document) -> None:
    """Start a new page, for an annex."""
    doc.add_page_break()


def save(doc: Document, path: Path) -> None:
    """Write the document atomically, with the same bytes for the same content."""
    buffer = io.BytesIO()
    doc.save(buffer)
    write_atomically(path, stable_zip(buffer.getvalue()))


def _page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)


def _styles(document: Document) -> None:
    styles = document.styles
    for language in styles.element.xpath(
        "./w:docDefaults//w:lang"
    ):  # else punctuation takes another region's shape
        language.set(qn("w:eastAsia"), "zh-CN")
    normal = styles["Normal"]
    _style(normal, TEXT_FONT, 16)
    normal.paragraph_format.first_line_indent = Pt(32)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    normal.paragraph_format.line_spacing = Pt(29)
    for name, font, size in (("Title", TITLE_FONT, 22), ("Subtitle", TEXT_FONT, 16)):
        style = styles[name]
        _style(style, font, size, bold=name == "Title")
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        style.paragraph_format.first_line_indent = Pt(0)
        style.paragraph_format.line_spacing = Pt(36)
        style.paragraph_format.space_after = Pt(12)
    for level, font in ((1, HEADING_FONT), (2, SUBHEADING_FONT), (3, TEXT_FONT)):
        style = styles[f"Heading {level}"]
        _style(style, font, 16, bold=level == 3)
        style.paragraph_format.first_line_indent = Pt(32)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.keep_with_next = True


def _style(style: ParagraphStyle, font: str, size: float, *, bold: bool = False) -> None:
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    _east_asia(style.element.get_or_add_rPr(), font)
    for border in style.element.xpath("./w:pPr/w:pBdr"):  # Word's own Title style draws a blue rule
        border.getparent().remove(border)
    for spacing in style.element.xpath("./w:rPr/w:spacing | ./w:rPr/w:kern"):
        spacing.getparent().remove(spacing)


def _east_asia(properties: Any, font: str) -> None:
    """Set the fonts by name; theme attributes would win over them and are taken away."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for attribute, name in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", font)):
        fonts.set(qn(f"w:{attribute}"), name)


def _fonts(run: Run, font: str, size: float) -> None:
    run.font.size = Pt(size)
    _east_asia(run._element.get_or_add_rPr(), font)


def _page_number(document: Document) -> None:
    footer = document.sections[0].footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.paragraph_format.first_line_indent = Pt(0)
    for part in ("— ", "PAGE", " —"):
        run = footer.add_run("" if part == "PAGE" else part)
        _fonts(run, TITLE_FONT, 14)
        if part == "PAGE":
            for kind, text in (("begin", None), (None, part), ("end", None)):
                run._element.append(_field_part(kind, text))


def _field_part(kind: str | None, text: str | None) -> Any:
    part = OxmlElement("w:fldChar" if kind else "w:instrText")
    if kind:
        part.set(qn("w:fldCharType"), kind)
    else:
        part.text = text
    return part


def _fill(
    row: _Row,
    values: Sequence[object],
    sides: Sequence[Align],
    shares: Sequence[float],
    scale: float,
    *,
    header: bool,
) -> None:
    _row_property(row, "w:cantSplit")
    if header:
        _row_property(row, "w:tblHeader")
    for cell, value, side, share in zip(row.cells, values, sides, shares, strict=True):
        cell.width = Cm(share * scale)
        _cell_text(cell, "" if value is None else str(value), side, header=header)


def _cell_text(cell: _Cell, text: str, side: Align, *, header: bool) -> None:
    target = cell.paragraphs[0]
    target.alignment = _ALIGN[side]
    target.paragraph_format.first_line_indent = Pt(0)
    target.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    _fonts(target.add_run(printable(text)), HEADING_FONT if header else TABLE_FONT, 10.5)


def _row_property(row: _Row, name: str) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement(name))
