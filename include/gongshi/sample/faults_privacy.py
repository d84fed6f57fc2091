"""Faults of personal data and secrecy in free text (standard 4.11)."""

from __future__ import annotations

from gongshi.sample.names import with_check
from gongshi.sample.planted import Fault, append
from gongshi.standard.model import PERSON

_L, _P = ("licence",), ("penalty",)
_PERSON = {"category": PERSON}
ID_NUMBER = with_check("53010219900307123")
LAW = "《中华人民共和国治安管理处罚法》第二十七条第一项"

PRIVACY_FAULTS = (
    Fault("PI-01", "content", append("content", f"经办人证件{ID_NUMBER}。"), "W", _L),
    Fault("PI-01", "remark", {"remark": "身份证530102900307123"}, "W"),
    Fault("PI-01", "facts", append("facts", f"当事人（公民身份号码{ID_NUMBER}）在场。"), "W", _P),
    Fault("PI-02", "remark", {"remark": "联系人电话13888123456"}, "W"),
    Fault("PI-02", "content", append("content", "咨询电话：0871-63512345。"), "W", _L),
    Fault("PI-02", "facts", append("facts", "经电话（0871）6351 2345核实。"), "W", _P),
    Fault("PI-03", "remark", {"remark": "退款卡6222 0212 3456 7890 128"}, "W"),
    Fault("PI-03", "certificates_affected", {"certificates_affected": "暂扣证书，收款账号：24001234567890"}, "W", _P,
          {"categories": ("暂扣许可证件",)}),
    Fault("PI-04", "content", append("content", "申请人家住云南省昆明市五华区翠湖小区3栋101室。"), "W", _L),
    Fault("PI-04", "facts", append("facts", "当事人户籍所在地为云南省昭通市镇雄县泼机镇鹿坪村。"), "W", _P),
    Fault("PI-04", "facts", append("facts", "当事人住所：昆明市五华区人民路12号。"), "W", _P, _PERSON),
    Fault("PI-04", "facts", append("facts", "另查，云南省昆明市五华区翠湖小区3栋101室。"), "W", _P, _PERSON),
    Fault("PI-05", "facts", append("facts", "患者李某某确诊艾滋病。"), "W", _P),
    Fault("PI-05", "remark", {"remark": "当事人张伟患有精神分裂症"}, "W"),
    Fault("PI-06", "facts", append("facts", "举报人王小明反映上述情况。"), "W", _P),
    Fault("PI-06", "remark", {"remark": "证人：欧阳丽证实"}, "W"),
    Fault("PI-07", "document_name", {"document_name": "准予行政许可决定书（秘密★）"}, kinds=_L, in_deliveries=False),
    Fault("PI-07", "content", append("content", "（机密★1年）"), kinds=_L, in_deliveries=False),
    Fault("PI-07", "facts", append("facts", "绝密 ★ 长期。"), kinds=_P, in_deliveries=False),
    Fault("PI-07", "remark", {"remark": "本件为内部资料"}, in_deliveries=False),
    Fault("PI-08", "content", append("content", "附产品配方。"), "W", _L),
    Fault("PI-08", "facts", append("facts", "取得该公司的商业秘密和报价单。"), "W", _P),
    Fault("PI-09", "content", append("content", "车辆号牌云A12345。"), "W", _L),
    Fault("PI-09", "facts", append("facts", "涉案手机IMEI：356789012345678。"), "W", _P),
    Fault("PI-09", "remark", {"remark": "邮箱zhang.wei@example.com"}, "W"),
    Fault("PI-10", "legal_basis", {"legal_basis": LAW}, kinds=_P, in_deliveries=False),
    Fault("PI-10", "legal_basis", {
        "legal_basis": LAW, "decision_date": "2025/12/31", "publish_until": "", "valid_to": "2099/12/31"}, "W", _P,
        in_deliveries=False),
)  # fmt: skip
