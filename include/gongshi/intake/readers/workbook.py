"""Workbooks (xlsx): every sheet that holds anything is one batch; rows are numbered as the sheet shows them.

Text stays as typed; numbers and dates become the text of their stored value, whatever their format shows.
"""

from __future__ import annotations

import io
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from gongshi.documents.workbook import NOTES_SHEET, WARNINGS_SHEET
from gongshi.intake.readers import shapes, tables, workbook_gaps
from gongshi.intake.readers.tables import Grid, UnreadableError
from gongshi.standard.messages import ReadBatch

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ACCOMPANYING = (NOTES_SHEET, WARNINGS_SHEET)


def looks_like(head: bytes) -> bool:
    """True for a zip archive (xlsx) and for an OLE file (encrypted workbook, xls)."""
    return head.startswith((_ZIP, _OLE))


def read(data: bytes) -> list[ReadBatch]:
    """Read a workbook: one batch a sheet that is not empty.

    A hidden sheet (lists behind drop-downs) and the notes of our own workbooks are left out unless they have a data
    header.

    Raises:
        UnreadableError: no xlsx, damaged, or encrypted.
    """
    if data.startswith(_OLE):
        raise UnreadableError("an OLE file: an encrypted workbook, or a format older than xlsx.")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        gaps = workbook_gaps.fill_ins(data)
        known = [m for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
        hidden = {m.name for m in known if m.visible != SheetVisibleEnum.Visible}
        sheets = [
            (
                m.name,
                _filled(
                    book.get_sheet_by_name(m.name).to_python(skip_empty_area=False), gaps.get(m.name, {})
                ),
            )
            for m in known
        ]
    except (CalamineError, workbook_gaps.DamagedError) as error:
        raise UnreadableError(f"no readable workbook: {error}") from error
    batches = [
        batch
        for name, rows in sheets
        for batch in shapes.batches(Grid(rows, sheet=name))
        if batch.kind or not (name in hidden or name in _ACCOMPANYING)
    ]
    return batches or [tables.refused("BT-04")]


def _filled(rows: list[list[Any]], fill_ins: dict[tuple[int, int], str]) -> list[list[str]]:
    """All cells as text, with what the reader leaves empty put in."""
    texts = [[value if type(value) is str else tables.cell_text(value) for value in row] for row in rows]
    for (row, column), content in fill_ins.items():
        if row < len(texts) and column < len(texts[row]):
            texts[row][column] = content
    return texts
