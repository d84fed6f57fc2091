"""Rules of dates (standard 4.6): the same for every kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gongshi.standard.kinds.legacy import UPDATED_AT
from gongshi.standard.model import L2015, Case, Field, Rule

READABLE = ("DT-01", "DT-02", "DT-03")
"""What must be silent before a date is compared."""
PLAUSIBLE = (*READABLE, "DT-04", "DT-05", "DT-07")
"""What must be silent before the distance of a date from another is judged."""
_DEFAULTS = ("1899/12/30", "1899/12/31", "1900/01/01", "1970/01/01", "0001/01/01")


def date_rules(fields: tuple[Field, ...]) -> tuple[Rule, ...]:
    """DT-01…08 over the dates of a kind, DT-09 over the stamp of L2015."""
    dates = tuple(f.name for f in fields if f.dtype == "date")
    read = (*dates, UPDATED_AT.name)
    ends = tuple(name for name in dates if name in ("valid_to", "publish_until"))
    return (
        Rule("DT-01", "reject_row", "row", "{field}日期格式错误，应为YYYY/MM/DD", "S:A1,S:L", "请按 2026/05/10 的格式填写。",
             _each(read, "date_unreadable")),
        Rule("DT-02", "reject_row", "row", "{field}日期不存在", "D", "请核对年月日。", _each(read, "date_impossible")),
        Rule("DT-03", "reject_row", "row", "{field}为系统默认日期，请填写真实日期", "S:CC", "请填写决定文书上的日期。",
             _each(read, "is_one_of", {"words": _DEFAULTS})),
        Rule("DT-04", "reject_row", "row", "决定日期不能晚于报送日期", "S:A1", "请核对决定日期。",
             (Case(("decision_date",), "is_later_than", reads=("decision_date", "received_on"), requires=READABLE),)),
        Rule("DT-05", "reject_row", "row", "决定日期过早，请核对", "K", "请核对决定日期。",
             (Case(("decision_date",), "date_before", {"day": "1949/10/01"}, requires=READABLE),)),
        Rule("DT-06", "warn", "row", "属历史存量数据，请确认", "D", "确属历史存量数据的无需修改；日期填错的请更正。",
             (Case(("decision_date",), "is_more_than_years_after", {"years": 2}, reads=("received_on", "decision_date"),
                   requires=(*READABLE, "DT-05")),)),
        Rule("DT-07", "reject_row", "row", "{field}不能晚于2099/12/31，长期请填2099/12/31", "S:A1", "长期有效的请填写 2099/12/31。",
             _each(dates, "date_after", {"day": "2099/12/31"}, READABLE)),
        Rule("DT-08", "fix", "row", "{field}长期有效请填2099/12/31", "S:A1,S:H", "下次报送请直接填写 2099/12/31。",
             tuple(Case((name,), "matches", {"pattern": rf"\|DT-08:{name}\|"}, effect="warn", reads=("fixed",),
                        note_zh="已转换为2099/12/31") for name in ends)),
        Rule("DT-09", "reject_row", "row", "数据更新时间戳不合理", "S:A1", "请填写数据更新的日期，不早于决定日期，不晚于报送日期。", (
            Case(("updated_at",), "is_empty", when=L2015),
            Case(("updated_at", "decision_date"), "is_earlier_than", requires=READABLE),
            Case(("updated_at",), "is_later_than", reads=("updated_at", "received_on"), requires=READABLE))),
    )  # fmt: skip


def _each(
    names: tuple[str, ...],
    check: str,
    params: Mapping[str, Any] | None = None,
    requires: tuple[str, ...] = (),
) -> tuple[Case, ...]:
    return tuple(Case((name,), check, params or {}, requires=requires) for name in names)
