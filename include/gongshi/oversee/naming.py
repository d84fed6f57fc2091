"""Who a bulletin names, and the sentences that name them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from gongshi.oversee.figures import ALL, KIND_LABELS, Counts, Line, Rate
from gongshi.oversee.settings import AREA_LATE_PERCENT, COMPLIANCE_PERCENT, LATE_PERCENT, SMALL_ORGAN
from gongshi.oversee.snapshot import Province, declared

NAMES_SHOWN = 20


def above_late(lines: Iterable[Line], percent: int, kind: str = ALL) -> list[Line]:
    """Lines whose 迟报率 is above the limit and rests on enough records to be named."""
    return [
        line for line in lines if _enough(line.of(kind).lateness) and line.of(kind).lateness.above(percent)
    ]


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


def area_sentence(figures: Province, kind: str) -> str:
    """Names the areas whose 迟报率 stands out, or says that none does."""
    limit = AREA_LATE_PERCENT.value
    areas = above_late(figures.prefectures, limit, kind) + above_late(figures.counties, limit, kind)
    if not areas:
        return f"没有州（市）、县（市、区）的{KIND_LABELS[kind]}迟报率超过{limit}%。"
    return f"迟报率超过{limit}%的地区有：{_listed((a, a.of(kind).lateness) for a in areas)}。"


def late_sentence(figures: Province) -> str:
    """Who exceeds the limit of 迟报率."""
    limit = LATE_PERCENT.value
    return _naming(
        f"迟报率高于{limit}%", lambda lines: above_late(lines, limit), lambda c: c.lateness, figures
    )


def compliance_sentence(figures: Province) -> str:
    """Who stays below the limit of 合规率."""
    limit = COMPLIANCE_PERCENT.value
    return _naming(f"数据合规率低于{limit}%", below_compliance, lambda c: c.compliance, figures)


def _naming(
    what: str, choose: Callable[[list[Line]], list[Line]], rate: Callable[[Counts], Rate], figures: Province
) -> str:
    groups = (
        ("省级部门", figures.departments), ("中央驻滇单位", figures.central), ("州（市）", figures.prefectures)
    )  # fmt: skip
    found = [(label, choose(lines)) for label, lines in groups]
    if not any(lines for _, lines in found):
        return f"本期没有省级部门、中央驻滇单位和州（市）{what}。"
    parts = [
        f"{label}{len(lines)}个：{_listed((line, rate(line.of(ALL))) for line in lines)}"
        for label, lines in found
        if lines
    ]
    return f"{what}的有，{'；'.join(parts)}。"


def _listed(lines: Iterable[tuple[Line, Rate]]) -> str:
    return "、".join(f"{line.name}{rate.full}" for line, rate in lines)


def overdue_names(figures: Province) -> str:
    """Who has records overdue and not accepted; empty when nobody has."""
    lines = [
        line for line in figures.departments + figures.central + figures.prefectures if line.of(ALL).overdue
    ]
    return "、".join(f"{line.name}{line.of(ALL).overdue:,}条" for line in lines)


def zero_sentence(figures: Province) -> str:
    """Agencies without records: province-level and central ones by name, local ones by number."""
    made = [row for row in figures.zero_reports if declared(row)]
    silent = [row for row in figures.zero_reports if not declared(row)]
    if not figures.zero_reports:
        return "本期应报送单位均有报送记录。"
    text = f"本期没有报送记录的单位{len(figures.zero_reports):,}家，其中已申报零报送{len(made):,}家，未申报{len(silent):,}家。"
    above = [row["name"] for row in silent if row["section"] in ("province", "central")]
    if above:
        shown = "、".join(above[:NAMES_SHOWN]) + (f"等{len(above)}家" if len(above) > NAMES_SHOWN else "")
        text += f"未申报的省级部门和中央驻滇单位有：{shown}。"
    local = len(silent) - len(above)
    return text + (f"州（市）、县（市、区）未申报的{local:,}家，名单见附件5。" if local else "")


def zh_date(day: date) -> str:
    """2026年5月31日."""
    return f"{day.year}年{day.month}月{day.day}日"
