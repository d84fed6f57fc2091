"""Rows of the sample with what was planted in them, and the shapes of a fault and of a near miss.

A fault respects the preconditions of the rule book (standard, section 4): where a change would touch a second rule, the
cells that rule reads are emptied or set as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, Literal

from gongshi.sample.decisions import Desk, Row
from gongshi.sample.province import Agency
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import OPERATION_FIELDS

Hit = tuple[str, str]
"""(official column code, "" for a finding about the whole row; rule id)."""


@dataclass
class SampleRow:
    """One row as an agency sends it.

    Attributes:
        kind: licence or penalty.
        values: what the row means, field name → text after normalisation (a planted fault included).
        good: the same row without its fault, as a later correction sends it; None when nothing is wrong with it.
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
    good: Row | None = None
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
    def source_stamp(self) -> tuple[str, int]:
        """SJC and RECID.

        Raises:
            ValueError: the row does not come from an agency database.
        """
        if self.stamp is None:
            raise ValueError(f"not a row of an agency database: {self.document_no}")
        return self.stamp

    @property
    def cells(self) -> Row:
        """Cells as typed."""
        return self.values | self.sent

    @property
    def changed(self) -> tuple[str, ...]:
        """Fields that are not as in the good row, in the order of the kind."""
        good = self.good or self.values
        cells = self.cells | ({"operation": self.operation} if self.operation else {})
        return tuple(name for name, text in cells.items() if text != good.get(name, ""))

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
        """What identifies the counterpart."""
        return party_key(self.values)


def party_key(values: Row) -> str:
    """What identifies a counterpart: USCC, else ID number, else name (standard 4.10)."""
    return values["party_uscc"] or values["party_id_no"] or values["party_name"]


def hit(kind: str, name: str, rule: str) -> Hit:
    """A finding on a field given by our name, or on the whole row."""
    return (KINDS[kind].official(name) if name else "", rule)


Severity = Literal["E", "W"]
Change = Callable[[Row, Random], Row]
BOTH = ("licence", "penalty")
NO_CODES = dict.fromkeys(("party_registration_no", "party_organisation_code", "party_tax_no"), "")
"""The codes that are measured against a counterpart's 统一社会信用代码, emptied."""


@dataclass(frozen=True)
class Fault:
    """A planted fault.

    Attributes:
        rule: the one rule it fires.
        field_name: our name of the field the finding names; empty for the whole row.
        change: good row → cells to replace; a plain dict when nothing depends on the row. Fields the kind does not
            have are left out.
        severity: E rejects the row, W does not.
        kinds: kinds of record that have the field.
        base: what the good row must be (arguments of `Desk.decide`).
        in_deliveries: False = not planted in the sample's deliveries, because the row could then not be told by its
            deciding organ, or because it stands there in another way.
        also: other rules that must speak too (rule, our name of the field, severity).
        extra_cells: as of `SampleRow`.
        not_at: line of work of agencies at which it is no fault.
    """

    rule: str
    field_name: str
    change: Change | Row
    severity: Severity = "E"
    kinds: tuple[str, ...] = BOTH
    base: Mapping[str, Any] = field(default_factory=dict)
    in_deliveries: bool = True
    also: tuple[tuple[str, str, Severity], ...] = ()
    extra_cells: int = 0
    not_at: str = ""

    def plant(self, kind: str, desk: Desk, agency: Agency, decided: date) -> SampleRow:
        """A new decision with this fault in it."""
        good = desk.decide(kind, agency, decided, **self.base)
        told = ((self.rule, self.field_name, self.severity), *self.also)
        found = {wanted: tuple(hit(kind, f, r) for r, f, s in told if s == wanted) for wanted in ("E", "W")}
        values = _changed(good, self.change, desk.rng)
        operation = values.pop("operation", "")
        return SampleRow(
            kind,
            values,
            good,
            errors=found["E"],
            warnings=found["W"],
            extra_cells=self.extra_cells,
            operation=operation,
        )


@dataclass(frozen=True)
class Near:
    """A change of a good row that comes close to a rule and must be found faultless.

    Attributes:
        rule: the rule it comes close to.
        change: good row → cells to replace, as of `Fault`; cells of the operation columns too.
        base: what the good row must be (arguments of `Desk.decide`; `categories` for penalties only).
        kinds: kinds of record it is for.
        warns: other rules that rightly warn of such a row (rule, our name of the field): a decision of 1949 is old stock.
    """

    rule: str
    change: Change | Row
    base: Mapping[str, Any] = field(default_factory=dict)
    kinds: tuple[str, ...] = BOTH
    warns: tuple[tuple[str, str], ...] = ()

    def plant(self, kind: str, desk: Desk, agency: Agency, decided: date) -> SampleRow:
        """A new decision with this near miss in it; cells as typed."""
        base = {name: asked for name, asked in self.base.items() if kind == "penalty" or name != "categories"}
        good = desk.decide(kind, agency, decided, **base)
        warned = tuple(hit(kind, name, rule) for rule, name in self.warns)
        return SampleRow(kind, _changed(good, self.change, desk.rng), good, warnings=warned)


def _changed(good: Row, change: Change | Row, rng: Random) -> Row:
    """The row with its cells replaced; fields the kind does not have are left out."""
    cells = change if isinstance(change, dict) else change(good, rng)
    return good | {name: text for name, text in cells.items() if name in good or name in OPERATION_FIELDS}


def append(name: str, text: str) -> Change:
    """Change that adds `text` to the end of a field."""
    return lambda row, rng: {name: row[name] + text}


def spoil_last(code: str, rng: Random) -> str:
    """The code with another digit at its end."""
    return code[:-1] + rng.choice([d for d in "0123456789" if d != code[-1]])
