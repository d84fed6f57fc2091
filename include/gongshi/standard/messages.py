"""What the steps hand to each other: a batch as read, findings, fixes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import numpy as np
import pyarrow as pa

ROW_NO = "row_no"
CELL_COUNT = "cell_count"
RAW_CELLS = "raw_cells"
CELL_FIXES = "cell_fixes"
RETURN_STATE = "return_state"
BESIDE_CELLS = (ROW_NO, CELL_COUNT, RAW_CELLS, CELL_FIXES, RETURN_STATE)
"""Columns of the rows as read that are no column of the file."""

EXTRA_PREFIX = "x:"
OUTCOMES = ("accepted", "rejected", "unchanged", "duplicate", "superseded")
"""What becomes of a row read: exactly one of these (standard 4.10)."""


@dataclass(frozen=True)
class Refusal:
    """Why a whole batch was refused: a rule of scope file and what fills its message."""

    rule_id: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadBatch:
    """One table of one delivery as read, before any normalisation.

    Attributes:
        kind: `licence`, `penalty`, `zero` (a zero report) or None when the header told nothing.
        layout: `S2018b` or None.
        rows: one row a data row, key `row_no` (int32, the line as the clerk sees it: header = 1 in a plain CSV, the
            sheet row in a workbook). Text columns by field name exactly as read (missing columns are absent, an empty
            cell is ""), unknown extra columns as `x:<header as written>`, `cell_count` (int32, cells found in the row)
            and `raw_cells` (JSON list of the cells, only for rows whose cell count does not fit the header or whose
            quoting is broken; their field columns are ""). `cell_fixes` (JSON list of [field, rule id, original, fixed],
            null in nearly all rows) tells what a reader itself changed: digits brought to the zero-padding of a
            workbook cell. `return_state` (only in a correction workbook that came back) is the rule that says why a row is
            no correction of the row it was handed out for (RT-…), null where it is one. Blank rows are not in it.
        header: header texts as written, by position.
        header_row: the line the header stands in, 1-based.
        expected_cells: number of header cells.
        blank_rows: line numbers of blank rows (BT-07).
        sheet: sheet name in a workbook.
        member: member name in an archive.
        refusal: set when the batch is refused as a whole; `rows` is then empty.
        remarks: Chinese sentences about the file for its receipt: hidden sheets read, lines that are no data.
        encoding: as decoded, for text files.
        source_stamps: for a table source, timestamp[us, UTC] per row (the source's own SJC), else None.
    """

    kind: str | None
    layout: str | None
    rows: pa.Table
    header: tuple[str, ...] = ()
    header_row: int = 1
    expected_cells: int = 0
    blank_rows: tuple[int, ...] = ()
    sheet: str | None = None
    member: str | None = None
    refusal: Refusal | None = None
    encoding: str | None = None
    remarks: tuple[str, ...] = ()
    source_stamps: pa.Array | None = None


@dataclass(frozen=True)
class Finding:
    """One violation, as it is stored and as receipts print it; `value` is masked already."""

    rule_id: str
    severity: Literal["error", "warning", "batch"]
    message_zh: str
    row_no: int | None = None
    sheet: str | None = None
    field: str | None = None
    value: str | None = None
    suggestion_zh: str | None = None
    record_no: str | None = None
    due: str | None = None
    responsible: str = "agency"
    publication: str = "none"

    def as_row(self, batch_id: str) -> dict[str, Any]:
        """The row of `quality.finding`."""
        return {
            "batch_id": batch_id,
            "row_no": self.row_no,
            "sheet": self.sheet,
            "field": self.field,
            "rule_id": self.rule_id,
            "severity": self.severity,
            "message_zh": self.message_zh,
            "value_masked": self.value,
            "suggestion_zh": self.suggestion_zh,
            "record_no": self.record_no,
            "due_date": self.due,
            "responsible": self.responsible,
            "publication": self.publication,
        }


@dataclass(frozen=True)
class Cause:
    """What many findings of a batch have in common, as its receipt says it once.

    Attributes:
        cause: name of the cause (`shifted_columns`, `yuan_for_wan` …).
        message_zh: what went wrong; holds no personal data.
        suggestion_zh: the one correction.
        findings: how many findings of the batch vanish with this correction alone.
        rows: numbers of the first rows concerned, as the clerk sees them.
    """

    cause: str
    message_zh: str
    suggestion_zh: str
    findings: int
    rows: Sequence[int]

    def as_json(self) -> dict[str, Any]:
        """As `receipt.json` prints it."""
        return {
            "cause": self.cause,
            "message": self.message_zh,
            "suggestion": self.suggestion_zh,
            "findings": self.findings,
            "rows": list(self.rows),
        }


@dataclass
class JudgedBatch:
    """A batch the row rules have judged, ready to be loaded.

    Attributes:
        batch_id: its id.
        seq: order among all batches.
        kind: kind of record.
        agency_code: the sender.
        received_at: when the delivery arrived: the first acceptance of records it opens.
        read: the batch as read, for the quarantine.
        table: normalised rows, one a row read, in file order: `row_no` and the kind's fields as text, null = empty.
        rejected: bool per row, True = at least one error.
        restricted: bool per row, True = its values stand nowhere but in archive and landing; a withdrawal may be accepted.
        findings: one row a finding, columns of `quality.finding` without batch_id.
        fixes: one row a change, columns of `quality.fix` without batch_id.
        due: date32 per row, last on-time day; null = unknown or provisional.
        refusal: set when the batch is refused after reading (BT-06): every row is rejected, nothing is disclosed.
        beside: what rows say and no field of the kind holds: `row_no`, `name`, `value`; None = nothing.
    """

    batch_id: str
    seq: int
    kind: str
    agency_code: str
    received_at: datetime
    read: ReadBatch
    table: pa.Table
    rejected: np.ndarray
    restricted: np.ndarray
    findings: pa.Table
    fixes: pa.Table
    due: pa.Array
    refusal: Refusal | None = None
    beside: pa.Table | None = None
