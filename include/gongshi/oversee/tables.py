"""The sheets reports share: one line a place or organ, every percentage beside its two numbers.

At most 14 columns each, so that a sheet prints on one page across.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from gongshi.documents.columns import Column
from gongshi.documents.workbook import Sheet
from gongshi.oversee.figures import ALL, NONE_ZH, Counts, Line, Rate, ranks
from gongshi.oversee.settings import SMALL_ORGAN

UNRANKED = "不排名"

NAME_COLUMNS = (
    Column("代码", 21),
    Column("单位/地区", 34, "wrapped"),
    Column("行政许可上报量", 10, "integer"),
    Column("行政处罚上报量", 10, "integer"),
    Column("上报量合计", 10, "integer"),
    Column("入库量", 10, "integer"),
    Column("合规率", 10, "percent"),
)
FIRST_COLUMNS = (Column("首次合规量", 10, "integer"), Column("首次合规率", 10, "percent"))
TIME_COLUMNS = (
    Column("首次入库量", 10, "integer"),
    Column("迟报量", 9, "integer"),
    Column("迟报率", 10, "percent"),
    Column("逾期未入库", 9, "integer"),
)
RANK_COLUMN = Column("位次（合规率/迟报率）", 13)
ROW_COLUMNS = (
    Column("报送行数", 10, "integer"),
    Column("重复行数", 10, "integer"),
    Column("重复率", 10, "percent"),
)


def cell(rate: Rate) -> Decimal | str:
    """A rate for a workbook: a number formatted as percent, rounded as printed; “—” for a denominator of 0."""
    return NONE_ZH if rate.percent is None else rate.percent / 100


def place_sheet(name: str, lines: Sequence[Line], heading: tuple[str, ...], *, ranked: bool) -> Sheet:
    """Places or deciding organs in the order given; ranked by 合规率 (highest first) and 迟报率 (lowest first)."""
    best = ranks({line.code: line.of(ALL).compliance for line in lines}, SMALL_ORGAN.value, best_high=True)
    quick = ranks({line.code: line.of(ALL).lateness for line in lines}, SMALL_ORGAN.value, best_high=False)
    rows = []
    for line in lines:
        counts = line.of(ALL)
        row = [*_name(line), counts.first_passed, cell(counts.first_compliance), *_time(counts)]
        if ranked:
            row.append(_ranks(best.get(line.code), quick.get(line.code)))
        rows.append(row)
    columns = (*NAME_COLUMNS, *FIRST_COLUMNS, *TIME_COLUMNS, *([RANK_COLUMN] if ranked else []))
    return Sheet(name, columns, rows, heading, freeze_columns=2)


def _ranks(best: int | None, quick: int | None) -> str:
    return f"{best or UNRANKED}/{quick or UNRANKED}" if best or quick else UNRANKED


def sender_sheet(name: str, lines: Sequence[Line], heading: tuple[str, ...]) -> Sheet:
    """Reporting organs with what they sent twice, which is theirs alone."""
    rows = []
    for line in lines:
        counts = line.of(ALL)
        rows.append(
            [*_name(line), *_time(counts), counts.rows_read, counts.rows_repeated, cell(counts.repetition)]
        )
    return Sheet(name, (*NAME_COLUMNS, *TIME_COLUMNS, *ROW_COLUMNS), rows, heading, freeze_columns=2)


def _name(line: Line) -> list[object]:
    counts = line.of(ALL)
    return [
        line.code, line.name, line.of("licence").reported, line.of("penalty").reported, counts.reported,
        counts.accepted, cell(counts.compliance),
    ]  # fmt: skip


def _time(counts: Counts) -> list[object]:
    return [counts.first_accepted, counts.late, cell(counts.lateness), counts.overdue]


def file_cell(file_name: str, sheet: str | None) -> str:
    """Where a row stood: the file, and the sheet of a workbook."""
    return f"{file_name} › {sheet}" if sheet else file_name
