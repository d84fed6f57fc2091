"""行政处罚: fields of layout S2018b (standard 1.3) and the rules of penalties (standard 4.8)."""

from __future__ import annotations

from collections.abc import Mapping

from gongshi.standard.kinds.batch_rules import limits
from gongshi.standard.kinds.common import counterpart_fields
from gongshi.standard.kinds.date_rules import READABLE
from gongshi.standard.kinds.legacy import PENALTY_STATE, PLACE_CODE, UPDATED_AT
from gongshi.standard.kinds.organ_rules import UNIT_RULE, item_rule
from gongshi.standard.kinds.shared_rules import shared_rules, state_rule
from gongshi.standard.kinds.text_rules import PLACEHOLDERS
from gongshi.standard.model import L2015, PERSON, S2018, Case, Effect, Field, Kind, Rule

FIELDS = (
    *counterpart_fields("CF"),
    Field("document_no", "CF_WSH", "行政处罚决定书文号", "document_no", 128, "R", "standard 1.3 #14"),
    Field("violation_type", "CF_WFXW", "违法行为类型", "text", 2000, "R", "standard 1.3 #15"),
    Field("facts", "CF_SY", "违法事实", "text", 5000, "R", "standard 1.3 #16", length_effect="warn"),
    Field("legal_basis", "CF_YJ", "处罚依据", "text", 5000, "R", "standard 1.3 #17", length_effect="warn"),
    Field(
        "penalty_categories",
        "CF_CFLB",
        "处罚类别",
        "enum",
        255,
        "R",
        "standard 1.3 #18",
        code_list="penalty_category",
        note="多个类别用分号分隔",
    ),
    Field("content", "CF_NR", "处罚内容", "text", 4000, "R", "standard 1.3 #19"),
    Field(
        "fine_wan",
        "CF_NR_FK",
        "罚款金额（万元）",
        "amount",
        None,
        "cond",
        "standard 1.3 #20",
        stored_as="fine_yuan",
    ),
    Field(
        "confiscated_wan",
        "CF_NR_WFFF",
        "没收违法所得、没收非法财物的金额（万元）",
        "amount",
        None,
        "cond",
        "standard 1.3 #21",
        stored_as="confiscated_yuan",
    ),
    Field(
        "certificates_affected",
        "CF_NR_ZKDX",
        "暂扣或吊销证照名称及编号",
        "text",
        200,
        "cond",
        "standard 1.3 #22",
    ),
    Field("decision_date", "CF_JDRQ", "处罚决定日期", "date", None, "R", "standard 1.3 #23"),
    Field("valid_to", "CF_YXQ", "处罚有效期", "date", None, "o", "standard 1.3 #24; CF-24 may require it"),
    Field("publish_until", "CF_GSJZQ", "公示截止期", "date", None, "o", "standard 1.3 #25"),
    Field("organ_name", "CF_CFJG", "处罚机关", "name", 200, "R", "standard 1.3 #26"),
    Field("organ_code", "CF_CFJGDM", "处罚机关统一社会信用代码", "code", None, "R", "standard 1.3 #27"),
    Field("source_name", "CF_SJLY", "数据来源单位", "name", 200, "R", "standard 1.3 #28"),
    Field("source_code", "CF_SJLYDM", "数据来源单位统一社会信用代码", "code", None, "R", "standard 1.3 #29"),
    Field("remark", "BZ", "备注", "text", 4000, "o", "standard 1.3 #30; 512 advised, 4000 stored"),
)

_FINE = {"groups": ("fine",)}
_CONFISCATION = {"groups": ("confiscation",)}
_SUSPENDED = (
    "暂扣许可证件",
    "吊销许可证件",
    "暂扣或者吊销许可证、暂扣或者吊销执照",
    "暂扣或者吊销许可证",
    "暂扣或者吊销执照",
)
_WORDS = {
    "罚款": ("fine",),
    "没收": ("confiscation",),
    "吊销": ("吊销许可证件", *_SUSPENDED[2:]),
    "警告": ("警告",),
}
_NO_PENALTY = (
    "(不予|不再|免予|免于|免除|未)(行政|给予|处以|并处|处)*(罚款|没收|吊销|警告)|加处罚款|(逾期|到期|拒)[^，。；]*罚款|"
    "缴纳罚款|罚款缴|警告标[志识]"
)
"""Words of penalties that impose none: what is spared, and what is said about paying."""
_NO_VALUE = "无法估价|实物"
_NOTICE = "告知书|责令改正通知"
_AMOUNTS = ("fine_wan", "confiscated_wan")
_GENERATIONS: tuple[tuple[Mapping[str, tuple[str, ...]], Effect | None, str], ...] = (
    (S2018, None, ""),
    (L2015, "warn", "2015版模板没有此列"),
)
"""What L2015 has no column for is asked for and not refused: when, effect, note."""


def _empty(rule_id: str, name: str, message_zh: str, basis: str) -> Rule:
    return Rule(
        rule_id, "reject_row", "row", message_zh, basis, "请按处罚决定书填写。", (Case((name,), "is_empty"),)
    )


def _not_before_decision(rule_id: str, name: str, message_zh: str, basis: str) -> Rule:
    case = Case((name, "decision_date"), "is_earlier_than", requires=READABLE)
    return Rule(rule_id, "reject_row", "row", message_zh, basis, "请核对两个日期。", (case,))


RULES = (
    _empty("CF-01", "document_no", "行政处罚决定书文号不能为空", "S:A1,S:J"),
    Rule("CF-02", "warn", "row", "文号疑似不是处罚决定书文号", "K", "请填写行政处罚决定书的文号，不填告知书、责令改正通知书的文号。", (
        Case(("document_no",), "matches_except", {"pattern": r"^\D+$", "exception": _NOTICE}, requires=("TX-10", "TX-14")),
        Case(("document_no",), "matches", {"pattern": _NOTICE}))),
    _empty("CF-03", "violation_type", "违法行为类型不能为空", "S:J"),
    _empty("CF-04", "facts", "违法事实不能为空", "S:J"),
    Rule("CF-05", "warn", "row", "违法事实过于简单", "K", "请按决定书写明时间、地点、行为等主要违法事实。",
         (Case(("facts", "violation_type"), "says_too_little", {"length": 10}, requires=("TX-10", "TX-14")),)),
    _empty("CF-06", "legal_basis", "处罚依据不能为空", "S:J"),
    Rule("CF-07", "warn", "row", "处罚依据应写明法律名称和条款", "K", "请写明所依据的法律、法规或规章的名称和条款，例如《…法》第…条。",
         (Case(("legal_basis",), "not_matches", {"pattern": r"《[^》]+》|第[^条]{1,12}条"}, requires=("TX-10", "TX-14")),)),
    Rule("CF-08", "reject_row", "row", "处罚类别“{value}”不在规定范围", "S:A1,S:J", "请从规定的处罚类别中选择，多个用分号分隔。", (
        Case(("penalty_categories",), "is_empty"),
        Case(("penalty_categories",), "has_part_not_in_list", {"code_list": "penalty_category"}))),
    Rule("CF-09", "reject_row", "row", "处罚类别为其他时须注明", "S:A1", "请按“其他-具体类别”填写。",
         (Case(("penalty_categories",), "has_other_part_without_note", requires=("CF-08",)),)),
    Rule("CF-10", "fix", "row", "处罚类别中的重复值已合并", "D"),
    _empty("CF-11", "content", "处罚内容不能为空", "S:J"),
    Rule("CF-12", "reject_row", "row", "处罚类别含罚款时，罚款金额必填且大于0（单位：万元）", "K", "请填写罚款金额，单位万元。", tuple(
        Case(("fine_wan", "penalty_categories"), "amount_missing", _FINE, when, ("CF-08", "CF-18"), effect, note_zh=note)
        for when, effect, note in _GENERATIONS)),
    Rule("CF-13", "reject_row", "row", "填写了罚款金额，处罚类别应包含罚款", "D", "请核对处罚类别或清空罚款金额。",
         (Case(("fine_wan", "penalty_categories"), "amount_without_category", _FINE, requires=("CF-08", "CF-18")),)),
    Rule("CF-14", "reject_row", "row", "处罚类别含没收时，没收金额必填（单位：万元）", "K", "请填写没收金额，单位万元。", (
        *(Case(("confiscated_wan", "penalty_categories"), "amount_missing_and_remark",
               {**_CONFISCATION, "pattern": _NO_VALUE, "found": False}, when, ("CF-08", "CF-18"), effect,
               ("confiscated_wan", "penalty_categories", "remark"), note) for when, effect, note in _GENERATIONS),
        Case(("confiscated_wan", "penalty_categories"), "amount_missing_and_remark",
             {**_CONFISCATION, "pattern": _NO_VALUE, "found": True}, requires=("CF-08", "CF-18"), effect="warn",
             reads=("confiscated_wan", "penalty_categories", "remark"), note_zh="备注写明无法估价或实物"))),
    Rule("CF-15", "reject_row", "row", "填写了没收金额，处罚类别应包含没收违法所得或没收非法财物", "D", "请核对处罚类别或清空没收金额。",
         (Case(("confiscated_wan", "penalty_categories"), "amount_without_category", _CONFISCATION,
               requires=("CF-08", "CF-18")),)),
    Rule("CF-16", "reject_row", "row", "处罚类别含暂扣或吊销时，须填写证照名称及编号", "K", "请填写证照名称及编号。", (
        *(Case(("certificates_affected", "penalty_categories"), "empty_although_category", {"groups": _SUSPENDED}, when,
               ("CF-08",), effect, note_zh=note) for when, effect, note in _GENERATIONS),
        Case(("certificates_affected", "penalty_categories"), "empty_although_category", {"groups": ("降低资质等级",)},
             requires=("CF-08",), effect="warn", note_zh="降低资质等级"))),
    Rule("CF-17", "warn", "row", "填写了暂扣或吊销证照信息，请核对处罚类别", "D", "请核对处罚类别是否漏选；未暂扣、吊销证照的请清空本列。",
         (Case(("certificates_affected", "penalty_categories"), "filled_although_no_category",
               {"groups": (*_SUSPENDED, "降低资质等级"), "placeholders": PLACEHOLDERS}, requires=("CF-08",)),)),
    Rule("CF-18", "reject_row", "row", "金额应为数字，单位万元，不带单位和逗号", "S:E,S:J", "请只填写数字，例如 0.2。",
         tuple(Case((name,), "amount_not_numeric", {"digits": 12}) for name in _AMOUNTS)),
    Rule("CF-19", "reject_row", "row", "金额最多保留6位小数", "S:E,S:J", "请保留6位以内小数。",
         tuple(Case((name,), "amount_has_more_decimals", {"decimals": 6}, requires=("CF-18",)) for name in _AMOUNTS)),
    Rule("CF-20", "reject_row", "row", "罚款金额与处罚内容不一致，请确认单位是否为万元", "S:C,D", "罚款2000元应填写0.2。", (
        Case(("fine_wan", "content"), "amount_differs_from_text", {"factor": 10_000, "exact_factor": True},
             requires=("CF-18", "CF-19"), note_zh="恰好相差一万倍"),
        Case(("fine_wan", "content"), "amount_differs_from_text", {"factor": 10_000, "exact_factor": False},
             requires=("CF-18", "CF-19"), effect="warn"))),
    Rule("CF-21", "warn", "row", "金额超过1亿元，请确认单位", "D", "单位为万元；确为1亿元以上的无需修改。",
         tuple(Case((name,), "amount_at_least", {"wan": 10_000}, requires=("CF-18", "CF-20")) for name in _AMOUNTS)),
    state_rule(Case(("state",), "is_none_of", {"words": ("1", "2")}, when=L2015)),
    _empty("CF-22", "decision_date", "处罚决定日期不能为空", "S:A1,S:J"),
    _not_before_decision("CF-23", "valid_to", "处罚有效期不能早于处罚决定日期", "K"),
    Rule("CF-24", "warn", "row", "处罚有效期未填写", "S:J", "请填写处罚的最后一日；长期有效的填 2099/12/31。",
         (Case(("valid_to",), "is_empty", when=S2018),)),
    _not_before_decision("CF-25", "publish_until", "公示截止期不能早于处罚决定日期", "S:A1"),
    Rule("CF-26", "warn", "row", "公示截止期超过3年，请核对依据", "S:P,S:Q,S:R", "请核对公示期限的依据。",
         (Case(("publish_until", "decision_date"), "is_more_than_years_after", {"years": 3}, requires=READABLE),)),
    Rule("CF-29", "reject_row", "row", "行政拘留只适用于自然人", "K", "请核对处罚类别和行政相对人类别。",
         (Case(("penalty_categories", "party_category"), "category_without",
               {"groups": ("行政拘留",), "allowed": PERSON}, requires=("CF-08", "CT-02")),)),
    Rule("CF-30", "warn", "row", "行政拘留决定机关请核对", "K", "行政拘留由公安、国家安全、移民管理机关决定，请核对处罚类别和处罚机关。",
         (Case(("penalty_categories", "organ_name"), "category_of_other_organ",
               {"groups": ("行政拘留",), "pattern": "公安|国家安全|国安|移民|出入境|边防|边检"}, requires=("CF-08", "CF-29")),)),
    Rule("CF-32", "warn", "row", "处罚内容与处罚类别不一致", "D", "请核对处罚内容中的处罚是否都已选入处罚类别。",
         (Case(("content", "penalty_categories"), "words_without_category", {"words": _WORDS, "exception": _NO_PENALTY},
               requires=("CF-08", "CF-13", "CF-15")),)),
    Rule("CF-33", "warn", "row", "疑似不予处罚决定，不属于报送范围", "K", "不予处罚决定不报送；确为处罚决定的无需修改。",
         (Case(("content",), "matches", {"pattern": "(不予|免予|免于)(行政)?处罚"}),)),
    Rule("CF-34", "warn", "row", "处罚类别与相对人类别请核对", "D", "责令停产停业一般针对单位，请核对行政相对人类别。",
         (Case(("penalty_categories",), "has_group", {"groups": ("责令停产停业",)}, {"party_category": (PERSON,)},
               ("CF-08", "CT-02")),)),
    Rule("XR-12", "warn", "merge", "疑似一事多罚或重复报送", "K", "请核对是否对同一违法事实重复处罚或重复报送。",
         (limits("facts", days=30),)),
)  # fmt: skip

LEGACY_FIELDS = (PENALTY_STATE, PLACE_CODE, UPDATED_AT)

PENALTY = Kind(
    "penalty",
    "行政处罚",
    "CF",
    "S2018b",
    FIELDS,
    (*shared_rules(FIELDS), item_rule("violation_type", "CF-03"), UNIT_RULE, *RULES),
    LEGACY_FIELDS,
)
