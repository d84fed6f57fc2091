"""The clean stream: accepted rows of a batch, typed and keyed, COPYed into `stage.<kind>`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.load.identity import IdentityKey, identity_keys
from gongshi.platform.database import Cursor, copy_table
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import ROW_NO, JudgedBatch
from gongshi.standard.normalise import TEXT

UNKNOWN_RECORD = 0
"""Stands for a 记录编号 that cannot be one: no record has it, so the merge answers XR-07."""
_WAN = pa.scalar(10_000, pa.decimal128(5, 0))


def keyed(judged: JudgedBatch, key: IdentityKey) -> pa.Table:
    """The judged rows with `identity_key`, `decision_key` (hex or null) and `same_number_rows` beside them."""
    identity, decision = identity_keys(key, judged.kind, judged.table)
    table = judged.table.append_column("identity_key", identity)
    table = table.append_column("decision_key", decision)
    return table.append_column("same_number_rows", _occurrences(decision))


def stage(cursor: Cursor, judged: JudgedBatch, rows: pa.Table) -> int:
    """COPY the rows that are not rejected; returns their number."""
    clean = _typed(judged, rows)
    copy_table(cursor, clean, f"stage.{judged.kind}")
    return int(clean.num_rows)


def _typed(judged: JudgedBatch, rows: pa.Table) -> pa.Table:
    kind = KINDS[judged.kind]
    chosen = pa.array(~judged.rejected)
    everything = not judged.rejected.any()
    keep = rows if everything else rows.filter(chosen)
    due = judged.due if everything else judged.due.filter(chosen)
    columns = {
        "batch_seq": pa.array(np.full(keep.num_rows, judged.seq)),
        ROW_NO: keep.column(ROW_NO),
        "identity_key": keep.column("identity_key"),
        "decision_key": keep.column("decision_key"),
        "same_number_rows": keep.column("same_number_rows"),
        "operation": keep.column("operation"),
        "record_ref": _record_refs(keep.column("record_ref").combine_chunks()),
        "due_date": due,
    }
    stamps = judged.read.source_stamps
    if stamps is not None:
        columns["source_stamp"] = stamps if everything else stamps.filter(chosen)
    withdrawn = pc.fill_null(pc.equal(keep.column("operation"), "撤销"), False)
    for field in kind.fields:
        values = keep.column(field.name)
        if field.dtype in ("date", "amount"):  # of a withdrawal these were not judged, and are not needed
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


def _occurrences(keys: pa.Array) -> pa.Array:
    """How many rows of the batch carry the same key; 0 for null."""
    counts = pc.value_counts(keys)
    if len(counts) == len(keys) and not keys.null_count:
        return pa.array(np.ones(len(keys), dtype=np.int32))
    by_key = dict(zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True))
    by_key[None] = 0
    return pa.array([by_key[key] for key in keys.to_pylist()], pa.int32())
