"""From a sheet as read to its batches, and what the receipt says of it: hidden and merged cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gongshi.documents.workbook import NOTE_SHEETS
from gongshi.intake.readers import shapes
from gongshi.intake.readers.lines import ranges
from gongshi.intake.readers.sheet_repair import column_letters
from gongshi.intake.readers.tables import Grid
from gongshi.standard.messages import ROW_NO, ReadBatch

DAMAGED_ZH = "工作簿已损坏，请用表格软件打开，另存为xlsx后报送"
_MOST_RANGES = 20


@dataclass(frozen=True)
class Sheet:
    """A sheet as read.

    Attributes:
        name: its name.
        rows: texts of its cells, from A1 on.
        fixes: as in `Grid`.
        is_hidden: people do not see it in their program.
        hidden_rows: as the sheet numbers them.
        hidden_columns: numbers, A = 1.
        merged: first and last row of each merged range, as the sheet numbers them.
    """

    name: str
    rows: Sequence[Sequence[str]]
    fixes: Mapping[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    is_hidden: bool = False
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    merged: Sequence[tuple[int, int]] = ()


def batches(sheet: Sheet) -> list[ReadBatch]:
    """The tables of a sheet.

    A hidden sheet (lists behind drop-downs) and the notes of our own workbooks are left out unless they have a data
    header.
    """
    remarks = (f"工作表“{sheet.name}”为隐藏工作表，已读取。",) if sheet.is_hidden else ()
    read = shapes.batches(Grid(sheet.rows, fixes=sheet.fixes, sheet=sheet.name, remarks=remarks))
    is_aside = sheet.is_hidden or sheet.name in NOTE_SHEETS
    return [_told(batch, sheet) for batch in read if batch.kind or not is_aside]


def _told(batch: ReadBatch, sheet: Sheet) -> ReadBatch:
    """With what the receipt says of the rows in this batch."""
    numbers = batch.rows.column(ROW_NO).to_numpy()
    if not len(numbers):
        return batch
    remarks = list(batch.remarks)
    if hidden := _covered([(row, row) for row in sheet.hidden_rows], numbers):
        remarks.append(f"第{_short(hidden)}行为隐藏行，已按数据读取。")
    if columns := [n for n in sheet.hidden_columns if n <= batch.expected_cells]:
        remarks.append(f"第{'、'.join(map(column_letters, columns))}列为隐藏列，已按数据读取。")
    if merged := _covered(sheet.merged, numbers):
        remarks.append(f"第{_short(merged)}行有合并单元格，只有左上角的单元格有值，其余按空单元格读取。")
    return replace(batch, remarks=tuple(remarks))


def _covered(spans: Sequence[tuple[int, int]], numbers: np.ndarray) -> list[int]:
    """The row numbers, ascending as given, that stand in one of the spans."""
    if not spans:
        return []
    firsts, lasts = np.array(spans, dtype=np.int64).T
    steps = np.zeros(len(numbers) + 1, dtype=np.int64)
    np.add.at(steps, np.searchsorted(numbers, firsts, "left"), 1)
    np.add.at(steps, np.searchsorted(numbers, lasts, "right"), -1)
    found: list[int] = numbers[np.cumsum(steps[:-1]) > 0].tolist()
    return found


def _short(numbers: Sequence[int]) -> str:
    """Row numbers in ranges; of very many the first."""
    parts = ranges(numbers).split("、")
    shown = "、".join(parts[:_MOST_RANGES])
    return shown if len(parts) <= _MOST_RANGES else f"{shown}等共{len(numbers):,}"
