"""Rules of personal data and secrecy in free text (standard 4.11).

A hit of PI-01…06 withholds the record from publication until a correction; a row PI-07 or PI-10 rejects is restricted:
its values stand nowhere but in the archived file and in landing.
"""

from __future__ import annotations

from typing import Any

from gongshi.standard.model import ORGANISATION, PERSON, SELF_EMPLOYED, Case, Field, Rule

FREE_TEXTS = (
    "document_name",
    "content",
    "violation_type",
    "facts",
    "legal_basis",
    "certificates_affected",
    "remark",
)
"""XKWS, NR, WFXW, SY, YJ, CF_NR, NR_ZKDX, BZ."""

SEALED_FROM = "2026/01/01"
"""治安管理处罚法 as revised on 2025-06-27 is in force: its article 136 seals records of such penalties."""

_BESIDE_NUMBER = 10
_ID_WORDS = ("身份证", "身份号码", "身份证件")
_OTHER_NUMBERS = (
    "编号", "证号", "文号", "案号", "单号", "票号", "批号", "代码", "注册号", "登记号", "登记证", "备案号", "许可证", "执照",
    "订单", "条码", "凭证", "IMEI",
)  # fmt: skip
_NO_TELEPHONE = (*_OTHER_NUMBERS, "账号", "帐号", "卡号")
_ACCOUNT_WORDS = (
    "银行账号", "银行帐号", "银行账户", "银行卡", "卡号", "开户行", "开户账号", "收款账号", "收款账户", "缴款账号", "汇款账号",
    "对公账户",
)  # fmt: skip
_HOME_WORDS = (
    "家庭住址",
    "家庭地址",
    "身份证住址",
    "住址",
    "家住",
    "户籍地址",
    "户籍所在地",
    "户籍地",
    "户籍",
    "现住",
    "现居住",
    "居住地",
    "居住",
)
_HOME_WORDS_OF_PERSON = ("住所地", "住所", "住")
_ILL = (
    "病历", "确诊", "HIV", "艾滋病", "精神病", "精神分裂", "精神障碍", "抑郁症", "癌", "残疾", "怀孕", "患有", "传染病", "性病",
)  # fmt: skip
_PATIENTS = (
    "患者",
    "病人",
    "当事人",
    "受害人",
    "被害人",
    "伤者",
    "死者",
    "孕妇",
    "产妇",
    "其子",
    "其女",
    "其妻",
    "其夫",
)
_OUTSIDERS = ("举报人", "投诉人", "证人", "受害人", "被害人", "知情人", "目击者")
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_MARKS = {"needs": ("★", "内部资料"), "patterns": (r"[秘机绝]密\s*★", "内部资料(?!性)")}
_TRADE_WORDS = ("商业秘密", "配方", "报价")
_NO_TRADE_SECRET = (
    r"侵犯(?:他人|其|公司)?(?:的)?商业秘密", r"《[^》]*商业秘密[^》]*》", r"(?:保守|保护)商业秘密",
    r"配方(?:奶粉|乳粉|食品|颗粒|肥料?|饲料)", r"串通(?:投标)?报价|投标报价|相互串通报价",
)  # fmt: skip
PLATE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]"
_TRACES = {
    "needs": (PLATE, "IMEI", "@"),
    "patterns": (
        rf"{PLATE}[·•.]?[A-HJ-NP-Z0-9]{{5,6}}(?![0-9A-Za-z])",
        r"IMEI[^0-9]{0,6}\d{15}(?!\d)",
        r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
    ),
}
_SEALING_LAW = {"words": ("治安管理处罚法", "治安处罚法"), "day": SEALED_FROM}


def privacy_rules(fields: tuple[Field, ...]) -> tuple[Rule, ...]:
    """PI-01…10 over the free texts of a kind."""
    names = tuple(f.name for f in fields if f.name in FREE_TEXTS)
    withheld = "请在原文中删除后按原记录报送更正；更正前该记录不予公示。"
    rules = (
        _hold("PI-01", "{field}含身份证号码，请删除", "S:BB,K", withheld, _each(names, "holds_id_card", {
            "own_words": _ID_WORDS, "other_words": _OTHER_NUMBERS, "radius": _BESIDE_NUMBER})),
        _hold("PI-02", "{field}含联系电话，请删除", "S:BB", withheld, _each(names, "holds_telephone", {
            "other_words": _NO_TELEPHONE, "radius": _BESIDE_NUMBER})),
        _hold("PI-03", "{field}含银行账号，请删除", "S:BB", withheld, _each(names, "holds_bank_account", {
            "own_words": _ACCOUNT_WORDS, "own_radius": 24, "other_words": _OTHER_NUMBERS, "radius": _BESIDE_NUMBER})),
        _hold("PI-04", "{field}疑似含家庭住址", "S:BB", withheld, (
            *_each(names, "holds_home_address", {"words": _HOME_WORDS, "bare": False},
                   when={"party_category": (ORGANISATION, SELF_EMPLOYED)}),
            *_each(names, "holds_home_address", {"words": (*_HOME_WORDS, *_HOME_WORDS_OF_PERSON), "bare": True},
                   when={"party_category": (PERSON,)}, note_zh="行政相对人为自然人"))),
        _hold("PI-05", "{field}疑似含健康信息", "S:BB", withheld, _each(names, "holds_health_words", {
            "words": _ILL, "roles": _PATIENTS, "surnames": SURNAMES, "radius": 12})),
        _hold("PI-06", "{field}疑似含案外人姓名", "S:BB", withheld, tuple(
            Case((name,), "names_outsider", {"roles": _OUTSIDERS, "surnames": SURNAMES},
                 reads=(name, "party_name", "representative_name")) for name in names)),
        Rule("PI-07", "reject_row", "row", "涉密信息不得报送", "S:M art. 7",
             "请立即停止通过本平台传递，按保密规定处理；该行内容未入库，也未写入回执。", (
                 *_each(names, "holds_shape", _MARKS),
                 Case(("cell_count",), "holds_shape", _MARKS, reads=("broken_cells",), note_zh="列数不符的行")),
             publication="never", restricted=True),
        Rule("PI-08", "warn", "row", "疑似涉及商业秘密，请审查", "S:M art. 7", "请审查后再公开，涉及商业秘密的内容请删除。",
             _each(names, "holds_shape", {
                 "needs": _TRADE_WORDS, "patterns": _TRADE_WORDS, "except_for": _NO_TRADE_SECRET})),
        Rule("PI-09", "warn", "row", "{field}疑似含个人信息", "D", "车牌号、设备识别码、邮箱等与公示无关的，请删除。",
             _each(names, "holds_shape", _TRACES)),
    )  # fmt: skip
    return rules if "legal_basis" not in names else (*rules, _sealed())


def _sealed() -> Rule:
    """PI-10: rejected from the day on; earlier ones are kept and never published. Without a readable date: rejected."""
    basis, both = ("legal_basis",), ("legal_basis", "decision_date")
    return Rule(
        "PI-10", "reject_row", "row", "治安管理处罚记录依法封存，不予归集公示，请撤回", "law, public text",
        "请勿再报送；已入库的凭记录编号报送撤销。", (
            Case(basis, "cites_law", {**_SEALING_LAW, "before": False}, reads=both),
            Case(basis, "cites_law", {**_SEALING_LAW, "before": True}, reads=both, effect="warn",
                 note_zh="2026年1月1日前的决定：入库，不予公示"),
            Case(("cell_count",), "cites_law", {**_SEALING_LAW, "before": False},
                 reads=("broken_cells", "decision_date"), note_zh="列数不符的行")),
        publication="never", restricted=True,
    )  # fmt: skip


def _hold(rule_id: str, message_zh: str, basis: str, suggestion_zh: str, cases: tuple[Case, ...]) -> Rule:
    return Rule(rule_id, "warn", "row", message_zh, basis, suggestion_zh, cases, publication="hold")


def _each(names: tuple[str, ...], check: str, params: dict[str, Any], **more: Any) -> tuple[Case, ...]:
    return tuple(Case((name,), check, params, **more) for name in names)
