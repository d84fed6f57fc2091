"""月通报 (Article 15): the bulletin as a Word document, its annexes as a workbook, its figures as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from gongshi.documents.workbook import Column, Sheet, write_workbook
from gongshi.oversee import methods
from gongshi.oversee.compose import WordTable, write_document
from gongshi.oversee.figures import ALL, KIND_LABELS, Counts, Line, Rate, named, write_figures
from gongshi.oversee.people import RESPONSIBLE_ROLES, contact_sentence, lead_name, people_of
from gongshi.oversee.settings import (
    AREA_LATE_PERCENT,
    COMPLIANCE_PERCENT,
    LATE_PERCENT,
    RECTIFY_DAYS,
    SMALL_ORGAN,
)
from gongshi.oversee.snapshot import Province, Snapshot, declared, province
from gongshi.oversee.tables import line_sheet, listing

TITLE = "云南省“双公示”信息报送工作情况月通报"
RULES_SHOWN = 10
PROBLEMS_SHOWN = 100_000
NAMES_SHOWN = 20


def write(view: Snapshot, folder: Path) -> None:
    """Write 月通报-<period>.docx, 附件-<period>.xlsx and figures.json into `folder`."""
    figures = province(view)
    rules = view.rows("monthly/rule_count")
    problems = view.rows("monthly/problem_record")
    contradictions = view.rows("monthly/zero_contradiction")
    units = named_units(figures)
    label = view.period.label
    write_document(
        folder / f"月通报-{label}.docx", "monthly.txt.j2", TITLE, f"（{view.period.label_zh}）",
        _tables(view, figures, rules, units), _context(view, figures, rules, contradictions, units), view.as_of,
    )  # fmt: skip
    write_workbook(
        folder / f"附件-{label}.xlsx", _annexes(view, figures, rules, problems, contradictions), view.as_of
    )
    content = methods.head(view, "monthly") | figures.as_figures() | {
        "rules": rules,
        "problem_records": len(problems),
        "zero_contradictions": contradictions,
        "named": [{"code": code, "reasons": reasons} for code, _, reasons in units],
    }  # fmt: skip
    write_figures(folder / "figures.json", content)


# ------------------------------------------------------------------------------------------------ who is named
def above_late(lines: Iterable[Line], percent: int, kind: str = ALL) -> list[Line]:
    """Lines whose 迟报率 is above the limit and rests on enough records to be named."""
    return [line for line in lines if _enough(line.of(kind).lateness) and line.of(kind).lateness.above(percent)]


def below_compliance(lines: Iterable[Line], kind: str = ALL) -> list[Line]:
    """Lines whose 合规率 is below the limit and rests on enough records to be named."""
    return [
        line for line in lines
        if _enough(line.of(kind).compliance) and line.of(kind).compliance.below(COMPLIANCE_PERCENT.value)
    ]  # fmt: skip


def _enough(rate: Rate) -> bool:
    return rate.denominator >= SMALL_ORGAN.value


def named_units(figures: Province) -> list[tuple[str, str, str]]:
    """Province-level and central units the bulletin names: code, name, reasons."""
    units = figures.departments + figures.central
    reasons: dict[str, list[str]] = {}
    for line in above_late(units, LATE_PERCENT.value):
        reasons.setdefault(line.code, []).append(f"迟报率{line.of(ALL).lateness.full}")
    for line in below_compliance(units):
        reasons.setdefault(line.code, []).append(f"合规率{line.of(ALL).compliance.full}")
    return [(line.code, line.name, "；".join(reasons[line.code])) for line in units if line.code in reasons]


# ------------------------------------------------------------------------------------------------ sentences
def _context(
    view: Snapshot, figures: Province, rules: Sequence[Any], contradictions: Sequence[Any], units: Sequence[Any]
) -> dict[str, Any]:
    total = figures.total.of(ALL)
    return {
        "n": lambda number: f"{number:,}",
        "period": view.period.label_zh,
        "first_day": zh_date(view.period.first_day),
        "last_day": zh_date(view.period.last_day),
        "as_of": methods.zh_instant(view),
        "total": total,
        "overdue_all": figures.overdue_all[ALL],
        "all_units": figures.coverage[ALL],
        "units": figures.coverage,
        "active_prefectures": len(named(figures.prefectures)),
        "kinds": [_kind_part(figures, *part) for part in (("licence", "二、行政许可"), ("penalty", "三、行政处罚"))],
        "late_sentence": late_sentence(figures),
        "overdue_names": _overdue_names(figures),
        "compliance_sentence": compliance_sentence(figures),
        "rules": len(rules),
        "zero_sentence": zero_sentence(figures),
        "contradictions": len({row["code"] for row in contradictions}),
        "named_units": units,
        "rectify_days": RECTIFY_DAYS.value,
        "contact": contact_sentence(view),
        "signatory": lead_name(view),
        "issue_date": zh_date(view.as_of_day),
        "notes": methods.notes(view),
    }


def _kind_part(figures: Province, kind: str, heading: str) -> dict[str, Any]:
    return {
        "heading": heading,
        "label": KIND_LABELS[kind],
        "counts": figures.total.of(kind),
        "table": kind,
        "area_sentence": area_sentence(figures, kind),
    } | {section: line.of(kind) for section, line in figures.sections.items()}


def area_sentence(figures: Province, kind: str) -> str:
    """Names the areas whose 迟报率 stands out, or says that none does."""
    limit = AREA_LATE_PERCENT.value
    areas = above_late(figures.prefectures, limit, kind) + above_late(figures.counties, limit, kind)
    if not areas:
        return f"没有州（市）、县（市、区）的{KIND_LABELS[kind]}迟报率超过{limit}%。"
    return f"迟报率超过{limit}%的地区有：{listing(_with_rate(a, a.of(kind).lateness) for a in areas)}。"


def late_sentence(figures: Province) -> str:
    """Who exceeds the limit of 迟报率."""
    limit = LATE_PERCENT.value
    return _naming(f"迟报率高于{limit}%", lambda lines: above_late(lines, limit), lambda c: c.lateness, figures)


def compliance_sentence(figures: Province) -> str:
    """Who stays below the limit of 合规率."""
    limit = COMPLIANCE_PERCENT.value
    return _naming(f"数据合规率低于{limit}%", below_compliance, lambda c: c.compliance, figures)


def _naming(what: str, choose: Any, rate: Any, figures: Province) -> str:
    groups = (
        ("省级部门", figures.departments), ("中央驻滇单位", figures.central), ("州（市）", figures.prefectures)
    )  # fmt: skip
    found = [(label, choose(lines)) for label, lines in groups]
    if not any(lines for _, lines in found):
        return f"本期没有省级部门、中央驻滇单位和州（市）{what}。"
    parts = [
        f"{label}{len(lines)}个：{listing(_with_rate(line, rate(line.of(ALL))) for line in lines)}"
        for label, lines in found
        if lines
    ]
    return f"{what}的有，{'；'.join(parts)}。"


def _with_rate(line: Line, rate: Rate) -> str:
    return f"{line.name}{rate.full}"


def _overdue_names(figures: Province) -> str:
    lines = [
        line for line in figures.departments + figures.central + figures.prefectures if line.of(ALL).overdue
    ]
    return listing(f"{line.name}{line.of(ALL).overdue:,}条" for line in lines)


def zero_sentence(figures: Province) -> str:
    """Agencies without records: province-level and central ones by name, local ones by number."""
    made = [row for row in figures.zero_reports if declared(row)]
    silent = [row for row in figures.zero_reports if not declared(row)]
    if not figures.zero_reports:
        return "本期应报送单位均有报送记录。"
    text = f"本期没有报送记录的单位{len(figures.zero_reports):,}家，其中已申报零报送{len(made):,}家，未申报{len(silent):,}家。"
    above = [row["name"] for row in silent if row["section"] in ("province", "central")]
    if above:
        shown = listing(above[:NAMES_SHOWN]) + (f"等{len(above)}家" if len(above) > NAMES_SHOWN else "")
        text += f"未申报的省级部门和中央驻滇单位有：{shown}。"
    local = len(silent) - len(above)
    return text + (f"州（市）、县（市、区）未申报的{local:,}家，名单见附件5。" if local else "")


def zh_date(day: date) -> str:
    """2026年5月31日."""
    return f"{day.year}年{day.month}月{day.day}日"


# ------------------------------------------------------------------------------------------------ tables
def _tables(view: Snapshot, figures: Province, rules: Sequence[Any], units: Sequence[Any]) -> dict[str, WordTable]:
    people = people_of(view, [code for code, _, _ in units])
    return {
        "summary": _summary(figures.total),
        "licence": _by_prefecture(figures, "licence", "表2　各州（市）行政许可信息报送情况"),
        "penalty": _by_prefecture(figures, "penalty", "表3　各州（市）行政处罚信息报送情况"),
        "rules": WordTable(
            "表4　被退回数据的主要问题",
            ("规则", "问题表述（示例）", "行数", "记录数", "单位数"),
            [
                (r["rule_id"], r["example"], f"{r['rows']:,}", f"{r['records']:,}", f"{r['senders']:,}")
                for r in rules[:RULES_SHOWN]
            ],
            (1.6, 8, 1.5, 1.7, 1.5),
            text_columns=2,
        ),
        "people": WordTable(
            "表5　责任人员",
            ("单位", "情况", *RESPONSIBLE_ROLES),
            [(name, reasons, *people[code]) for code, name, reasons in units],
            (3.2, 4, 2.4, 2.8, 2.4),
            text_columns=5,
        ),
    }


COUNT_COLUMNS = ("上报量", "入库量", "合规率", "首次合规率", "首次入库", "迟报", "迟报率", "逾期未入库")


def _count_cells(counts: Counts) -> tuple[str, ...]:
    return (
        f"{counts.reported:,}", f"{counts.accepted:,}", str(counts.compliance), str(counts.first_compliance),
        f"{counts.first_accepted:,}", f"{counts.late:,}", str(counts.lateness), f"{counts.overdue:,}",
    )  # fmt: skip


COUNT_WIDTHS = (1.7, 1.7, 1.8, 1.8, 1.7, 1.4, 1.7, 1.5)


def _summary(total: Line) -> WordTable:
    rows = [(label, *_count_cells(total.of(kind))) for kind, label in KIND_LABELS.items()]
    return WordTable("表1　全省报送情况", ("类别", *COUNT_COLUMNS), rows, (2, *COUNT_WIDTHS))


def _by_prefecture(figures: Province, kind: str, caption: str) -> WordTable:
    rows = [(line.name, *_count_cells(line.of(kind))) for line in figures.prefectures]
    return WordTable(caption, ("州（市）", *COUNT_COLUMNS), rows, (3.2, *COUNT_WIDTHS))


# ------------------------------------------------------------------------------------------------ annexes
PROBLEM_COLUMNS = (
    Column("序号", 6, "integer"), Column("决定机关代码", 21), Column("决定机关", 30, "wrapped"),
    Column("报送单位代码", 21), Column("报送单位", 30, "wrapped"), Column("信息类别", 10), Column("文书号", 26),
    Column("收到日期", 12, "date"), Column("文件", 24, "wrapped"), Column("工作表", 10), Column("行号", 8, "integer"),
    Column("规则", 14), Column("问题", 50, "wrapped"), Column("决定日期", 12, "date"), Column("报送期限", 12, "date"),
    Column("状态", 12),
)  # fmt: skip


def _annexes(
    view: Snapshot, figures: Province, rules: Sequence[Any], problems: Sequence[Any], contradictions: Sequence[Any]
) -> Iterable[Sheet]:
    scope = f"{view.period.label_zh}，数据状态截至{methods.zh_instant(view)}"
    yield line_sheet("省级部门", figures.departments, ("附件1　省级部门报送情况", scope), ranked=True)
    yield line_sheet("中央驻滇单位", figures.central, ("附件1（续）　中央驻滇单位报送情况", scope), ranked=True)
    yield line_sheet("州市", figures.prefectures, ("附件2　州（市）报送情况", scope), ranked=True)
    yield line_sheet("县区", figures.counties, ("附件3　县（市、区）报送情况", scope), ranked=False)
    yield Sheet("问题数据", PROBLEM_COLUMNS, _problem_rows(problems), _problem_heading(len(problems), scope))
    yield _zero_sheet(figures, contradictions, scope)
    yield _rule_sheet(rules, scope)
    yield line_sheet(
        "报送单位", figures.senders, ("报送单位工作量（谁报送计谁，可为其他机关报送）", scope), ranked=False
    )
    yield Sheet(
        "口径说明", (Column("序号", 6, "integer"), Column("说明", 110, "wrapped")),
        list(enumerate(methods.notes(view), 1)), ("统计口径说明",),
    )  # fmt: skip


def _problem_heading(number: int, scope: str) -> tuple[str, ...]:
    left_out = f"；列出前{PROBLEMS_SHOWN:,}条，其余见各单位周反馈" if number > PROBLEMS_SHOWN else ""
    return ("附件4　问题数据清单", f"{scope}；共{number:,}条{left_out}")


def _problem_rows(problems: Sequence[dict[str, Any]]) -> Iterable[list[Any]]:
    for number, row in enumerate(problems[:PROBLEMS_SHOWN], 1):
        state = "已改正入库" if row["is_corrected"] else "逾期未入库" if row["is_overdue"] else "待改正"
        yield [
            number, row["owner_code"], row["owner_name"], row["sender_code"], row["sender_name"],
            KIND_LABELS[row["kind"]], row["document_no"], row["received_date"], row["file_name"], row["sheet"],
            row["row_no"], row["rule_ids"], row["messages"], row["decision_date"], row["due_date"], state,
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
    return Sheet("零报送", columns, [(n, *row) for n, row in enumerate(rows, 1)], ("附件5　零报送情况", scope))


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
