"""行政许可: fields of layout S2018b (standard 1.2) and the rules of licences (standard 4.7)."""

from __future__ import annotations

from gongshi.standard.kinds.batch_rules import limits
from gongshi.standard.kinds.common import counterpart_fields
from gongshi.standard.kinds.date_rules import PLAUSIBLE, READABLE
from gongshi.standard.kinds.legacy import PLACE_CODE, UPDATED_AT
from gongshi.standard.kinds.organ_rules import item_rule
from gongshi.standard.kinds.shared_rules import shared_rules, state_rule
from gongshi.standard.model import S2018, Case, Field, Kind, Rule

FIELDS = (
    *counterpart_fields("XK"),
    Field("document_name", "XK_XKWS", "行政许可决定文书名称", "text", 64, "R", "standard 1.2 #14"),
    Field(
        "document_no",
        "XK_WSH",
        "行政许可决定文书号",
        "document_no",
        64,
        "R",
        "standard 1.2 #15",
        note="没有文号的填写许可编号",
    ),
    Field(
        "licence_category",
        "XK_XKLB",
        "许可类别",
        "enum",
        256,
        "R",
        "standard 1.2 #16",
        code_list="licence_category",
    ),
    Field("certificate_name", "XK_XKZS", "许可证书名称", "text", 64, "o", "standard 1.2 #17"),
    Field("certificate_no", "XK_XKBH", "许可编号", "document_no", 64, "o", "standard 1.2 #18"),
    Field("content", "XK_NR", "许可内容", "text", 4000, "R", "standard 1.2 #19"),
    Field("decision_date", "XK_JDRQ", "许可决定日期", "date", None, "R", "standard 1.2 #20"),
    Field("valid_from", "XK_YXQZ", "有效期自", "date", None, "R", "standard 1.2 #21"),
    Field(
        "valid_to", "XK_YXQZI", "有效期至", "date", None, "R", "standard 1.2 #22", note="长期填写2099/12/31"
    ),
    Field("organ_name", "XK_XKJG", "许可机关", "name", 200, "R", "standard 1.2 #23"),
    Field("organ_code", "XK_XKJGDM", "许可机关统一社会信用代码", "code", None, "R", "standard 1.2 #24"),
    Field("state", "XK_ZT", "当前状态", "state", None, "R", "standard 1.2 #25", note="1有效，2无效"),
    Field("source_name", "XK_LYDW", "数据来源单位", "name", 200, "R", "standard 1.2 #26"),
    Field("source_code", "XK_LYDWDM", "数据来源单位统一社会信用代码", "code", None, "R", "standard 1.2 #27"),
    Field("remark", "BZ", "备注", "text", 4000, "o", "standard 1.2 #28; 512 advised, 4000 stored"),
)

_REFUSAL = "不予许可|不予受理|退回"
_REGISTRATION = (
    "营业执照|(企业|公司|分支机构|个体工商户|市场主体|经营主体|合作社)(名称)?(设立|开业|变更|注销|迁移)?登记"
)
"""The registration of an enterprise itself, which follows a rule of its own."""

RULES = (
    Rule("XK-01", "reject_row", "row", "行政许可决定文书名称不能为空", "S:G", "请填写决定文书的标题。",
         (Case(("document_name",), "is_empty"),)),
    Rule("XK-02", "reject_row", "row", "行政许可决定文书号不能为空，无文号的填写许可编号", "S:G", "请填写决定文书号。",
         (Case(("document_no",), "is_empty"),)),
    Rule("XK-03", "fix", "row", "文书号中的年份括号已统一为〔〕", "K"),
    Rule("XK-04", "warn", "row", "文书号年份与决定日期不一致", "D", "请核对文书号中的年份和许可决定日期。",
         (Case(("document_no", "decision_date"), "number_names_other_year", {"years_before": 1}, requires=PLAUSIBLE),)),
    Rule("XK-05", "reject_row", "row", "许可类别只能填写普通、特许、认可、核准、登记、其他", "S:G,S:A1", "请从下拉列表选择。", (
        Case(("licence_category",), "is_empty"),
        Case(("licence_category",), "is_not_in_list", {"code_list": "licence_category"}))),
    Rule("XK-06", "reject_row", "row", "许可类别为其他时须注明具体类别", "S:G", "请按“其他-具体类别”填写。",
         (Case(("licence_category",), "is_other_without_note"),)),
    Rule("XK-07", "warn", "row", "许可证书名称和许可编号应同时填写", "K", "请补齐证书名称和编号；没有许可证书的两项都留空。", (
        Case(("certificate_name", "certificate_no"), "empty_without"),
        Case(("certificate_no", "certificate_name"), "empty_without"))),
    Rule("XK-08", "reject_row", "row", "许可内容不能为空", "S:G", "请填写许可决定的主要内容。",
         (Case(("content",), "is_empty"),)),
    Rule("XK-09", "warn", "row", "许可内容过于简单", "K", "请写明准予从事的活动及其范围、数量等主要内容。",
         (Case(("content", "document_name"), "says_too_little", {"length": 4}, requires=("TX-10", "TX-14")),)),
    Rule("XK-10", "reject_row", "row", "许可决定日期不能为空", "S:A1", "请填写决定文书上的日期。",
         (Case(("decision_date",), "is_empty"),)),
    Rule("XK-11", "reject_row", "row", "有效期自、有效期至不能为空", "K", "请填写有效期；长期有效的有效期至填 2099/12/31。", (
        Case(("valid_from",), "is_empty", when=S2018),
        Case(("valid_to",), "is_empty"),
        Case(("valid_from",), "matches", {"pattern": r"\|XK-11:valid_from\|"}, effect="warn", reads=("fixed",),
             note_zh="2015版模板没有有效期自，按许可决定日期填写"))),
    Rule("XK-12", "reject_row", "row", "有效期至不能早于有效期自", "K", "请核对两个日期。",
         (Case(("valid_to", "valid_from"), "is_earlier_than", requires=READABLE),)),
    Rule("XK-13", "reject_row", "row", "有效期至不能早于许可决定日期", "S:A1", "请核对两个日期。",
         (Case(("valid_to", "decision_date"), "is_earlier_than", requires=READABLE),)),
    Rule("XK-14", "warn", "row", "有效期自与许可决定日期相差较大，请核对", "D", "请核对有效期自和许可决定日期。", (
        Case(("valid_from", "decision_date"), "is_more_than_days_before", {"days": 30}, requires=PLAUSIBLE),
        Case(("valid_from", "decision_date"), "is_more_than_years_after", {"years": 1}, requires=(*PLAUSIBLE, "XK-12")))),
    state_rule(Case(("state",), "is_empty"), Case(("state",), "is_none_of", {"words": ("1", "2")})),
    Rule("XK-16", "warn", "row", "许可已过有效期，当前状态应为无效", "D", "许可已失效的请将当前状态填为2；已延续的请报送新的有效期。",
         (Case(("state", "valid_to"), "is_earlier_than", when={"state": ("1",)}, requires=(*READABLE, "XK-12", "XK-13"),
               reads=("valid_to", "received_on")),)),
    Rule("XK-17", "warn", "row", "状态为无效时请在备注说明撤销、撤回、注销或吊销", "D", "请在备注中写明失效的原因。",
         (Case(("state", "remark"), "is_empty", when={"state": ("2",)}, reads=("remark",)),)),
    Rule("XK-18", "warn", "merge", "首次报送即为无效，请核对", "D", "请核对当前状态；作出决定时报送的应填1。"),
    Rule("XK-19", "warn", "row", "疑似不予许可决定，请确认是否应报送", "K", "不予许可、不予受理的决定不报送；确为准予许可的无需修改。",
         tuple(Case((name,), "matches", {"pattern": _REFUSAL}) for name in ("document_name", "content"))),
    Rule("XK-20", "warn", "row", "市场主体登记信息按登记部门规定报送，请确认", "S:G", "市场主体自身的设立、变更、注销登记不作为行政许可报送，请确认。",
         (Case(("licence_category", "party_uscc"), "either_matches_at_prefix",
               {"pattern": _REGISTRATION, "starts": ("91", "92", "93")}, {"licence_category": ("登记",)},
               ("XK-05", "ID-02", "ID-03", "ID-07"), reads=("document_name", "content", "party_uscc")),)),
    Rule("XR-18", "warn", "merge", "未找到原许可记录", "D", "请先报送原许可决定，并核对相对人代码和许可编号。",
         (limits("document_name", pattern="变更|注销"),)),
)  # fmt: skip

LEGACY_FIELDS = (PLACE_CODE, UPDATED_AT)

LICENCE = Kind(
    "licence",
    "行政许可",
    "XK",
    "S2018b",
    FIELDS,
    (*shared_rules(FIELDS), item_rule("document_name", "XK-01"), *RULES),
    LEGACY_FIELDS,
)
