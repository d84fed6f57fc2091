"""Rules of the counterpart (standard 4.3–4.5): name, category, codes, legal representative, person."""

from __future__ import annotations

from gongshi.standard.kinds.date_rules import PLAUSIBLE
from gongshi.standard.model import L2015, ORGANISATION, PERSON, S2018, SELF_EMPLOYED, Case, Rule

_ORGANISATIONS = {"party_category": (ORGANISATION, SELF_EMPLOYED)}
_LEGAL_PERSON = {"party_category": (ORGANISATION,)}
_PERSON = {"party_category": (PERSON,)}
_ID_CARD = {**_PERSON, "party_id_type": ("身份证",)}
_ID_CARD_RIGHT = ("PE-03", "PE-04", "PE-05")

ORGANISATION_WORDS = (
    "公司", "厂", "店", "中心", "合作社", "局", "委员会", "学校", "医院", "事务所", "站", "部", "集团", "研究院", "研究所",
    "协会", "基金会", "银行", "酒店", "宾馆", "超市", "商行", "经营部", "工作室", "诊所", "幼儿园", "大学", "学院", "联社",
)  # fmt: skip
ORGANISATION_NUMBERS = (
    "party_uscc", "party_registration_no", "party_organisation_code", "party_tax_no", "party_institution_no",
    "party_society_no",
)  # fmt: skip
_SHORT_ENDINGS = "行社园馆队所院会校庄楼铺坊吧场寺庙村组处室厅委办中厂店局站部关网矿团烟"
_ORGANISATION_MARK = "|".join(word for word in ORGANISATION_WORDS if len(word) > 1) + f"|[{_SHORT_ENDINGS}]$"
"""What shows that a short name is an organisation's: a word anywhere, or one of these characters at its end."""
_NAME_CHARACTERS = (
    r"^([\p{Han}A-Za-z0-9（）·《》“”'•／&、.\-]|[A-Za-z.,)] [A-Za-z(&]|[A-Za-z. ][(,)]|[(,][A-Za-z ])*$"
)
_PAPER_PATTERNS = {
    "护照号": r"^[A-Za-z0-9]{5,17}$",
    "港澳居民来往内地通行证": r"^[HM](\d{8}|\d{10})$",
    "台湾居民来往大陆通行证": r"^(\d{8}|\d{10}[A-Za-z]?)$",
    "外国人永久居留身份证": r"^([A-Z]{3}\d{12}|9\d{16}[0-9X])$",
}
_ID_PATTERNS = {"身份证": "id_card", **_PAPER_PATTERNS}

_NUMBER_NAME = r"^\d+$|^\d{17}[0-9Xx]$|^[0-9ANY][0-9]\d{6}[0-9A-HJ-NPQRTUWXY]{10}$"

# at least 4 characters that end with an organisation's word
_ORGANISATION_NAME = "|".join(f"^.{{{max(4 - len(word), 0)},}}{word}$" for word in ORGANISATION_WORDS)

NAME_RULES = (
    Rule("NM-01", "reject_row", "row", "行政相对人名称不能为空", "S:A1,S:J", "请填写营业执照或身份证件上的全称。",
         (Case(("party_name",), "is_empty"),)),
    Rule("NM-02", "reject_row", "row", "法人及非法人组织名称不能少于4个字", "K", "请填写登记的全称。",
         (Case(("party_name",), "shorter_than", {"length": 4}, _LEGAL_PERSON),)),
    Rule("NM-03", "reject_row", "row", "自然人姓名不能少于2个字", "K", "请填写身份证件上的姓名。",
         (Case(("party_name",), "shorter_than", {"length": 2}, _PERSON),)),
    Rule("NM-04", "warn", "row", "行政相对人名称包含特殊字符", "S:G", "请核对名称。",
         (Case(("party_name",), "not_matches", {"pattern": _NAME_CHARACTERS}),)),
    Rule("NM-05", "reject_row", "row", "行政相对人类别为自然人，但名称疑似单位名称", "K", "请核对行政相对人类别。",
         (Case(("party_name",), "matches", {"pattern": _ORGANISATION_NAME}, _PERSON),)),
    Rule("NM-06", "warn", "row", "行政相对人类别为法人及非法人组织，但名称疑似自然人姓名", "K", "请核对行政相对人类别；是单位的请填写全称。",
         (Case(("party_name",), "matches_except", {"pattern": r"^\p{Han}{2,4}$", "exception": _ORGANISATION_MARK}, _LEGAL_PERSON,
               ("NM-02", "TX-10", "TX-14")),)),
    Rule("NM-07", "reject_row", "row", "行政相对人名称不能为数字或证件号码", "K", "请填写名称，号码填入对应的代码列。",
         (Case(("party_name",), "matches", {"pattern": _NUMBER_NAME}),)),
    Rule("NM-08", "reject_row", "row", "无字号的个体工商户须填写经营者姓名", "K", "请在法定代表人一栏填写经营者姓名。",
         (Case(("party_name", "representative_name"), "is_empty", when={"party_name": ("个体工商户",)},
               reads=("representative_name",)),)),
    Rule("NM-09", "reject_row", "row", "姓名中不能包含数字", "K", "请填写身份证件上的姓名。",
         (Case(("party_name",), "matches", {"pattern": r"\d"}, _ID_CARD, requires=("NM-07",)),)),
    Rule("NM-10", "reject_row", "row", "一条记录只能填写一个行政相对人，请拆分", "K", "每个行政相对人填写一行。",
         (Case(("party_name",), "holds_several_names", {"separators": "、;；", "endings": ORGANISATION_WORDS}),)),
)  # fmt: skip

CATEGORY_RULES = (
    Rule("CT-01", "reject_row", "row", "行政相对人类别不能为空", "S:G,S:J", "请选择行政相对人类别。",
         (Case(("party_category",), "is_empty"),)),
    Rule("CT-02", "reject_row", "row", "行政相对人类别只能填写：法人及非法人组织、自然人、个体工商户", "S:G",
         "请从下拉列表选择。", (Case(("party_category",), "is_not_in_list", {"code_list": "party_category"}),)),
    Rule("CT-03", "reject_row", "row", "统一社会信用代码以92开头，行政相对人类别应为个体工商户", "D",
         "请将行政相对人类别改为个体工商户。",
         (Case(("party_category", "party_uscc"), "starts_with_one_of", {"starts": ("92",)},
               {"party_category": (ORGANISATION, PERSON)}, ("ID-02", "ID-07"), reads=("party_uscc",)),)),
    Rule("CT-04", "reject_row", "row", "个体工商户的统一社会信用代码应以92开头", "D", "请核对行政相对人类别和代码。",
         (Case(("party_category", "party_uscc"), "starts_with_none_of", {"starts": ("92",)},
               {"party_category": (SELF_EMPLOYED,)}, ("ID-02", "ID-07"), reads=("party_uscc",)),)),
    Rule("CT-05", "reject_row", "row", "自然人不得填写统一社会信用代码等单位代码", "S:A1", "请清空单位代码各列。",
         tuple(Case((name,), "is_filled", when=_PERSON) for name in ORGANISATION_NUMBERS)),
    Rule("CT-06", "reject_row", "row", "自然人不得填写法定代表人信息", "S:A1", "请清空法定代表人各列。",
         tuple(Case((name,), "is_filled", when=_PERSON)
               for name in ("representative_name", "representative_id_type", "representative_id_no"))),
    Rule("CT-07", "reject_row", "row", "法人及非法人组织、个体工商户不得填写自然人证件信息", "K",
         "请清空证件类型和证件号码两列。",
         tuple(Case((name,), "is_filled", when=_ORGANISATIONS) for name in ("party_id_type", "party_id_no"))),
)  # fmt: skip

_SEVERAL_PEOPLE = r"、|\p{Han}{2} +\p{Han}{2}|\p{Han}{2}等$"
"""Two names in one cell; a blank within a name (`李 丽`, `JOHN SMITH`) parts no names."""
_USCC_FORM = ("ID-02", "ID-07")
_USCC_RIGHT = (*_USCC_FORM, "ID-03")
_NAMED = ("party_uscc", "party_name")
_ENTITY = ("party_name", "entity_name", "entity_known_on", "received_on")
_REGISTERED = (*_USCC_RIGHT, "CT-05", "NM-02", "NM-05", "NM-07", "NM-10")

CODE_RULES = (
    Rule("ID-01", "reject_row", "row", "统一社会信用代码不能为空", "K", "请填写营业执照或登记证书上的18位代码。",
         (Case(("party_uscc",), "is_empty", when={**_ORGANISATIONS, **S2018}),
          Case(("party_uscc",), "is_empty", when={**_ORGANISATIONS, **L2015}, effect="warn",
               note_zh="2015版模板可只填组织机构代码、工商登记码、税务登记号之一"))),
    Rule("ID-02", "reject_row", "row", "统一社会信用代码应为18位且不含I、O、S、V、Z", "S:A1,S:U",
         "请按证照核对18位代码。", (Case(("party_uscc",), "uscc_wrong_form", requires=("ID-07",)),)),
    Rule("ID-03", "reject_row", "row", "统一社会信用代码校验位错误", "S:X", "请按证照逐位核对，常见为录入时多位、错位。",
         (Case(("party_uscc",), "uscc_wrong_check", requires=_USCC_FORM),)),
    Rule("ID-04", "reject_row", "row", "统一社会信用代码前两位无效", "S:U", "请按证照核对前两位。",
         (Case(("party_uscc",), "uscc_wrong_prefix", requires=_USCC_FORM),)),
    Rule("ID-05", "warn", "row", "统一社会信用代码第9至17位校验不通过，请核对", "S:X", "请按证照核对第9至17位（主体标识码）。",
         (Case(("party_uscc",), "uscc_wrong_organisation_code", requires=_USCC_RIGHT),)),
    Rule("ID-06", "warn", "row", "统一社会信用代码中的登记机关区划码未识别", "D", "请按证照核对第3至8位；确属新设或特殊区划的无需处理。",
         (Case(("party_uscc",), "region_unknown", {"first": 2}, requires=_USCC_RIGHT),)),
    Rule("ID-07", "reject_row", "row", "统一社会信用代码为虚拟代码", "S:C", "请填写真实代码。",
         (Case(("party_uscc",), "uscc_placeholder"),)),
    Rule("ID-08", "warn", "row", "行政相对人代码与决定机关代码相同，请核对", "D", "请核对是否把本机关的代码填到了行政相对人一栏。",
         (Case(("party_uscc", "organ_code"), "equals", requires=_USCC_RIGHT),)),
    Rule("ID-09", "warn", "registry", "统一社会信用代码与登记名称“{registered}”不一致", "D", "请按证照核对名称和代码；确已更名的，平台将更新法人库。", (
        Case(_NAMED, "differs_from_entity", {"stale_days": 180, "responsible": "agency"}, requires=_REGISTERED, reads=_ENTITY),
        Case(_NAMED, "differs_from_entity", {"stale_days": 180, "responsible": "platform"}, requires=_REGISTERED,
             reads=_ENTITY, note_zh="法人库中该单位的信息超过stale_days天的，由平台核对"))),
    Rule("ID-10", "warn", "row", "工商注册号不符合规则", "S:A1", "请按营业执照核对15位注册号；没有的请留空。",
         (Case(("party_registration_no",), "registration_no_wrong", requires=("CT-05",)),)),
    Rule("ID-11", "reject_row", "row", "组织机构代码校验错误", "S:A1", "请按证照核对9位代码。",
         (Case(("party_organisation_code",), "organisation_code_wrong"),)),
    Rule("ID-12", "warn", "row", "税务登记号位数不正确", "S:A1", "税务登记号为15、17、18或20位；没有的请留空。",
         (Case(("party_tax_no",), "has_other_length", {"lengths": (15, 17, 18, 20)}, requires=("CT-05",)),)),
    Rule("ID-13", "warn", "row", "事业单位证书号应为12位", "S:F", "请只填写事业单位法人证书上的12位数字，不带“事证第”和“号”。",
         (Case(("party_institution_no",), "not_matches", {"pattern": r"^\d{12}$"}, requires=("CT-05",)),)),
    Rule("ID-14", "reject_row", "row", "组织机构代码与统一社会信用代码不一致", "D",
         "组织机构代码应为统一社会信用代码第9至17位。",
         (Case(("party_organisation_code", "party_uscc"), "organisation_code_differs",
               requires=("ID-11", "ID-02", "ID-03", "ID-07")),)),
    Rule("ID-15", "warn", "row", "税务登记号与统一社会信用代码不一致", "D", "三证合一后税务登记号就是统一社会信用代码，请核对。",
         (Case(("party_tax_no", "party_uscc"), "differs_if_long", {"length": 18}, requires=("CT-05", *_USCC_RIGHT)),)),
    Rule("ID-16", "warn", "row", "代码类型与单位性质不符", "D", "事业单位证书号只由事业单位（代码以12开头）填写，社会组织登记证号只由社会组织（以5开头）填写，请核对。",
         tuple(Case((name, "party_uscc"), "filled_at_other_prefix", {"starts": starts},
                    requires=("CT-05", "ID-13", "ID-04", *_USCC_RIGHT))
               for name, starts in (("party_institution_no", ("12",)), ("party_society_no", ("5",))))),
    Rule("ID-17", "fix", "row", "工商注册号中的统一社会信用代码已移至对应列", "S:file"),
)  # fmt: skip

PERSON_RULES = (
    Rule("LR-01", "reject_row", "row", "法定代表人（经营者）不能为空", "S:A1", "请填写法定代表人或经营者姓名。",
         (Case(("representative_name",), "is_empty", when=_ORGANISATIONS, requires=("NM-08",)),)),
    Rule("LR-02", "reject_row", "row", "法定代表人姓名填写不规范", "S:G", "请填写证照上的姓名，2至50个字，不含数字和符号。",
         (Case(("representative_name",), "not_matches",
               {"pattern": r"^[\p{Han}A-Za-z][\p{Han}A-Za-z·•. 、\-']{0,48}[\p{Han}A-Za-z.]$"}),)),
    Rule("LR-03", "reject_row", "row", "法定代表人证件类型和号码须同时填写", "D", "请补齐或同时留空。", (
        Case(("representative_id_type", "representative_id_no"), "empty_without"),
        Case(("representative_id_no", "representative_id_type"), "empty_without"))),
    Rule("LR-04", "reject_row", "row", "法定代表人证件类型不在规定范围", "S:G", "请从下拉列表选择。",
         (Case(("representative_id_type",), "is_not_in_list", {"code_list": "id_type"}),)),
    Rule("LR-05", "reject_row", "row", "法定代表人证件号码校验错误", "S:A1", "请按证件逐位核对。",
         (Case(("representative_id_no", "representative_id_type"), "id_number_invalid_for_type",
               {"patterns": _ID_PATTERNS}),
          Case(("representative_id_no",), "id_card_bad_birth", {"max_age": 120},
               {"representative_id_type": ("身份证",)}, reads=("representative_id_no", "received_on")))),
    Rule("LR-06", "warn", "row", "法定代表人与单位名称相同，请核对", "D", "请填写法定代表人（负责人）的姓名。",
         (Case(("representative_name", "party_name"), "equals", when=_LEGAL_PERSON, requires=("LR-02", "NM-02")),)),
    Rule("LR-07", "warn", "row", "法定代表人只能填写一人", "K", "请只填写证照上的一名法定代表人（负责人、经营者）。",
         (Case(("representative_name",), "matches", {"pattern": _SEVERAL_PEOPLE}, requires=("LR-02",)),)),
    Rule("PE-01", "reject_row", "row", "自然人证件类型不能为空且须在规定范围内", "S:G", "请从下拉列表选择。", (
        Case(("party_id_type",), "is_empty", when=_PERSON),
        Case(("party_id_type",), "is_not_in_list", {"code_list": "id_type"}, _PERSON))),
    Rule("PE-02", "reject_row", "row", "自然人证件号码不能为空", "S:A1", "请填写证件号码。",
         (Case(("party_id_no",), "is_empty", when=_PERSON),)),
    Rule("PE-03", "reject_row", "row", "身份证号码应为18位", "S:A1", "请填写18位公民身份号码。", (
        Case(("party_id_no",), "id_card_wrong_length", when=_ID_CARD),
        Case(("party_id_no",), "matches", {"pattern": r"\|PE-03:party_id_no\|"}, effect="warn", reads=("fixed",),
             note_zh="15位号码已升为18位"))),
    Rule("PE-04", "reject_row", "row", "身份证号码校验位错误", "S:X", "请按身份证逐位核对。",
         (Case(("party_id_no",), "id_card_wrong_check", when=_ID_CARD),)),
    Rule("PE-05", "reject_row", "row", "身份证号码中的出生日期无效", "S:X", "请按身份证核对第7至14位。",
         (Case(("party_id_no",), "id_card_bad_birth", {"max_age": 120}, _ID_CARD,
               reads=("party_id_no", "received_on")),)),
    Rule("PE-06", "warn", "row", "身份证号码前6位区划未识别", "S:X", "请按身份证核对前6位；早年的区划也在识别范围内。", (
        Case(("party_id_no",), "region_unknown", {"first": 0}, _ID_CARD, _ID_CARD_RIGHT),
        Case(("representative_id_no",), "region_unknown", {"first": 0}, {"representative_id_type": ("身份证",)},
             ("CT-06", "LR-05")))),
    Rule("PE-07", "warn", "row", "证件号码与证件类型不符", "K", "请核对证件类型和号码。",
         (Case(("party_id_no", "party_id_type"), "id_number_invalid_for_type", {"patterns": _PAPER_PATTERNS}, _PERSON),)),
    Rule("PE-08", "reject_row", "row", "证件号码不得脱敏后报送", "K", "请填写完整号码，公示时由平台脱敏。",
         tuple(Case((name,), "matches", {"pattern": r"\*"}) for name in ("party_id_no", "representative_id_no"))),
    Rule("PE-09", "warn", "row", "相对人为未成年人，信息不予公示", "S:BB", "无需处理：数据照常入库，不对外公示。如年龄有误请核对证件号码和决定日期。",
         (Case(("party_id_no", "decision_date"), "id_card_under_age", {"age": 18}, _ID_CARD, (*_ID_CARD_RIGHT, *PLAUSIBLE)),),
         publication="never"),
    Rule("PE-10", "reject_row", "row", "证件类型为其他时须注明", "S:G", "请按“其他-说明”填写。",
         tuple(Case((name,), "is_other_without_note") for name in ("party_id_type", "representative_id_type"))),
)  # fmt: skip

PARTY_RULES = (*NAME_RULES, *CATEGORY_RULES, *CODE_RULES, *PERSON_RULES)
