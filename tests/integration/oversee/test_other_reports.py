"""日监测, 周反馈 and 季评估 over hand-made warehouses."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from gongshi.oversee.reports import REPORTS, run_report
from gongshi.oversee.snapshot import snapshot
from gongshi.platform.settings import Settings
from gongshi.standard.periods import CADENCES, parse_period


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
    w.batch(w.KUNMING, "licence", w.day("2026-04-01"))  # nothing since: more than 20 working days
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


def test_daily_tells_who_is_silent_by_kind(settings: Settings, warehouse: Any) -> None:
    """XR-17: more than 20 working days; a zero report of the kind is news of it, another kind is none."""
    w = warehouse
    for organ, day in ((w.KUNMING, "2026-04-16"), (w.WUHUA, "2026-04-17"), (w.HEALTH, "2026-04-16")):
        w.batch(organ, "licence", w.day(day))
    w.batch(w.KUNMING, "penalty", w.day("2026-05-18"))
    zero = w.batch(w.HEALTH, "licence", w.day("2026-05-18"))
    w.sql("UPDATE intake.batch SET kind = NULL WHERE batch_id = %s", zero.batch_id)
    w.sql(
        "INSERT INTO intake.zero_report (batch_id, row_no, agency_code, kind, period_start, period_end, recorded_at)"
        " VALUES (%s, 2, %s, 'licence', '2026-05-01', '2026-05-31', %s)",
        zero.batch_id, w.HEALTH, w.day("2026-05-18"),
    )  # fmt: skip
    folder, found = report(settings, "daily", "2026-05-19", w.day("2026-05-21", 7))
    assert [(row["code"], row["kind"], row["working_days"]) for row in found["silent"]] == [
        (w.KUNMING, "licence", "21")
    ]
    assert [row[5] for row in sheet(folder / "日监测-2026-05-19.xlsx", "连续未报送", 4)] == ["连续未报送"]
    _, earlier = report(settings, "daily", "2026-05-18", w.day("2026-05-21", 7))
    assert earlier["silent"] == []


@pytest.mark.parametrize(
    ("before", "rows", "told"),
    [
        ([20] * 8, 41, ["205"]),
        ([20] * 8, 40, []),
        ([20] * 8, 10, []),
        ([20] * 8, 9, ["45"]),
        ([20] * 8, 0, ["0"]),
        ([5, 5, 5, 5, 20, 20, 20, 20], 26, ["208"]),  # median 12.5
        ([9] * 8, 90, []),  # too few to have a usual volume
        ([20] * 7, 90, []),  # not heard of for eight weeks yet
    ],
)
def test_daily_tells_an_unusual_volume(
    settings: Settings, warehouse: Any, before: list[int], rows: int, told: list[str]
) -> None:
    """XR-16: the week up to the day against the median of the eight weeks before."""
    w = warehouse
    for week, count in enumerate([*reversed(before), rows]):
        if count:
            at = w.day("2026-05-20") - timedelta(weeks=len(before) - week)
            batch = w.batch(w.WUHUA, "licence", at)
            w.sql("UPDATE intake.batch SET rows_read = %s WHERE batch_id = %s", count, batch.batch_id)
    folder, found = report(settings, "daily", "2026-05-20", w.day("2026-05-21", 7))
    assert [row["percent"] for row in found["volume"]] == told
    assert len(sheet(folder / "日监测-2026-05-20.xlsx", "数据量异常", 4)) == len(told)
    assert ("数据量异常波动</td>" in (folder / "日监测-2026-05-20.html").read_text("utf-8")) == bool(told)


def test_daily_asks_by_the_rule_book_in_force(settings: Settings, warehouse: Any) -> None:
    """Thresholds of the monitor are those set in the registry; a rule switched off tells nothing."""
    w = warehouse
    w.batch(w.KUNMING, "licence", w.day("2026-05-11"))
    w.sql(
        "INSERT INTO ref.rule_setting (rule_id, setting, value, basis, valid, recorded_at)"
        " VALUES ('XR-17', 'days', '5', 'x', '[2026-01-01,)', %s)",
        w.day("2026-01-01"),
    )
    _, found = report(settings, "daily", "2026-05-20", w.day("2026-05-21", 7))
    assert [row["working_days"] for row in found["silent"]] == ["7"]


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


def test_daily_lists_roles_left_without_successor_as_tasks(settings: Settings, warehouse: Any) -> None:
    w = warehouse
    w.contact(w.HEALTH, "联络员", "张三", w.day("2026-01-01"))
    w.sql("UPDATE ref.contact SET valid = '[2020-01-01,2026-05-16)' WHERE name = '张三'")
    w.contact(w.EDUCATION, "联络员", "李四", w.day("2026-01-01"))
    folder, found = report(settings, "daily", None, w.day("2026-05-21", 7))
    assert [(gap["agency_code"], gap["role"], gap["since"]) for gap in found["contact_gap"]] == [
        (w.HEALTH, "联络员", "2026-05-16")
    ]
    book = openpyxl.load_workbook(folder / "日监测-2026-05-20.xlsx")
    assert "张三" in [cell.value for row in book["待办"].iter_rows() for cell in row]
    assert "张三" in (folder / "日监测-2026-05-20.html").read_text("utf-8")


def test_an_agency_of_a_zone_is_counted_where_the_zone_lies(settings: Settings, warehouse: Any) -> None:
    w = warehouse
    w.sql(
        "INSERT INTO ref.division VALUES (530100001, '530100001', '经开区', '530100', 'zone', '[2020-01-01,)', '2020-01-01Z')"
    )
    w.sql("UPDATE ref.agency SET division_code = '530100001' WHERE code = %s", w.KUNMING)
    with snapshot(settings, parse_period("2026-05-20"), w.day("2026-05-21", 7)) as view:
        (found,) = [row for row in view.rows("figures/agency") if row["code"] == w.KUNMING]
    assert found["division_code"] == "530100"
