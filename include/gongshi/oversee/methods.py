"""The methods note printed in every report, and the parameters stored beside its figures."""

from __future__ import annotations

from gongshi.oversee.settings import (
    AREA_LATE_PERCENT,
    COMPLIANCE_PERCENT,
    LATE_PERCENT,
    SMALL_ORGAN,
    THRESHOLDS,
)
from gongshi.oversee.snapshot import Province, Snapshot

NOTES = (
    "除注明出自《办法》的以外，下列定义和参数均为本平台统计口径，不是国家规定，可由省级牵头部门调整。",
    "统计单位是记录（一项决定对一个相对人），不是报送行；只统计期间内收到的报送，重复投递的文件不计入任何数字，"
    "由日监测列示。",
    "上报量：期间内有合格、未变化或被退回数据的记录数。被退回的一行，如统计时点恰有一条已入库记录的决定机关和文书号"
    "与其相同，计入该记录；否则按其自身身份计；无法识别身份的，一行计一条。",
    "入库量：上报量中截至统计时点已有合格版本的记录数；入库后又被退回的仍计入库，撤销也计入库。"
    "数据合规率＝入库量÷上报量。",
    "首次合规率＝期间内第一次报送即未被退回的记录数÷上报量。",
    "迟报：首次入库日晚于决定之日起第7个工作日（决定当日不计，按国务院办公厅放假安排计算调休；7个工作日见《办法》第二条）。"
    "迟报率＝迟报量÷期间内首次入库且可判定期限的记录数；更正不影响首次入库的认定。期限所在年度放假安排尚未登记的，"
    "期限暂定，单独列示。",
    "逾期未入库：期间内上报、已超过期限而截至统计时点仍未入库的记录，与迟报率并列公布。",
    "重复率＝完全重复、被同批后行取代和未变化的行数÷报送行数。",
    "记录归属作出决定的机关及其所在行政区划；决定机关未在平台登记的，计入报送单位。报送单位的工作量另表列示。"
    "中央驻滇单位单独列示，不计入州（市）、县（市、区）。",
    "部门覆盖率＝（有报送记录的单位＋已申报零报送的单位）÷应报送单位；目前登记在册的单位均为应报送单位。",
    "百分比均附分子、分母，保留两位小数，四舍五入；分母为0的以“—”表示。排名依据未舍入的比率，比率相同的位次相同。",
)


def notes(view: Snapshot, figures: Province) -> list[str]:
    """The numbered sentences of the methods note."""
    stock = sum(row["records"] for row in figures.backlog)
    old_stock = (
        "报送单位事先申报的历史存量（首次报送多年积存的决定），不计入迟报率的分子和分母，"
        f"也不作迟报提示；本期首次入库的历史存量{stock:,}条。"
    )
    limits = (
        f"点名线：迟报率高于{LATE_PERCENT.value}%、数据合规率低于{COMPLIANCE_PERCENT.value}%；"
        f"迟报率高于{AREA_LATE_PERCENT.value}%的地区在各部分单列。记录不足{SMALL_ORGAN.value}条的单位和地区只列出，"
        "不排名、不点名。名单按行政区划代码、统一社会信用代码排列。"
    )
    instant = (
        f"数字、机关名称、联系人和放假安排均以{zh_instant(view)}平台已记录的内容为准；"
        "此后到达的更正、补报计入以后各期，按同一时点重新生成的数字不变。"
    )
    return [*NOTES, old_stock, limits, f"{instant}平台尚未接收国家抽查瞒报结果，本期不含该项。"]


def zh_instant(view: Snapshot) -> str:
    """The as-of instant as people write it, Beijing time."""
    at = view.as_of
    return f"{at.year}年{at.month}月{at.day}日{at:%H:%M}"


def head(view: Snapshot, report: str) -> dict[str, object]:
    """What every figures.json opens with: which report, which period, as of when, by which parameters."""
    return {
        "report": report,
        "period": view.period.label,
        "first_day": view.period.first_day,
        "last_day": view.period.last_day,
        "as_of": view.as_of.isoformat(),
        "parameters": {t.name: {"value": t.value, "basis": t.basis} for t in THRESHOLDS},
    }
