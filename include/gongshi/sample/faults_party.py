"""Faults of the counterpart (standard 4.3), its codes (4.4), its legal representative and persons (4.5)."""

from __future__ import annotations

from random import Random

from gongshi.sample.decisions import Row
from gongshi.sample.names import id_card, registration_no, uscc, with_check
from gongshi.sample.planted import NO_CODES, Fault, spoil_last
from gongshi.standard.identifiers import make_uscc, organisation_code_check_character, uscc_check_character
from gongshi.standard.model import ORGANISATION, PERSON, SELF_EMPLOYED

_ORG, _NAT, _SELF = {"category": ORGANISATION}, {"category": PERSON}, {"category": SELF_EMPLOYED}
_NO_PAPER = {"representative_id_type": "", "representative_id_no": ""}
_REGION, _NOWHERE = "530102", "539901"


def _coded(code: str, **cells: str) -> Row:
    """Another USCC, with every field emptied that would be compared with it."""
    return {**NO_CODES, "party_society_no": "", "party_institution_no": "", "party_uscc": code, **cells}


def _with_card(**cells: str) -> Row:
    return {"party_id_type": "身份证", "party_id_no": with_check("53010219900307123"), **cells}


def _card(number: str) -> Row:
    return {"party_id_type": "身份证", "party_id_no": number}


def _odd_inner_code(rng: Random) -> str:
    """A code whose own check character is right and that of its organisation code is not."""
    body = f"{rng.randrange(10**7, 10**8)}"
    odd = "2" if organisation_code_check_character(body) == "1" else "1"
    first17 = f"91{_REGION}{body}{odd}"
    return first17 + uscc_check_character(first17)


def _wrong_registration_no(row: Row, rng: Random) -> Row:
    return {"party_registration_no": spoil_last(registration_no(rng, _REGION), rng)}


def _odd_organisation_code(row: Row, rng: Random) -> Row:
    code = row["party_uscc"]
    return {"party_organisation_code": code[8:16] + ("1" if code[16] != "1" else "2")}


def _foreign_organisation_code(row: Row, rng: Random) -> Row:
    first8 = f"{rng.randrange(10**7, 10**8)}"
    return {"party_organisation_code": first8 + organisation_code_check_character(first8)}


PARTY_FAULTS = (
    Fault("NM-01", "party_name", {"party_name": ""}, base=_ORG),
    Fault("NM-02", "party_name", {"party_name": "滇兴行"}, base=_ORG),
    Fault("NM-03", "party_name", {"party_name": "李"}, base=_NAT),
    Fault("NM-04", "party_name", lambda r, g: {"party_name": "昆明★云岭商贸有限公司"}, "W", base=_ORG),
    Fault("NM-05", "party_name", {"party_name": "昆明市滇润商贸有限公司"}, base=_NAT),
    Fault("NM-05", "party_name", {"party_name": "马街村卫生站"}, base=_NAT),
    Fault("NM-06", "party_name", {"party_name": "欧阳建国"}, "W", base=_ORG),
    Fault("NM-07", "party_name", lambda r, g: {"party_name": r["party_uscc"]}, base=_ORG),
    Fault("NM-07", "party_name", {"party_name": "20260415001"}, base=_ORG),
    Fault("NM-08", "party_name", {"party_name": SELF_EMPLOYED, "representative_name": ""}, base=_SELF),
    Fault(
        "NM-09", "party_name", lambda r, g: {"party_name": "李建国2", **_card(id_card(g, _REGION))}, base=_NAT
    ),
    Fault("NM-10", "party_name", {"party_name": "昆明市滇润商贸有限公司、昆明市云岭物流有限公司"}, base=_ORG),
    Fault("CT-01", "party_category", {"party_category": ""}, base=_ORG),
    Fault("CT-02", "party_category", {"party_category": "团体会员"}, base=_ORG),
    Fault(
        "CT-03",
        "party_category",
        lambda r, g: {"party_name": "五华区云岭百货店", "party_category": ORGANISATION},
        base=_SELF,
    ),
    Fault("CT-04", "party_category", {"party_category": SELF_EMPLOYED}, base=_ORG),
    Fault("CT-05", "party_uscc", lambda r, g: {"party_uscc": uscc(g, "91", _REGION)}, base=_NAT),
    Fault("CT-05", "party_tax_no", {"party_tax_no": "530102015123450"}, base=_NAT),
    *(
        Fault("CT-05", name, {name: number}, base=_NAT, in_deliveries=False)
        for name, number in (
            ("party_registration_no", "530100000001235"),
            ("party_organisation_code", "MA6K8X2N0"),
            ("party_institution_no", "153010000123"),
            ("party_society_no", "滇社证字第0012号"),
        )
    ),
    Fault("CT-06", "representative_name", {"representative_name": "张建国"}, base=_NAT),
    Fault(
        "CT-06",
        "representative_id_type",
        {"representative_id_type": "护照号", "representative_id_no": "E12345678"},
        base=_NAT,
        also=(("CT-06", "representative_id_no", "E"),),
        in_deliveries=False,
    ),
    Fault("CT-07", "party_id_no", lambda r, g: {"party_id_no": id_card(g, _REGION)}, base=_ORG),
    Fault("CT-07", "party_id_type", {"party_id_type": "护照号"}, base=_ORG, in_deliveries=False),
    Fault("ID-01", "party_uscc", _coded(""), base=_ORG),
    Fault("ID-02", "party_uscc", lambda r, g: _coded(r["party_uscc"][:17]), base=_ORG),
    Fault("ID-02", "party_uscc", _coded("91530100MA6K8X2NOH"), base=_ORG),
    Fault("ID-03", "party_uscc", lambda r, g: _coded(spoil_last(r["party_uscc"], g)), base=_ORG),
    Fault(
        "ID-04",
        "party_uscc",
        lambda r, g: _coded(make_uscc("95", _REGION, f"{g.randrange(10**7, 10**8)}")),
        base=_ORG,
    ),
    Fault("ID-05", "party_uscc", lambda r, g: _coded(_odd_inner_code(g)), "W", base=_ORG),
    Fault("ID-06", "party_uscc", lambda r, g: _coded(uscc(g, "91", _NOWHERE)), "W", base=_ORG),
    Fault("ID-07", "party_uscc", _coded("00000000000000000X"), base=_ORG),
    Fault("ID-07", "party_uscc", _coded("1" * 18), base=_ORG),
    Fault(
        "ID-08",
        "party_uscc",
        lambda r, g: _coded(r["organ_code"], party_name=r["organ_name"]),
        "W",
        base=_ORG,
    ),
    Fault("ID-10", "party_registration_no", _wrong_registration_no, "W", base=_ORG),
    Fault("ID-10", "party_registration_no", {"party_registration_no": "530102100012"}, "W", base=_ORG),
    Fault("ID-11", "party_organisation_code", _odd_organisation_code, base=_ORG),
    Fault(
        "ID-11",
        "party_organisation_code",
        lambda r, g: {"party_organisation_code": r["party_uscc"][8:16]},
        base=_ORG,
    ),
    Fault("ID-12", "party_tax_no", {"party_tax_no": "5301020151234501"}, "W", base=_ORG),
    Fault("ID-13", "party_institution_no", {"party_institution_no": "事证第153010200012号"}, "W", base=_ORG),
    Fault("ID-14", "party_organisation_code", _foreign_organisation_code, base=_ORG),
    Fault("ID-15", "party_tax_no", lambda r, g: {"party_tax_no": uscc(g, "91", _REGION)}, "W", base=_ORG),
    Fault(
        "ID-16",
        "party_institution_no",
        lambda r, g: _coded(uscc(g, "91", _REGION), party_institution_no="153010200012"),
        "W",
        base=_ORG,
    ),
    Fault(
        "ID-16",
        "party_society_no",
        lambda r, g: _coded(uscc(g, "91", _REGION), party_society_no="滇社证字第0012号"),
        "W",
        base=_ORG,
    ),
    Fault("LR-01", "representative_name", {"representative_name": "", **_NO_PAPER}, base=_ORG),
    Fault("LR-02", "representative_name", {"representative_name": "李建国1"}, base=_ORG),
    Fault("LR-02", "representative_name", {"representative_name": "李"}, base=_ORG),
    Fault("LR-02", "representative_name", {"representative_name": "李*国"}, base=_ORG),
    Fault(
        "LR-03",
        "representative_id_type",
        lambda r, g: {**_NO_PAPER, "representative_id_no": id_card(g, _REGION)},
        base=_ORG,
    ),
    Fault("LR-03", "representative_id_no", {**_NO_PAPER, "representative_id_type": "身份证"}, base=_ORG),
    Fault(
        "LR-04",
        "representative_id_type",
        {"representative_id_type": "工作证", "representative_id_no": "滇工0012"},
        base=_ORG,
    ),
    Fault(
        "LR-05",
        "representative_id_no",
        {"representative_id_type": "身份证", "representative_id_no": "53010219900307123X"},
        base=_ORG,
    ),
    Fault(
        "LR-05",
        "representative_id_no",
        {"representative_id_type": "身份证", "representative_id_no": with_check("53010219900230001")},
        base=_ORG,
        in_deliveries=False,
    ),
    Fault(
        "LR-05",
        "representative_id_no",
        lambda r, g: {
            "representative_id_type": "外国人永久居留身份证",
            "representative_id_no": spoil_last(with_check("91100019900307123"), g),
        },
        base=_ORG,
    ),
    Fault(
        "LR-06",
        "representative_name",
        {"party_name": "云岭食品商行", "representative_name": "云岭食品商行"},
        "W",
        base=_ORG,
    ),
    Fault("LR-07", "representative_name", {"representative_name": "张建国、李秀英"}, "W", base=_ORG),
    Fault("LR-07", "representative_name", {"representative_name": "张建国  李秀英"}, "W", base=_ORG),
    Fault("PE-01", "party_id_type", {"party_id_type": ""}, base=_NAT),
    Fault("PE-01", "party_id_type", {"party_id_type": "工作证"}, base=_NAT),
    Fault("PE-02", "party_id_no", {"party_id_no": ""}, base=_NAT),
    Fault("PE-03", "party_id_no", _with_card(party_id_no="5301021990030712"), base=_NAT),
    Fault("PE-04", "party_id_no", _with_card(party_id_no="53010219900307123X"), base=_NAT),
    Fault("PE-05", "party_id_no", _with_card(party_id_no=with_check("53010219900230001")), base=_NAT),
    Fault("PE-05", "party_id_no", _with_card(party_id_no="530102209001010016"), base=_NAT),
    Fault("PE-05", "party_id_no", _with_card(party_id_no=with_check("53010218990101001")), base=_NAT),
    Fault("PE-06", "party_id_no", lambda r, g: _card(id_card(g, _NOWHERE)), "W", base=_NAT),
    Fault(
        "PE-06",
        "representative_id_no",
        lambda r, g: {"representative_id_type": "身份证", "representative_id_no": id_card(g, _NOWHERE)},
        "W",
        base=_ORG,
    ),
    Fault(
        "PE-07",
        "party_id_no",
        lambda r, g: {
            "party_id_type": "港澳居民来往内地通行证",
            "party_id_no": f"C{g.randrange(10**7, 10**8)}",
        },
        "W",
        base=_NAT,
    ),
    Fault(
        "PE-09",
        "party_id_no",
        lambda r, g: _card(with_check(f"{_REGION}20120301{g.randrange(1000):03d}")),
        "W",
        base=_NAT,
    ),
    Fault("PE-08", "party_id_no", _with_card(party_id_no="530102********1238"), base=_NAT),
    Fault(
        "PE-08",
        "representative_id_no",
        {"representative_id_type": "身份证", "representative_id_no": "530102********1238"},
        base=_ORG,
    ),
    Fault("PE-10", "party_id_type", {"party_id_type": "其他"}, base=_NAT),
    Fault("PE-10", "party_id_type", {"party_id_type": "其他-"}, base=_NAT),
    Fault(
        "PE-10",
        "representative_id_type",
        {"representative_id_type": "其他", "representative_id_no": "士字第0012"},
        base=_ORG,
        in_deliveries=False,
    ),
)
