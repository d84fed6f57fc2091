"""From batches as read to judged batches: frame, row suite, findings."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.platform.settings import Settings
from gongshi.registry.facts import RegistryFacts
from gongshi.standard import rulebook
from gongshi.standard.messages import RETURN_STATE, Finding, JudgedBatch, ReadBatch, Refusal
from gongshi.standard.rulebook import Rulebook
from gongshi.standard.working_days import WorkingCalendar
from gongshi.validate.findings import FINDING_SCHEMA, build_findings, due_dates, rejected_rows
from gongshi.validate.frame import Frame, build_frame
from gongshi.validate.restricted import restricted_rows, without_rows, without_values
from gongshi.validate.rows import Violation, validate_rows
from gongshi.validate.suites import ready_suites


def judge(
    settings: Settings,
    items: Sequence[tuple[Mapping[str, Any], ReadBatch]],
    facts: Mapping[datetime, RegistryFacts],
    calendars: Mapping[datetime, WorkingCalendar],
    at: datetime,
    book: Rulebook,
    part: int = 1,
) -> list[JudgedBatch]:
    """Judge batches, or a part of one, of one kind and rule book together.

    Args:
        settings: where suites and results lie.
        items: (row of `intake.batch`, rows as read): batch_id, seq, kind, agency_code, received_at, and
            `refusal` when the whole batch is refused (`sender_refusal`): then its rows are not judged.
        facts: what the registry knew, by instant of receipt.
        calendars: working days as known, by instant of receipt.
        at: the clock, for the kept results.
        book: by which all of them are judged.
        part: which part of a large batch this is.
    """
    frames = [
        build_frame(
            b["batch_id"],
            read,
            b["received_at"],
            facts[b["received_at"]],
            book.switched_off,
            b["agency_code"],
        )
        for b, read in items
    ]
    judged = [frame for frame, (batch, _) in zip(frames, items, strict=True) if batch["refusal"] is None]
    found = validate_rows(settings, judged, ready_suites(settings, book), at, part) if judged else []
    violations = dict(zip(map(id, judged), found, strict=True))
    return [
        _judged(
            settings, batch, read, frame, violations.get(id(frame)), calendars[batch["received_at"]], book
        )
        for (batch, read), frame in zip(items, frames, strict=True)
    ]


def _judged(
    settings: Settings,
    batch: Mapping[str, Any],
    read: ReadBatch,
    frame: Frame,
    found: list[Violation] | None,
    calendar: WorkingCalendar,
    book: Rulebook,
) -> JudgedBatch:
    due = due_dates(frame, calendar)
    refusal: Refusal | None = batch["refusal"]
    rows = frame.table
    restricted = restricted_rows(settings, frame, found, book)
    violations = [*_not_corrections(read, book), *(found or [])]
    findings = _refusal_finding(refusal) if refusal else build_findings(frame, violations, due, book)
    fixes = frame.fixes.slice(0, 0) if refusal else frame.fixes
    beside = None if refusal else frame.beside
    return JudgedBatch(
        batch_id=batch["batch_id"],
        seq=batch["seq"],
        kind=frame.kind,
        agency_code=batch["agency_code"],
        received_at=batch["received_at"],
        read=read,
        table=rows,
        rejected=np.ones(rows.num_rows, dtype=bool) if refusal else rejected_rows(frame, violations),
        restricted=restricted,
        findings=without_values(findings, rows, restricted, book),
        fixes=without_rows(fixes, rows, restricted),
        due=due,
        refusal=refusal,
        beside=None if beside is None else without_rows(beside, rows, restricted),
    )


def _not_corrections(read: ReadBatch, book: Rulebook) -> list[Violation]:
    """Rows of a correction workbook whose key does not say which row they are (RT-…), as the reader found them."""
    if RETURN_STATE not in read.rows.column_names:
        return []
    states = np.array(read.rows.column(RETURN_STATE).to_pylist(), dtype=object)
    return [
        Violation(rule_id, "cell_count", rule.effect, np.flatnonzero(states == rule_id), {}, "")
        for rule_id, rule in book.all_rules.items()
        if rule.enabled and (states == rule_id).any()
    ]


def sender_refusal(
    codes: Sequence[pa.Array | pa.ChunkedArray],
    agency_code: str | None,
    beside: Callable[[], Sequence[pa.Array | pa.ChunkedArray]],
    book: Rulebook,
    may_report: Callable[[str], bool] = lambda organ: False,
) -> Refusal | None:
    """BT-06: rows name organs and source units, none is the sender, and for none it holds a right (Article 8).

    Rows that name nobody (a withdrawal by record number) are left to the merge, which knows whose record it is.

    Args:
        codes: the columns of organ and source codes as read.
        agency_code: the sender; None leaves its rights out.
        beside: the columns beside them; a file whose cells are shifted by one names its sender there, and is answered.
        book: BT-06 may be switched off in it.
        may_report: the sender may report for this organ.
    """
    named = _named(codes)
    if (
        "BT-06" in book.switched_off
        or agency_code is None
        or not named
        or agency_code in named
        or any(map(may_report, named))
        or agency_code in _named(beside())
    ):
        return None
    return Refusal("BT-06", {"agency": agency_code})


def _named(columns: Sequence[pa.Array | pa.ChunkedArray]) -> set[str]:
    """The different codes written in columns, in capitals and without outer blanks."""
    written = {text for column in columns for text in pc.unique(column).to_pylist() if text and text.strip()}
    return {unicodedata.normalize("NFKC", text).strip().upper() for text in written}


def _refusal_finding(refusal: Refusal) -> pa.Table:
    finding = Finding(
        refusal.rule_id,
        "batch",
        rulebook.shipped().message(refusal.rule_id, **refusal.details),
        suggestion_zh=rulebook.shipped().suggestion(refusal.rule_id),
    )
    row = finding.as_row("")
    return pa.Table.from_pylist([{name: row[name] for name in FINDING_SCHEMA.names}], FINDING_SCHEMA)
