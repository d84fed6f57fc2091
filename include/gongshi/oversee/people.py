"""Who signs, whom to call and who answers for a unit, as known at the instant of a report (Articles 3, 4, 14)."""

from __future__ import annotations

from collections.abc import Sequence

from gongshi.oversee.figures import NONE_ZH
from gongshi.oversee.snapshot import Snapshot

PROVINCE_CODE = "530000"
LIAISON = "联络员"
RESPONSIBLE_ROLES = ("分管领导", "责任处（科）室负责人", LIAISON)
UNKNOWN_LEAD = "云南省社会信用体系建设牵头部门"


def lead_name(view: Snapshot) -> str:
    """The province's lead department, which signs."""
    found = view.rows("figures/lead_department", division_code=PROVINCE_CODE)
    return found[0]["name"] if found else UNKNOWN_LEAD


def contact_sentence(view: Snapshot) -> str:
    """The lead department's liaison with telephone; empty when none is registered."""
    found = view.rows("figures/lead_department", division_code=PROVINCE_CODE)
    people = view.rows("figures/contact", codes=[row["code"] for row in found])
    named = [f"{p['name']}（{p['phone']}）" if p["phone"] else p["name"] for p in people if p["role"] == LIAISON]
    return "、".join(named)


def people_of(view: Snapshot, codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """For each agency the names in each of `RESPONSIBLE_ROLES`; “—” where none is registered."""
    names: dict[tuple[str, str], list[str]] = {}
    for person in view.rows("figures/contact", codes=list(codes)):
        names.setdefault((person["code"], person["role"]), []).append(person["name"])
    return {code: tuple("、".join(names.get((code, role), [NONE_ZH])) for role in RESPONSIBLE_ROLES) for code in codes}
