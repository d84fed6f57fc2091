"""Faults of text hygiene (standard 4.2), dates (4.6) and organs (4.9)."""

from __future__ import annotations

from random import Random

from gongshi.sample.decisions import FOREVER, Row, day, years_after
from gongshi.sample.faults_decision import decided_on
from gongshi.sample.names import uscc
from gongshi.sample.planted import NO_CODES, Fault, append, spoil_last
from gongshi.standard.model import ORGANISATION

_ORG = {"category": ORGANISATION}
_FINE = {"categories": ("罚款",)}
_WARNED = {"categories": ("警告",)}
_L, _P = ("licence",), ("penalty",)
_LONG = "依据现场检查笔录、询问笔录以及抽样检验报告认定上述情形属实，"
NO_PUBLIC_END = {"publish_until": ""}


def _cut(text: str, length: int) -> str:
    return (text * (length // len(text) + 1))[:length]


def _late_end(cells: Row) -> Row:
    """Ends far enough away that only the decision date is at fault (fields a kind does not have are dropped)."""
    return cells | {"valid_to": FOREVER}


def _old_stock(row: Row, rng: Random) -> Row:
    """The decision of a day three years earlier, everything that is measured against it moved along."""
    before = day(years_after(decided_on(row), -3))
    number = row["document_no"].replace(row["decision_date"][:4], before[:4])
    return _late_end({"decision_date": before, "valid_from": before, "document_no": number, **NO_PUBLIC_END})


TEXT_FAULTS = (
    Fault(
        "TX-02",
        "party_tax_no",
        lambda r, g: {**NO_CODES, "party_tax_no": f"{r['party_uscc'][:6]}\n{r['party_uscc'][8:17]}"},
        base=_ORG,
    ),
    Fault("TX-07", "content", append("content", "锟斤拷"), kinds=_L),
    Fault("TX-07", "facts", append("facts", "\ufffd\ufffd"), kinds=_P),
    Fault("TX-07", "violation_type", {"violation_type": "烫烫烫违规经营"}, kinds=_P),
    Fault(
        "TX-08",
        "document_name",
        lambda r, g: {"document_name": _cut("关于准予从事相关经营活动的行政许可", 64) + "决定书"},
        kinds=_L,
    ),
    Fault("TX-08", "content", lambda r, g: {"content": _cut(r["content"], 4001)}, kinds=_L),
    Fault("TX-08", "violation_type", lambda r, g: {"violation_type": _cut(_LONG, 2001)}, kinds=_P),
    Fault("TX-08", "facts", lambda r, g: {"facts": _cut(_LONG, 5001)}, "W", _P),
    Fault(
        "TX-08",
        "legal_basis",
        lambda r, g: {"legal_basis": _cut("《中华人民共和国行政处罚法》第九条，", 5002)},
        "W",
        _P,
    ),
    Fault("TX-09", "document_name", {"document_name": "无"}, kinds=_L),
    Fault("TX-09", "content", {"content": "暂无"}, kinds=_L),
    Fault("TX-09", "document_no", {"document_no": "/"}, in_deliveries=False),
    Fault("TX-09", "party_name", {"party_name": "不详"}, base=_ORG),
    Fault("TX-09", "violation_type", {"violation_type": "略"}, kinds=_P),
    Fault("TX-09", "facts", {"facts": "N/A"}, kinds=_P),
    Fault("TX-10", "content", {"content": "测试"}, kinds=_L),
    Fault("TX-10", "document_name", {"document_name": "测试许可书"}, kinds=_L),
    Fault("TX-10", "violation_type", {"violation_type": "行为样例"}, kinds=_P),
    Fault("TX-10", "facts", {"facts": "示例"}, kinds=_P),
    Fault("TX-10", "party_name", {"party_name": "测试公司"}, base=_ORG),
    Fault("TX-10", "party_name", {"party_name": "云南省计量测试技术研究院"}, "W", base=_ORG),
    Fault("TX-11", "content", append("content", "<br/>"), kinds=_L),
    Fault("TX-11", "facts", lambda r, g: {"facts": f"<p>{r['facts']}</p>"}, kinds=_P),
    Fault("TX-11", "legal_basis", append("legal_basis", "&nbsp;"), kinds=_P),
    Fault("TX-12", "party_uscc", {**NO_CODES, "party_uscc": "9.15E+17"}, base=_ORG),
    Fault("TX-12", "content", {"content": "#REF!"}, kinds=_L),
    Fault("TX-12", "facts", {"facts": "#N/A"}, kinds=_P),
    Fault("TX-12", "remark", {"remark": "#VALUE!"}),
    Fault("TX-13", "content", lambda r, g: {"content": "=" + r["content"]}, kinds=_L),
    Fault("TX-13", "facts", lambda r, g: {"facts": "@" + r["facts"]}, kinds=_P),
    Fault("TX-13", "remark", {"remark": "+已送达当事人"}),
    Fault("TX-14", "document_name", {"document_name": "许许许许"}, kinds=_L),
    Fault("TX-14", "violation_type", {"violation_type": "。。。。"}, kinds=_P),
    Fault("TX-14", "content", {"content": "！？！？"}, kinds=_L),
    Fault("DT-01", "decision_date", {"decision_date": "2026年四月", **NO_PUBLIC_END}),
    Fault("DT-01", "valid_to", {"valid_to": "三年"}),
    Fault("DT-02", "decision_date", {"decision_date": "2026/02/30", **NO_PUBLIC_END}),
    Fault("DT-02", "valid_to", {"valid_to": "2027/13/40"}),
    Fault("DT-03", "valid_from", {"valid_from": "1900/01/01"}, kinds=_L),
    Fault("DT-03", "decision_date", {"decision_date": "1970/01/01", **NO_PUBLIC_END}, kinds=_P),
    Fault("DT-03", "publish_until", {"publish_until": "1899/12/31"}, kinds=_P),
    Fault("DT-04", "decision_date", lambda r, g: _late_end({"decision_date": "2098/06/01", **NO_PUBLIC_END})),
    Fault("DT-05", "decision_date", {"decision_date": "1948/05/01", **NO_PUBLIC_END}),
    Fault("DT-06", "decision_date", _old_stock, "W", base=_ORG),
    Fault("DT-07", "valid_to", {"valid_to": "2100/01/01"}),
    Fault("AG-01", "organ_name", {"organ_name": ""}),
    Fault("AG-01", "source_name", {"source_name": ""}),
    Fault("AG-02", "source_code", {"source_code": ""}),
    Fault("AG-02", "source_code", lambda r, g: {"source_code": _other_check(r["source_code"], g)}),
    Fault("AG-02", "organ_code", {"organ_code": ""}, in_deliveries=False),
    Fault(
        "AG-02",
        "organ_code",
        lambda r, g: {"organ_code": _other_check(r["organ_code"], g)},
        in_deliveries=False,
    ),
    Fault("AG-03", "source_code", lambda r, g: {"source_code": uscc(g, "91", "530102")}),
    Fault("AG-03", "organ_code", lambda r, g: {"organ_code": uscc(g, "92", "530102")}, in_deliveries=False),
    Fault("AG-04", "organ_name", lambda r, g: {"organ_name": r["organ_name"] + "办公室"}),
    Fault("AG-04", "source_name", lambda r, g: {"source_name": r["source_name"] + "信息中心"}),
)


def _other_check(code: str, rng: Random) -> str:
    return spoil_last(code, rng)
