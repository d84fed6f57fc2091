"""Near misses of the decision itself: licences (standard 4.7) and penalties (4.8)."""

from __future__ import annotations

from gongshi.sample.decisions import FOREVER, Row, day, years_after
from gongshi.sample.faults_decision import decided_on, from_decision, numbered
from gongshi.sample.planted import Near, append
from gongshi.sample.province import province
from gongshi.standard.model import ORGANISATION, PERSON, SELF_EMPLOYED

_L, _P = ("licence",), ("penalty",)
_ORG = {"category": ORGANISATION}
_FINE, _WARNED = {"categories": ("罚款",)}, {"categories": ("警告",)}
_CONFISCATED = {"categories": ("没收违法所得", "罚款")}


def _detained_by_police() -> Row:
    police = next(agency for agency in province().agencies if agency.field == "police")
    organ = {"organ_name": police.name, "organ_code": police.code}
    decided = {"violation_type": "未取得机动车驾驶证驾驶机动车"}  # an item of their list
    return organ | decided | {"penalty_categories": "行政拘留", "content": "行政拘留五日。"}


LICENCE_NEAR_MISSES = (
    Near("XK-01", {"document_name": "证"}, kinds=_L),
    Near("XK-02", {"document_no": "7", "certificate_name": "", "certificate_no": ""}, kinds=_L),
    Near("XK-03", {"document_no": "昆市监许准（一）〔2026〕9号"}, kinds=_L),
    Near("XK-05", {"licence_category": "认可"}, kinds=_L),
    Near("XK-06", {"licence_category": "其他-备案"}, kinds=_L),
    Near("XK-04", lambda r, g: numbered(r, -1), kinds=_L),
    Near("XK-04", {"document_no": "滇食药2031-12号"}, kinds=_L),
    Near("XK-07", {"certificate_name": "", "certificate_no": "\u200b"}, kinds=_L),
    Near("XK-08", {"content": "准予筹建"}, kinds=_L),
    Near("XK-09", {"content": "准予延续"}, kinds=_L),
    Near("XK-09", lambda r, g: {"content": r["document_name"] + "。"}, kinds=_L),
    Near("XK-10", lambda r, g: {"decision_date": f"\u200b{r['decision_date']} "}, kinds=_L),
    Near(
        "XK-11",
        lambda r, g: {"valid_from": f"　{r['valid_from']}", "valid_to": f"{r['valid_to']}\t"},
        kinds=_L,
    ),
    Near("XK-12", lambda r, g: from_decision(r, valid_from=5, valid_to=5), kinds=_L),
    Near("XK-13", lambda r, g: from_decision(r, decision_date=2, valid_from=-18, valid_to=2), kinds=_L),
    Near("XK-14", lambda r, g: from_decision(r, valid_from=-30), kinds=_L),
    Near(
        "XK-14",
        lambda r, g: {"valid_from": day(years_after(decided_on(r), 1)), "valid_to": FOREVER},
        kinds=_L,
    ),
    Near("XK-15", {"state": "２", "remark": "依申请注销"}, kinds=_L),
    Near("XK-16", lambda r, g: from_decision(r, valid_from=0, valid_to=2), kinds=_L),
    Near("XK-16", lambda r, g: from_decision(r, valid_to=1) | {"state": "2", "remark": "到期"}, kinds=_L),
    Near("XK-17", {"state": "2", "remark": "撤销"}, kinds=_L),
    Near("XK-19", append("content", "不予延期，保证金退还。"), kinds=_L),
    Near(
        "XK-20", {"licence_category": "登记", "content": "准予使用叉车五台，办理特种设备使用登记。"}, _ORG, _L
    ),
    Near("XK-20", {"licence_category": "普通", "content": "准予凭营业执照从事食品销售。"}, _ORG, _L),
)

PENALTY_NEAR_MISSES = (
    Near("CF-01", {"document_no": "7"}, kinds=_P),
    Near("CF-02", {"document_no": "昆明市监责改〔2026〕12号"}, kinds=_P),
    Near("CF-03", {"violation_type": "赌博"}, kinds=_P),
    Near("CF-04", {"facts": "无证经营，人赃俱获。"}, kinds=_P),
    Near("CF-05", {"violation_type": "使用未经定期检验的特种设备", "facts": "使用未经定期检验，的特种设备。"}, kinds=_P),
    Near("CF-06", {"legal_basis": "《食品安全法》第一条"}, kinds=_P),
    Near("CF-07", {"legal_basis": "食品安全法第一百二十四条"}, kinds=_P),
    Near("CF-08", {"penalty_categories": "没收违法所得；罚款"}, _CONFISCATED, _P),
    Near("CF-08", {"penalty_categories": "暂扣或者吊销许可证、暂扣或者吊销执照", "certificates_affected": "许可证1号", "content": "吊销许可证。"}, _WARNED, _P),
    Near("CF-09", {"penalty_categories": "警告，其他-责令改正"}, _WARNED, _P),
    Near("CF-10", {"penalty_categories": "警告;罚款", "fine_wan": "0.2", "content": "警告；罚款人民币2000元。"}, _FINE, _P),
    Near("CF-11", {"content": "警告"}, _WARNED, _P),
    Near("CF-12", {"fine_wan": "0.000001", "content": "处以罚款，数额按决定书执行。"}, _FINE, _P),
    Near("CF-13", {"fine_wan": "0.00"}, _WARNED, _P),
    Near("CF-14", {"confiscated_wan": "0.01"}, _CONFISCATED, _P),
    Near("CF-15", {"confiscated_wan": "0"}, _WARNED, _P),
    Near("CF-16", {"certificates_affected": ""}, _WARNED, _P),
    Near("CF-17", {"certificates_affected": "无"}, _WARNED, _P),
    Near("CF-17", {"certificates_affected": "施工资质，二级降为三级"}, {"categories": ("降低资质等级",)}, _P),
    Near("CF-18", {"fine_wan": "1,200.50", "content": "罚款人民币12005000元。"}, _FINE, _P),
    Near("CF-18", {"fine_wan": " ０.２ ", "content": "罚款人民币2000元。"}, _FINE, _P),
    Near("CF-18", {"fine_wan": "9" * 12 + ".999999", "content": "罚款，数额见决定书。"}, _FINE, _P, (("CF-21", "fine_wan"),)),
    Near("CF-19", {"fine_wan": "0.123456", "content": "罚款人民币1234.56元。"}, _FINE, _P),
    Near("CF-20", {"fine_wan": "0.2", "content": "罚款人民币贰仟元整（￥2,000.00元），货值50000元。"}, _FINE, _P),
    Near("CF-20", {"fine_wan": "2000", "content": "罚款2000万元。"}, _FINE, _P),
    Near("CF-21", {"fine_wan": "9999.999999", "content": "罚款9999.999999万元。"}, _FINE, _P),
    Near("CF-22", lambda r, g: {"decision_date": f"\u200b{r['decision_date']} "}, kinds=_P),
    Near("CF-23", lambda r, g: from_decision(r, valid_to=0), kinds=_P),
    Near("CF-24", {"valid_to": "长期"}, kinds=_P, warns=(("DT-08", "valid_to"),)),
    Near("CF-25", lambda r, g: from_decision(r, publish_until=0), kinds=_P),
    Near("CF-26", lambda r, g: {"publish_until": day(years_after(decided_on(r), 3))}, kinds=_P),
    Near("CF-29", {"penalty_categories": "行政拘留", "content": "行政拘留五日。"}, _WARNED | {"category": PERSON}, _P, (("CF-30", "penalty_categories"),)),
    Near("CF-30", lambda r, g: _detained_by_police(), _WARNED | {"category": PERSON}, _P),
    Near("CF-32", append("content", "逾期不改正的，不予从轻，加处罚款。"), _WARNED, _P),
    Near("CF-32", append("content", "免予罚款，设置警告标志。"), _WARNED, _P),
    Near("CF-32", {"penalty_categories": "警告;其他-吊销登记证书", "content": "给予警告，吊销登记证书。"}, _WARNED, _P),
    Near("CF-33", append("content", "不予从轻处罚。"), _WARNED, _P),
    Near("CF-34", {"penalty_categories": "责令停产停业", "content": "责令停产停业整顿七日。"}, _WARNED | {"category": SELF_EMPLOYED}, _P),
)  # fmt: skip

DECISION_NEAR_MISSES = LICENCE_NEAR_MISSES + PENALTY_NEAR_MISSES
