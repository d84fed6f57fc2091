"""Near misses of organs (standard 4.9)."""

from __future__ import annotations

from random import Random

from gongshi.sample.decisions import Row
from gongshi.sample.planted import NO_CODES, Near
from gongshi.sample.province import province
from gongshi.sample.registry_files import ENTITY_CODE, FORMER_CODE, FORMER_NAME, REPORTED_DIVISION
from gongshi.standard.model import ORGANISATION

_OBSERVED = {"source_name": "云南省气象局", "source_code": "12100000041104586L"}
"""An institution (prefix 12) of the sample's registry."""

_NO_CERTIFICATES = {"party_society_no": "", "party_institution_no": ""}
_OF_OTHERS = next(
    a for a in province().agencies if (a.field, a.division_code) == ("market", REPORTED_DIVISION)
)
_REPORTED_FOR = {"organ_name": _OF_OTHERS.name, "organ_code": _OF_OTHERS.code}


def short_name(code: str) -> str:
    """The registered short name of an agency."""
    return province().by_code[code].short_name


def _in_its_time(row: Row, rng: Random) -> Row:
    """A dissolved organ, a 大队 with power of its own, decided the day before its last."""
    decided = "2025/12/30"
    number = row["document_no"].replace(row["decision_date"][:4], decided[:4])
    organ = {"organ_name": FORMER_NAME, "organ_code": FORMER_CODE, "document_no": number}
    return {**organ, "decision_date": decided, "valid_from": decided, "publish_until": ""}


ORGAN_NEAR_MISSES = (
    Near("AG-01", lambda r, g: {"organ_name": f"　{r['organ_name']}"}),
    Near("AG-02", lambda r, g: {"organ_code": f" {r['organ_code'].lower()}"}),
    Near("AG-03", _OBSERVED),
    Near("AG-04", lambda r, g: {"source_name": f"{r['source_name']}\u200b"}),
    Near("AG-05", lambda r, g: {"source_name": short_name(r["source_code"])}),
    Near("AG-06", lambda r, g: {"document_name": f"《{r['document_name']}》（补发）"}, kinds=("licence",)),
    Near("AG-06", lambda r, g: {"violation_type": f"{r['violation_type']}案"}, kinds=("penalty",)),
    Near("AG-07", _REPORTED_FOR),
    Near("AG-08", _in_its_time),
    Near("AG-10", _in_its_time, kinds=("penalty",)),
    Near(
        "ID-09",
        {**NO_CODES, **_NO_CERTIFICATES, "party_uscc": ENTITY_CODE, "party_name": "滇池春晓商贸昆明有限公司"},
        {"category": ORGANISATION},
    ),
)
