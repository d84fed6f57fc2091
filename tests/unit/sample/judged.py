"""Reads and judges rendered files with the product's reader, frame and rule book, without Great Expectations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pyarrow as pa

from gongshi.intake import readers
from gongshi.sample.registry_facts import sample_facts
from gongshi.standard.checks import violating_rows
from gongshi.standard.columns import Column
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import ROW_NO
from gongshi.standard.rulebook import shipped
from gongshi.validate.frame import Frame, build_frame

Finding = tuple[int, str, str, str]
"""(row number, official column code or "", rule id, effect)."""


@dataclass
class JudgedBatch:
    """What the row rules say about one batch of a file."""

    kind: str | None
    refused: str = ""
    blank_rows: int = 0
    rows_read: int = 0
    fixes: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)


def judge(files: Iterable[tuple[bytes, datetime, str | None]]) -> list[list[JudgedBatch]]:
    """Per file (bytes, arrival, sender) its batches; all frames of a kind are judged at once.

    Without a sender its rights are left out.
    """
    facts = sample_facts()
    answers, frames = [], {kind: [] for kind in KINDS}
    for content, received_at, sender in files:
        answers.append([])
        for batch in readers.read(content):
            answer = JudgedBatch(batch.kind, blank_rows=len(batch.blank_rows), rows_read=batch.rows.num_rows)
            answers[-1].append(answer)
            if batch.refusal:
                answer.refused = batch.refusal.rule_id
            elif batch.kind in KINDS:
                frame = build_frame("", batch, received_at, facts, sender=sender)
                answer.fixes.update(frame.fixes.column("rule_id").to_pylist())
                frames[batch.kind].append((frame, answer))
    for kind, pairs in frames.items():
        _judge(kind, pairs)
    return answers


def _judge(kind: str, pairs: list[tuple[Frame, JudgedBatch]]) -> None:
    if not pairs:
        return
    table = pa.concat_tables([frame.table for frame, _ in pairs])
    columns = {name: Column(table.column(name)) for name in table.column_names if name != ROW_NO}
    row_numbers = table.column(ROW_NO).to_numpy()
    starts = np.cumsum([0, *(frame.table.num_rows for frame, _ in pairs)])
    for case in shipped().row_cases(kind):
        hits = _rows(case.spec, columns)
        for blocking in case.unless:
            hits = np.setdiff1d(hits, _rows(blocking, columns))
        code = "" if case.field == "cell_count" else KINDS[kind].official(case.field)
        for place, owner in zip(hits, np.searchsorted(starts, hits, side="right") - 1, strict=True):
            pairs[owner][1].findings.append((int(row_numbers[place]), code, case.rule.id, case.effect))


def _rows(spec: dict, columns: dict[str, Column]) -> np.ndarray:
    hits = violating_rows(spec["check"], [columns[name] for name in spec["columns"]], spec["params"])
    for name, allowed in spec["when"].items():
        hits = columns[name].keep(hits, allowed)
    return hits
