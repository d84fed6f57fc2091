"""What becomes of every planted row, in plain Python: identities, versions, outcomes (standard 4.10) and lateness.

Nothing of the product's merge is used. Two shortcuts rest on what the replay plants: content is equal when all fields
are equal after normalisation, and a record's number and organ never change.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

from gongshi.sample.decisions import Row
from gongshi.sample.planted import Hit, SampleRow
from gongshi.sample.province import province
from gongshi.sample.registry_files import STOCK_DECIDED, STOCK_KIND, line_system
from gongshi.standard.model import OPERATIONS
from gongshi.standard.working_days import UncoveredYear, shipped_calendar

RESTRICTING = ("PI-07", "PI-10")
Identity = tuple[str, str, str, str]
"""Kind, deciding organ, document number, counterpart."""


@dataclass(eq=False)
class Record:
    """A decision in the warehouse.

    Attributes:
        content: fields of the current version; of a withdrawn record those of the version before.
        stamp: the source's stamp of the current version, None when it came by file.
        sender: agency that sent it first.
        is_stock: declared old stock, which is never late.
        also_sent_by: other agencies that sent it later.
    """

    kind: str
    organ: str
    sender: str
    document_no: str
    first_accepted: datetime
    due: date
    late_days: int
    content: Row
    stamp: tuple[str, int] | None
    is_stock: bool = False
    versions: int = 1
    is_withdrawn: bool = False
    also_sent_by: set[str] = field(default_factory=set)


@dataclass
class Judged:
    """One row read, with its outcome and all its findings, the planted and those of the merge."""

    row: SampleRow
    row_no: int
    outcome: str = "accepted"
    errors: list[Hit] = field(default_factory=list)
    warnings: list[Hit] = field(default_factory=list)
    record: Record | None = None
    is_late: bool = False
    is_stock: bool = False

    @property
    def is_restricted(self) -> bool:
        """Refused because it must not be sent at all: nothing of it but its keys is kept (standard 4.11)."""
        return any(rule in RESTRICTING for _, rule in self.errors)


@dataclass
class Event:
    """A row as reports count it.

    Attributes:
        organ: the deciding organ (always registered in deliveries); the sender where the line cannot be read.
        identity: of the row itself, None when a part of it is missing.
        due: last on-time day; None where the decision date is no day of a covered year, or is not kept.
    """

    at: datetime
    kind: str
    organ: str
    document_no: str
    outcome: str
    record: Record | None
    identity: Identity | None
    due: date | None


class Warehouse:
    """Takes batches in order of arrival and remembers every record and every row."""

    def __init__(self) -> None:
        registered = province()
        self._line_system, self._declarer = line_system(registered), registered.agencies[-1].code
        self.records: list[Record] = []
        self.events: list[Event] = []
        self._by_identity: dict[Identity, Record] = {}
        self._by_number: dict[tuple[str, str, str], list[Record]] = defaultdict(list)

    def take(
        self, at: datetime, sender: str, rows: Iterable[tuple[int, SampleRow]], refused: bool = False
    ) -> list[Judged]:
        """Judge and merge one batch.

        Args:
            at: instant of the collection.
            sender: agency the batch comes from.
            rows: (row number as the clerk sees it, row).
            refused: the batch is refused as a whole after its rows were read.
        """
        judged = [
            Judged(row, row_no, errors=list(row.errors), warnings=list(row.warnings)) for row_no, row in rows
        ]
        numbers = Counter((j.row.organ_code, j.row.document_no) for j in judged)
        for j in judged:
            if not refused and not j.errors:
                j.errors += self._merge_errors(j.row, numbers)
            if refused or j.errors:
                j.outcome = "rejected"
        self._merge(at, sender, [j for j in judged if j.outcome != "rejected"])
        self.events += [_event(at, sender, j) for j in judged]
        return judged

    def known_record(self, event: Event, at: datetime) -> Record | None:
        """The record a rejected row counts with: the one of its organ and number, or the one of its identity."""
        same_number = self._by_number[event.kind, event.organ, event.document_no] if event.document_no else []
        known = [record for record in same_number if record.first_accepted <= at]
        if len(known) == 1:
            return known[0]
        by_identity = self._by_identity.get(event.identity) if event.identity else None
        return by_identity if by_identity in known else None

    def _merge_errors(self, row: SampleRow, numbers: Counter[tuple[str, str]]) -> list[Hit]:
        if row.operation not in ("", *OPERATIONS):
            return [("CZLX", "XR-19")]
        changes_record = row.operation in ("更正", "撤销")
        stored = self._target(row)
        if changes_record and stored is None:
            return [("", "XR-07")]
        if changes_record:
            return []
        same_number = self._by_number[row.kind, row.organ_code, row.document_no]
        if same_number and stored is None and numbers[row.organ_code, row.document_no] == 1:
            return [("", "XR-06")]
        if stored and row.stamp and stored.stamp and row.stamp < stored.stamp:
            return [("", "XR-05")]
        return []

    def _target(self, row: SampleRow) -> Record | None:
        """The stored record a row is about: by JLBH, else by identity."""
        if row.corrects:
            (record,) = self._by_number[row.kind, row.organ_code, row.corrects]
            return record
        return None if row.unknown_ref else self._by_identity.get(identity_of(row))

    def _merge(self, at: datetime, sender: str, rows: list[Judged]) -> None:
        groups: dict[object, list[Judged]] = defaultdict(list)
        for j in rows:
            groups[self._target(j.row) or identity_of(j.row)].append(j)
        for group in groups.values():
            for before, j in pairwise(group):
                if j.row.values == before.row.values:
                    j.outcome = "duplicate"
                    j.warnings.append(("", "XR-01"))
            last = next(j for j in reversed(group) if j.outcome != "duplicate")
            for j in group:
                if j is not last and j.outcome != "duplicate":
                    j.outcome = "superseded"
                    j.warnings.append(("", "XR-02"))
            self._write(at, sender, last)
            for j in group:
                j.record = last.record

    def _write(self, at: datetime, sender: str, j: Judged) -> None:
        row, record = j.row, self._target(j.row)
        j.record = record or self._open(at, sender, j)
        if record is None:
            return
        is_withdrawal = row.operation == "撤销"
        if sender != record.sender and not is_withdrawal:
            record.also_sent_by.add(sender)
            j.warnings += [("", "XR-13")] if record.sender == self._line_system else []
        content = record.content if is_withdrawal else row.values
        if content == record.content and is_withdrawal == record.is_withdrawn:
            j.outcome = "unchanged"
            return
        record.content, record.is_withdrawn, record.stamp = content, is_withdrawal, row.stamp
        record.versions += 1
        self._by_identity[identity_of(row)] = record

    def _open(self, at: datetime, sender: str, j: Judged) -> Record:
        row, calendar = j.row, shipped_calendar()
        decided = date(*map(int, row.values["decision_date"].split("/")))
        due = calendar.due_date(decided)
        j.is_stock = self._is_stock(sender, row.kind, decided)
        late_days = 0 if j.is_stock else calendar.late_days(due, at.date())
        if late_days:
            j.is_late = True
            j.warnings.append(("", "XR-15"))
        if row.values.get("state") == "2":
            j.warnings.append(("", "XK-18"))
        record = Record(
            row.kind, row.organ_code, sender, row.document_no, at, due, late_days, row.values, row.stamp, j.is_stock
        )  # fmt: skip
        self.records.append(record)
        self._by_identity[identity_of(row)] = record
        self._by_number[row.kind, row.organ_code, row.document_no].append(record)
        return record

    def _is_stock(self, sender: str, kind: str, decided: date) -> bool:
        first, last = STOCK_DECIDED
        return sender == self._declarer and kind == STOCK_KIND and first <= decided <= last


def identity_of(row: SampleRow) -> Identity:
    """Identity of a row by its own cells."""
    return (row.kind, row.organ_code, row.document_no, row.party_key)


def _event(at: datetime, sender: str, j: Judged) -> Event:
    row, own = j.row, identity_of(j.row)
    is_readable = not row.extra_cells
    organ = row.organ_code if is_readable else sender
    whole = own if is_readable and all(own) else None
    number, due = (row.document_no, _due(row.values["decision_date"])) if is_readable else ("", None)
    due = None if j.is_restricted else due
    return Event(at, row.kind, organ, number, j.outcome, j.record, whole, due)


def _due(decision_date: str) -> date | None:
    """Due day of a date as text; None for what is no day, or a day of a year without holiday table."""
    try:
        return shipped_calendar().due_date(datetime.strptime(decision_date, "%Y/%m/%d").date())  # noqa: DTZ007
    except (ValueError, UncoveredYear):
        return None
