"""Causes many findings of a batch share, each with one correction and the number of findings it clears.

A detector looks at findings and columns and proposes; where the correction is mechanical it is tried: the rows are
corrected, judged again, and what is then silent is counted. Where only people can correct (lost digits, a garbled
file), the findings whose cells have to be filled in anew are counted. What fires only after a correction is not
subtracted: it could not be seen before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from gongshi.platform.settings import Settings
from gongshi.registry.facts import RegistryFacts
from gongshi.standard.messages import Cause, ReadBatch
from gongshi.standard.rulebook import Rulebook
from gongshi.validate.causes import cells, columns, dates, shifted
from gongshi.validate.causes.material import Candidate, Correction, Limits, Material
from gongshi.validate.frame import build_frame
from gongshi.validate.rows import Violation, judged_again
from gongshi.validate.suites import ready_suites

JudgeAgain = Callable[[pa.Table], list[Violation]]
"""Rows as read → what the rules say of them."""

_TRIED_AT_ONCE = 100_000
_DETECTORS = (
    shifted.misplaced,
    shifted.ragged,
    columns.wrong_encoding,
    dates.year_last,
    dates.day_before_month,
    cells.yuan_for_wan,
    cells.digits_lost,
    cells.leading_zeros_lost,
    columns.old_codes,
    columns.organ_repeated,
    columns.word_not_in_list,
    columns.column_empty,
)
"""What explains most comes first: a finding that an earlier cause clears calls for no other cause."""


def find_causes(material: Material, judge_again: JudgeAgain, limits: Limits | None = None) -> list[Cause]:
    """The causes of a batch's findings, those that clear most first.

    Args:
        material: the batch as read and its findings.
        judge_again: what the row rules say of rows as read; positions are those of the table given.
        limits: when a cause is told.
    """
    bounds = limits or Limits()
    claimed = np.zeros(len(material.findings), dtype=bool)
    causes: list[Cause] = []
    for candidate in _candidates(material, claimed, bounds):
        correct = candidate.correct
        cleared = candidate.cleared if correct is None else _tried(material, candidate, correct, judge_again)
        own = int((cleared & ~claimed).sum())
        if own < bounds.findings or own < bounds.share * cleared.sum():
            continue
        claimed |= cleared
        causes.append(_cause(material, candidate, cleared, bounds))
    return sorted(causes, key=lambda cause: -cause.findings)


def _candidates(material: Material, claimed: np.ndarray, limits: Limits) -> Iterator[Candidate]:
    """What the detectors propose while findings are left; `claimed` grows between them."""
    for detector in _DETECTORS:
        if int((~claimed).sum()) < limits.findings:
            return
        yield from detector(material, claimed, limits)


def _tried(
    material: Material, candidate: Candidate, correct: Correction, judge_again: JudgeAgain
) -> np.ndarray:
    """Which findings are silent after the correction; none when it raises as many new ones."""
    cleared = np.zeros(len(material.findings), dtype=bool)
    raised = 0
    for start in range(0, len(candidate.positions), _TRIED_AT_ONCE):
        positions = candidate.positions[start : start + _TRIED_AT_ONCE]
        violations = judge_again(correct(material.rows_at(positions)))
        silent, new = material.findings.compared(positions, violations)
        cleared |= silent
        raised += new
    return cleared if raised < cleared.sum() or candidate.may_raise else np.zeros_like(cleared)


def _cause(material: Material, candidate: Candidate, cleared: np.ndarray, limits: Limits) -> Cause:
    rows = np.unique(material.findings.positions[cleared])[: limits.rows_shown]
    return Cause(
        candidate.cause,
        candidate.message_zh,
        candidate.suggestion_zh,
        int(cleared.sum()),
        material.row_numbers[rows].tolist(),
    )


def judge_again(
    settings: Settings, batch: Mapping[str, Any], read: ReadBatch, facts: RegistryFacts, book: Rulebook
) -> JudgeAgain:
    """The rules as they judged a batch, for its corrected rows.

    Args:
        settings: where the suites lie.
        batch: `batch_id`, `agency_code` and `received_at` of it.
        read: the batch; its rows are not looked at.
        facts: what the registry knew when it arrived.
        book: by which it was judged.
    """

    def judge(rows: pa.Table) -> list[Violation]:
        frame = build_frame(
            batch["batch_id"], replace(read, rows=rows), batch["received_at"], facts,
            book.switched_off, batch["agency_code"],
        )  # fmt: skip
        return judged_again(settings, frame, ready_suites(settings, book))

    return judge
