"""Near misses of the decision itself: licences (standard 4.7) and penalties (4.8)."""

from __future__ import annotations

from gongshi.sample.decisions import day, years_after
from gongshi.sample.faults_decision import decided_on, from_decision
from gongshi.sample.planted import Near
from gongshi.standard.model import PERSON

_L, _P = ("licence",), ("penalty",)
_FINE, _WARNED = {"categories": ("罚款",)}, {"categories": ("警告",)}
_CONFISCATED = {"categories": ("没收违法所得", "罚款")}

LICENCE_NEAR_MISSES = (
    Near("XK-01", {"document_name": "证"}, kinds=_L),
    Near("XK-02", {"document_no": "7", "certificate_no": ""}, kinds=_L),
    Near("XK-05", {"licence_category": "认可"}, kinds=_L),
    Near("XK-06", {"licence_category": "其他-备案"}, kinds=_L),
    Near("XK-08", {"content": "准予"}, kinds=_L),
    Near("XK-10", lambda r, g: {"decision_date": f"\u200b{r['decision_date']} "}, kinds=_L),
    Near(
        "XK-11",
        lambda r, g: {"valid_from": f"　{r['valid_from']}", "valid_to": f"{r['valid_to']}\t"},
        kinds=_L,
    ),
    Near("XK-12", lambda r, g: from_decision(r, valid_from=5, valid_to=5), kinds=_L),
    Near("XK-13", lambda r, g: from_decision(r, valid_from=-20, valid_to=0), kinds=_L),
    Near("XK-15", {"state": "２"}, kinds=_L),
)

PENALTY_NEAR_MISSES = (
    Near("CF-01", {"document_no": "7"}, kinds=_P),
    Near("CF-03", {"violation_type": "赌博"}, kinds=_P),
    Near("CF-04", {"facts": "无证经营，人赃俱获。"}, kinds=_P),
    Near("CF-06", {"legal_basis": "《食品安全法》第一条"}, kinds=_P),
    Near("CF-08", {"penalty_categories": "没收违法所得；罚款"}, _CONFISCATED, _P),
    Near("CF-08", {"penalty_categories": "暂扣或者吊销许可证、暂扣或者吊销执照", "certificates_affected": "许可证1号"}, _WARNED, _P),
    Near("CF-09", {"penalty_categories": "警告，其他-责令改正"}, _WARNED, _P),
    Near("CF-11", {"content": "警告"}, _WARNED, _P),
    Near("CF-12", {"fine_wan": "0.000001", "content": "处以罚款，数额按决定书执行。"}, _FINE, _P),
    Near("CF-13", {"fine_wan": "0.00"}, _WARNED, _P),
    Near("CF-14", {"confiscated_wan": "0.01"}, _CONFISCATED, _P),
    Near("CF-15", {"confiscated_wan": "0"}, _WARNED, _P),
    Near("CF-16", {"certificates_affected": ""}, _WARNED, _P),
    Near("CF-18", {"fine_wan": "1,200.50", "content": "罚款人民币12005000元。"}, _FINE, _P),
    Near("CF-18", {"fine_wan": " ０.２ ", "content": "罚款人民币2000元。"}, _FINE, _P),
    Near("CF-18", {"fine_wan": "9" * 12 + ".999999", "content": "罚款，数额见决定书。"}, _FINE, _P),
    Near("CF-19", {"fine_wan": "0.123456", "content": "罚款人民币1234.56元。"}, _FINE, _P),
    Near("CF-20", {"fine_wan": "0.2", "content": "罚款人民币贰仟元整（￥2,000.00元），货值50000元。"}, _FINE, _P),
    Near("CF-20", {"fine_wan": "2000", "content": "罚款2000万元。"}, _FINE, _P),
    Near("CF-22", lambda r, g: {"decision_date": f"\u200b{r['decision_date']} "}, kinds=_P),
    Near("CF-23", lambda r, g: from_decision(r, valid_to=0), kinds=_P),
    Near("CF-25", lambda r, g: from_decision(r, publish_until=0), kinds=_P),
    Near("CF-26", lambda r, g: {"publish_until": day(years_after(decided_on(r), 3))}, kinds=_P),
    Near("CF-29", {"penalty_categories": "行政拘留", "content": "行政拘留五日。"}, _WARNED | {"category": PERSON}, _P),
)  # fmt: skip

DECISION_NEAR_MISSES = LICENCE_NEAR_MISSES + PENALTY_NEAR_MISSES
