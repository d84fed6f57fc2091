"""行政许可: fields of layout S2018b (standard 1.2) and the rules of licences (standard 4.7)."""

from __future__ import annotations

from gongshi.standard.kinds.batch_rules import limits
from gongshi.standard.kinds.common import counterpart_fields
from gongshi.standard.kinds.legacy import PLACE_CODE, UPDATED_AT
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

_READABLE = ("DT-01", "DT-02", "DT-03")

RULES = (
    Rule("XK-01", "reject_row", "row", "行政许可决定文书名称不能为空", "S:G", "请填写决定文书的标题。",
         (Case(("document_name",), "is_empty"),)),
    Rule("XK-02", "reject_row", "row", "行政许可决定文书号不能为空，无文号的填写许可编号", "S:G", "请填写决定文书号。",
         (Case(("document_no",), "is_empty"),)),
    Rule("XK-03", "fix", "row", "文书号中的年份括号已统一为〔〕", "K"),
    Rule("XK-05", "reject_row", "row", "许可类别只能填写普通、特许、认可、核准、登记、其他", "S:G,S:A1", "请从下拉列表选择。", (
        Case(("licence_category",), "is_empty"),
        Case(("licence_category",), "is_not_in_list", {"code_list": "licence_category"}))),
    Rule("XK-06", "reject_row", "row", "许可类别为其他时须注明具体类别", "S:G", "请按“其他-具体类别”填写。",
         (Case(("licence_category",), "is_other_without_note"),)),
    Rule("XK-08", "reject_row", "row", "许可内容不能为空", "S:G", "请填写许可决定的主要内容。",
         (Case(("content",), "is_empty"),)),
    Rule("XK-10", "reject_row", "row", "许可决定日期不能为空", "S:A1", "请填写决定文书上的日期。",
         (Case(("decision_date",), "is_empty"),)),
    Rule("XK-11", "reject_row", "row", "有效期自、有效期至不能为空", "K", "请填写有效期；长期有效的有效期至填 2099/12/31。", (
        Case(("valid_from",), "is_empty", when=S2018),
        Case(("valid_to",), "is_empty"),
        Case(("valid_from",), "matches", {"pattern": r"\|XK-11:valid_from\|"}, effect="warn", reads=("fixed",),
             note_zh="2015版模板没有有效期自，按许可决定日期填写"))),
    Rule("XK-12", "reject_row", "row", "有效期至不能早于有效期自", "K", "请核对两个日期。",
         (Case(("valid_to", "valid_from"), "is_earlier_than", requires=_READABLE),)),
    Rule("XK-13", "reject_row", "row", "有效期至不能早于许可决定日期", "S:A1", "请核对两个日期。",
         (Case(("valid_to", "decision_date"), "is_earlier_than", requires=_READABLE),)),
    Rule("XK-18", "warn", "merge", "首次报送即为无效，请核对", "D", "请核对当前状态；作出决定时报送的应填1。"),
    Rule("XR-18", "warn", "merge", "未找到原许可记录", "D", "请先报送原许可决定，并核对相对人代码和许可编号。",
         (limits("document_name", pattern="变更|注销"),)),
    state_rule(Case(("state",), "is_empty"), Case(("state",), "is_none_of", {"words": ("1", "2")})),
)  # fmt: skip

LEGACY_FIELDS = (PLACE_CODE, UPDATED_AT)

LICENCE = Kind("licence", "行政许可", "XK", "S2018b", FIELDS, (*shared_rules(FIELDS), *RULES), LEGACY_FIELDS)
