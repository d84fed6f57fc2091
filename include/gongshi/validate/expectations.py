"""Our Great Expectations classes: a row rule as a `BatchExpectation` whose metric computes the violating rows.

The metrics read the engine's active batch and nothing else (architecture, section 4): `gongshi.frame` is that batch
with its columns encoded once, `gongshi.violating_rows` runs one check with its preconditions on it. Row numbers leave through `FOUND`, a ContextVar set around the run, because GX converts results value by value.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any, ClassVar

import pandas as pd
from great_expectations.execution_engine import (
    ExecutionEngine,
    PandasExecutionEngine,
    pandas_execution_engine,
)
from great_expectations.expectations.core import UnexpectedRowsExpectation
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.expectation_configuration import parse_result_format
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validator import ValidationDependencies

from gongshi.standard.columns import Column, Rows
from gongshi.validate.prepared import PreparedColumns, as_text

FOUND: ContextVar[dict[tuple[str, int], Rows]] = ContextVar("found")
"""Violating row positions by (rule id, case number) of the run under way."""

# No fingerprint of each frame: it takes longer than the checks, and nobody reads it; the archive has each file's SHA-256.
pandas_execution_engine.HASH_THRESHOLD = 0

_FRAME = "gongshi.frame"
_VIOLATING_ROWS = "gongshi.violating_rows"


class PreparedFrame:
    """The active batch with its columns encoded once; its checks are computed beside the main thread."""

    def __init__(self, frame: pd.DataFrame) -> None:
        """Encode the columns, one a core at a time; no check is computed yet."""
        self._pool = ThreadPoolExecutor(os.cpu_count())
        arrays = [frame[name].array.__arrow_array__() for name in frame.columns]
        columns = dict(zip(frame.columns, self._pool.map(Column, arrays), strict=True))
        self._prepared = PreparedColumns(columns)

    def begin(self, check: str, unless: str) -> Future[Rows]:
        """Start to look for the rows that violate a check (JSON) and none of those that must be silent first (list of JSON texts)."""
        silent_first = [json.loads(spec) for spec in json.loads(unless)]
        return self._pool.submit(self._prepared.violating, json.loads(check), silent_first)


class FrameMetric(TableMetricProvider):
    """The active batch, prepared; one a run, kept by GX."""

    metric_name = _FRAME

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805 - Great Expectations hands the class over
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> PreparedFrame:
        frame, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type="table")
        return PreparedFrame(frame)


class ViolatingRows(TableMetricProvider):
    """Row positions that violate a check and none of the checks that must be silent first, as a future.

    Checks are computed beside Great Expectations' own bookkeeping; the expectation waits for its rows.
    """

    metric_name = _VIOLATING_ROWS
    value_keys = ("check", "unless")

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805 - Great Expectations hands the class over
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> Future[Rows]:
        frame: PreparedFrame = metrics[_FRAME]
        return frame.begin(metric_value_kwargs["check"], metric_value_kwargs["unless"])

    @classmethod
    def _get_evaluation_dependencies(
        cls,
        metric: MetricConfiguration,
        configuration: Any = None,
        execution_engine: ExecutionEngine | None = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> dict[str, MetricConfiguration]:
        return {_FRAME: MetricConfiguration(_FRAME, metric.metric_domain_kwargs, {})}


class ExpectRowsToKeepRule(BatchExpectation):
    """Expect no row to violate a check of the rule book where its preconditions hold.

    The JSON names everything that is computed: the check, the columns it reads, its parameters, the rows it applies to
    (`when`) and the checks that must be silent first (`unless`, a JSON text each: Great Expectations copies and converts
    every value of a nested one several times a run). Change a bound there and the verdict changes.
    """

    rule_id: str
    case: int
    field: str
    check: str
    columns: list
    params: dict
    when: dict
    unless: list

    metric_dependencies: ClassVar[tuple[str, ...]] = (_VIOLATING_ROWS,)
    success_keys: ClassVar[tuple[str, ...]] = (
        "rule_id", "case", "field", "check", "columns", "params", "when", "unless",
    )  # fmt: skip

    def get_validation_dependencies(
        self, execution_engine: ExecutionEngine | None = None, runtime_configuration: dict | None = None
    ) -> ValidationDependencies:
        """Ask for the rows of the check and of each precondition."""
        dependencies = ValidationDependencies(
            {}, parse_result_format((runtime_configuration or {})["result_format"])
        )
        domain = {"batch_id": self.batch_id} if self.batch_id else {}
        own = {"check": self.check, "columns": self.columns, "params": self.params, "when": self.when}
        value = {"check": as_text(own), "unless": as_text(self.unless)}
        dependencies.set_metric_configuration("rows", MetricConfiguration(_VIOLATING_ROWS, domain, value))
        dependencies.set_metric_configuration("count", MetricConfiguration("table.row_count", domain, {}))
        return dependencies

    def _validate(
        self,
        metrics: dict,
        runtime_configuration: dict | None = None,
        execution_engine: ExecutionEngine | None = None,
    ) -> dict[str, Any]:
        rows = FOUND.get()[(self.rule_id, self.case)] = metrics["rows"].result()
        total, found = metrics["count"], len(rows)
        percent = 100 * found / total if total else 0.0
        return {
            "success": found == 0,
            "result": {
                "element_count": total,
                "unexpected_count": found,
                "unexpected_percent": percent,
                "observed_value": found,
            },
        }


class ExpectMergeToKeepPromise(UnexpectedRowsExpectation):
    """Expect no staged row to break a promise of the merge; counts the rows, and asks for them only once."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

    def _validate(
        self,
        metrics: dict,
        runtime_configuration: dict | None = None,
        execution_engine: ExecutionEngine | None = None,
    ) -> dict[str, Any]:
        found = metrics["unexpected_rows_query.row_count"]
        return {"success": found == 0, "result": {"observed_value": found}}
