"""日监测, 周反馈 and 季评估 over hand-made warehouses."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl

from gongshi.oversee.reports import REPORTS, run_report
from gongshi.platform.settings import Settings
from gongshi.standard.periods import CADENCES


def report(settings: Settings, cadence: Any, period: str | None, at: datetime) -> tuple[Path, dict[str, Any]]:
    paths = run_report(settings, cadence, period, at)
    assert all(path.exists() for path in paths)
    folder = paths[0].parent
    return folder, json.loads((folder / "figures.json").read_text(encoding="utf-8"))


def sheet(path: Path, name: str, first_row: int) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path)[name].iter_rows(min_row=first_row, values_only=True))


def test_every_cadence_has_its_report() -> None:
    assert set(REPORTS) == set(CADENCES)


def test_daily_lists_what_came_and_what_did_not(settings: Settings, warehouse: Any) -> None:
    w = warehouse
    w.delivery(w.KUNMING, w.day("2026-04-01"))  # nothing since: more than 20 working days
    before = w.batch(w.WUHUA, "licence", w.day("2026-05-18"))
    w.rejected(before, w.WUHUA, "逾期1号", "2026-05-08")  # due 05-18
    w.rejected(before, w.WUHUA, "临期1号", "2026-05-12")  # due 05-21
    w.rejected(before, w.WUHUA, "尚早1号", "2026-05-15")  # due 05-26
    batch = w.batch(w.HEALTH, "licence", w.day("2026-05-20"))
    record = w.accepted(batch, w.HEALTH, "1号", "2026-05-18")
    w.repeated(batch, record, "superseded")
    w.delivery(w.HEALTH, w.day("2026-05-20"), status="duplicate")
    w.refused(w.EDUCATION, "licence", w.day("2026-05-20"), "BT-01", "文件无法打开")
    for at, status in (("2026-05-19", "ok"), ("2026-05-20", "failed")):
        w.sql(
            "INSERT INTO intake.transfer_log (source_id, kind, at, status, message) VALUES ('交换库', 'licence', %s, %s, '')",
            w.day(at, 1), status,
        )  # fmt: skip

    folder, found = report(settings, "daily", None, w.day("2026-05-21", 7))

    assert folder.name == "2026-05-20"
    health = next(row for row in found["traffic"] if row["code"] == w.HEALTH)
    assert {
        key: health[key] for key in ("deliveries", "duplicate_deliveries", "rows_read", "rows_accepted")
    } == {
        "deliveries": "1",
        "duplicate_deliveries": "1",
        "rows_read": "2",
        "rows_accepted": "1",
    }
    assert [(row["document_no"], row["is_overdue"]) for row in found["deadline"]] == [
        ("逾期1号", True),
        ("临期1号", False),
    ]
    assert [row["refused_rule"] for row in found["refused_batch"]] == ["BT-01"]
    assert len(found["duplicate_delivery"]) == len(found["failed_transfer"]) == 1
    assert [row["source_id"] for row in found["missing_pull"]] == ["交换库"]
    assert [row["code"] for row in found["silent"]] == [w.KUNMING]
    page = (folder / "日监测-2026-05-20.html").read_text(encoding="utf-8")
    assert "逾期1号" in page
    assert "文件无法打开" in page


def test_weekly_answers_each_sender_with_anything_open(settings: Settings, warehouse: Any) -> None:
    w = warehouse
    earlier = w.batch(w.WUHUA, "licence", w.day("2026-05-06"))
    w.rejected(earlier, w.WUHUA, "旧1号", "2026-04-30")  # still open, of an earlier week
    w.rejected(earlier, w.WUHUA, "旧2号", "2026-04-30")  # corrected below
    week = w.batch(w.WUHUA, "licence", w.day("2026-05-20"))
    w.accepted(week, w.WUHUA, "旧2号", "2026-04-30")  # due 05-13: five working days late
    w.rejected(week, w.WUHUA, "新1号", "2026-05-18")
    clean = w.batch(w.HEALTH, "licence", w.day("2026-05-20"))
    w.accepted(clean, w.HEALTH, "1号", "2026-05-18")

    folder, found = report(settings, "weekly", "2026-W21", w.day("2026-05-25", 8))

    expected = {"open_records": "2", "new_records": "1", "overdue": "1", "late": "1", "repeated_rules": "1"}
    assert found["agencies"] == [{"code": w.WUHUA, "name": "昆明市五华区市场监督管理局"} | expected]
    book = folder / f"周反馈-2026-W21-{w.WUHUA}.xlsx"
    problems = [(row[0], row[4], row[6], row[13]) for row in sheet(book, "问题清单", 5)]
    assert problems == [(None, "旧1号", "ID-03", "已逾期"), ("是", "新1号", "ID-03", "未逾期")]
    assert [(row[3], row[7]) for row in sheet(book, "迟报清单", 4)] == [("旧2号", 5)]
    assert [row[0] for row in sheet(book, "重复出错", 4)] == ["ID-03"]
    assert not (folder / f"周反馈-2026-W21-{w.HEALTH}.xlsx").exists()


def test_weekly_drops_the_workbook_of_who_has_nothing_open_any_more(
    settings: Settings, warehouse: Any
) -> None:
    """A report made again as of a later instant replaces the folder, it does not add to it."""
    w = warehouse
    w.rejected(w.batch(w.WUHUA, "licence", w.day("2026-05-20")), w.WUHUA, "1号", "2026-05-18")
    report(settings, "weekly", "2026-W21", w.day("2026-05-25", 8))
    w.accepted(w.batch(w.WUHUA, "licence", w.day("2026-05-26")), w.WUHUA, "1号", "2026-05-18")
    folder, found = report(settings, "weekly", "2026-W21", w.day("2026-05-27", 8))
    assert found["agencies"] == []
    assert sorted(path.name for path in folder.iterdir()) == ["figures.json", "周反馈汇总-2026-W21.xlsx"]


def test_quarterly_ranks_and_compares_with_the_quarter_before(settings: Settings, warehouse: Any) -> None:
    w = warehouse
    quarters = (("2026-02-10", "2026-02-06", 0, 2), ("2026-05-12", "2026-05-08", 1, 0))
    for day, decided, bad_health, bad_education in quarters:
        for organ, bad in ((w.HEALTH, bad_health), (w.EDUCATION, bad_education)):
            batch = w.batch(organ, "licence", w.day(day))
            for number in range(20 - bad):
                w.accepted(batch, organ, f"{day}-{number}", decided)
            for number in range(bad):
                w.rejected(batch, organ, f"{day}-退{number}", decided)

    folder, found = report(settings, "quarterly", "2026-Q2", w.day("2026-07-05", 8))

    trend = {row["code"]: row for row in found["trend"]["departments"]}
    assert trend[w.HEALTH]["compliance"] == {"rank": "2", "change": "-5.00", "moved": "-1"}
    assert trend[w.EDUCATION]["compliance"] == {"rank": "1", "change": "+10.00", "moved": "+1"}
    assert found["previous_total"]["all"]["reported"] == "40"
    text = "\n".join(p.text for p in docx.Document(str(folder / "季评估-2026-Q2.docx")).paragraphs)
    assert "与2026年第一季度相比" in text


def test_quarterly_prints_dashes_without_a_quarter_before(settings: Settings, warehouse: Any) -> None:
    w = warehouse
    batch = w.batch(w.HEALTH, "licence", w.day("2026-05-12"))
    for number in range(12):
        w.accepted(batch, w.HEALTH, f"{number}号", "2026-05-08")
    folder, found = report(settings, "quarterly", "2026-Q2", w.day("2026-07-05", 8))
    assert found["previous_total"] is None
    document = docx.Document(str(folder / "季评估-2026-Q2.docx"))
    assert "平台没有2026年第一季度的数据" in "\n".join(p.text for p in document.paragraphs)
    metrics = [[cell.text for cell in row.cells] for row in document.tables[0].rows][1:]
    assert {tuple(row[2:]) for row in metrics} == {("—", "—")}
    health = next(row for row in found["trend"]["departments"] if row["code"] == w.HEALTH)
    assert health["compliance"] == {"rank": "1", "change": "—", "moved": "—"}


def test_reports_made_again_give_the_same_figures(settings: Settings, warehouse: Any) -> None:
    """Every cadence, with other data loaded in between."""
    w = warehouse
    batch = w.batch(w.WUHUA, "licence", w.day("2026-05-20"))
    w.accepted(batch, w.WUHUA, "1号", "2026-05-18")
    w.rejected(batch, w.WUHUA, "2号", "2026-05-08")
    asked = {
        "daily": ("2026-05-20", w.day("2026-05-21", 7)),
        "weekly": ("2026-W21", w.day("2026-05-25", 8)),
        "monthly": ("2026-05", w.day("2026-06-02", 8)),
        "quarterly": ("2026-Q2", w.day("2026-07-05", 8)),
    }
    printed = {}
    for cadence, (period, at) in asked.items():
        folder, _ = report(settings, cadence, period, at)
        printed[cadence] = (folder / "figures.json").read_bytes()
    later = w.batch(w.WUHUA, "licence", w.day("2026-07-06"))
    w.accepted(later, w.WUHUA, "2号", "2026-05-08")
    w.rejected(later, w.WUHUA, "3号", "2026-05-08")
    for cadence, (period, at) in asked.items():
        folder, _ = report(settings, cadence, period, at)
        assert (folder / "figures.json").read_bytes() == printed[cadence], cadence
