"""Workbooks of the older format (xls, and WPS's et, which keeps the same stream): cells, formats and what is hidden.

xlrd tells number formats, hidden rows and merged cells beside the values; calamine does not.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import xlrd
from xlrd.book import Book
from xlrd.sheet import Sheet as XlsSheet

from gongshi.intake.readers import number_cells, sheet_batches, sheet_columns, tables
from gongshi.intake.readers.limits import Budget, Bytes
from gongshi.intake.readers.sheet_batches import DAMAGED_ZH, Sheet
from gongshi.intake.readers.tables import UnreadableError, UnsafeError
from gongshi.standard.messages import ReadBatch

_LOCKED = "工作簿已加密，请取消密码后报送"
_FIRST_SOUND_SERIAL = {
    0: 61,
    1: 1,
}  # per date base: before 1900-03-01 spreadsheets count a day that never was
_END_OF_SERIALS = 2_958_466  # 10000-01-01


def read(data: Bytes, budget: Budget | None = None) -> list[ReadBatch]:
    """Read a workbook: one batch a table, all sheets, hidden ones too.

    Args:
        data: the file.
        budget: what the delivery may still unfold to.

    Raises:
        UnreadableError: damaged or encrypted.
        UnsafeError: over a limit.
    """
    budget = budget or Budget()
    sheets = list(_sheets(data, budget))
    batches = [batch for sheet in sheets for batch in sheet_batches.batches(sheet)]
    return batches or [tables.refused("BT-04")]


def _sheets(data: Bytes, budget: Budget) -> Iterator[Sheet]:
    try:
        book = xlrd.open_workbook(
            file_contents=bytes(data), formatting_info=True, on_demand=True, ragged_rows=True, logfile=io.StringIO()
        )  # fmt: skip
        for place in range(book.nsheets):
            yield _sheet(book, book.sheet_by_index(place), budget)
            book.unload_sheet(place)
    except UnsafeError:
        raise
    except Exception as error:  # xlrd ends on damage with whatever the damage breaks first
        reason = _LOCKED if "encrypted" in str(error) else DAMAGED_ZH
        raise UnreadableError(f"no readable xls workbook: {error!r}", reason) from error


def _sheet(book: Book, sheet: XlsSheet, budget: Budget) -> Sheet:
    extent = sheet.nrows, sheet.ncols
    budget.take_cells(*extent)
    texts = _Texts(book, sheet, budget)
    rows = sheet_columns.gathered(map(texts.row, range(sheet.nrows)), 0, extent, {}, texts.of)
    hidden_columns = [place + 1 for place, info in sheet.colinfo_map.items() if info.hidden]
    return Sheet(
        sheet.name, rows, texts.fixes,
        is_hidden=bool(sheet.visibility),
        hidden_rows=[place + 1 for place, info in sheet.rowinfo_map.items() if info.hidden],
        hidden_columns=sorted(n for n in hidden_columns if n <= sheet.ncols),
        merged=[(first + 1, end) for first, end, _, _ in sheet.merged_cells],
    )  # fmt: skip


class _Texts:
    """The cells of a sheet as text.

    Attributes:
        fixes: (row, column) → rule and digits as stored, where zeros were added.
    """

    def __init__(self, book: Book, sheet: XlsSheet, budget: Budget) -> None:
        self._sheet, self._base, self._budget = sheet, book.datemode, budget
        formats = (book.format_map.get(xf.format_key) for xf in book.xf_list)
        self._padding = [number_cells.padding(f.format_str) if f else 0 for f in formats]
        self.fixes: dict[tuple[int, int], tuple[str, str]] = {}

    def row(self, row: int) -> list[Any]:
        """A row, from the first column to the last of the sheet: texts, and (type, value) of other cells."""
        types, values = self._sheet.row_types(row), self._sheet.row_values(row)
        cells = [
            value if kind == xlrd.XL_CELL_TEXT else (kind, value)
            for kind, value in zip(types, values, strict=True)
        ]
        texts = (cell for cell in cells if isinstance(cell, str))
        self._budget.take_bytes(sum(map(len, texts)))  # many cells share one text until here
        return cells + [""] * (self._sheet.ncols - len(cells))

    def of(self, cell: tuple[int, Any], row: int, column: int) -> str:
        """The text of a cell that holds none."""
        kind, value = cell
        match kind:
            case xlrd.XL_CELL_NUMBER:
                return self._number(tables.cell_text(value), row, column)
            case xlrd.XL_CELL_DATE:
                return self._date(value)
            case xlrd.XL_CELL_BOOLEAN:
                return tables.cell_text(bool(value))
            case xlrd.XL_CELL_ERROR:
                return str(xlrd.error_text_from_code.get(value, "#VALUE!"))
        return ""

    def _number(self, digits: str, row: int, column: int) -> str:
        length = self._padding[self._sheet.cell_xf_index(row, column)]
        filled = number_cells.padded(digits, length)
        if filled != digits:
            self.fixes[row, column] = ("TX-12", digits)
        return filled

    def _date(self, serial: float) -> str:
        digits = tables.cell_text(serial)
        if 0 <= serial < 1:
            return number_cells.date_text(_clock(serial), digits)
        if not _FIRST_SOUND_SERIAL[self._base] <= serial < _END_OF_SERIALS:
            return digits
        moment = xlrd.xldate.xldate_as_datetime(serial, self._base)
        is_day = math.floor(serial) == serial
        return number_cells.date_text(
            date(moment.year, moment.month, moment.day) if is_day else moment, digits
        )


def _clock(fraction: float) -> time:
    seconds = round(fraction * 86_400) % 86_400
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
