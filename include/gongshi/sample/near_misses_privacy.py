"""Near misses of personal data and secrecy in free text (standard 4.11): what looks like it and is none."""

from __future__ import annotations

from gongshi.sample.planted import Near
from gongshi.standard.identifiers import make_uscc
from gongshi.standard.model import ORGANISATION, PERSON

_L, _P = ("licence",), ("penalty",)
_ORG, _PERSON = {"category": ORGANISATION}, {"category": PERSON}

PRIVACY_NEAR_MISSES = (
    Near("PI-01", {"remark": "证件530102199003071235"}),  # a wrong check digit
    Near("PI-01", {"remark": "施工许可证编号530102202605100108"}),
    Near("PI-01", {"remark": f"统一社会信用代码{make_uscc('11', '530000', '01510012')}"}),
    Near("PI-01", {"remark": "工商注册号530102600123456"}),
    Near("PI-01", {"remark": "流水A530102199003071238"}),
    Near("PI-02", {"remark": "许可证编号13888123456"}),
    Near("PI-02", {"remark": "准予第13888123456号备案"}),
    Near("PI-02", {"remark": "注册资本13888123456元"}),
    Near("PI-02", {"remark": "拨打12345热线；文件0871-2026号"}),
    Near("PI-02", {"remark": "滇53010213888123456"}),
    Near("PI-03", {"remark": "流水6222021234567890123"}),  # Luhn wrong
    Near("PI-03", {"remark": "请将罚款缴至指定银行账户，逾期每日加处3%"}),
    Near("PI-03", {"remark": "通过银行卡转账支付100000000元"}),
    Near("PI-03", {"remark": "产品条码6222021234567890128"}),
    Near("PI-04", {"content": "准予在云南省昆明市五华区翠湖小区3栋101室设立诊所"}, kinds=_L),
    Near("PI-04", {"remark": "公司住所：昆明市五华区人民路12号"}, _ORG),
    Near("PI-04", {"facts": "当事人在昆明市五华区人民路12号销售过期食品。"}, _PERSON, _P),
    Near("PI-04", {"facts": "当事人组织旅客入住昆明市五华区人民路12号。"}, _PERSON, _P),
    Near("PI-04", {"remark": "户籍管理业务在昆明市五华区人民路3号办理"}),
    Near("PI-05", {"remark": "未按规定书写患者病历资料"}),
    Near("PI-05", {"remark": "患者高血压病历保存不全"}),
    Near("PI-05", {"remark": "当事人未建立传染病报告制度"}),
    Near("PI-06", {"remark": "举报人王某某反映情况"}),
    Near("PI-06", {"remark": "根据举报人提供的线索"}),
    Near("PI-06", lambda r, g: {"facts": f"受害人{r['party_name']}当日当面陈述。"}, _PERSON, _P),
    Near("PI-07", {"remark": "内部资料性出版物准印证"}),
    Near("PI-07", {"remark": "★级旅游饭店，保守国家秘密"}),
    Near("PI-07", {"remark": "五星★"}),
    Near("PI-08", {"remark": "经营婴幼儿配方乳粉"}),
    Near("PI-08", {"remark": "违反《关于禁止侵犯商业秘密行为的若干规定》"}),
    Near("PI-08", {"remark": "相互串通投标报价"}),
    Near("PI-09", {"remark": "云A12号线，温度@25℃"}),
    Near("PI-09", {"remark": "IMEI登记不全"}),
    Near("PI-09", {"remark": "云AB1234567型"}),
    Near("PI-10", {"legal_basis": "《云南省城市管理条例》第三条，与治安管理无关"}, kinds=_P),
    Near("PI-10", {"facts": "不构成违反治安管理处罚法的行为。"}, kinds=_P),
)  # fmt: skip
