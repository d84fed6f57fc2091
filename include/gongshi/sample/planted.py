"""A row of the sample with what was planted in it: the shape shared by faults, deliveries and truth."""

from __future__ import annotations

from dataclasses import dataclass, field

from gongshi.sample.decisions import Row
from gongshi.standard.kinds import KINDS

Hit = tuple[str, str]
"""(official column code, "" for a finding about the whole row; rule id)."""


@dataclass
class SampleRow:
    """One row as an agency sends it.

    Attributes:
        kind: licence or penalty.
        values: what the row means, field name → text after normalisation (a planted fault included).
        sent: the cells that are written in another way than `values` says (blanks, full-width digits …).
        errors: findings that reject the row.
        warnings: findings that do not.
        fixes: normalisations that take place.
        extra_cells: cells too many (> 0) or missing (< 0) at the end of the line.
        operation: CZLX; empty for an ordinary row.
        corrects: document number of the record whose JLBH is filled in when the file is rendered.
        unknown_ref: a JLBH that belongs to no record.
        stamp: the source's own SJC (ISO 8601) and RECID, for rows of an agency database.
    """

    kind: str
    values: Row
    sent: Row = field(default_factory=dict)
    errors: tuple[Hit, ...] = ()
    warnings: tuple[Hit, ...] = ()
    fixes: tuple[Hit, ...] = ()
    extra_cells: int = 0
    operation: str = ""
    corrects: str = ""
    unknown_ref: str = ""
    stamp: tuple[str, int] | None = None

    @property
    def cells(self) -> Row:
        """Cells as typed."""
        return self.values | self.sent

    @property
    def document_no(self) -> str:
        """文书号 after normalisation."""
        return self.values["document_no"]

    @property
    def organ_code(self) -> str:
        """Code of the deciding organ."""
        return self.values["organ_code"]

    @property
    def party_key(self) -> str:
        """What identifies the counterpart: USCC, else ID number, else name (standard 4.10)."""
        v = self.values
        return v["party_uscc"] or v["party_id_no"] or v["party_name"]


def hit(kind: str, name: str, rule: str) -> Hit:
    """A finding on a field given by our name."""
    return (KINDS[kind].official(name), rule)
