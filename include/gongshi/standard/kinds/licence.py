"""行政许可: fields of layout S2018b (standard 1.2) and the rules of licences (standard 4.7)."""

from __future__ import annotations

from gongshi.standard.kinds.common import counterpart_fields
from gongshi.standard.model import Field, Kind

FIELDS = (
    *counterpart_fields("XK"),
    Field("document_name", "XK_XKWS", "行政许可决定文书名称", "text", 64, "R", "standard 1.2 #14"),
    Field("document_no", "XK_WSH", "行政许可决定文书号", "document_no", 64, "R", "standard 1.2 #15",
          note="没有文号的填写许可编号"),
    Field("licence_category", "XK_XKLB", "许可类别", "enum", 256, "R", "standard 1.2 #16",
          code_list="licence_category"),
    Field("certificate_name", "XK_XKZS", "许可证书名称", "text", 64, "o", "standard 1.2 #17"),
    Field("certificate_no", "XK_XKBH", "许可编号", "document_no", 64, "o", "standard 1.2 #18"),
    Field("content", "XK_NR", "许可内容", "text", 4000, "R", "standard 1.2 #19"),
    Field("decision_date", "XK_JDRQ", "许可决定日期", "date", None, "R", "standard 1.2 #20"),
    Field("valid_from", "XK_YXQZ", "有效期自", "date", None, "R", "standard 1.2 #21"),
    Field("valid_to", "XK_YXQZI", "有效期至", "date", None, "R", "standard 1.2 #22", note="长期填写2099/12/31"),
    Field("organ_name", "XK_XKJG", "许可机关", "name", 200, "R", "standard 1.2 #23"),
    Field("organ_code", "XK_XKJGDM", "许可机关统一社会信用代码", "code", None, "R", "standard 1.2 #24"),
    Field("state", "XK_ZT", "当前状态", "state", None, "R", "standard 1.2 #25", note="1有效，2无效"),
    Field("source_name", "XK_LYDW", "数据来源单位", "name", 200, "R", "standard 1.2 #26"),
    Field("source_code", "XK_LYDWDM", "数据来源单位统一社会信用代码", "code", None, "R", "standard 1.2 #27"),
    Field("remark", "BZ", "备注", "text", 4000, "o", "standard 1.2 #28; 512 advised, 4000 stored"),
)

LICENCE = Kind("licence", "行政许可", "XK", "S2018b", FIELDS)
