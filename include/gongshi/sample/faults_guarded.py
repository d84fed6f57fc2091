"""Faults that would break a second rule, were its precondition not broken first: only the first may be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gongshi.sample.decisions import Row
from gongshi.sample.faults_organ import elsewhere
from gongshi.sample.names import with_check
from gongshi.sample.planted import BOTH, NO_CODES, Change, Fault, Severity, spoil_last
from gongshi.sample.registry_files import ENTITY_CODE
from gongshi.standard.model import ORGANISATION, PERSON, SELF_EMPLOYED

_P = ("penalty",)
_WRONG_CODE = "91530100MA6K8X2N0J"
"""A company's code with another check character (standard 3.1)."""
_ORG, _NAT, _SELF = {"category": ORGANISATION}, {"category": PERSON}, {"category": SELF_EMPLOYED}
_FINE, _WARNED, _CONFISCATED = ({"categories": c} for c in (("罚款",), ("警告",), ("没收违法所得", "罚款")))


def _guarded(
    rule: str,
    name: str,
    change: Change | Row,
    base: Mapping[str, Any] | None = None,
    kinds: tuple[str, ...] = BOTH,
    also: tuple[tuple[str, str, Severity], ...] = (),
) -> Fault:
    return Fault(rule, name, change, "E", kinds, base or {}, in_deliveries=False, also=also)


def _coded(code: str) -> Row:
    return {**NO_CODES, "party_society_no": "", "party_institution_no": "", "party_uscc": code}


def _card(number: str) -> Row:
    return {"party_id_type": "身份证", "party_id_no": number}


GUARDED_FAULTS = (
    # placeholder, length, alphabet before prefix, check digit and category
    _guarded("ID-07", "party_uscc", _coded("00000000000000000X"), _SELF),
    _guarded("ID-07", "party_uscc", _coded("1" * 18), _ORG),
    _guarded("ID-07", "party_uscc", _coded("0" * 15), _ORG),
    _guarded("ID-02", "party_uscc", _coded("95530102"), _SELF),
    _guarded("ID-02", "party_uscc", _coded("92530102"), _ORG),
    _guarded("ID-02", "party_uscc", lambda r, g: {**_coded("91530102"), "party_tax_no": r["party_uscc"]}, _ORG),
    _guarded("ID-02", "party_uscc", lambda r, g: _coded(r["party_uscc"][:9] + " " + r["party_uscc"][9:]), _ORG),
    _guarded("TX-02", "party_uscc", lambda r, g: _coded(r["party_uscc"][:9] + "\n" + r["party_uscc"][9:]), _ORG),
    _guarded("ID-02", "party_uscc", _coded("无"), _ORG),
    _guarded("ID-03", "party_uscc", lambda r, g: _coded(_WRONG_CODE) | {"organ_code": _WRONG_CODE}, _ORG, also=(("AG-02", "organ_code", "E"),)),
    _guarded("ID-03", "party_uscc", _coded(_WRONG_CODE) | {"licence_category": "登记", "content": "准予公司设立登记。"}, _ORG, ("licence",)),
    _guarded("CT-05", "party_registration_no", {"party_registration_no": "123"}, _NAT),
    _guarded("CT-05", "party_tax_no", {"party_tax_no": "123"}, _NAT),
    _guarded("CT-05", "party_institution_no", {"party_institution_no": "123"}, _NAT),
    _guarded("AG-02", "organ_code", {"organ_code": "1153"}),
    _guarded("AG-02", "source_code", {"source_code": "91530100MA6K8X2N0J"}),
    _guarded("AG-03", "source_code", {"source_code": "91530100MA6K8X2N0H"}),
    _guarded("AG-01", "organ_name", {"organ_code": "", "organ_name": ""}, also=(("AG-02", "organ_code", "E"),)),
    # a name nobody registered is compared with no register, an organ without name not with the sender's rights
    _guarded("NM-07", "party_name", {**_coded(ENTITY_CODE), "party_name": "20260415001"}, _ORG),
    _guarded("AG-01", "organ_name", lambda r, g: {**elsewhere(r, g), "organ_name": ""}),
    # placeholder and test words before what a name or a text should be
    _guarded("TX-09", "party_name", {"party_name": "无"}, _ORG),
    _guarded("TX-09", "party_name", {"party_name": "/"}, _NAT),
    _guarded("TX-09", "representative_name", {"representative_name": "无"}, _ORG),
    _guarded("TX-10", "document_no", {"document_no": "xxx"}),
    _guarded("NM-07", "party_name", {"party_name": "20260415001", **_card("11010519491231002X")}, _NAT),
    _guarded("LR-02", "representative_name", {"representative_name": "李建" * 26}, _ORG),
    _guarded("LR-02", "representative_name", {"party_name": "云岭食品1店", "representative_name": "云岭食品1店"}, _ORG),
    _guarded("LR-02", "representative_name", {"representative_name": "张建国、李秀英1"}, _ORG),
    _guarded("CT-01", "party_category", {"party_category": ""}, _ORG),
    _guarded("CT-02", "party_category", {"party_category": "其他"}, _NAT),
    # a masked number, or one of wrong length, is judged no further
    _guarded("PE-08", "party_id_no", _card("530***"), _NAT),
    _guarded("PE-08", "representative_id_no", {"representative_id_type": "", "representative_id_no": "530102********1238"}, _ORG),
    _guarded("PE-03", "party_id_no", _card("5301021990"), _NAT),
    _guarded("PE-04", "party_id_no", lambda r, g: _card(spoil_last(with_check("53990119900307123"), g)), _NAT),
    _guarded("PE-05", "party_id_no", _card("530102991332123"), _NAT),
    # a date nobody can read takes no part in comparisons
    _guarded("DT-01", "decision_date", {"decision_date": "某日"}),
    _guarded("DT-02", "decision_date", {"decision_date": "2026/02/30"}),
    _guarded("DT-02", "valid_to", {"valid_to": "2100/02/30"}),
    _guarded("XK-10", "decision_date", {"decision_date": "", "valid_to": ""}, kinds=("licence",), also=(("XK-11", "valid_to", "E"),)),
    _guarded("CF-22", "decision_date", {"decision_date": "", "valid_to": "", "publish_until": ""}, kinds=_P, also=(("CF-24", "valid_to", "W"),)),
    # a category or an amount that is none is not compared with the others
    _guarded("CF-18", "fine_wan", {"fine_wan": "9" * 13}, _FINE, _P),
    _guarded("CF-18", "fine_wan", {"fine_wan": "1234567890123.1234567", "content": "罚款，数额见决定书。"}, _FINE, _P),
    _guarded("CF-08", "penalty_categories", {"penalty_categories": "罚款;没收违法所得;吊销许可证件;行政拘留;其他;口头教育"}, _WARNED | _ORG, _P),
    _guarded("CF-08", "penalty_categories", {"penalty_categories": "口头教育"}, _CONFISCATED, _P),
    _guarded("CF-08", "penalty_categories", {"penalty_categories": "口头教育", "certificates_affected": "许可证1号"}, _WARNED, _P),
    _guarded("CF-08", "penalty_categories", {"penalty_categories": "责令停产停业;口头教育"}, _WARNED | _NAT, _P),
)  # fmt: skip
