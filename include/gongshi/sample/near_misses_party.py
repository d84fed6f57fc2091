"""Near misses of the counterpart (standard 4.3), its codes (4.4), its legal representative and persons (4.5)."""

from __future__ import annotations

from gongshi.sample.decisions import Row, years_after
from gongshi.sample.faults_decision import decided_on
from gongshi.sample.names import with_check
from gongshi.sample.planted import NO_CODES, Near
from gongshi.standard.identifiers import make_uscc
from gongshi.standard.model import ORGANISATION, PERSON, SELF_EMPLOYED

_ORG, _NAT, _SELF = {"category": ORGANISATION}, {"category": PERSON}, {"category": SELF_EMPLOYED}


def _coded(code: str) -> Row:
    """Another USCC, with every field emptied that would be compared with it."""
    return {**NO_CODES, "party_society_no": "", "party_institution_no": "", "party_uscc": code}


def _card(first17: str) -> Row:
    return {"party_id_type": "身份证", "party_id_no": with_check(first17)}


def _institution(certificate: str) -> Row:
    return _coded(make_uscc("12", "530102", "43290001")) | {"party_institution_no": certificate}


def _paper(id_type: str, number: str) -> Row:
    return {"representative_id_type": id_type, "representative_id_no": number}


PARTY_NEAR_MISSES = (
    Near("NM-01", lambda r, g: {"party_name": f"　{r['party_name']}"}),
    Near("NM-02", {"party_name": "滇兴商行"}, _ORG),
    Near("NM-03", {"party_name": "李丽"}, _NAT),
    Near("NM-04", {"party_name": "Yunnan (Kunming) Green Co., Ltd."}, _ORG),
    Near("NM-04", {"party_name": "云南“云岭”A&B·滇润（集团）有限公司"}, _ORG),
    Near("NM-05", {"party_name": "欧阳部"}, _NAT),
    Near("NM-06", {"party_name": "大观茶庄"}, _ORG),
    Near("NM-06", {"party_name": "昆明海关"}, _ORG),
    Near("NM-06", {"party_name": "云南滇红茶"}, _ORG),
    Near("NM-07", {"party_name": "20260415001号店"}, _ORG),
    Near("NM-08", {"party_name": "个体工商户"}, _SELF),
    Near("NM-09", {"party_name": "JOHN2", "party_id_type": "护照号", "party_id_no": "E12345678"}, _NAT),
    Near("NM-10", {"party_name": "昆明市滇润商贸有限公司、及其负责人"}, _ORG),
    Near("CT-01", {"party_category": " 自然人　"}, _NAT),
    Near("CT-02", {"party_category": "企业"}, _ORG),
    Near("CT-03", lambda r, g: _coded(make_uscc("93", "530102", "12345678")), _ORG),
    Near("CT-04", lambda r, g: _coded(make_uscc("92", "530102", "12345678")), _SELF),
    Near("CT-05", {"party_uscc": " ", "party_tax_no": "　"}, _NAT),
    Near("CT-06", {"representative_name": " ", "representative_id_no": "\u200b"}, _NAT),
    Near("CT-07", {"party_id_no": " ", "party_id_type": "\t"}, _ORG),
    Near("ID-01", {"party_uscc": ""}, _NAT),
    Near("ID-02", lambda r, g: {"party_uscc": f" {r['party_uscc'].lower()}"}, _ORG),
    Near("ID-03", lambda r, g: _coded("52530000MJY000458L"), _ORG),
    Near("ID-04", lambda r, g: _coded(make_uscc("N2", "530102", "12345678")), _ORG),
    Near("ID-04", lambda r, g: _coded(make_uscc("A1", "530102", "12345678")), _ORG),
    Near("ID-05", lambda r, g: _coded("1153000001512345X8"), _ORG),
    Near("ID-06", lambda r, g: _coded(make_uscc("91", "532123", "12345678")), _ORG),
    Near("ID-06", lambda r, g: _coded(make_uscc("91", "100000", "12345678")), _ORG),
    Near("ID-07", lambda r, g: _coded(make_uscc("91", "530100", "11111111")), _ORG),
    Near("ID-08", lambda r, g: _coded(make_uscc("11", "530000", "01512345")), _ORG),
    Near("ID-10", {"party_registration_no": "5301001234567"}, _ORG),
    Near("ID-11", lambda r, g: {"party_organisation_code": f"{r['party_uscc'][8:16]}-{r['party_uscc'][16]}"}, _ORG),
    Near("ID-12", {"party_tax_no": "53010215123450123456"}, _ORG),
    Near("ID-13", lambda r, g: _institution(" 153010200012"), _ORG),
    Near("ID-17", {"party_registration_no": "530100000001235"}, _ORG),
    Near("ID-14", lambda r, g: {"party_organisation_code": r["party_uscc"][8:17]}, _ORG),
    Near("ID-15", lambda r, g: {"party_tax_no": f" {r['party_uscc'].lower()}"}, _ORG),
    Near("ID-15", {"party_tax_no": "530102015123450"}, _ORG),
    Near("ID-16", lambda r, g: _coded(make_uscc("51", "530000", "50000123")) | {"party_society_no": "滇社证字第0012号"}, _ORG),
    Near("ID-16", lambda r, g: _institution("153010200013"), _ORG),
    Near("LR-01", {"representative_name": ""}, _NAT),
    Near("LR-02", {"representative_name": "阿卜杜拉·买买提"}, _ORG),
    Near("LR-02", {"representative_name": "Jean-Luc O'Neil"}, _ORG),
    Near("LR-02", {"representative_name": "李建" * 25}, _ORG),
    Near("LR-03", _paper("", ""), _ORG),
    Near("LR-04", _paper("居民身份证", with_check("53010219900307123")), _ORG),
    Near("LR-05", _paper("护照号", "E12345678"), _ORG),
    Near("LR-05", _paper("港澳居民来往内地通行证", "H12345678"), _ORG),
    Near("LR-05", _paper("外国人永久居留身份证", "ABC123456789012"), _ORG),
    Near("LR-05", _paper("其他-士兵证", "士字第0012"), _ORG),
    Near("LR-05", _paper("外国人永久居留身份证", with_check("91100019900307123")), _ORG),
    Near("LR-06", lambda r, g: {"party_name": r["representative_name"]}, _SELF),
    Near("LR-07", {"representative_name": "李 丽"}, _ORG),
    Near("LR-07", {"representative_name": "JOHN MICHAEL SMITH"}, _ORG),
    Near("PE-01", {"party_id_type": "护照", "party_id_no": "E12345678"}, _NAT),
    Near("PE-02", {"party_id_no": ""}, _ORG),
    Near("PE-03", {"party_id_type": "护照号", "party_id_no": "53010219900307"}, _NAT),
    Near("PE-04", {"party_id_type": "身份证", "party_id_no": "11010519491231002x"}, _NAT),
    Near("PE-05", _card("53010219060630001"), _NAT),
    Near("PE-05", _card("53010220260630001"), _NAT, warns=(("PE-09", "party_id_no"),)),
    Near("PE-06", {"party_id_type": "身份证", "party_id_no": "530101198001010000"}, _NAT),
    Near("PE-06", _card("53212319800101001"), _NAT),
    Near("PE-06", _card("83000019900307123"), _NAT),
    Near("PE-07", {"party_id_type": "港澳居民来往内地通行证", "party_id_no": "M1234567801"}, _NAT),
    Near("PE-07", {"party_id_type": "台湾居民来往大陆通行证", "party_id_no": "1234567890A"}, _NAT),
    Near("PE-07", {"party_id_type": "外国人永久居留身份证", "party_id_no": with_check("91100019900307123")}, _NAT),
    Near("PE-09", lambda r, g: _card(f"530102{years_after(decided_on(r), -18):%Y%m%d}001"), _NAT),
    Near("PE-08", {"remark": "面积3*5"}),
    Near("PE-10", {"party_id_type": "其他-士兵证", "party_id_no": "士字第0012"}, _NAT),
)  # fmt: skip
