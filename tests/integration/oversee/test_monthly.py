"""月通报 over hand-made warehouses whose figures can be counted on paper."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import docx

from gongshi.oversee.reports import run_report
from gongshi.platform.settings import Settings

HEADINGS = ["一、总体情况", "二、行政许可", "三、行政处罚", "四、存在问题", "五、下一步要求"]


def figures(settings: Settings, period: str, at: Any, as_of: Any = None) -> dict[str, Any]:
    run_report(settings, "monthly", period, at, as_of)
    return json.loads((settings.reports / "monthly" / period / "figures.json").read_text(encoding="utf-8"))


def text_of(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


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

    total = figures(settings, "2026-05", w.day("2026-06-02", 8))["total"]["licence"]

    assert total["reported"] == "5"  # 1, 2, 3 and twice 4
    assert total["accepted"] == "3"
    assert total["first_passed"] == "2"  # 1 and 2
    assert total["lateness"] == {"numerator": "2", "denominator": "3", "percent": "66.67"}
    assert total["overdue"] == "2"  # twice 4, due 05-18
    assert total["repetition"] == {"numerator": "1", "denominator": "9", "percent": "11.11"}
    assert total["provisional"] == "0"


def test_bulletin_has_the_five_headings_and_prints_a_dash_for_nothing(
    settings: Settings, warehouse: Any
) -> None:
    w = warehouse
    figures(settings, "2026-05", w.day("2026-06-02", 8))
    path = settings.reports / "monthly" / "2026-05" / "月通报-2026-05.docx"
    headings = [p.text for p in docx.Document(str(path)).paragraphs if p.style.name == "Heading 1"]
    assert headings == HEADINGS
    assert "数据合规率—（0/0）" in text_of(path)
