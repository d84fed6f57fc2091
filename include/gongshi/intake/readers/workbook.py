"""Workbooks (xlsx, xlsm): every sheet that holds a table; rows are numbered as the sheet shows them.

Text stays as typed; numbers and dates become the text of their stored value, whatever their format shows. calamine
reads the cells, macros are not even unpacked.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from gongshi.intake.readers import number_cells, sheet_batches, sheet_columns, sheet_marks, tables
from gongshi.intake.readers.limits import Budget, Bytes
from gongshi.intake.readers.number_cells import DateText
from gongshi.intake.readers.sheet_batches import DAMAGED_ZH, Sheet
from gongshi.intake.readers.sheet_marks import Marks
from gongshi.intake.readers.tables import UnreadableError
from gongshi.intake.readers.workbook_package import Package, Part, unfolded
from gongshi.standard.messages import ReadBatch


def read(data: Bytes, budget: Budget | None = None) -> list[ReadBatch]:
    """Read a workbook: one batch a table, all sheets, hidden ones too.

    Args:
        data: the file.
        budget: what the delivery may still unfold to.

    Raises:
        UnreadableError: damaged or encrypted.
        UnsafeError: over a limit, or content no workbook has.
    """
    budget = budget or Budget()
    with _collector_paused(), unfolded(data, budget) as package:
        batches = [batch for sheet in _sheets(package, budget) for batch in sheet_batches.batches(sheet)]
    return batches or [tables.refused("BT-04")]


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Millions of cells are no garbage; looking through them for some over and over takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _sheets(package: Package, budget: Budget) -> Iterator[Sheet]:
    """The sheets one by one; calamine parses beside, in a thread that needs no lock of the interpreter."""
    with ThreadPoolExecutor(1) as beside:
        opening = beside.submit(CalamineWorkbook.from_path, package.path)
        parts, is_rewritten = package.scan(budget)
        if is_rewritten:
            package.write()
            opening = beside.submit(CalamineWorkbook.from_path, package.path)
        with _damage_told():
            book = opening.result()
        if [m.name for m in book.sheets_metadata] != [name for name, _ in package.sheets]:
            raise UnreadableError("the sheets of the workbook are not those it lists.", DAMAGED_ZH)
        for place, listed in enumerate(book.sheets_metadata):
            part = parts.get(package.sheets[place][1] or "")
            if part and listed.typ == SheetTypeEnum.WorkSheet:
                loading = beside.submit(book.get_sheet_by_index, place)
                marks = sheet_marks.find(part, package.padded)
                is_hidden = listed.visible != SheetVisibleEnum.Visible
                with _damage_told():
                    sheet = _sheet(listed.name, is_hidden, loading.result(), part, marks)
                yield sheet


def _sheet(name: str, is_hidden: bool, sheet: CalamineSheet, part: Part, marks: Marks) -> Sheet:
    texts = _Texts(part, marks)
    left = sheet.start[1] if sheet.start else 0
    rows = sheet_columns.gathered(sheet.iter_rows(), left, marks.extent(part), texts.edits, texts.of)
    merged = [(first[0] + 1, last[0] + 1) for first, last in sheet.merged_cell_ranges or ()]
    return Sheet(name, rows, texts.fixes, is_hidden, marks.hidden_rows, marks.hidden_columns, merged)


@contextmanager
def _damage_told() -> Iterator[None]:
    """Whatever calamine ends with on a damaged workbook; a panic of Rust is no `Exception`."""
    try:
        yield
    except CalamineError as error:
        raise UnreadableError(f"no readable workbook: {error}", DAMAGED_ZH) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableError(f"the workbook's parser gave up: {error}", DAMAGED_ZH) from error


class _Texts:
    """What cells say that are no text to calamine.

    Attributes:
        edits: (row, column) → what stands in a cell that calamine reads as empty, or without its zeros.
        fixes: (row, column) → rule and digits as stored, where zeros were added.
    """

    def __init__(self, part: Part, marks: Marks) -> None:
        self.part = part
        self.edits = dict(marks.artefacts)
        self.fixes: dict[tuple[int, int], tuple[str, str]] = {}
        self._known: dict[date, str] = {}
        for place, length in marks.padded.items():
            digits = sheet_marks.number(part, *place)
            filled = number_cells.padded(digits, length)
            if filled != digits:
                self.edits[place], self.fixes[place] = filled, ("TX-12", digits)

    def of(self, value: Any, row: int, column: int) -> str:
        """The text of a value that is none."""
        if type(value) is float and value.is_integer() and abs(value) < tables.EXACT:
            return str(int(value))
        if not isinstance(value, date | time | timedelta):
            return tables.cell_text(value)
        known = self._known.get(value) if isinstance(value, date) else None
        if known is None:
            serial = sheet_marks.number(self.part, row, column)
            known = serial if isinstance(value, timedelta) else number_cells.date_text(value, serial)
            if isinstance(value, date) and isinstance(known, DateText):
                self._known[value] = known
        return known
