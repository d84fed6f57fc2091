"""行政处罚: fields of layout S2018b (standard 1.3) and the rules of penalties (standard 4.8)."""

from __future__ import annotations

from gongshi.standard.kinds.common import counterpart_fields
from gongshi.standard.model import Field, Kind

FIELDS = (
    *counterpart_fields("CF"),
    Field("document_no", "CF_WSH", "行政处罚决定书文号", "document_no", 128, "R", "standard 1.3 #14"),
    Field("violation_type", "CF_WFXW", "违法行为类型", "text", 2000, "R", "standard 1.3 #15"),
    Field("facts", "CF_SY", "违法事实", "text", 5000, "R", "standard 1.3 #16", length_effect="warn"),
    Field("legal_basis", "CF_YJ", "处罚依据", "text", 5000, "R", "standard 1.3 #17", length_effect="warn"),
    Field("penalty_categories", "CF_CFLB", "处罚类别", "enum", 255, "R", "standard 1.3 #18",
          code_list="penalty_category", note="多个类别用分号分隔"),
    Field("content", "CF_NR", "处罚内容", "text", 4000, "R", "standard 1.3 #19"),
    Field("fine_wan", "CF_NR_FK", "罚款金额（万元）", "amount", None, "cond", "standard 1.3 #20",
          stored_as="fine_yuan"),
    Field("confiscated_wan", "CF_NR_WFFF", "没收违法所得、没收非法财物的金额（万元）", "amount", None, "cond",
          "standard 1.3 #21", stored_as="confiscated_yuan"),
    Field("certificates_affected", "CF_NR_ZKDX", "暂扣或吊销证照名称及编号", "text", 200, "cond", "standard 1.3 #22"),
    Field("decision_date", "CF_JDRQ", "处罚决定日期", "date", None, "R", "standard 1.3 #23"),
    Field("valid_to", "CF_YXQ", "处罚有效期", "date", None, "o", "standard 1.3 #24; CF-24 may require it"),
    Field("publish_until", "CF_GSJZQ", "公示截止期", "date", None, "o", "standard 1.3 #25"),
    Field("organ_name", "CF_CFJG", "处罚机关", "name", 200, "R", "standard 1.3 #26"),
    Field("organ_code", "CF_CFJGDM", "处罚机关统一社会信用代码", "code", None, "R", "standard 1.3 #27"),
    Field("source_name", "CF_SJLY", "数据来源单位", "name", 200, "R", "standard 1.3 #28"),
    Field("source_code", "CF_SJLYDM", "数据来源单位统一社会信用代码", "code", None, "R", "standard 1.3 #29"),
    Field("remark", "BZ", "备注", "text", 4000, "o", "standard 1.3 #30; 512 advised, 4000 stored"),
)

PENALTY = Kind("penalty", "行政处罚", "CF", "S2018b", FIELDS)
