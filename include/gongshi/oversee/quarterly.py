"""季评估 (Article 15): metrics, places and their change against the quarter before; no score yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from gongshi.documents.columns import Column
from gongshi.documents.workbook import Sheet, write_workbook
from gongshi.oversee import methods, naming
from gongshi.oversee.compose import WordTable, write_document
from gongshi.oversee.figures import (
    ALL,
    KIND_LABELS,
    NONE_ZH,
    Counts,
    Line,
    Rate,
    half_up,
    named,
    ranks,
    write_figures,
)
from gongshi.oversee.people import People
from gongshi.oversee.settings import COMPLIANCE_PERCENT, LATE_PERCENT, SMALL_ORGAN
from gongshi.oversee.snapshot import Province, Snapshot, province
from gongshi.oversee.tables import UNRANKED, cell, place_sheet, sender_sheet
from gongshi.standard.periods import previous

TITLE = "云南省“双公示”信息报送工作季度评估报告"


@dataclass(frozen=True)
class Metric:
    """A rate that is ranked: how it is read from the counts and which end is good."""

    name: str
    label_zh: str
    of: Callable[[Counts], Rate]
    best_high: bool


COMPLIANCE = Metric("compliance", "合规率", lambda counts: counts.compliance, best_high=True)
LATENESS = Metric("lateness", "迟报率", lambda counts: counts.lateness, best_high=False)
FIRST = Metric("first_compliance", "首次合规率", lambda counts: counts.first_compliance, best_high=True)
RANKED = (COMPLIANCE, LATENESS)


def write(view: Snapshot, folder: Path) -> None:
    """Write 季评估-<quarter>.docx, 季评估指标-<quarter>.xlsx and figures.json into `folder`."""
    now = province(view)
    context = _context(view, now)
    head = methods.head(view, "quarterly")
    earlier = previous(view.period)
    before = province(view.of(earlier))
    has_before = before.total.of(ALL).rows_read > 0
    context |= {"previous": earlier.label_zh, "has_previous": has_before}
    label = view.period.label
    write_document(
        folder / f"季评估-{label}.docx", "quarterly.txt.j2", TITLE, f"（{view.period.label_zh}）",
        _tables(now, before), context, view.as_of,
    )  # fmt: skip
    write_workbook(
        folder / f"季评估指标-{label}.xlsx", _sheets(view, now, before, context["notes"]), view.as_of
    )
    content = now.as_figures() | {
        "previous_period": earlier.label,
        "previous_total": before.total.as_figures() if has_before else None,
        "trend": {name: _trend_figures(getattr(now, name), getattr(before, name)) for name in GROUPS},
    }
    write_figures(folder / "figures.json", head | content)


GROUPS = {"departments": "省级部门", "central": "中央驻滇单位", "prefectures": "州（市）"}


def change(now: Rate, before: Rate) -> str:
    """Difference in percentage points with its sign; “—” when either side has no value."""
    if now.fraction is None or before.fraction is None:
        return NONE_ZH
    return signed(now.fraction - before.fraction)


def growth(now: int, before: int) -> str:
    """Change of a count in percent with its sign; “—” when there was nothing before."""
    return f"{signed(Fraction(now - before, before))}%" if before else NONE_ZH


def signed(share: Fraction) -> str:
    """A share times 100 with its sign, two decimals; no sign for nothing."""
    hundredths = half_up(share * 100)
    return f"{hundredths:+}" if hundredths else "0.00"


def places(lines: Iterable[Line], metric: Metric) -> dict[str, int]:
    """Rank of each line that has records enough."""
    rates = {line.code: metric.of(line.of(ALL)) for line in lines}
    return ranks(rates, SMALL_ORGAN.value, best_high=metric.best_high)


def moved(now: int | None, before: int | None) -> str:
    """How many places a line rose (+) or fell (-); “—” without both."""
    return NONE_ZH if now is None or before is None else f"{before - now:+}" if before != now else "0"


def _trend_figures(now: Sequence[Line], before: Sequence[Line]) -> list[dict[str, Any]]:
    earlier = {line.code: line for line in before}
    rank_now = {m.name: places(now, m) for m in RANKED}
    rank_before = {m.name: places(before, m) for m in RANKED}
    rows = []
    for line in now:
        then = earlier.get(line.code, Line(line.code, line.name, {})).of(ALL)
        row: dict[str, Any] = {
            "code": line.code,
            "reported_growth": growth(line.of(ALL).reported, then.reported),
        }
        for metric in RANKED:
            current = rank_now[metric.name].get(line.code)
            row[metric.name] = {
                "rank": current or NONE_ZH,
                "change": change(metric.of(line.of(ALL)), metric.of(then)),
                "moved": moved(current, rank_before[metric.name].get(line.code)),
            }
        rows.append(row)
    return rows


# ------------------------------------------------------------------------------------------------ document
def _context(view: Snapshot, now: Province) -> dict[str, Any]:
    people = People(view)
    return {
        "n": lambda number: f"{number:,}",
        "period": view.period.label_zh,
        "first_day": naming.zh_date(view.period.first_day),
        "last_day": naming.zh_date(view.period.last_day),
        "as_of": methods.zh_instant(view),
        "total": now.total.of(ALL),
        "overdue_all": now.overdue_all[ALL],
        "coverage": now.coverage[ALL],
        "active_prefectures": len(named(now.prefectures)),
        "late_limit": LATE_PERCENT.value,
        "compliance_limit": COMPLIANCE_PERCENT.value,
        "small": SMALL_ORGAN.value,
        "late_sentence": naming.late_sentence(now),
        "compliance_sentence": naming.compliance_sentence(now),
        "zero_sentence": naming.zero_sentence(now).replace("名单见附件5", "名单见指标表"),
        "contact": people.contact(),
        "signatory": people.signatory,
        "issue_date": naming.zh_date(view.as_of_day),
        "notes": methods.notes(view, now),
    }


def _tables(now: Province, before: Province) -> dict[str, WordTable]:
    return {
        "metrics": _metric_table(now, before),
        "prefectures": _rank_table("表2　各州（市）位次", "州（市）", now.prefectures, before.prefectures),
        "departments": _rank_table("表3　省级部门位次", "单位", named(now.departments), before.departments),
        "central": _rank_table("表4　中央驻滇单位位次", "单位", named(now.central), before.central),
    }


def _metric_table(now: Province, before: Province) -> WordTable:
    rows = []
    for kind, label in KIND_LABELS.items():
        current, then = now.total.of(kind), before.total.of(kind)
        volumes = (("上报量", current.reported, then.reported), ("入库量", current.accepted, then.accepted))
        rows += [(label + name, f"{a:,}", f"{b:,}" if b else NONE_ZH, growth(a, b)) for name, a, b in volumes]
        for metric in (COMPLIANCE, FIRST, LATENESS):
            a, b = metric.of(current), metric.of(then)
            rows.append((label + metric.label_zh, a.full, b.full if b.denominator else NONE_ZH, change(a, b)))
    columns = ("指标", "本季度", "上季度", "变化（%、百分点）")
    return WordTable("表1　全省主要指标", columns, rows, (3.7, 4.8, 4.8, 2.3))


def _rank_table(caption: str, title: str, now: Sequence[Line], before: Sequence[Line]) -> WordTable:
    trends = {row["code"]: row for row in _trend_figures(now, before)}
    rows = []
    for line in now:
        counts, trend = line.of(ALL), trends[line.code]
        row: list[object] = [line.name]
        for metric in RANKED:
            rate = metric.of(counts)
            parts = (f"{rate.denominator:,}", f"{rate.numerator:,}", str(rate))
            row += [*parts, trend[metric.name]["rank"], trend[metric.name]["moved"]]
        rows.append(row)
    columns = (
        title,
        "上报量",
        "入库量",
        "合规率",
        "位次",
        "升降",
        "首次入库",
        "迟报量",
        "迟报率",
        "位次",
        "升降",
    )
    return WordTable(caption, columns, rows, (2.7, 1.6, 1.6, 1.9, 1, 1, 1.6, 1.3, 1.9, 1, 1))


# ------------------------------------------------------------------------------------------------ workbook
TREND_COLUMNS = (
    Column("代码", 21), Column("单位/地区", 34, "wrapped"), Column("上报量", 10, "integer"), Column("增减", 10),
    Column("入库量", 10, "integer"), Column("合规率", 10, "percent"), Column("变化（百分点）", 11),
    Column("位次（升降）", 11), Column("首次入库量", 10, "integer"), Column("迟报量", 9, "integer"),
    Column("迟报率", 10, "percent"), Column("变化（百分点）", 11), Column("位次（升降）", 11),
)  # fmt: skip


def _sheets(view: Snapshot, now: Province, before: Province, notes: Sequence[str]) -> Iterable[Sheet]:
    scope = f"{view.period.label_zh}，数据状态截至{methods.zh_instant(view)}"
    for group, label in GROUPS.items():
        heading = (f"{label}指标、位次与变化", scope, "没有上季度数据的以“—”表示")
        rows = _trend_rows(getattr(now, group), getattr(before, group))
        yield Sheet(label, TREND_COLUMNS, rows, heading, freeze_columns=2)
    yield place_sheet("县区", now.counties, ("县（市、区）报送情况", scope), ranked=False)
    yield sender_sheet("报送单位", now.senders, ("报送单位工作量", scope))
    zero = (
        Column("序号", 6, "integer"),
        Column("代码", 21),
        Column("单位", 36, "wrapped"),
        Column("情况", 24),
    )
    rows = [
        (
            n,
            r["code"],
            r["name"],
            "已申报零报送" if r["declared_licence"] or r["declared_penalty"] else "未申报",
        )
        for n, r in enumerate(now.zero_reports, 1)
    ]
    yield Sheet("零报送", zero, rows, ("没有报送记录的单位", scope))
    yield Sheet(
        "口径说明", (Column("序号", 6, "integer"), Column("说明", 110, "wrapped")), list(enumerate(notes, 1)),
        ("统计口径说明",),
    )  # fmt: skip


def _trend_rows(now: Sequence[Line], before: Sequence[Line]) -> Iterable[Sequence[Any]]:
    for line, trend in zip(now, _trend_figures(now, before), strict=True):
        counts, best, late = line.of(ALL), trend["compliance"], trend["lateness"]
        yield (
            line.code, line.name, counts.reported, trend["reported_growth"],
            counts.accepted, cell(counts.compliance), best["change"], _place(best),
            counts.first_accepted, counts.late, cell(counts.lateness), late["change"], _place(late),
        )  # fmt: skip


def _place(trend: dict[str, Any]) -> str:
    return UNRANKED if trend["rank"] == NONE_ZH else f"{trend['rank']}（{trend['moved']}）"
