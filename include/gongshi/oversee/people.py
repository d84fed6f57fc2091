"""Who signs, whom to call and who answers for a unit, as known at the instant of a report (Articles 3, 4, 14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from gongshi.oversee.figures import NONE_ZH
from gongshi.oversee.snapshot import PROVINCE_CODE, Snapshot
from gongshi.registry import read

LIAISON = "联络员"
RESPONSIBLE_ROLES = ("分管领导", "责任处（科）室负责人", LIAISON)
UNKNOWN_LEAD = "云南省社会信用体系建设牵头部门"


class People:
    """The registered people and lead departments, as of the instant of a snapshot."""

    def __init__(self, view: Snapshot) -> None:
        self._contacts: Mapping[tuple[str, str], list[read.Contact]] = defaultdict(list)
        for contact in read.contacts(view.connection, view.as_of):
            self._contacts[contact.agency_code, contact.role].append(contact)
        leads = read.lead_departments(view.connection, view.as_of)
        self._lead = next((lead.agency_code for lead in leads if lead.division_code == PROVINCE_CODE), None)
        names = {agency.code: agency.name for agency in read.agencies(view.connection, view.as_of)}
        self.signatory = names.get(self._lead or "", UNKNOWN_LEAD)
        """Full name of the province's lead department, which signs."""

    def contact(self) -> str:
        """The lead department's liaisons with telephone; empty when none is registered."""
        found = self._contacts.get((self._lead or "", LIAISON), [])
        return "、".join(f"{c.name}（{c.phone}）" if c.phone else c.name for c in found)

    def answerable(self, code: str) -> tuple[str, ...]:
        """Names in each of `RESPONSIBLE_ROLES` at an agency; “—” where none is registered."""
        found = (self._contacts.get((code, role), []) for role in RESPONSIBLE_ROLES)
        return tuple("、".join(c.name for c in people) or NONE_ZH for people in found)
