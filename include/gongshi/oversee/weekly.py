"""周反馈 (Article 15): each sender with anything open gets its own workbook, the platform a summary of all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from gongshi.documents.columns import Column
from gongshi.documents.workbook import Sheet, write_workbook
from gongshi.oversee import methods
from gongshi.oversee.figures import KIND_LABELS, write_figures
from gongshi.oversee.people import People
from gongshi.oversee.settings import REPEAT_WEEKS
from gongshi.oversee.snapshot import UNREGISTERED, Snapshot
from gongshi.oversee.tables import file_cell
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import SHANGHAI

Rows = list[dict[str, Any]]
PROBLEMS_SHOWN = 100_000
FIELD_LABELS = {field.code: field.label_zh for kind in KINDS.values() for field in kind.fields}


def write(view: Snapshot, folder: Path) -> None:
    """Write 周反馈-<week>-<agency code>.xlsx for each sender, 周反馈汇总-<week>.xlsx and figures.json."""
    look_back = view.period.start - timedelta(weeks=REPEAT_WEEKS.value)
    problems = _by_code(view.rows("weekly/open_problem"))
    late = _by_code([_with_late_days(view, row) for row in view.rows("weekly/late_record")])
    repeats = _by_code(view.rows("weekly/repeat_offence", look_back_start=look_back))
    names = {row["code"]: row["name"] for row in view.rows("figures/agency")}
    contact = People(view).contact()
    label = view.period.label
    summary = []
    for code in sorted({*problems, *late}):
        parts = problems[code], late[code], repeats[code]
        name = names.get(code, UNREGISTERED)
        write_workbook(
            folder / f"周反馈-{label}-{code}.xlsx", _sheets(view, name, contact, *parts), view.as_of
        )
        summary.append({"code": code, "name": name} | _numbers(view, *parts))
    write_workbook(folder / f"周反馈汇总-{label}.xlsx", [_summary(view, summary)], view.as_of)
    write_figures(folder / "figures.json", methods.head(view, "weekly") | {"agencies": summary})


def _by_code(rows: Rows) -> Mapping[str, Rows]:
    grouped: defaultdict[str, Rows] = defaultdict(list)
    for row in rows:
        grouped[row["code"]].append(row)
    return grouped


def _with_late_days(view: Snapshot, row: dict[str, Any]) -> dict[str, Any]:
    return row | {"late_days": view.late_days(row["due_date"], row["accepted_date"])}


def _numbers(view: Snapshot, problems: Rows, late: Rows, repeats: Rows) -> dict[str, int]:
    places = {row["place"]: row for row in problems}
    overdue = [row for row in places.values() if row["due_date"] and row["due_date"] < view.as_of_day]
    return {
        "open_records": len(places),
        "new_records": sum(row["is_new"] for row in places.values()),
        "overdue": len(overdue),
        "late": len(late),
        "repeated_rules": len(repeats),
    }


def _sheets(
    view: Snapshot, name: str, contact: str, problems: Rows, late: Rows, repeats: Rows
) -> Iterable[Sheet]:
    scope = f"{name}　{view.period.label_zh}　数据状态截至{methods.zh_instant(view)}"
    help_line = "改正后请重新报送，未改正的每周列入本表" + (f"；咨询：{contact}" if contact else "") + "。"
    yield Sheet(
        "问题清单", PROBLEM_COLUMNS, _problem_rows(view, problems), ("待改正的问题", scope, help_line)
    )
    yield Sheet("迟报清单", LATE_COLUMNS, _late_rows(late), ("本周首次入库的迟报记录", scope))
    yield Sheet("重复出错", REPEAT_COLUMNS, _repeat_rows(repeats),
                (f"本周与前{REPEAT_WEEKS.value}周都出现的问题", scope))  # fmt: skip


PROBLEM_COLUMNS = (
    Column("本周新增", 9), Column("类别", 10), Column("文件", 26, "wrapped"), Column("行号", 8, "integer"),
    Column("文书号", 28), Column("字段", 28, "wrapped"), Column("规则", 9), Column("问题", 44, "wrapped"),
    Column("报送值（脱敏）", 22, "wrapped"), Column("改正建议", 36, "wrapped"), Column("收到日期", 12, "date"),
    Column("决定日期", 12, "date"), Column("报送期限", 12, "date"), Column("期限状态", 10),
)  # fmt: skip


def _problem_rows(view: Snapshot, problems: Rows) -> Iterable[Sequence[Any]]:
    for r in problems[:PROBLEMS_SHOWN]:
        yield (
            "是" if r["is_new"] else "", KIND_LABELS[r["kind"]], file_cell(r["file_name"], r["sheet"]), r["row_no"],
            r["document_no"], _field(r["field"]), r["rule_id"], r["message_zh"], r["value_masked"],
            r["suggestion_zh"], r["received_at"].astimezone(SHANGHAI).date(), r["decision_date"], r["due_date"],
            _state(view, r),
        )  # fmt: skip


def _field(code: str | None) -> str:
    return f"{FIELD_LABELS[code]} {code}" if code in FIELD_LABELS else code or ""


def _state(view: Snapshot, row: dict[str, Any]) -> str:
    if row["due_date"] is None:
        return "暂定" if row["decision_date"] else "无法判定"
    return "已逾期" if row["due_date"] < view.as_of_day else "未逾期"


LATE_COLUMNS = (
    Column("序号", 6, "integer"), Column("类别", 10), Column("记录编号", 16), Column("文书号", 30),
    Column("决定日期", 12, "date"), Column("报送期限", 12, "date"), Column("首次入库日", 12, "date"),
    Column("迟报工作日", 11, "integer"),
)  # fmt: skip


def _late_rows(late: Rows) -> Iterable[Sequence[Any]]:
    for number, r in enumerate(late, 1):
        yield (
            number, KIND_LABELS[r["kind"]], str(r["record_id"]), r["document_no"], r["decision_date"], r["due_date"],
            r["accepted_date"], r["late_days"],
        )  # fmt: skip


REPEAT_COLUMNS = (
    Column("规则", 9), Column("问题表述（示例）", 60, "wrapped"), Column("本周退回行数", 13, "integer"),
    Column(f"前{REPEAT_WEEKS.value}周退回行数", 14, "integer"),
)  # fmt: skip


def _repeat_rows(repeats: Rows) -> Iterable[Sequence[Any]]:
    return [(r["rule_id"], r["example"], r["rows_in_week"], r["rows_before"]) for r in repeats]


def _summary(view: Snapshot, summary: Rows) -> Sheet:
    columns = (
        Column("序号", 6, "integer"), Column("单位代码", 21), Column("单位", 36, "wrapped"),
        Column("待改正记录", 11, "integer"), Column("其中本周新增", 13, "integer"),
        Column("其中已逾期", 11, "integer"), Column("本周迟报", 10, "integer"), Column("重复出错规则数", 15, "integer"),
    )  # fmt: skip
    rows = [(number, *row.values()) for number, row in enumerate(summary, 1)]
    heading = (
        "周反馈汇总",
        f"{view.period.label_zh}　数据状态截至{methods.zh_instant(view)}　共{len(rows)}家单位",
    )
    return Sheet("汇总", columns, rows, heading, freeze_columns=3)
