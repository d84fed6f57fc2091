"""Workbooks written row by row in constant memory; equal calls give equal bytes.

Text is always stored as text: a value that looks like a formula, a number or a date stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from gongshi.documents.columns import Column, validation
from gongshi.documents.files import write_atomically
from gongshi.documents.plain import printable

NOTES_SHEET, WARNINGS_SHEET, WITHDRAW_SHEET = "填写说明", "提示", "须撤回"
NOTE_SHEETS = (NOTES_SHEET, WARNINGS_SHEET, WITHDRAW_SHEET)
"""Sheets in the workbooks we hand out that people read and send back: readers of data pass over them by name."""

KEY_COLUMN = "行键（勿改）"
"""Header of the keys in a correction workbook: by it a file that comes back is told from others."""

RETURN_COLUMNS = (KEY_COLUMN, "原文书号", "已入库记录编号", "原行号", "规则", "问题说明", "修改建议")
"""Headers of what a correction workbook says of its rows, beside their cells."""

FIXED_DATE = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST_TEXT = 32_767
MOST_COMMENTS = 2_000
"""Comments a workbook carries at most: Excel opens more only slowly; the text beside the row says the same."""

MOST_COLUMNS_A_PAGE = 14
"""A wider sheet squeezed onto one page cannot be read; it prints over several."""

SERIAL_ZERO = date(1899, 12, 30)
LINE_HEIGHT = 15
_WIDE = re.compile("[\u2e80-\U0010ffff]")
_NOT_IN_XML = re.compile("[\\x00-\\x08\\x0b-\\x1f\\ufffe\\uffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NEEDS_ESCAPE = re.compile("[&<>_\\x00-\\x08\\x0b-\\x1f\\ufffe\\uffff]")

_NUMBER_FORMATS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@"},
    "wrapped": {"num_format": "@", "text_wrap": True},
    "integer": {"num_format": "#,##0"},
    "percent": {"num_format": "0.00%"},
    "amount": {"num_format": "#,##0.00"},
    "decimal": {"num_format": "#,##0.######"},
    "date": {"num_format": "yyyy/mm/dd"},
}


@dataclass(frozen=True)
class Marked:
    """A cell that is highlighted, with a comment people see when they point at it."""

    value: Any
    comment: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet: optional lines above, a header, rows (consumed once, in order).

    Attributes:
        name: at most 31 characters.
        columns: its columns.
        rows: one sequence a row, as many cells as columns.
        heading: lines above the header; leave it empty where a program reads the sheet.
        blank_rows: rows below the header formatted and given drop-downs, for people to fill in.
        freeze_columns: columns that stay while scrolling sideways.
        landscape: how it prints.
        protected: only cells of columns that are not locked can be changed, no lines added or removed; against slips,
            there is no password.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]] = ()
    heading: tuple[str, ...] = ()
    blank_rows: int = 0
    freeze_columns: int = 0
    landscape: bool = True
    protected: bool = False


def write_workbook(path: Path, sheets: Iterable[Sheet], created: datetime = FIXED_DATE) -> None:
    """Write `sheets` to `path`, atomically.

    Args:
        path: file to create or replace.
        sheets: consumed one after another; rows may come from a cursor.
        created: stored as creation time; never the clock's.
    """
    write_atomically(path, lambda target: _write(target, sheets, created))


def _write(target: Path, sheets: Iterable[Sheet], created: datetime) -> None:
    book = xlsxwriter.Workbook(str(target), {"constant_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": created.astimezone(UTC).replace(tzinfo=None), "author": ""})
    formats = _Formats(book)
    for sheet in sheets:
        _write_sheet(book.add_worksheet(sheet.name), sheet, formats)
    book.close()


class _Formats:
    """The formats of one workbook, made once each."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        looks = {
            (name, locked): {"valign": "top", "locked": locked} | look
            for locked in (False, True)
            for name, look in _NUMBER_FORMATS.items()
        }
        self.cell = {name: book.add_format(look) for name, look in looks.items()}
        self.mark = {name: book.add_format(look | {"bg_color": "#F8D0CB"}) for name, look in looks.items()}
        header = {
            "bold": True,
            "text_wrap": True,
            "valign": "vcenter",
            "border": 1,
            "border_color": "#B8BEC7",
        }
        self.header = book.add_format(header | {"bg_color": "#E4E9F0"})
        self.emphasis = book.add_format(header | {"bg_color": "#FBE9C8"})
        self.wrong = book.add_format({"bg_color": "#FF9C9C", "font_color": "#9C0006"})
        self.doubtful = book.add_format({"bg_color": "#FFEB9C"})
        self.heading = book.add_format({"bold": True, "font_size": 13})
        self.note = book.add_format({"font_color": "#555B66"})


def _write_sheet(target: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    for position, column in enumerate(sheet.columns):
        target.set_column(position, position, column.width, formats.cell[column.style, column.locked])
    line = 0
    for text in sheet.heading:
        target.write_string(line, 0, text, formats.note if line else formats.heading)
        line += 1
    target.set_row(line, 32 if any(len(c.title) * 2 > c.width for c in sheet.columns) else 20)
    for position, column in enumerate(sheet.columns):
        target.write_string(
            line, position, column.title, formats.emphasis if column.emphasis else formats.header
        )
    target.freeze_panes(line + 1, sheet.freeze_columns)
    last = _write_rows(target, sheet, line + 1, formats)
    _checks(target, sheet, line + 1, last + sheet.blank_rows, formats)
    _print_setup(target, sheet, line)
    if sheet.protected:
        target.protect("", {"format_columns": True, "format_rows": True})


def _write_rows(target: Worksheet, sheet: Sheet, first: int, formats: _Formats) -> int:
    """Write the rows from line `first` (0-based); returns the last line written.

    The rows' XML goes straight into the temporary file that xlsxwriter keeps in constant-memory mode: a call of its API
    per cell takes five times as long (20,000 rejected rows: 5 s), and an answer waits for it.
    """
    looks = [
        tuple(made[c.style, c.locked]._get_xf_index() for made in (formats.cell, formats.mark))
        for c in sheet.columns
    ]
    letters = [xl_col_to_name(position) for position in range(len(sheet.columns))]
    are_text = [column.style in ("text", "wrapped") for column in sheet.columns]
    wrapped = [(position, c.width) for position, c in enumerate(sheet.columns) if c.style == "wrapped"]
    target._write_single_row(first)  # the header leaves xlsxwriter's hands
    line, comments = first - 1, 0
    for line, row in enumerate(sheet.rows, first):  # the last line is the answer
        cells = []
        for position, value, letter, (plain, marked), is_text in zip(
            range(len(letters)), row, letters, looks, are_text, strict=True
        ):
            look = plain
            if isinstance(value, Marked):
                look = marked
                if value.comment and comments < MOST_COMMENTS:
                    target.write_comment(
                        line,
                        position,
                        printable(value.comment),
                        {"author": "", "x_scale": 2.2, "y_scale": 1.2},
                    )
                    comments += 1
                value = value.value
            if value is not None and value != "":
                cells.append(f'<c r="{letter}{line + 1}" s="{look}"{_content(value, is_text)}</c>')
            elif look != plain:  # an empty cell has its column's format already
                cells.append(f'<c r="{letter}{line + 1}" s="{look}"/>')
        lines = max((_lines(row[position], width) for position, width in wrapped), default=1)
        height = f' ht="{min(lines, 25) * LINE_HEIGHT}" customHeight="1"' if lines > 1 else ""
        target.row_data_fh.write(f'<row r="{line + 1}"{height}>{"".join(cells)}</row>')
    target.previous_row = line + 1
    target.dim_rowmax = max(target.dim_rowmax, line)
    return line


def _lines(value: Any, width: float) -> int:
    """Lines a wrapped cell takes in a column of this width; not every program finds the height by itself."""
    text = value.value if isinstance(value, Marked) else value
    parts = [part for part in str(text or "").split("\n") if part]
    return sum(1 + int((_shown_width(part) - 1) // width) for part in parts) or 1


def _content(value: Any, is_text: bool) -> str:
    """The rest of a cell's XML: its type and value."""
    if is_text or isinstance(value, str):
        return f' t="inlineStr"><is><t xml:space="preserve">{_escaped(str(value)[:LONGEST_TEXT])}</t></is>'
    if isinstance(value, date):
        return f"><v>{(date(value.year, value.month, value.day) - SERIAL_ZERO).days}</v>"
    return f"><v>{value}</v>"


def _escaped(text: str) -> str:
    """Text for XML; what XML cannot hold is written as `_xHHHH_`, as spreadsheets do."""
    if _NEEDS_ESCAPE.search(text) is None:
        return text
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _NOT_IN_XML.sub(lambda found: f"_x{ord(found.group()):04X}_", text)


def _checks(target: Worksheet, sheet: Sheet, first: int, last: int, formats: _Formats) -> None:
    """What a program says of what is typed: drop-downs and lengths, and cells that change their colour."""
    for position, column in enumerate(sheet.columns):
        cells = (first, position, last, position)
        if last < first:
            continue
        if options := validation(column):
            target.data_validation(*cells, options)
        for alarm in column.alarms:
            look = formats.wrong if alarm.is_wrong else formats.doubtful
            target.conditional_format(
                *cells, {"type": "formula", "criteria": f"={alarm.formula}", "format": look}
            )


def _print_setup(target: Worksheet, sheet: Sheet, header_line: int) -> None:
    target.set_paper(9)  # A4
    if sheet.landscape:
        target.set_landscape()
    if len(sheet.columns) <= MOST_COLUMNS_A_PAGE:
        target.fit_to_pages(1, 0)
    target.repeat_rows(header_line)
    target.set_footer("&C第 &P 页，共 &N 页")


def column_width(texts: Sequence[str], least: float = 8, most: float = 40) -> float:
    """A width that fits the texts: a Chinese character counts two."""
    return max(least, min(most, max((_shown_width(text) for text in texts), default=0) + 2))


def _shown_width(text: str) -> int:
    return len(text) + len(_WIDE.findall(text))
