"""Workbooks (xlsx): every sheet that holds anything is one batch; rows are numbered as the sheet shows them.

Text stays as typed; numbers and dates become the text of their stored value, whatever their format shows.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from gongshi.documents.workbook import NOTES_SHEET, WARNINGS_SHEET
from gongshi.intake import headers
from gongshi.intake.readers import tables, workbook_gaps
from gongshi.intake.readers.tables import UnreadableError
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
    found = [(name, _batch(name, rows)) for name, rows in sheets]
    batches = [
        batch
        for name, batch in found
        if batch and (batch.kind or not (name in hidden or name in _ACCOMPANYING))
    ]
    return batches or [tables.refused("BT-04")]


def _filled(rows: list[list[Any]], fill_ins: dict[tuple[int, int], str]) -> list[list[str]]:
    """All cells as text, with what the reader leaves empty put in."""
    texts = [[value if type(value) is str else tables.cell_text(value) for value in row] for row in rows]
    for (row, column), content in fill_ins.items():
        if row < len(texts) and column < len(texts[row]):
            texts[row][column] = content
    return texts


def _batch(sheet: str, rows: Sequence[Sequence[str]]) -> ReadBatch | None:
    """A sheet as a batch; None when it is empty."""
    top = next((place for place, row in enumerate(rows) if _is_filled(row)), None)
    if top is None:
        return None
    width = 1 + max(place for place, cell in enumerate(rows[top]) if cell.strip())
    cells = list(rows[top][:width])
    header = headers.recognise(cells)
    numbered = list(enumerate(rows[top + 1 :], start=top + 2))
    blank = [*range(1, top + 1), *(number for number, row in numbered if not _is_filled(row))]
    data = [] if header.refusal else [(number, row) for number, row in numbered if _is_filled(row)]
    table = _table(header.columns, data) if data else tables.empty_rows()
    return tables.read_batch(header, cells, top + 1, table, blank, sheet=sheet)


def _is_filled(row: Sequence[str]) -> bool:
    return any(cell and not cell.isspace() for cell in row)


def _table(columns: Sequence[str], data: list[tuple[int, Sequence[str]]]) -> pa.Table:
    """Rows by column; those with cells beyond the header apart, with all their cells."""
    width = len(columns)
    fitting = [(number, row) for number, row in data if not _is_filled(row[width:])]
    longer = {number: _trimmed(row) for number, row in data if _is_filled(row[width:])}
    by_column = zip(*(row[:width] for _, row in fitting), strict=True) if fitting else [()] * width
    regular = pa.table(
        {name: pa.array(cells, pa.string()) for name, cells in zip(columns, by_column, strict=True)}
    )
    numbers = pa.array(np.array([number for number, _ in fitting], dtype=np.int32))
    return tables.in_row_order(tables.regular_rows(regular, numbers), tables.irregular_rows(columns, longer))


def _trimmed(row: Sequence[str]) -> list[str]:
    return list(row[: 1 + max(place for place, cell in enumerate(row) if cell.strip())])
