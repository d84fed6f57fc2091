"""What runs over sample files of other projects brought to light; each case made anew, none copied."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from gongshi.intake import readers
from gongshi.intake.readers.sheet_columns import gathered

ROWS = [["", "", ""], ["a", "", ""], ["", "", "b"], ["", "", ""], [" ", "", ""], ["", "", ""]]


def test_empty_rows_of_a_sheet_are_rows_like_others() -> None:
    """They are not put together cell by cell: a sheet of 65,536 empty rows took a quarter of a minute."""
    rows = gathered(iter(ROWS), 0, (8, 3), {(6, 1): "c"}, lambda value, row, column: str(value))
    wanted = [*ROWS, ["", "c", ""], ["", "", ""]]
    assert list(rows) == wanted
    assert [list(rows[start:]) for start in range(8)] == [wanted[start:] for start in range(8)]


def rules(content: bytes) -> list[str | None]:
    return [batch.refusal and batch.refusal.rule_id for batch in readers.read(content)]


def with_sheet(change: Callable[[bytes], bytes]) -> bytes:
    """A small workbook whose sheet's XML was changed afterwards."""
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    content, changed = io.BytesIO(), io.BytesIO()
    book.save(content)
    with zipfile.ZipFile(content) as source, zipfile.ZipFile(changed, "w") as sink:
        for name in source.namelist():
            part = source.read(name)
            sink.writestr(name, change(part) if name == "xl/worksheets/sheet1.xml" else part)
    return changed.getvalue()


@pytest.mark.parametrize(
    ("written", "wrong"),
    [(b'r="A1"', b'r="A0"'), (b'<row r="1"', b'<row r="0"'), (b'<row r="1"', b'<row r="one"')],
)
def test_a_cell_or_row_at_no_place(written: bytes, wrong: bytes) -> None:
    """Rows count from one."""
    assert with_sheet(lambda xml: xml) != with_sheet(lambda xml: xml.replace(written, wrong))
    unusual = with_sheet(
        lambda xml: xml.replace(written, wrong).replace(b"<sheetData>", b"<!-- x --><sheetData>")
    )
    assert rules(unusual) == ["BT-03"]


def test_a_sheet_whose_first_cell_stands_far_below() -> None:
    book = openpyxl.Workbook()
    book.active.cell(500, 3, "x")
    content = io.BytesIO()
    book.save(content)
    assert rules(content.getvalue()) == ["BT-01"]
