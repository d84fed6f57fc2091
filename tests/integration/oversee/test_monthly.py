"""月通报 over hand-made warehouses whose figures can be counted on paper."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from gongshi.oversee.reports import ReportRequestError, run_report
from gongshi.platform.settings import Settings

HEADINGS = ["一、总体情况", "二、行政许可", "三、行政处罚", "四、存在问题", "五、下一步要求"]
MAY = "2026-05"


def folder(settings: Settings) -> Path:
    return settings.reports / "monthly" / MAY


def figures(settings: Settings, at: datetime, as_of: datetime | None = None) -> dict[str, Any]:
    run_report(settings, "monthly", MAY, at, as_of)
    return json.loads((folder(settings) / "figures.json").read_text(encoding="utf-8"))


def bulletin(settings: Settings) -> str:
    document = docx.Document(str(folder(settings) / f"月通报-{MAY}.docx"))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def by_code(lines: list[dict[str, Any]], code: str, kind: str = "all") -> dict[str, Any]:
    return next(line[kind] for line in lines if line["code"] == code)


def test_counts_records_not_rows(settings: Settings, warehouse: Any) -> None:
    """Each record of May is here for one line of standard 6.0."""
    w = warehouse
    first = w.batch(w.HEALTH, "licence", w.day("2026-05-12"))
    w.accepted(first, w.HEALTH, "1号", "2026-04-30")  # due 05-13: on time
    late = w.accepted(first, w.HEALTH, "2号", "2026-04-20")  # due 04-29: late
    w.rejected(
        first, w.HEALTH, "3号", "2026-05-08"
    )  # corrected below: reported once, accepted, first row failed
    w.rejected(first, w.HEALTH, "4号", "2026-05-08", party=None)  # no identity of its own: counts by itself
    w.rejected(first, w.HEALTH, "4号", "2026-05-08", party=None)  # … so does this one
    w.repeated(first, late, "duplicate")  # a row, not a record
    second = w.batch(w.HEALTH, "licence", w.day("2026-05-20"))
    w.accepted(second, w.HEALTH, "3号", "2026-05-08")  # due 05-18 (05-09 works): late
    w.rejected(
        second, w.HEALTH, "1号", "2026-04-30"
    )  # rejected after acceptance: stays accepted, first row passed
    w.rejected(
        second, w.HEALTH, "1号", "2026-04-30", party=None
    )  # one record has this number: counts with it
    w.delivery(w.HEALTH, w.day("2026-05-21"), status="duplicate")  # counts in no figure
    june = w.batch(w.HEALTH, "licence", w.day("2026-06-01", 0))  # first instant after the period
    w.accepted(june, w.HEALTH, "9号", "2026-05-29")

    total = figures(settings, w.day("2026-06-02", 8))["total"]["licence"]

    assert total["reported"] == "5"  # 1, 2, 3 and twice 4
    assert total["accepted"] == "3"
    assert total["first_passed"] == "2"  # 1 and 2
    assert total["lateness"] == {"numerator": "2", "denominator": "3", "percent": "66.67"}
    assert total["overdue"] == "2"  # twice 4, due 05-18
    assert total["repetition"] == {"numerator": "1", "denominator": "9", "percent": "11.11"}
    assert total["provisional"] == "0"


def test_a_number_of_several_counterparts_counts_each_by_its_own_identity(
    settings: Settings, warehouse: Any
) -> None:
    w = warehouse
    batch = w.batch(w.HEALTH, "licence", w.day("2026-05-12"))
    w.accepted(batch, w.HEALTH, "1号", "2026-05-08", party="甲")
    w.accepted(batch, w.HEALTH, "1号", "2026-05-08", party="乙")
    w.rejected(
        batch, w.HEALTH, "1号", "2026-05-08", party="甲"
    )  # two records have the number; this is 甲's row
    w.rejected(batch, w.HEALTH, "1号", "2026-05-08", party="丙")  # a third counterpart, not accepted
    total = figures(settings, w.day("2026-06-02", 8))["total"]["licence"]
    assert (total["reported"], total["accepted"]) == ("3", "2")


def test_sections_follow_the_deciding_organ(settings: Settings, warehouse: Any) -> None:
    w = warehouse
    batch = w.batch(w.HEALTH, "licence", w.day("2026-05-12"))
    w.accepted(batch, w.WUHUA, "1号", "2026-05-08")  # sent by the province, decided in 五华区
    w.rejected(batch, "UNKNOWN", "2号", "2026-05-08")  # no such organ: counted with its sender
    tax = w.batch(w.TAX, "penalty", w.day("2026-05-12"))
    w.accepted(tax, w.TAX, "3号", "2026-05-08")
    found = figures(settings, w.day("2026-06-02", 8))
    assert by_code(found["counties"], "530102")["reported"] == "1"
    assert by_code(found["prefectures"], "530100")["reported"] == "1"
    assert by_code(found["prefectures"], "530300")["compliance"]["percent"] == "—"
    assert by_code(found["departments"], w.HEALTH)["reported"] == "1"
    assert by_code(found["departments"], w.HEALTH)["unregistered"] == "1"
    assert [line["code"] for line in found["central"]] == [w.TAX]
    assert by_code(found["senders"], w.HEALTH)["reported"] == "2"
    assert {code: part["all"]["reported"] for code, part in found["sections"].items()} == {
        "province": "1",
        "central": "1",
        "local": "1",
    }


def test_zero_reports_declared_and_not(settings: Settings, warehouse: Any) -> None:
    w = warehouse
    batch = w.batch(w.HEALTH, "licence", w.day("2026-05-12"))
    w.accepted(batch, w.HEALTH, "1号", "2026-05-08")
    w.zero_report(
        w.HEALTH, "licence", "2026-05-01", "2026-05-31", w.day("2026-05-31")
    )  # against its own record
    for kind in ("licence", "penalty"):
        w.zero_report(w.TAX, kind, "2026-05-01", "2026-05-15", w.day("2026-05-16"))  # two halves make a month
        w.zero_report(w.TAX, kind, "2026-05-16", "2026-05-31", w.day("2026-06-01"))
    w.zero_report(w.EDUCATION, "licence", "2026-05-01", "2026-05-30", w.day("2026-05-31"))  # a day short
    found = figures(settings, w.day("2026-06-02", 8))
    declared = {row["code"]: row["declared_licence"] for row in found["zero_reports"]}
    assert declared == {w.EDUCATION: False, w.KUNMING: False, w.LEAD: False, w.TAX: True, w.WUHUA: False}
    assert [(row["code"], row["kind"]) for row in found["zero_contradictions"]] == [(w.HEALTH, "licence")]
    assert found["coverage"]["all"]["rate"] == {"numerator": "2", "denominator": "6", "percent": "33.33"}
    text = bulletin(settings)
    assert "其中已申报零报送1家，未申报4家" in text
    assert "未申报的省级部门和中央驻滇单位有：云南省教育厅、云南省发展和改革委员会。" in text


def test_a_due_day_in_an_uncovered_year_is_counted_apart(settings: Settings, warehouse: Any) -> None:
    w = warehouse
    batch = w.batch(w.HEALTH, "licence", w.day("2027-01-20"))
    w.accepted(batch, w.HEALTH, "1号", "2026-12-28")  # needs the holiday notice of 2027
    w.accepted(batch, w.HEALTH, "2号", "2026-12-01")
    run_report(settings, "monthly", "2027-01", w.day("2027-02-02", 8))
    path = settings.reports / "monthly" / "2027-01" / "figures.json"
    total = json.loads(path.read_text(encoding="utf-8"))["total"]["licence"]
    assert total["provisional"] == "1"
    assert total["lateness"] == {"numerator": "1", "denominator": "1", "percent": "100.00"}


def test_bulletin_has_the_five_headings_and_prints_a_dash_for_nothing(
    settings: Settings, warehouse: Any
) -> None:
    figures(settings, warehouse.day("2026-06-02", 8))
    document = docx.Document(str(folder(settings) / f"月通报-{MAY}.docx"))
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == HEADINGS
    assert "数据合规率—（0/0）" in bulletin(settings)


def test_annexes_have_the_five_lists(settings: Settings, warehouse: Any) -> None:
    w = warehouse
    batch = w.batch(w.HEALTH, "licence", w.day("2026-05-12"))
    for number in range(9):
        w.accepted(batch, w.HEALTH, f"{number}号", "2026-05-08")
    w.rejected(batch, w.HEALTH, "退1号", "2026-05-08")
    w.accepted(w.batch(w.EDUCATION, "licence", w.day("2026-05-12")), w.EDUCATION, "1号", "2026-05-08")
    figures(settings, w.day("2026-06-02", 8))
    book = openpyxl.load_workbook(folder(settings) / f"附件-{MAY}.xlsx")
    assert set(book.sheetnames) >= {"省级部门", "州市", "县区", "问题数据", "零报送"}
    rows = {row[0]: row for row in book["省级部门"].iter_rows(values_only=True) if row[0]}
    assert rows[w.HEALTH][6] == pytest.approx(0.9)  # 合规率, 9 of 10
    assert rows[w.HEALTH][-1] == "1/不排名"  # 10 reported are ranked, 9 first accepted are not
    assert rows[w.EDUCATION][-1] == "不排名"
    problems = list(book["问题数据"].iter_rows(min_row=4, values_only=True))
    assert [(row[0], row[4], row[8], row[12]) for row in problems] == [
        (w.HEALTH, "退1号", "ID-03", "逾期未入库")
    ]


def test_a_provincial_notice_is_reproduced(settings: Settings, warehouse: Any) -> None:
    """119,634 and 9,220 records with 100 and 332 late ones print as the notice did."""
    w = warehouse
    for kind, organ, records, late in (
        ("licence", w.HEALTH, 119_634, 100),
        ("penalty", w.KUNMING, 9_220, 332),
    ):
        batch = w.batch(organ, kind, w.day("2026-05-12"))
        w.many(batch, organ, records, late)
    found = figures(settings, w.day("2026-06-02", 8))
    rates = {kind: found["total"][kind]["lateness"]["percent"] for kind in ("licence", "penalty", "all")}
    assert rates == {"licence": "0.08", "penalty": "3.60", "all": "0.34"}
    text = bulletin(settings)
    assert "迟报率0.08%（100/119,634）" in text
    assert "迟报率3.60%（332/9,220）" in text
    assert "迟报率0.34%（432/128,854）" in text
    assert "数据合规率100.00%（128,854/128,854）" in text


def test_reprint_gives_what_was_known_then(settings: Settings, warehouse: Any) -> None:
    """A contact, a holiday and a record are corrected and more data arrives after the bulletin."""
    w = warehouse
    batch = w.batch(w.HEALTH, "licence", w.day("2026-05-18"))
    record = w.accepted(
        batch, w.HEALTH, "1号", "2026-05-08"
    )  # due 05-18, because Saturday 05-09 is known to work
    w.rejected(batch, w.HEALTH, "2号", "2026-05-08")
    then = w.day("2026-06-02", 8)
    figures(settings, then)
    printed = {path.name: path.read_bytes() for path in folder(settings).iterdir()}
    assert "李雪梅" in bulletin(settings)

    learned = w.day("2026-06-10")
    w.sql("UPDATE ref.contact SET retired_at = %s WHERE name = '李雪梅'", learned)
    w.contact(w.LEAD, "联络员", "王建国", learned)
    w.sql("UPDATE ref.holiday SET retired_at = %s WHERE day = '2026-05-04'", learned)
    w.sql("INSERT INTO ref.holiday VALUES ('2026-05-18', false, '调休', '更正通知', %s)", learned)
    june = w.batch(w.HEALTH, "licence", learned)
    w.version(june, record, 2, w.EDUCATION, "1号", "2026-05-08")  # another organ decided it
    w.accepted(june, w.HEALTH, "2号", "2026-05-08")  # the rejected one, corrected

    figures(settings, w.day("2026-07-01"), as_of=then)
    assert {path.name: path.read_bytes() for path in folder(settings).iterdir()} == printed
    assert "李雪梅" in bulletin(settings)

    now = figures(settings, w.day("2026-07-01"))
    assert by_code(now["departments"], w.EDUCATION)["reported"] == "1"
    assert now["total"]["licence"]["accepted"] == "2"
    assert "王建国" in bulletin(settings)
    assert "李雪梅" not in bulletin(settings)


def test_a_corrected_holiday_moves_the_due_day_of_a_new_print_only(
    settings: Settings, warehouse: Any
) -> None:
    w = warehouse
    batch = w.batch(w.HEALTH, "licence", w.day("2026-05-18"))
    w.accepted(
        batch, w.HEALTH, "1号", "2026-05-07"
    )  # due 05-16 … 05-09 works: 8, 9, 11, 12, 13, 14, 15 → late
    then = w.day("2026-06-02", 8)
    assert figures(settings, then)["total"]["licence"]["late"] == "1"
    learned = w.day("2026-06-10")
    w.sql("UPDATE ref.holiday SET retired_at = %s WHERE day = '2026-05-09'", learned)  # the Saturday was off
    assert figures(settings, w.day("2026-07-01"))["total"]["licence"]["late"] == "0"  # 7th working day: 05-18
    assert figures(settings, w.day("2026-07-01"), as_of=then)["total"]["licence"]["late"] == "1"


def test_an_instant_to_come_is_refused(settings: Settings, warehouse: Any) -> None:
    with pytest.raises(ReportRequestError):
        figures(settings, warehouse.day("2026-06-02"), as_of=warehouse.day("2026-06-03"))


def test_a_period_of_another_cadence_is_refused(settings: Settings, warehouse: Any) -> None:
    with pytest.raises(ReportRequestError):
        run_report(settings, "weekly", MAY, warehouse.day("2026-06-02"))


def test_declared_old_stock_is_in_no_late_rate_and_told_apart(settings: Settings, warehouse: Any) -> None:
    """Of three records late by the calendar two are declared old stock: neither numerator nor denominator has them."""
    w = warehouse
    batch = w.batch(w.HEALTH, "licence", w.day("2026-05-20"))
    stock = [w.accepted(batch, w.HEALTH, f"{number}号", "2024-05-06") for number in (1, 2)]
    w.accepted(batch, w.HEALTH, "3号", "2026-04-01")
    w.accepted(batch, w.HEALTH, "4号", "2026-05-18")
    w.sql("UPDATE core.record SET is_backlog = true WHERE record_id = ANY(%s)", stock)
    (document, *_) = run_report(settings, "monthly", "2026-05", w.day("2026-06-03", 8))
    figures = json.loads((document.parent / "figures.json").read_text("utf-8"))
    assert {name: figures["total"]["licence"][name] for name in ("accepted", "first_accepted", "late")} == {
        "accepted": "4", "first_accepted": "2", "late": "1",
    }  # fmt: skip
    assert [(row["code"], row["kind"], row["records"]) for row in figures["backlog"]] == [
        (w.HEALTH, "licence", "2")
    ]
    book = openpyxl.load_workbook(document.parent / "附件-2026-05.xlsx")
    notes = "".join(str(cell.value) for cell in book["口径说明"]["B"])
    assert "本期首次入库的历史存量2条" in notes
