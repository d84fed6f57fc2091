"""日监测 (Article 15), for the people who run the platform: what came in, what did not, what is about to be late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from gongshi.documents import html
from gongshi.documents.columns import Column
from gongshi.documents.files import write_atomically
from gongshi.documents.workbook import Sheet, write_workbook
from gongshi.oversee import methods
from gongshi.oversee.figures import KIND_LABELS, write_figures
from gongshi.oversee.settings import NEAR_DEADLINE_DAYS, SELF_CHECK_DAYS
from gongshi.oversee.snapshot import Snapshot
from gongshi.registry import read
from gongshi.registry.rulebook import in_force
from gongshi.standard.periods import SHANGHAI
from gongshi.standard.rulebook import Rulebook, shipped

CHANNELS = {"drop_folder": "投递文件夹", "database": "数据库交换"}
ROW_COUNTS = (
    "rows_read",
    "rows_accepted",
    "rows_rejected",
    "rows_unchanged",
    "rows_duplicate",
    "rows_superseded",
)
VOLUME, SILENCE = "XR-16", "XR-17"
"""Rules of the monitor; their thresholds are those of the rule book in force at the instant of the report."""
SHOWN_ON_PAGE = 50
SHORT_COLUMN = 21


def write(view: Snapshot, folder: Path) -> None:
    """Write 日监测-<day>.xlsx, 日监测-<day>.html and figures.json into `folder`."""
    found = collect(view)
    sheets = list(_sheets(found))
    scope = f"{view.period.label_zh}收到的数据；数据状态截至{methods.zh_instant(view)}"
    label = view.period.label
    write_workbook(
        folder / f"日监测-{label}.xlsx",
        [Sheet(s.name, s.columns, s.rows, (s.heading[0], f"{scope}。{s.heading[1]}")) for s in sheets], view.as_of,
    )  # fmt: skip
    page = html.render(
        "gongshi.oversee", "daily.html.j2", title=f"{view.period.label_zh}“双公示”数据报送日监测", scope=scope,
        total=_total(found["traffic"]), sections=[_section(s) for s in sheets], found=found, shown=SHOWN_ON_PAGE,
    )  # fmt: skip
    write_atomically(folder / f"日监测-{label}.html", page)
    write_figures(
        folder / "figures.json", methods.head(view, "daily") | {"total": _total(found["traffic"])} | found
    )


def collect(view: Snapshot) -> dict[str, list[dict[str, Any]]]:
    """The lists of the report by name."""
    last_due = view.working_days_later(view.as_of_day, NEAR_DEADLINE_DAYS.value) or view.as_of_day
    lists = ("traffic", "duplicate_delivery", "refused_batch", "failed_transfer", "missing_pull")
    found = {name: view.rows(f"daily/{name}") for name in lists}
    found["deadline"] = view.rows("daily/deadline", last_due=last_due)
    book = in_force(view.connection, view.as_of)
    found["volume"] = view.rows("daily/volume", **alarm(book, VOLUME)) if alarm(book, VOLUME) else []
    found["silent"] = _silent(view, **alarm(book, SILENCE)) if alarm(book, SILENCE) else []
    found["self_check_overdue"] = view.rows("daily/self_check_overdue", most_days=SELF_CHECK_DAYS.value)
    found["contact_gap"] = [asdict(gap) for gap in read.contact_gaps(view.connection, view.as_of)]
    return {name: [_readable(row) for row in rows] for name, rows in found.items()}


def alarm(book: Rulebook, rule_id: str) -> dict[str, Any]:
    """Thresholds of a rule of the monitor, the same for every kind; none when it is switched off."""
    rule = book.all_rules[rule_id]
    return {name: value for case in rule.cases for name, value in case.params.items()} if rule.enabled else {}


def _silent(view: Snapshot, days: int) -> list[dict[str, Any]]:
    """Agencies that reported a kind once and sent neither data nor a zero report of it for more working days than this."""
    silent = []
    for row in view.rows("daily/last_report"):
        passed = view.working_days_between(row["last_date"], view.period.last_day)
        if passed is not None and passed > days:
            silent.append(row | {"working_days": passed})
    return silent


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its instants as Beijing time, to the second."""
    return {
        key: f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value
        for key, value in row.items()
    }


def _total(traffic: Sequence[dict[str, Any]]) -> dict[str, int]:
    names = ("deliveries", "duplicate_deliveries", *ROW_COUNTS)
    return {name: sum(row[name] for row in traffic) for name in names} | {
        "agencies": len({row["code"] for row in traffic})
    }


def _sheets(found: dict[str, list[dict[str, Any]]]) -> Iterable[Sheet]:
    name, code = Column("单位", 34, "wrapped"), Column("单位代码", 21)
    yield Sheet(
        "报送情况",
        (code, name, Column("渠道", 12), Column("收到批次", 9, "integer"), Column("重复投递", 9, "integer"),
         Column("读取行", 9, "integer"), Column("入库行", 9, "integer"), Column("退回行", 9, "integer"),
         Column("未变化行", 9, "integer"), Column("重复行", 9, "integer"), Column("被取代行", 9, "integer")),
        [(r["code"], r["name"], CHANNELS[r["channel"]], r["deliveries"], r["duplicate_deliveries"],
          *(r[c] for c in ROW_COUNTS)) for r in found["traffic"]],
        ("各单位报送情况", "重复投递的文件不计入行数"),
    )  # fmt: skip
    yield Sheet(
        "临期逾期",
        (Column("状态", 8), Column("报送期限", 12, "date"), Column("类别", 10), Column("文书号", 28), code, name,
         Column("报送单位", 34, "wrapped"), Column("决定日期", 12, "date"), Column("文件", 24, "wrapped"),
         Column("行号", 8, "integer")),
        [("逾期" if r["is_overdue"] else "临期", r["due_date"], KIND_LABELS[r["kind"]], r["document_no"], r["code"],
          r["name"], r["sender_name"] or r["sender_code"], r["decision_date"], r["file_name"], r["row_no"])
         for r in found["deadline"]],
        ("被退回且尚未入库：已逾期和临近期限的记录", f"临期指{NEAR_DEADLINE_DAYS.value}个工作日内到期"),
    )  # fmt: skip
    yield Sheet(
        "整批退回",
        (Column("批次", 32), code, name, Column("文件", 26, "wrapped"), Column("工作表", 12), Column("收到时间", 20),
         Column("规则", 9), Column("原因", 50, "wrapped"), Column("行数", 8, "integer")),
        [(r["batch_id"], r["code"], r["name"], r["file_name"], r["sheet"], r["received_at"], r["refused_rule"],
          r["messages"], r["rows_read"]) for r in found["refused_batch"]],
        ("整批退回的数据", "请联系报送单位改正后重新报送"),
    )  # fmt: skip
    yield Sheet(
        "重复投递",
        (Column("投递编号", 32), code, name, Column("文件", 26, "wrapped"), Column("收到时间", 20),
         Column("首次投递编号", 32), Column("首次收到时间", 20)),
        [(r["delivery_id"], r["code"], r["name"], r["file_name"], r["received_at"], r["first_delivery_id"],
          r["first_received_at"]) for r in found["duplicate_delivery"]],
        ("内容与此前投递完全相同的文件", "未再次读取"),
    )  # fmt: skip
    yield Sheet(
        "传送失败",
        (Column("数据源", 26), Column("类别", 10), Column("时间", 20), Column("原因", 60, "wrapped")),
        [(r["source_id"], _kind(r), r["at"], r["message"]) for r in found["failed_transfer"]],
        ("数据传送失败", "依据数据传送日志（《办法》第十二条）"),
    )  # fmt: skip
    yield Sheet(
        "未收到数据",
        (Column("数据源", 34, "wrapped"), Column("类别", 10), Column("最近一次成功", 20), Column("情况", 44)),
        [(r["source_id"], _kind(r), r["last_good_at"], "当日没有成功的数据库交换") for r in found["missing_pull"]],
        ("应有而未收到的数据", "当日没有成功交换的数据源"),
    )  # fmt: skip
    yield Sheet(
        "连续未报送",
        (code, name, Column("类别", 10), Column("最近一次报送", 14), Column("已过工作日", 10, "integer"),
         Column("提示", 24)),
        [(r["code"], r["name"], _kind(r), str(r["last_date"]), r["working_days"], shipped().message(SILENCE))
         for r in found["silent"]],
        ("连续未报送的单位", "曾经报送过该类信息，此后长期没有数据和零报送（规则XR-17）"),
    )  # fmt: skip
    yield Sheet(
        "数据量异常",
        (code, name, Column("类别", 10), Column("近7日行数", 10, "integer"), Column("此前各周中位数", 14, "decimal"),
         Column("相当于（%）", 12, "integer"), Column("提示", 24)),
        [(r["code"], r["name"], _kind(r), r["week_rows"], r["median_rows"], r["percent"], shipped().message(VOLUME))
         for r in found["volume"]],
        ("数据量异常波动", "截至当日的7日与此前各周（7日）的中位数相比（规则XR-16）"),
    )  # fmt: skip
    yield Sheet(
        "待办",
        (code, name, Column("岗位", 22), Column("原任", 12), Column("空缺自", 12, "date")),
        [(r["agency_code"], r["agency_name"], r["role"], r["last_name"], r["since"]) for r in found["contact_gap"]],
        ("报送责任人空缺待办", "原任已卸任而未登记接任者的岗位（《办法》第四条）"),
    )  # fmt: skip
    yield Sheet(
        "自查逾期",
        (code, name, Column("最近一次自查", 14), Column("已过天数", 10, "integer")),
        [(r["code"], r["name"], str(r["last_date"] or "从未"), r["days"]) for r in found["self_check_overdue"]],
        ("自查逾期的单位", f"超过{SELF_CHECK_DAYS.value}天没有自查（《办法》第十三条）；从未自查的自首次报送起算"),
    )  # fmt: skip


def _kind(row: dict[str, Any]) -> str:
    return KIND_LABELS.get(row["kind"] or "", "")


def _section(sheet: Sheet) -> dict[str, Any]:
    """A sheet as the page shows it: its first rows; the workbook has all."""
    rows = list(sheet.rows)
    looks = [
        "num" if column.style == "integer" else "short" if column.width <= SHORT_COLUMN else ""
        for column in sheet.columns
    ]
    return {
        "name": sheet.heading[0], "note": sheet.heading[1], "titles": [column.title for column in sheet.columns],
        "looks": looks, "rows": rows[:SHOWN_ON_PAGE], "total": len(rows),
    }  # fmt: skip
