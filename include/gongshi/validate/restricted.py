"""Rows whose values stand nowhere but in the archived file and in landing (standard 4.11: PI-07, PI-10).

Of such a row everything else is left out before anything is written: other findings, shown values, its number and days,
fixes, what it says beside its fields. What is left says which row it is and which rule speaks of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.platform.settings import Settings
from gongshi.standard.columns import as_numpy
from gongshi.standard.messages import ROW_NO
from gongshi.standard.normalise import TEXT
from gongshi.standard.rulebook import COMPLETE, WITHDRAWAL, Rulebook
from gongshi.validate.frame import Frame
from gongshi.validate.rows import Violation, judged_again
from gongshi.validate.suites import ready_suites

_VALUES = ("value_masked", "record_no", "due_date")


def restricted_rows(
    settings: Settings, frame: Frame, violations: Sequence[Violation] | None, book: Rulebook
) -> np.ndarray:
    """Mask over the frame's rows: a restricted rule rejects them, or would if it were asked of them.

    Args:
        settings: where the suites lie.
        frame: the batch.
        violations: what the row suite found; None = it was not run, because the batch is refused as a whole.
        book: the rule book that judges it.
    """
    restricted = _restricted_ids(book)
    mask = np.zeros(frame.table.num_rows, dtype=bool)
    for violation in violations or ():
        if violation.rule_id in restricted and violation.effect == "reject_row":
            mask[violation.rows] = True
    states = frame.table.column("row_state")
    unasked = np.ones(len(mask), dtype=bool) if violations is None else as_numpy(pc.equal(states, WITHDRAWAL))
    rows = np.flatnonzero(unasked & ~mask)
    if not len(rows):
        return mask
    table = frame.table.take(pa.array(rows))
    as_complete = pc.replace_substring(table.column("row_state"), WITHDRAWAL, COMPLETE)
    table = table.set_column(table.schema.get_field_index("row_state"), "row_state", as_complete)
    for violation in judged_again(
        settings, replace(frame, table=table), ready_suites(settings, book), restricted
    ):
        if violation.effect == "reject_row":
            mask[rows[violation.rows]] = True
    return mask


def without_values(findings: pa.Table, table: pa.Table, restricted: np.ndarray, book: Rulebook) -> pa.Table:
    """Findings of a batch without what restricted rows hold: one a rule, and no other where a restricted rule speaks.

    Args:
        findings: columns of `quality.finding`.
        table: the batch's rows.
        restricted: mask over them.
        book: the rule book they were made by.
    """
    is_hidden = as_numpy(_on(findings, table, restricted))
    if not is_hidden.any():
        return findings
    speaks = as_numpy(pc.is_in(findings.column("rule_id"), pa.array(sorted(_restricted_ids(book)), TEXT)))
    numbers = findings.column(ROW_NO).to_numpy()
    told = is_hidden & speaks & as_numpy(pc.equal(findings.column("severity"), "error"))
    keep = ~is_hidden | told | ~np.isin(numbers, numbers[told])
    for name in _VALUES:
        place = findings.schema.get_field_index(name)
        values = findings.column(place)
        hidden = pc.if_else(pa.array(is_hidden), pa.scalar(None, values.type), values)
        findings = findings.set_column(place, findings.schema.field(place), hidden)
    return findings.filter(pa.array(keep))


def without_rows(beside: pa.Table, table: pa.Table, restricted: np.ndarray) -> pa.Table:
    """A table with a `row_no` (fixes, what rows say beside their fields) without the restricted rows."""
    return beside.filter(pc.invert(_on(beside, table, restricted))) if restricted.any() else beside


def _restricted_ids(book: Rulebook) -> set[str]:
    return {rule.id for rule in book.all_rules.values() if rule.restricted}


def _on(other: pa.Table, table: pa.Table, restricted: np.ndarray) -> pa.Array:
    numbers = table.column(ROW_NO).filter(pa.array(restricted)).combine_chunks()
    return pc.is_in(other.column(ROW_NO), numbers)
