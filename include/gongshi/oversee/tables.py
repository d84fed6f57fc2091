"""The tables reports share: one line a place or organ, every percentage between its two numbers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from gongshi.documents.workbook import Column, Sheet
from gongshi.oversee.figures import ALL, NONE_ZH, Line, Rate, ranks
from gongshi.oversee.settings import SMALL_ORGAN

UNRANKED = "不排名"

LINE_COLUMNS = (
    Column("序号", 6, "integer"),
    Column("代码", 21),
    Column("单位/地区", 34, "wrapped"),
    Column("行政许可上报量", 11, "integer"),
    Column("行政处罚上报量", 11, "integer"),
    Column("上报量合计", 11, "integer"),
    Column("入库量", 11, "integer"),
    Column("合规率", 10, "percent"),
    Column("首次合规量", 11, "integer"),
    Column("首次合规率", 10, "percent"),
    Column("首次入库量", 11, "integer"),
    Column("迟报量", 9, "integer"),
    Column("迟报率", 10, "percent"),
    Column("逾期未入库", 9, "integer"),
    Column("报送行数", 10, "integer"),
    Column("重复行数", 10, "integer"),
    Column("重复率", 10, "percent"),
)
RANK_COLUMNS = (Column("合规率位次", 9, "integer"), Column("迟报率位次", 9, "integer"))


def cell(rate: Rate) -> Decimal | str:
    """A rate for a workbook: a number formatted as percent, rounded as printed; “—” for a denominator of 0."""
    return NONE_ZH if rate.percent is None else rate.percent / 100


def line_sheet(name: str, lines: Sequence[Line], heading: tuple[str, ...], *, ranked: bool) -> Sheet:
    """A sheet of lines in the order given, with places by 合规率 (highest first) and 迟报率 (lowest first)."""
    best = ranks({line.code: line.of(ALL).compliance for line in lines}, SMALL_ORGAN.value, best_high=True)
    quick = ranks({line.code: line.of(ALL).lateness for line in lines}, SMALL_ORGAN.value, best_high=False)
    rows = []
    for number, line in enumerate(lines, 1):
        row = _line_row(number, line)
        if ranked:
            row += [best.get(line.code, UNRANKED), quick.get(line.code, UNRANKED)]
        rows.append(row)
    return Sheet(name, LINE_COLUMNS + (RANK_COLUMNS if ranked else ()), rows, heading, freeze_columns=3)


def _line_row(number: int, line: Line) -> list[object]:
    counts = line.of(ALL)
    return [
        number, line.code, line.name,
        line.of("licence").reported, line.of("penalty").reported, counts.reported,
        counts.accepted, cell(counts.compliance),
        counts.first_passed, cell(counts.first_compliance),
        counts.first_accepted, counts.late, cell(counts.lateness), counts.overdue,
        counts.rows_read, counts.rows_repeated, cell(counts.repetition),
    ]  # fmt: skip
