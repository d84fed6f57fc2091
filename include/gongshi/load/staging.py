"""The clean stream: rows that are not rejected, typed and keyed, COPYed into `stage.<kind>`.

A batch is staged in parts, so that a large one is never whole in memory and its parts are written while the next ones
are judged. What the merge needs of the rows that are *not* staged is kept beside: quarantine, findings, fixes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.load import quarantine
from gongshi.load.candidates import candidates
from gongshi.load.decided import drop_left_over
from gongshi.load.identity import identity_keys, leading_bytes, person_keys
from gongshi.platform.database import Connection, Cursor, copy_in_parallel
from gongshi.platform.identity_key import IdentityKey
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import ROW_NO, JudgedBatch
from gongshi.standard.normalise import TEXT
from gongshi.standard.rulebook import Rulebook

UNKNOWN_RECORD = 0
"""Stands for a 记录编号 that cannot be one: no record has it, so the merge answers XR-07."""
_WAN = pa.scalar(10_000, pa.decimal128(5, 0))


@dataclass(frozen=True)
class StagedPart:
    """A part of a batch whose clean rows are staged.

    Attributes:
        row_range: first and last row number of the part.
        decisions: the decisions its rows are about, rejected ones too: 8 bytes of their keys, uint64.
        names_records: some staged row carries a 记录编号.
        candidates: rule id → numbers of the staged rows it can be about, for rules that can be about few.
        parties: `row_no` and `party` (text by which counterparts are told apart) of the staged rows that have one.
        filled: filled cells by field, over all its rows.
        quarantine: rejected rows, columns of `quality.quarantine`.
        restricted: rejected rows that are restricted, columns of `quality.restricted`.
        sealed: numbers of the restricted rows that are staged: withdrawals.
        findings: columns of `quality.finding` without batch_id.
        fixes: columns of `quality.fix` without batch_id.
        beside: columns of `core.row_attribute` without batch_id, of rows that are not rejected; None = nothing.
        decided: the table of decisions about its rows; None = the merge makes it.
    """

    row_range: tuple[int, int]
    decisions: np.ndarray
    names_records: bool
    candidates: Mapping[str, list[int]]
    parties: pa.Table
    filled: Mapping[str, int]
    quarantine: pa.Table
    restricted: pa.Table
    sealed: frozenset[int]
    findings: pa.Table
    fixes: pa.Table
    beside: pa.Table | None = None
    decided: str | None = None


def stage(
    cursors: Sequence[Cursor], judged: JudgedBatch, key: IdentityKey, at: datetime, book: Rulebook
) -> StagedPart:
    """COPY the rows of a part that are not rejected, and hand back what the merge writes of the others.

    Args:
        cursors: each in a transaction of the caller's, on a connection of its own.
        judged: the part.
        key: of the identities.
        at: `recorded_at` of the quarantine.
        book: the rule book of the batch.
    """
    rows = _keyed(judged, key)
    typed = _typed(judged, rows)
    copy_in_parallel(cursors, typed, f"stage.{judged.kind}")
    numbers = pc.min_max(rows.column(ROW_NO)).as_py()
    return StagedPart(
        row_range=(numbers["min"] or 0, numbers["max"] or 0),
        decisions=leading_bytes(rows.column("decision_key").combine_chunks()),
        names_records=typed.column("record_ref").null_count < typed.num_rows,
        candidates=candidates(typed, judged.kind, book),
        parties=_parties(typed),
        filled={name: rows.num_rows - rows.column(name).null_count for name in judged.table.column_names},
        quarantine=quarantine.rows_of(judged, rows, at),
        restricted=quarantine.restricted_rows_of(judged, rows, at),
        sealed=frozenset(
            rows.column(ROW_NO).filter(pa.array(judged.restricted & ~judged.rejected)).to_pylist()
        ),
        findings=judged.findings,
        fixes=judged.fixes,
        beside=_beside(judged),
    )


def _parties(typed: pa.Table) -> pa.Table:
    party = pc.coalesce(typed.column("party_uscc"), typed.column("person_key").cast(TEXT))
    named = pa.table({ROW_NO: typed.column(ROW_NO), "party": party})
    return named.filter(named.column("party").is_valid())


def clear_unmerged(connection: Connection, kinds: Sequence[str]) -> None:
    """Empty the stage of what a killed run never merged; it is staged again."""
    drop_left_over(connection)
    with connection.cursor() as cursor:
        for kind in kinds:
            cursor.execute(
                f"DELETE FROM stage.{kind} WHERE batch_seq IN "  # noqa: S608 - our own kinds
                "(SELECT seq FROM intake.batch WHERE status = 'landed')"
            )


def _keyed(judged: JudgedBatch, key: IdentityKey) -> pa.Table:
    """The judged rows with `identity_key`, `decision_key` (hex or null) and `person_key` beside them."""
    identity, decision = identity_keys(key, judged.kind, judged.table)
    keyed = judged.table.append_column("identity_key", identity).append_column("decision_key", decision)
    return keyed.append_column("person_key", person_keys(key, judged.table))


def _beside(judged: JudgedBatch) -> pa.Table | None:
    if judged.beside is None or not judged.beside.num_rows:
        return None
    rejected = judged.table.column(ROW_NO).filter(pa.array(judged.rejected))
    return judged.beside.filter(pc.invert(pc.is_in(judged.beside.column(ROW_NO), rejected.combine_chunks())))


def _typed(judged: JudgedBatch, rows: pa.Table) -> pa.Table:
    kind = KINDS[judged.kind]
    chosen = pa.array(~judged.rejected)
    everything = not judged.rejected.any()
    keep = rows if everything else rows.filter(chosen)
    columns = {
        "batch_seq": pa.array(np.full(keep.num_rows, judged.seq)),
        ROW_NO: keep.column(ROW_NO),
        "identity_key": keep.column("identity_key"),
        "decision_key": keep.column("decision_key"),
        "person_key": keep.column("person_key"),
        "operation": keep.column("operation"),
        "record_ref": _record_refs(keep.column("record_ref").combine_chunks()),
        "due_date": judged.due if everything else judged.due.filter(chosen),
    }
    stamps = judged.read.source_stamps
    if stamps is not None:
        columns["source_stamp"] = stamps if everything else stamps.filter(chosen)
    withdrawn = pc.fill_null(pc.equal(keep.column("operation"), "撤销"), False)
    has_withdrawals = pc.any(withdrawn).as_py()
    for field in kind.fields:
        values = keep.column(field.name)
        if has_withdrawals and field.dtype in ("date", "amount"):  # not judged there, and not needed
            values = pc.if_else(withdrawn, pa.scalar(None, TEXT), values)
        columns[field.column] = _yuan(values) if field.dtype == "amount" else values
    return pa.table(columns)


def _yuan(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """万元 as text → yuan, exact."""
    return pc.multiply(values.cast(pa.decimal128(26, 6)), _WAN)


def _record_refs(values: pa.Array) -> pa.Array:
    """记录编号 as a number; a text that cannot be one becomes UNKNOWN_RECORD."""
    if values.null_count == len(values):
        return values.cast(pa.int64())
    looks_right = pc.match_substring_regex(values, r"^\d{3,18}$")
    return pc.if_else(looks_right, values, pa.scalar(str(UNKNOWN_RECORD), TEXT)).cast(pa.int64())
