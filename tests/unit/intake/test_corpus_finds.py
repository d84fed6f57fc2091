"""What runs over sample files of other projects brought to light; each case made anew, none copied."""

from __future__ import annotations

import io

import openpyxl

from gongshi.intake import readers


def rules(content: bytes) -> list[str | None]:
    return [batch.refusal and batch.refusal.rule_id for batch in readers.read(content)]


def test_a_sheet_whose_first_cell_stands_far_below() -> None:
    book = openpyxl.Workbook()
    book.active.cell(500, 3, "x")
    content = io.BytesIO()
    book.save(content)
    assert rules(content.getvalue()) == ["BT-01"]
