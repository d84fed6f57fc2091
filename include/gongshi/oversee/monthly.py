"""月通报 (Article 15): the bulletin as a Word document, its annexes as a workbook, its figures as JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gongshi.documents.workbook import write_workbook
from gongshi.oversee import annexes, methods, naming
from gongshi.oversee.compose import WordTable, write_document
from gongshi.oversee.figures import ALL, KIND_LABELS, Counts, Line, Rate, named, write_figures
from gongshi.oversee.material import Material, gather
from gongshi.oversee.people import RESPONSIBLE_ROLES
from gongshi.oversee.settings import RECTIFY_DAYS
from gongshi.oversee.snapshot import Province, Snapshot

TITLE = "云南省“双公示”信息报送工作情况月通报"
RULES_SHOWN = 10


def write(view: Snapshot, folder: Path) -> None:
    """Write 月通报-<period>.docx, 附件-<period>.xlsx and figures.json into `folder`."""
    found = gather(view)
    label = view.period.label
    write_document(
        folder / f"月通报-{label}.docx", "monthly.txt.j2", TITLE, f"（{view.period.label_zh}）",
        _tables(found), _context(found), view.as_of,
    )  # fmt: skip
    write_workbook(folder / f"附件-{label}.xlsx", annexes.sheets(found), view.as_of)
    content = methods.head(view, "monthly") | found.figures.as_figures() | {
        "rules": found.rules,
        "problem_records": len(found.problems),
        "zero_contradictions": found.contradictions,
        "named": [{"code": code, "reasons": reasons} for code, _, reasons in found.units],
    }  # fmt: skip
    write_figures(folder / "figures.json", content)


def _context(found: Material) -> dict[str, Any]:
    view, figures, people = found.view, found.figures, found.people
    total = figures.total.of(ALL)
    return {
        "n": lambda number: f"{number:,}",
        "period": view.period.label_zh,
        "first_day": naming.zh_date(view.period.first_day),
        "last_day": naming.zh_date(view.period.last_day),
        "as_of": methods.zh_instant(view),
        "total": total,
        "overdue_all": figures.overdue_all[ALL],
        "all_units": figures.coverage[ALL],
        "units": figures.coverage,
        "active_prefectures": len(named(figures.prefectures)),
        "kinds": [
            _kind_part(figures, *part) for part in (("licence", "二、行政许可"), ("penalty", "三、行政处罚"))
        ],
        "late_sentence": naming.late_sentence(figures),
        "overdue_names": naming.overdue_names(figures),
        "compliance_sentence": naming.compliance_sentence(figures),
        "rules": len(found.rules),
        "zero_sentence": naming.zero_sentence(figures),
        "contradictions": len({row["code"] for row in found.contradictions}),
        "named_units": found.units,
        "rectify_days": RECTIFY_DAYS.value,
        "contact": people.contact(),
        "signatory": people.signatory,
        "issue_date": naming.zh_date(view.as_of_day),
        "notes": methods.notes(view, figures),
    }


def _kind_part(figures: Province, kind: str, heading: str) -> dict[str, Any]:
    return {
        "heading": heading,
        "label": KIND_LABELS[kind],
        "counts": figures.total.of(kind),
        "table": kind,
        "area_sentence": naming.area_sentence(figures, kind),
    } | {section: line.of(kind) for section, line in figures.sections.items()}


def _tables(found: Material) -> dict[str, WordTable]:
    figures, people = found.figures, found.people
    return {
        "summary": _summary(figures.total),
        "licence": _by_prefecture(figures, "licence", "表2　各州（市）行政许可信息报送情况"),
        "penalty": _by_prefecture(figures, "penalty", "表3　各州（市）行政处罚信息报送情况"),
        "rules": WordTable(
            "表4　被退回数据的主要问题",
            ("规则", "问题表述（示例）", "行数", "记录数", "单位数"),
            [
                (r["rule_id"], r["example"], f"{r['rows']:,}", f"{r['records']:,}", f"{r['senders']:,}")
                for r in found.rules[:RULES_SHOWN]
            ],
            (1.6, 8, 1.5, 1.7, 1.5),
            text_columns=2,
        ),
        "people": WordTable(
            "表5　责任人员",
            ("单位", "情况", *RESPONSIBLE_ROLES),
            [(name, reasons, *people.answerable(code)) for code, name, reasons in found.units],
            (3.2, 4, 2.4, 2.8, 2.4),
            text_columns=5,
        ),
    }


SUMMARY: tuple[tuple[str, Callable[[Counts], int | Rate]], ...] = (
    ("上报量（条）", lambda c: c.reported),
    ("入库量（条）", lambda c: c.accepted),
    ("数据合规率", lambda c: c.compliance),
    ("首次报送即合格（条）", lambda c: c.first_passed),
    ("首次合规率", lambda c: c.first_compliance),
    ("首次入库量（条）", lambda c: c.first_accepted),
    ("迟报量（条）", lambda c: c.late),
    ("迟报率", lambda c: c.lateness),
    ("逾期未入库（条）", lambda c: c.overdue),
    ("报送数据（行）", lambda c: c.rows_read),
    ("重复报送（行）", lambda c: c.rows_repeated),
    ("重复率", lambda c: c.repetition),
)
AREA_COLUMNS = ("州（市）", "上报量", "入库量", "合规率", "首次入库", "迟报量", "迟报率", "逾期未入库")
AREA_WIDTHS = (3.2, 1.7, 1.7, 1.9, 1.7, 1.6, 1.9, 1.6)


def _summary(total: Line) -> WordTable:
    rows = [(label, *(_text(number(total.of(kind))) for kind in KIND_LABELS)) for label, number in SUMMARY]
    return WordTable("表1　全省报送情况", ("指标", *KIND_LABELS.values()), rows, (4.6, 3.6, 3.6, 3.6))


def _text(number: int | Rate) -> str:
    return str(number) if isinstance(number, Rate) else f"{number:,}"


def _by_prefecture(figures: Province, kind: str, caption: str) -> WordTable:
    rows = [(line.name, *_area_cells(line.of(kind))) for line in figures.prefectures]
    return WordTable(caption, AREA_COLUMNS, rows, AREA_WIDTHS)


def _area_cells(counts: Counts) -> tuple[str, ...]:
    cells = (
        counts.reported, counts.accepted, counts.compliance, counts.first_accepted, counts.late, counts.lateness,
        counts.overdue,
    )  # fmt: skip
    return tuple(_text(cell) for cell in cells)
