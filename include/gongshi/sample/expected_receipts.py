"""The receipt a delivery must get, worked out from what was planted in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gongshi.sample.deliveries import SampleFile, Sheet
from gongshi.sample.outcomes import Judged

OUTCOMES = ("accepted", "rejected", "unchanged", "duplicate", "superseded")
FIRST_DATA_ROW = 2
_KNOWN_BY_HEADER = ("BT-01", "BT-02", "BT-04")
_WORTH_TELLING = 10
"""Rows from which on a batch mostly wrong is told of as a whole (BT-09)."""

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
        remarks: what the receipt says of the batch beside its findings.
        outcomes: per row read (row, outcome, document number; of a restricted row none).
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
    remarks: list[str] = field(default_factory=list)
    findings: list[ExpectedFinding] = field(default_factory=list)
    outcomes: list[tuple[int, str, str]] = field(default_factory=list)

    def warn(self, rule: str) -> None:
        """Tell something of the file as a whole."""
        self.findings.append((None, "", rule, "warning", ""))
        self.warnings += 1


def of_rows(agency: str, file: str, kind: str, judged: Sequence[Judged]) -> ExpectedBatch:
    """The receipt of rows that were judged."""
    counts = Counter(j.outcome for j in judged)
    rejected = counts["rejected"]
    status = "accepted" if not rejected else "rejected" if rejected == len(judged) else "partly_accepted"
    stock = sum(j.is_stock for j in judged)
    batch = ExpectedBatch(
        agency,
        file,
        None,
        kind,
        status,
        rows_of(counts),
        errors=sum(len(j.errors) for j in judged),
        warnings=sum(len(j.warnings) for j in judged),
        fixes=dict(sorted(Counter(rule for j in judged for _, rule in j.row.fixes).items())),
        late=sum(j.is_late for j in judged),
        remarks=[f"本批次有{stock}条记录属已申报的历史存量，不计入迟报率"] if stock else [],
        findings=[
            (j.row_no, code, rule, severity, j.row.document_no)
            for j in judged
            for severity, hits in (("error", j.errors), ("warning", j.warnings))
            for code, rule in hits
        ],
        outcomes=[(j.row_no, j.outcome, "" if j.is_restricted else j.row.document_no) for j in judged],
    )
    if len(judged) >= _WORTH_TELLING and 2 * rejected > len(judged):
        batch.warn("BT-09")
    return batch


def of_sheet(file: SampleFile, sheet: Sheet, judged: Sequence[Judged]) -> ExpectedBatch:
    """The receipt of one sheet that was read, also where it was refused after that."""
    batch = of_rows(file.agency_code, file.file_name, sheet.kind, judged)
    batch.sheet = sheet.name if file.look.form == "xlsx" else None
    batch.blank_rows = len(sheet.rows) - len(judged)
    if file.refused_after_reading:
        batch.findings = [(None, "", file.refused_after_reading, "batch", "")]
        batch.errors, batch.warnings, batch.fixes = 0, 0, {}
    elif len({s.form for s in file.sheets if s.form}) > 1:
        batch.warn("BT-08")
    return batch


def of_refused(file: SampleFile, status: str, rule: str) -> ExpectedBatch:
    """A delivery refused before its rows are judged; of a zero report the line at fault is named."""
    is_zero = rule == "BT-12"
    row_no = FIRST_DATA_ROW if is_zero else None
    rows = rows_of({"rejected": 1} if is_zero else {})
    kind = file.sheets[0].kind if rule in _KNOWN_BY_HEADER else None
    finding = (row_no, "", rule, "batch", "")
    return ExpectedBatch(file.agency_code, file.file_name, None, kind, status, rows, findings=[finding])


def rows_of(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts by outcome as a receipt holds them."""
    return {"read": sum(counts.values())} | {outcome: counts.get(outcome, 0) for outcome in OUTCOMES}
