"""The annexes of the monthly bulletin, one sheet each, with the lists that are too long for the document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gongshi.documents.columns import Column
from gongshi.documents.workbook import Sheet
from gongshi.oversee import methods
from gongshi.oversee.figures import KIND_LABELS
from gongshi.oversee.material import Material
from gongshi.oversee.snapshot import Province, declared
from gongshi.oversee.tables import file_cell, place_sheet, sender_sheet

PROBLEMS_SHOWN = 100_000


PROBLEM_COLUMNS = (
    Column("决定机关代码", 21), Column("决定机关", 30, "wrapped"), Column("报送单位", 30, "wrapped"),
    Column("类别", 10), Column("文书号", 26), Column("收到日期", 12, "date"), Column("文件", 26, "wrapped"),
    Column("行号", 8, "integer"), Column("规则", 12, "wrapped"), Column("问题", 50, "wrapped"),
    Column("决定日期", 12, "date"), Column("报送期限", 12, "date"), Column("状态", 12),
)  # fmt: skip


def sheets(found: Material) -> Iterable[Sheet]:
    """The sheets of the workbook, in the order of the bulletin's list of annexes."""
    view, figures, problems = found.view, found.figures, found.problems
    scope = f"{view.period.label_zh}，数据状态截至{methods.zh_instant(view)}"
    yield place_sheet("省级部门", figures.departments, ("附件1　省级部门报送情况", scope), ranked=True)
    yield place_sheet(
        "中央驻滇单位", figures.central, ("附件1（续）　中央驻滇单位报送情况", scope), ranked=True
    )
    yield place_sheet("州市", figures.prefectures, ("附件2　州（市）报送情况", scope), ranked=True)
    yield place_sheet("县区", figures.counties, ("附件3　县（市、区）报送情况", scope), ranked=False)
    yield Sheet("问题数据", PROBLEM_COLUMNS, _problem_rows(problems), _problem_heading(len(problems), scope))
    yield _zero_sheet(figures, found.contradictions, scope)
    yield _rule_sheet(found.rules, scope)
    yield sender_sheet("报送单位", figures.senders, ("报送单位工作量（谁报送计谁，可为其他机关报送）", scope))
    yield Sheet(
        "口径说明", (Column("序号", 6, "integer"), Column("说明", 110, "wrapped")),
        list(enumerate(methods.notes(view, found.figures), 1)), ("统计口径说明",),
    )  # fmt: skip


def _problem_heading(number: int, scope: str) -> tuple[str, ...]:
    left_out = f"；列出前{PROBLEMS_SHOWN:,}条，其余见各单位周反馈" if number > PROBLEMS_SHOWN else ""
    return ("附件4　问题数据清单", f"{scope}；共{number:,}条{left_out}")


def _problem_rows(problems: Sequence[dict[str, Any]]) -> Iterable[list[Any]]:
    for row in problems[:PROBLEMS_SHOWN]:
        state = "已改正入库" if row["is_corrected"] else "逾期未入库" if row["is_overdue"] else "待改正"
        yield [
            row["owner_code"], row["owner_name"], row["sender_name"] or row["sender_code"], KIND_LABELS[row["kind"]],
            row["document_no"], row["received_date"], file_cell(row["file_name"], row["sheet"]), row["row_no"],
            row["rule_ids"], row["messages"], row["decision_date"], row["due_date"], state,
        ]  # fmt: skip


def _zero_sheet(figures: Province, contradictions: Sequence[dict[str, Any]], scope: str) -> Sheet:
    columns = (
        Column("序号", 6, "integer"), Column("代码", 21), Column("单位", 36, "wrapped"), Column("类型", 16),
        Column("行政许可零报送", 16), Column("行政处罚零报送", 16), Column("情况", 44, "wrapped"),
    )  # fmt: skip
    types = {"province": "省级部门", "central": "中央驻滇单位", "local": "州市县区单位"}
    rows = [
        (row["code"], row["name"], types[row["section"]], _made(row["declared_licence"]), _made(row["declared_penalty"]),
         "已申报零报送" if declared(row) else "无报送记录，未申报零报送")
        for row in sorted(figures.zero_reports, key=declared)
    ]  # fmt: skip
    rows += [
        (row["code"], row["name"], types[row["section"]], *_contradicted(row["kind"]),
         f"申报零报送，但期间有{KIND_LABELS[row['kind']]}记录{row['records']:,}条，请核实")
        for row in contradictions
    ]  # fmt: skip
    return Sheet(
        "零报送", columns, [(n, *row) for n, row in enumerate(rows, 1)], ("附件5　零报送情况", scope)
    )


def _made(is_declared: bool) -> str:
    return "已申报" if is_declared else "未申报"


def _contradicted(kind: str) -> tuple[str, str]:
    return ("已申报", "") if kind == "licence" else ("", "已申报")


def _rule_sheet(rules: Sequence[dict[str, Any]], scope: str) -> Sheet:
    columns = (
        Column("规则", 10), Column("问题表述（示例）", 70, "wrapped"), Column("被退回行数", 12, "integer"),
        Column("记录数", 10, "integer"), Column("报送单位数", 12, "integer"),
    )  # fmt: skip
    rows = [(r["rule_id"], r["example"], r["rows"], r["records"], r["senders"]) for r in rules]
    return Sheet("问题分类", columns, rows, ("被退回数据的问题分类", scope))
