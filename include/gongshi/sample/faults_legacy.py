"""Faults and near misses of rows of L2015, and what the layout makes the rules tell of every row of it (standard 1.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from gongshi.sample.decisions import FOREVER, Desk, Row
from gongshi.sample.legacy import good_legacy_row, good_legacy_rows
from gongshi.sample.names import chance
from gongshi.sample.planted import BOTH, Severity
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import ORGANISATION

_P = ("penalty",)
Told = tuple[str, str, Severity]
"""(rule id, column code the finding names, E or W)."""


@dataclass(frozen=True)
class LegacyFault:
    """Cells of a row of L2015 that fire exactly one rule beside what is told of every row.

    Attributes:
        rule: the rule.
        code: official code of the column the finding names; `_ZT` stands for the kind's own.
        cells: column code → cell.
        severity: E rejects the row.
        kinds: kinds of record it is for.
        base: what the good row must be.
    """

    rule: str
    code: str
    cells: Mapping[str, str]
    severity: Severity = "E"
    kinds: tuple[str, ...] = BOTH
    base: Mapping[str, Any] = field(default_factory=lambda: {"category": ORGANISATION})


LEGACY_FAULTS = (
    LegacyFault("DT-09", "SJC", {"SJC": "2016/01/01"}),
    LegacyFault("DT-09", "SJC", {"SJC": "2098-01-01 08:00:00"}),
    LegacyFault("DT-09", "SJC", {"SJC": ""}),
    LegacyFault("DT-01", "SJC", {"SJC": "昨日"}),
    LegacyFault("DT-02", "SJC", {"SJC": "2026/02/30"}),
    LegacyFault("DT-03", "SJC", {"SJC": "1900/01/01"}),
    LegacyFault("AG-09", "DFBM", {"DFBM": "5301"}),
    LegacyFault("AG-09", "DFBM", {"DFBM": "110101"}),
    LegacyFault("AG-09", "DFBM", {"DFBM": "539999"}),
    LegacyFault("AG-09", "DFBM", {"DFBM": ""}),
    LegacyFault("XK-15", "_ZT", {"_ZT": "9"}),
    LegacyFault("XK-15", "_ZT", {"_ZT": "3", "BZ": ""}),
    LegacyFault("TX-09", "_WSH", {"_WSH": "无"}),
    LegacyFault("ID-01", "_XDR_SHXYM", {"_XDR_SHXYM": "", "_XDR_ZDM": "MA6K8X2N-0", "_XDR_SWDJ": ""}, "W"),
    LegacyFault("CF-12", "_NR_FK", {}, "W", _P, {"categories": ("罚款",)}),
    LegacyFault("CF-14", "_NR_WFFF", {}, "W", _P, {"categories": ("没收违法所得",)}),
    LegacyFault("CF-16", "_NR_ZKDX", {}, "W", _P, {"categories": ("吊销许可证件",)}),
)


@dataclass(frozen=True)
class LegacyNear:
    """Cells of a row of L2015 that come close to a rule; nothing is told of it but what is told of every row."""

    rule: str
    cells: Callable[[Row], Row]
    kinds: tuple[str, ...] = BOTH


def _on_decision(row: Row) -> str:
    return next(text for code, text in row.items() if code.endswith("_JDRQ"))


LEGACY_NEAR_MISSES = (
    LegacyNear("DT-09", lambda row: {"SJC": _on_decision(row)}),
    LegacyNear("DT-09", lambda row: {"SJC": "2026/06/30 23:59:59"}),
    LegacyNear("DT-09", lambda row: {"SJC": "20260630090000"}),
    LegacyNear("AG-09", lambda row: {"DFBM": "530000"}),
    LegacyNear("AG-09", lambda row: {"DFBM": " ５３０１０２ "}),
    LegacyNear("XK-15", lambda row: {"_ZT": ""}),
    LegacyNear("XK-15", lambda row: {"_ZT": "3", "BZ": "已变更"}),
    LegacyNear("TX-09", lambda row: {"_WSH": "空"}, ("licence",)),
)


def told_of_every_row(kind: str, row: Row) -> list[Told]:
    """Warnings of a good row, given as S2018b: a default is set, or the layout has no column for what is asked."""
    if kind == "licence":
        told: list[Told] = [("XK-11", "XK_YXQZ", "W"), ("DT-08", "XK_YXQZI", "W")]
        return told if row["valid_to"] == FOREVER else told[:1]
    asked = (
        ("罚款", "CF-12", "CF_NR_FK"),
        ("没收", "CF-14", "CF_NR_WFFF"),
        ("许可证件", "CF-16", "CF_NR_ZKDX"),
    )
    return [(rule, code, "W") for word, rule, code in asked if word in row["penalty_categories"]]


def mended_of_every_row(kind: str, row: Row) -> list[str]:
    """Rules by which the conversion fills or changes cells of a good row, given as S2018b, once a cell."""
    rules = ["CT-01", "AG-01", "AG-02", "AG-02", "XK-15"]
    rules += ["TX-06"] if row["party_organisation_code"] else []
    rules += ["PE-01"] if row["party_id_no"] else ["LR-03"] if row["representative_id_no"] else []
    if kind == "penalty":
        return rules + (["CF-08"] if ";" in row["penalty_categories"] else [])
    return [*rules, "XK-11", *(["DT-08"] if row["valid_to"] == FOREVER else [])]


def faulty_legacy_rows(
    kind: str, *, on: date = date(2026, 6, 30), seed: int = 2026
) -> list[tuple[Row, list[Told], list[str]]]:
    """Rows of L2015 with one fault each: (cells by column code, what must be told, the fault first, columns at fault)."""
    desk, decided = Desk(chance(f"legacy-faults-{kind}", seed)), on - timedelta(days=2)
    rows = []
    for fault in LEGACY_FAULTS:
        if kind not in fault.kinds:
            continue
        cells, row = good_legacy_row(kind, desk, decided, **fault.base)
        own = (fault.rule, _full(kind, fault.code), fault.severity)
        more = [told for told in told_of_every_row(kind, row) if told != own]
        changed = _spelled(kind, fault.cells)
        rows.append((cells | changed, [own, *more], list(changed)))
    return rows


def near_legacy_rows(
    kind: str, *, on: date = date(2026, 6, 30), seed: int = 2027
) -> list[tuple[Row, str, list[Told], list[str]]]:
    """Rows of L2015 with one near miss each: (cells by column code, the rule, what is told of every row, its columns)."""
    near = [miss for miss in LEGACY_NEAR_MISSES if kind in miss.kinds]
    rows = []
    for (cells, row), miss in zip(good_legacy_rows(kind, len(near), on=on, seed=seed), near, strict=True):
        changed = _spelled(kind, miss.cells(cells))
        rows.append((cells | changed, miss.rule, told_of_every_row(kind, row), list(changed)))
    return rows


def _spelled(kind: str, cells: Mapping[str, str]) -> Row:
    return {_full(kind, code): text for code, text in cells.items()}


def _full(kind: str, code: str) -> str:
    return KINDS[kind].prefix + code if code.startswith("_") else code
