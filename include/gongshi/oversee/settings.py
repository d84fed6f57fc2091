"""Thresholds of the reports, as data; none of them is a national rule, and the methods note says so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Threshold:
    """One number a report decides by.

    Attributes:
        name: key in figures.json.
        value: percent, records or working days, as the label says.
        label_zh: as the methods note prints it.
        basis: mark of the standard; D = a default of this platform, to be confirmed by the credit office.
    """

    name: str
    value: int
    label_zh: str
    basis: str


LATE_PERCENT = Threshold("late_percent", 5, "迟报率点名线（%）", "standard 6.4 [D]")
COMPLIANCE_PERCENT = Threshold("compliance_percent", 95, "数据合规率点名线（%）", "standard 6.4 [D]")
AREA_LATE_PERCENT = Threshold(
    "area_late_percent", 50, "单列地区的迟报率（%）", "standard 6.3 [S:N], example of a notice"
)
SMALL_ORGAN = Threshold("small_organ_records", 10, "参加排名的最少记录数（条）", "standard 6.0 [D]")
NEAR_DEADLINE_DAYS = Threshold("near_deadline_days", 2, "临近期限（工作日）", "platform default [D]")
RECTIFY_DAYS = Threshold("rectify_days", 7, "问题数据整改期限（工作日）", "platform default [D]")
REPEAT_WEEKS = Threshold("repeat_weeks", 4, "重复出错的回看周数", "platform default [D]")
SELF_CHECK_DAYS = Threshold(
    "self_check_days", 92, "自查间隔（天），超过列为逾期", "Article 13; platform default [D]"
)

THRESHOLDS = (
    LATE_PERCENT,
    COMPLIANCE_PERCENT,
    AREA_LATE_PERCENT,
    SMALL_ORGAN,
    NEAR_DEADLINE_DAYS,
    SELF_CHECK_DAYS,
    RECTIFY_DAYS,
    REPEAT_WEEKS,
)
