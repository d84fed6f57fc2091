"""The truth beside the sample: expected receipts and expected figures, computed from what was planted.

Document numbers and planted faults only: never ids, hashes or batch ids. Figures follow the standard, section 6.0.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from gongshi.sample.deliveries import SampleFile, Sheet
from gongshi.sample.outcomes import Event, Judged, Record, Warehouse
from gongshi.sample.planted import SampleRow, party_key
from gongshi.sample.replay import Step
from gongshi.sample.source import SOURCE_FILES
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import Period, parse_period

OUTCOMES = ("accepted", "rejected", "unchanged", "duplicate", "superseded")
FIRST_DATA_ROW = 2
_KNOWN_BY_HEADER = ("BT-01", "BT-02", "BT-04")

ExpectedFinding = tuple[int | None, str, str, str, str]
"""(row, None = the whole file; official field code or ""; rule; severity; document number)."""


@dataclass
class ExpectedBatch:
    """One receipt.

    Attributes:
        kind: null where no kind could be told.
        rows: read and one count per outcome.
        findings: as `ExpectedFinding`.
        fixes: rule → mended cells; blank lines are in `blank_rows` only.
        outcomes: per row read (row, outcome, document number).
    """

    agency: str
    file: str
    sheet: str | None
    kind: str | None
    status: str
    rows: dict[str, int]
    blank_rows: int = 0
    errors: int = 0
    warnings: int = 0
    fixes: dict[str, int] = field(default_factory=dict)
    late: int = 0
    findings: list[ExpectedFinding] = field(default_factory=list)
    outcomes: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass
class Figures:
    """One deciding agency and kind in one period.

    Attributes:
        reported: 上报量.
        accepted: 入库量 at the instant of the report.
        first_pass: 首次合规, those whose first row in the period was not rejected.
        first_accepted: records first accepted in the period; `late` after their due day (迟报).
        overdue: reported, not accepted, and their due day is before the day of the report (逾期未入库).
        rows_read: rows read; `rows_repeated` those duplicate, superseded or unchanged (重复率).
    """

    agency: str
    kind: str
    reported: int = 0
    accepted: int = 0
    first_pass: int = 0
    first_accepted: int = 0
    late: int = 0
    overdue: int = 0
    rows_read: int = 0
    rows_repeated: int = 0


@dataclass
class Truth:
    """Everything expected of a replay.

    Attributes:
        steps: per step `at`, `dag_id` and its expected batches.
        reports: per report `dag_id`, `period`, `at`, its figures, zero reports made and duplicate deliveries in it.
        records: per record of the warehouse at the end: kind, organ, number, versions, withdrawn, late days.
        quarantined: rows in the quarantine at the end, per kind.
    """

    steps: list[dict[str, Any]]
    reports: list[dict[str, Any]]
    records: list[dict[str, Any]]
    quarantined: dict[str, int]

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def truth(steps: list[Step]) -> Truth:
    """Work out what a replay must lead to."""
    return _Reckoning().run(steps)


class _Reckoning:
    def __init__(self) -> None:
        self.warehouse = Warehouse()
        self.zero_reports: list[tuple[datetime, str, str, str, str]] = []
        self.duplicates: list[tuple[datetime, str, str]] = []
        self._sent: set[int] = set()

    def run(self, steps: list[Step]) -> Truth:
        told, reports = [], []
        for step in steps:
            batches = [batch for file in step.files for batch in self._file(step.at, file)]
            batches += self._pull(step.at, step.source)
            told.append({"at": step.at.isoformat(), "dag_id": step.dag_id, "batches": batches})
            if "period" in step.conf:
                reports.append(self._report(step))
        records = [
            {"kind": r.kind, "organ": r.organ, "document_no": r.document_no, "party": party_key(r.content),
             "versions": r.versions, "withdrawn": r.is_withdrawn, "late_days": r.late_days, "due": r.due.isoformat()}
            for r in self.warehouse.records
        ]  # fmt: skip
        rejected = Counter(event.kind for event in self.warehouse.events if event.outcome == "rejected")
        return Truth(told, reports, records, dict(rejected))

    def _file(self, at: datetime, file: SampleFile) -> Iterator[ExpectedBatch]:
        first = file.again or file
        if id(first) in self._sent:
            self.duplicates.append((at, file.agency_code, file.file_name))
            yield _refused(file, "duplicate_delivery", "BT-05")
        elif file.refused:
            yield _refused(file, "rejected", file.refused)
        elif file.zero:
            kind, start, end = file.zero
            self.zero_reports.append((at, file.agency_code, kind, start.isoformat(), end.isoformat()))
            yield ExpectedBatch(
                file.agency_code, file.file_name, None, None, "accepted", _rows({"accepted": 1})
            )
        else:
            batches = [self._sheet(at, file, sheet) for sheet in file.sheets]
            if any(batch.status != "rejected" for batch in batches):
                self._sent.add(id(first))
            yield from batches

    def _sheet(self, at: datetime, file: SampleFile, sheet: Sheet) -> ExpectedBatch:
        numbered = [(n, row) for n, row in enumerate(sheet.rows, FIRST_DATA_ROW) if row]
        refused = file.refused_after_reading
        judged = self.warehouse.take(at, file.agency_code, numbered, bool(refused))
        batch = _batch(file.agency_code, file.file_name, sheet.kind, judged)
        batch.sheet = sheet.name if file.look.form == "xlsx" else None
        batch.blank_rows = len(sheet.rows) - len(numbered)
        if refused:
            batch.findings, batch.errors, batch.warnings, batch.fixes = (
                [(None, "", refused, "batch", "")],
                0,
                0,
                {},
            )
        return batch

    def _pull(self, at: datetime, source: list[SampleRow]) -> Iterator[ExpectedBatch]:
        for kind in KINDS:
            rows = sorted((row for row in source if row.kind == kind), key=lambda row: row.source_stamp)
            if rows:
                organ = rows[0].organ_code
                judged = self.warehouse.take(at, organ, list(enumerate(rows, 1)))
                yield _batch(organ, SOURCE_FILES[kind], kind, judged)

    def _report(self, step: Step) -> dict[str, Any]:
        period = parse_period(step.conf["period"])
        zeros = [z for z in self.zero_reports if _is_within(z[0], period, step.at)]
        return {
            "dag_id": step.dag_id,
            "period": step.conf["period"],
            "at": step.at.isoformat(),
            "figures": self._figures(period, step.at),
            "zero_reports": [{"agency": z[1], "kind": z[2], "start": z[3], "end": z[4]} for z in zeros],
            "duplicate_deliveries": sum(_is_within(d[0], period, step.at) for d in self.duplicates),
        }

    def _figures(self, period: Period, at: datetime) -> list[Figures]:
        found: dict[tuple[str, str], Figures] = defaultdict(lambda: Figures("", ""))
        seen: set[object] = set()
        due = self._last_due(at)
        for event in self.warehouse.events:
            if not _is_within(event.at, period, at):
                continue
            figures = found[event.organ, event.kind]
            figures.rows_read += 1
            figures.rows_repeated += event.outcome in ("unchanged", "duplicate", "superseded")
            counted_as = self._counted_as(event, at)
            if counted_as not in seen:
                seen.add(counted_as)
                figures.reported += 1
                figures.accepted += isinstance(counted_as, Record)
                figures.first_pass += event.outcome != "rejected"
                figures.overdue += _is_overdue(due.get(counted_as), at)
        for record in self.warehouse.records:
            if _is_within(record.first_accepted, period, at):
                figures = found[record.organ, record.kind]
                figures.first_accepted += 1
                figures.late += record.late_days > 0
        return [replace(found[key], agency=key[0], kind=key[1]) for key in sorted(found)]

    def _last_due(self, at: datetime) -> dict[object, date | None]:
        """Due days of what is still not accepted, by its last rejected row."""
        rejected = [e for e in self.warehouse.events if e.outcome == "rejected" and e.at <= at]
        due = {self._counted_as(event, at): event.due for event in rejected}
        return {key: day for key, day in due.items() if not isinstance(key, Record)}

    def _counted_as(self, event: Event, at: datetime) -> object:
        """The record or identity a row counts with; a row that has neither counts as one."""
        if event.record:
            return event.record
        return self.warehouse.known_record(event, at) or event.identity or id(event)


def _is_overdue(due: date | None, at: datetime) -> bool:
    return due is not None and due < at.date()


def _is_within(instant: datetime, period: Period, at: datetime) -> bool:
    return period.start <= instant < period.end and instant <= at


def _refused(file: SampleFile, status: str, rule: str) -> ExpectedBatch:
    """A delivery refused before its rows are judged; of a zero report the line at fault is named."""
    is_zero = rule == "BT-12"
    row_no = FIRST_DATA_ROW if is_zero else None
    rows = _rows({"rejected": 1} if is_zero else {})
    kind = file.sheets[0].kind if rule in _KNOWN_BY_HEADER else None
    finding = (row_no, "", rule, "batch", "")
    return ExpectedBatch(file.agency_code, file.file_name, None, kind, status, rows, findings=[finding])


_WORTH_TELLING = 10
"""Rows from which on a batch mostly wrong is told of as a whole (BT-09)."""


def _batch(agency: str, file: str, kind: str, judged: list[Judged]) -> ExpectedBatch:
    counts = Counter(j.outcome for j in judged)
    rejected = counts["rejected"]
    status = "accepted" if not rejected else "rejected" if rejected == len(judged) else "partly_accepted"
    findings: list[ExpectedFinding] = [
        (j.row_no, code, rule, severity, j.row.document_no)
        for j in judged
        for severity, hits in (("error", j.errors), ("warning", j.warnings))
        for code, rule in hits
    ]
    mostly_wrong = len(judged) >= _WORTH_TELLING and 2 * rejected > len(judged)
    findings += [(None, "", "BT-09", "warning", "")] if mostly_wrong else []
    return ExpectedBatch(
        agency,
        file,
        None,
        kind,
        status,
        _rows(counts),
        errors=sum(len(j.errors) for j in judged),
        warnings=sum(len(j.warnings) for j in judged) + mostly_wrong,
        fixes=dict(sorted(Counter(rule for j in judged for _, rule in j.row.fixes).items())),
        late=sum(j.is_late for j in judged),
        findings=findings,
        outcomes=[(j.row_no, j.outcome, j.row.document_no) for j in judged],
    )


def _rows(counts: Mapping[str, int]) -> dict[str, int]:
    return {"read": sum(counts.values())} | {outcome: counts.get(outcome, 0) for outcome in OUTCOMES}
