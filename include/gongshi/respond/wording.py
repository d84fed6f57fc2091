"""Chinese words of receipts and feedback pages: statuses, outcomes, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gongshi.standard.kinds import KINDS

STATUS_LABELS = {
    "accepted": "已接收",
    "partly_accepted": "部分接收",
    "rejected": "未接收",
    "duplicate_delivery": "重复报送",
}
STATUS_TONES = {
    "accepted": "good",
    "partly_accepted": "part",
    "rejected": "bad",
    "duplicate_delivery": "same",
}
SEVERITY_LABELS = {"batch": "整个文件", "error": "错误", "warning": "提示"}
ROW_LABELS = {
    "read": "读取",
    "accepted": "入库",
    "rejected": "退回",
    "unchanged": "已在库、无变化",
    "duplicate": "文件内重复",
    "superseded": "被后面的行取代",
}
WORKBOOK = "需修改.xlsx"


def kind_label(kind: str | None) -> str:
    """Chinese name of a kind, of a zero report (`zero`), or a dash."""
    if kind in KINDS:
        return KINDS[kind].label_zh
    return "零报送" if kind == "zero" else "—"


def next_step(status: str, head: Mapping[str, Any], rows: Mapping[str, int], refusals: Sequence[Any]) -> str:
    """What the clerk should do now, one or two sentences.

    Args:
        status: of the receipt.
        head: `refused_rule`, `first_delivery_id`, `zero_report`, `mode`, `warnings`, `late`, `hints` (warnings without lateness),
            `withheld` (rows that are not published), `restricted` (rows that must not be sent), `outdated` (rows of an old workbook).
        rows: row counts by outcome.
        refusals: findings about the whole batch, each with `message_zh` and `suggestion_zh`.
    """
    if status == "duplicate_delivery":
        return (
            f"该文件此前已经报送并接收（首次接收编号 {head['first_delivery_id']}），本次不再读取，无需处理。"
        )
    if head["refused_rule"] == "BT-06":
        return (
            "文件未读入库。请核对报送目录与报送单位是否一致；如需代报或尚未登记，请联系所在地信用牵头部门。"
        )
    if head["refused_rule"]:
        return "文件整体未接收。" + " ".join(_advice(finding) for finding in refusals)
    if head["mode"] == "self_check":
        return _self_check(head, rows)
    if head["zero_report"]:
        return _zero_report(head["zero_report"])
    return _rows(status, head, rows)


def _advice(finding: Any) -> str:
    message = finding.message_zh.rstrip("。")
    return f"{message}。{finding.suggestion_zh or '请改正后重新报送。'}"


def _self_check(head: Mapping[str, Any], rows: Mapping[str, int]) -> str:
    if rows["rejected"]:
        return f"自查发现{rows['rejected']:,}行有错误，请修改后再报送；本次自查不入库。{_unsendable(head)}"
    extra = f"另有{head['warnings']:,}条提示请核对。" if head["warnings"] else ""
    extra += _withheld(head, "报送后可入库，但更正前不予公示，请先删除。")
    return f"自查未发现错误，可以报送；本次自查不入库。{extra}"


def _zero_report(report: Mapping[str, Any]) -> str:
    doubtful = [row for row in report["rows"] if row["existing_records"]]
    if not doubtful:
        return "零报送已登记，无需处理。"
    parts = "；".join(
        f"{kind_label(row['kind'])}{row['period_start']}至{row['period_end']}已有{row['existing_records']:,}条记录"
        for row in doubtful
    )
    return f"零报送已登记，但与库中数据不符：{parts}。请核实后报送情况说明或补报数据。"


def _rows(status: str, head: Mapping[str, Any], rows: Mapping[str, int]) -> str:
    warned = f"入库的数据中有{head['late']:,}行为迟报。" if head["late"] else ""
    if head["hints"]:
        warned += f"另有{head['hints']:,}条提示，请对照核实，如有误请凭记录编号报送更正。"
    warned += _withheld(head, "已入库，更正前不予公示。")
    if status == "accepted":
        done = (
            "数据均已在库且无变化，无需处理。"
            if _all_unchanged(rows)
            else "数据已全部接收入库，无需重新报送。"
        )
        return done + warned
    correctable = rows["rejected"] - head["restricted"] - head["outdated"]
    mend = _unsendable(head)
    if head["outdated"]:
        mend += (
            f"{head['outdated']:,}行是旧的《{WORKBOOK}》中的内容，此前已改正后报送过，未采用，说明见回执。"
        )
    if correctable:
        mend += f"请在《{WORKBOOK}》中修改退回的{correctable:,}行，改好后放回本单位报送目录重新报送；未改正前仍按原决定日期计算时限。"
    return ("全部数据被退回。" if status == "rejected" else "已接收的行无需重报。") + mend + warned


def _withheld(head: Mapping[str, Any], what_it_means: str) -> str:
    return f"其中{head['withheld']:,}行含不宜公开的内容：{what_it_means}" if head["withheld"] else ""


def _unsendable(head: Mapping[str, Any]) -> str:
    """What to do about rows that must not be sent; their content is told nowhere."""
    if not head["restricted"]:
        return ""
    where = "" if head["mode"] == "self_check" else f"，行号见《{WORKBOOK}》“须撤回”"
    return f"其中{head['restricted']:,}行涉密或依法封存，不得报送，内容未入库也未写入回执：请从报送数据中撤回，不要再次报送{where}。"


def _all_unchanged(rows: Mapping[str, int]) -> bool:
    return rows["read"] > 0 and rows["unchanged"] == rows["read"]
