"""Faults that only the registry tells: names of organs, rights to report, item lists, 法人库 (standard 4.9, ID-09)."""

from __future__ import annotations

from random import Random

from gongshi.sample.decisions import Row
from gongshi.sample.planted import NO_CODES, Fault
from gongshi.sample.province import province
from gongshi.sample.registry_files import ENTITY_CODE, FORMER_CODE, FORMER_NAME, OLD_ENTITY_CODE
from gongshi.standard.model import ORGANISATION

_L, _P = ("licence",), ("penalty",)
_ORG = {"category": ORGANISATION}
_OF_NOBODY = {**NO_CODES, "party_society_no": "", "party_institution_no": ""}


def _abbreviated(name: str) -> str:
    """Without its last but one character: no registered short name, and no full one."""
    return name[:-2] + name[-1]


def elsewhere(row: Row, rng: Random) -> Row:
    """The same bureau of another prefecture decided."""
    line = province().by_code[row["organ_code"]].field
    other = next(a for a in province().agencies if a.field == line and a.division_code == "530300")
    return {"organ_name": other.name, "organ_code": other.code}


def _another_party(code: str) -> Row:
    return {**_OF_NOBODY, "party_uscc": code, "party_name": "昆明市滇润商贸有限公司"}


ORGAN_FAULTS = (
    Fault("AG-05", "organ_name", lambda r, g: {"organ_name": _abbreviated(r["organ_name"])}),
    Fault("AG-05", "source_name", lambda r, g: {"source_name": _abbreviated(r["source_name"])}),
    Fault("AG-06", "document_name", {"document_name": "渡口运营资格核准决定书"}, "W", _L),
    Fault("AG-06", "violation_type", {"violation_type": "擅自移动渡口标识"}, "W", _P),
    Fault("AG-07", "organ_code", elsewhere, in_deliveries=False),
    Fault(
        "AG-08",
        "organ_name",
        {"organ_name": FORMER_NAME, "organ_code": FORMER_CODE},
        "W",
        in_deliveries=False,
    ),
    Fault("AG-10", "organ_name", lambda r, g: {"organ_name": r["organ_name"] + "综合执法大队"}, "W", _P),
    Fault("ID-09", "party_uscc", _another_party(ENTITY_CODE), "W", base=_ORG),
    Fault("ID-09", "party_uscc", _another_party(OLD_ENTITY_CODE), "W", base=_ORG),
)
