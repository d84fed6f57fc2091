"""Run the row suite of a kind over the frames of one or many batches, and give each batch its findings.

Small batches are judged together: the frames are laid end to end, the suite is run once, and row positions lead back
to batch and row.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from gongshi.errors import GongshiError
from gongshi.platform.settings import Settings
from gongshi.standard.columns import Column, Rows
from gongshi.standard.messages import ROW_NO
from gongshi.validate.frame import Frame
from gongshi.validate.prepared import PreparedColumns
from gongshi.validate.project import open_context, reason_not_run
from gongshi.validate.suites import load_suite, row_suite_name

NO_VALUES = {"result_format": "SUMMARY", "partial_unexpected_count": 0}
"""Kept results count violations; they hold no cell, also of a stock expectation added by hand."""


class CheckCouldNotRunError(GongshiError):
    """Raised when an expectation failed to compute: ours to solve, never an agency's mistake."""


@dataclass(frozen=True)
class Violation:
    """What one expectation found in one batch.

    Attributes:
        rule_id: the rule.
        field: field a finding names.
        effect: reject_row or warn.
        rows: 0-based row positions in the batch's frame, ascending.
        params: the check's parameters, for the message.
        check: its name.
    """

    rule_id: str
    field: str
    effect: str
    rows: Rows
    params: dict[str, Any]
    check: str


def validate_rows(
    settings: Settings, frames: Sequence[Frame], suites: Path, at: datetime, part: int = 1
) -> list[list[Violation]]:
    """Judge frames of one kind by a suite.

    Args:
        settings: where suites lie and results are kept.
        frames: laid end to end and judged in one run.
        suites: folder with the suite of the kind (`suites.ready_suites`).
        at: the clock of the kept result.
        part: which part of a large batch the frame is.

    Returns:
        Per frame the violations in suite order.

    Raises:
        SuiteIncompleteError: the suite lost an expectation while loading.
        CheckCouldNotRunError: an expectation raised, or the run did not judge every expectation and row.
    """
    from great_expectations.core.run_identifier import RunIdentifier

    kind = frames[0].kind
    table = pa.concat_tables([frame.table for frame in frames]) if len(frames) > 1 else frames[0].table
    definition = _definition(settings, suites, kind)
    name = frames[0].batch_id if part == 1 else f"{frames[0].batch_id}-{part}"
    frame = table.drop_columns([ROW_NO]).to_pandas(types_mapper=pd.ArrowDtype)
    run_id = RunIdentifier(run_name=name, run_time=at)
    try:
        found = _run(definition, frame, run_id)
    except CheckCouldNotRunError:  # it judged nothing, so nothing is kept: a traceback may quote a cell
        shutil.rmtree(settings.validations / definition.suite.name / run_id.run_name, ignore_errors=True)
        raise
    bounds = np.cumsum([0, *(frame.table.num_rows for frame in frames)])
    per_frame: list[list[Violation]] = [[] for _ in frames]
    for expectation in definition.suite.expectations:
        key = (getattr(expectation, "rule_id", ""), getattr(expectation, "case", -1))
        rows = found.get(key)  # a stock expectation has no rule: its verdict is in the kept result
        if rows is None or not len(rows):
            continue
        effect = _effect(expectation)
        edges = np.searchsorted(rows, bounds)
        for index in np.flatnonzero(np.diff(edges)).tolist():
            own = rows[edges[index] : edges[index + 1]] - bounds[index]
            violation = Violation(
                key[0], expectation.field, effect, own, expectation.params, expectation.check
            )
            per_frame[index].append(violation)
    return per_frame


def judged_again(
    settings: Settings, frame: Frame, suites: Path, rules: Collection[str] | None = None
) -> list[Violation]:
    """What the same suite (None) or some of its rules say of other rows, in suite order; outside a run, nothing is kept."""
    prepared = PreparedColumns(
        {n: Column(frame.table.column(n)) for n in frame.table.column_names if n != ROW_NO}
    )
    violations = []
    for expectation in _definition(settings, suites, frame.kind).suite.expectations:
        rule_id = getattr(expectation, "rule_id", None)
        if rule_id is None or (rules is not None and rule_id not in rules):
            continue
        check = {name: getattr(expectation, name) for name in ("check", "columns", "params", "when")}
        rows = prepared.violating(check, map(json.loads, expectation.unless))
        if len(rows):
            violations.append(
                Violation(
                    expectation.rule_id,
                    expectation.field,
                    _effect(expectation),
                    rows,
                    expectation.params,
                    expectation.check,
                )
            )
    return violations


def _effect(expectation: Any) -> str:
    return "reject_row" if expectation.severity == "critical" else "warn"


@cache
def _definition(settings: Settings, folder: Path, kind: str) -> Any:
    """The validation definition of a kind's row suite: read and counted once a process."""
    import great_expectations as gx

    context = open_context(settings, folder)
    suite = load_suite(context, folder, row_suite_name(kind))
    batches = context.data_sources.get("rows").get_asset("frame").get_batch_definition("whole")
    return context.validation_definitions.add(
        gx.ValidationDefinition(name=suite.name, data=batches, suite=suite)
    )


def _run(definition: Any, frame: pd.DataFrame, run_id: Any) -> dict[tuple[str, int], Rows]:
    from gongshi.validate.expectations import FOUND

    found: dict[tuple[str, int], Rows] = {}
    token = FOUND.set(found)
    try:
        result = definition.run(
            batch_parameters={"dataframe": frame},
            expectation_parameters={"rows_read": len(frame)},
            run_id=run_id,
            result_format=NO_VALUES,
        )
    finally:
        FOUND.reset(token)
    _demand_complete(definition.suite, result)
    return found


def _demand_complete(suite: Any, result: Any) -> None:
    """Every expectation was judged, none raised, and the frame held every row."""
    if len(result.results) != len(suite.expectations):
        raise CheckCouldNotRunError(
            f"suite {suite.name}: {len(suite.expectations)} expectations, {len(result.results)} results."
        )
    for item in result.results:
        config = item.expectation_config
        reason = reason_not_run(item.exception_info)
        if reason is not None:
            raise CheckCouldNotRunError(
                f"suite {suite.name}: {config.kwargs.get('rule_id', config.type)} on {config.kwargs.get('columns')} could "
                f"not run: {reason}. Fix the check or the frame; no batch of this run was judged."
            )
        if config.type == "expect_table_row_count_to_equal" and not item.success:
            raise CheckCouldNotRunError(f"suite {suite.name} saw {item.result} instead of all rows read.")
