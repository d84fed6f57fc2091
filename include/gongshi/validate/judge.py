"""From batches as read to judged batches: frame, row suite, findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.platform.settings import Settings
from gongshi.standard import rulebook
from gongshi.standard.messages import Finding, JudgedBatch, ReadBatch, Refusal
from gongshi.standard.working_days import WorkingCalendar
from gongshi.validate.findings import FINDING_SCHEMA, build_findings, due_dates, rejected_rows
from gongshi.validate.frame import Frame, RegistryFacts, build_frame
from gongshi.validate.rows import Violation, validate_rows


def judge(
    settings: Settings,
    batches: Sequence[Mapping[str, Any]],
    reads: Sequence[ReadBatch],
    facts: Mapping[datetime, RegistryFacts],
    calendars: Mapping[datetime, WorkingCalendar],
    at: datetime,
) -> list[JudgedBatch]:
    """Judge batches of one kind and rule book together.

    Args:
        settings: where suites and results lie.
        batches: rows of `intake.batch`: batch_id, seq, kind, agency_code, received_at, rulebook_version.
        reads: the batches as read, in the same order.
        facts: what the registry knew, by instant of receipt.
        calendars: working days as known, by instant of receipt.
        at: the clock, for the kept results.
    """
    frames = [
        build_frame(batch["batch_id"], read, batch["received_at"], facts[batch["received_at"]])
        for batch, read in zip(batches, reads, strict=True)
    ]
    violations = validate_rows(settings, frames, batches[0]["rulebook_version"], at)
    return [
        _judged(batch, read, frame, found, calendars[batch["received_at"]])
        for batch, read, frame, found in zip(batches, reads, frames, violations, strict=True)
    ]


def _judged(
    batch: Mapping[str, Any], read: ReadBatch, frame: Frame, found: list[Violation], calendar: WorkingCalendar
) -> JudgedBatch:
    due = due_dates(frame, calendar)
    refusal = _foreign(frame, batch["agency_code"])
    findings = _refusal_finding(refusal) if refusal else build_findings(frame, found, due)
    return JudgedBatch(
        batch_id=batch["batch_id"],
        seq=batch["seq"],
        kind=frame.kind,
        agency_code=batch["agency_code"],
        received_at=batch["received_at"],
        read=read,
        table=frame.table,
        rejected=np.ones(frame.table.num_rows, dtype=bool) if refusal else rejected_rows(frame, found),
        findings=findings,
        fixes=frame.fixes.slice(0, 0) if refusal else frame.fixes,
        due=due,
        refusal=refusal,
    )


def _foreign(frame: Frame, agency_code: str | None) -> Refusal | None:
    """BT-06: rows name organs and source units, and none is the sender (no rights to report for others exist yet).

    Rows that name nobody (a withdrawal by record number) are left to the merge, which knows whose record it is.
    """
    if agency_code is None:
        return None
    codes = [frame.table.column(name).combine_chunks() for name in ("organ_code", "source_code")]
    named = any(column.null_count < len(column) for column in codes)
    own = any(pc.any(pc.equal(column, agency_code)).as_py() for column in codes)
    return Refusal("BT-06", {"agency": agency_code}) if named and not own else None


def _refusal_finding(refusal: Refusal) -> pa.Table:
    finding = Finding(
        refusal.rule_id,
        "batch",
        rulebook.message(refusal.rule_id, **refusal.details),
        suggestion_zh=rulebook.suggestion(refusal.rule_id),
    )
    row = finding.as_row("")
    return pa.Table.from_pylist([{name: row[name] for name in FINDING_SCHEMA.names}], FINDING_SCHEMA)
