"""Baseline `stock GX`: the rules that have a stock column-map expectation, run by Great Expectations' own classes with
`COMPLETE` results and row numbers, against the product's expectations for the same rules on the same frame."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.core.run_identifier import RunIdentifier

from gongshi.standard.code_lists import load_list
from gongshi.standard.kinds import LICENCE
from gongshi.standard.rulebook import RowCase, shipped
from gongshi.validate.expectations import FOUND, ExpectRowsToKeepRule

ROW = "row_no"


def comparable() -> Iterator[tuple[RowCase, Any]]:
    """(case, stock expectation) for every case without a condition that a stock column-map expectation can express."""
    for case in shipped().row_cases("licence"):
        column, params = case.spec["columns"][0], case.spec["params"]
        if set(case.spec["when"]) != {"row_state"} or column not in {f.name for f in LICENCE.fields}:
            continue
        match case.spec["check"]:
            case "is_empty":
                yield case, gx.expectations.ExpectColumnValuesToNotBeNull(column=column)
            case "longer_than":
                yield case, gx.expectations.ExpectColumnValueLengthsToBeBetween(column=column, max_value=params["length"])
            case "matches":
                pattern = params["pattern"].replace(r"\x{FFFD}", "\ufffd")
                yield case, gx.expectations.ExpectColumnValuesToNotMatchRegex(column=column, regex=pattern)
            case "is_none_of":
                yield case, gx.expectations.ExpectColumnValuesToBeInSet(column=column, value_set=params["words"])
            case "is_one_of":
                yield case, gx.expectations.ExpectColumnValuesToNotBeInSet(column=column, value_set=params["words"])
            case "is_not_in_list":
                labels = [*load_list(params["code_list"]).labels]
                yield case, gx.expectations.ExpectColumnValuesToBeInSet(column=column, value_set=labels)


def compare(frame: pd.DataFrame, rounds: int = 3) -> dict[str, Any]:
    """Seconds of both on one frame, medians of `rounds` runs in turn, and what was compared."""
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    pairs = list(comparable())
    own = [
        ExpectRowsToKeepRule(rule_id=c.rule.id, case=c.number, field=c.field, unless=list(c.unless), **c.spec)
        for c, _ in pairs
    ]
    stock_run, own_run = _runner("stock", [s for _, s in pairs]), _runner("own", own)
    plain = frame.astype(object).where(frame.notna(), None)
    stock, ours = [], []
    for _ in range(rounds):
        stock.append(_seconds(stock_run, plain, {"result_format": "COMPLETE", "unexpected_index_column_names": [ROW]}))
        ours.append(_seconds(own_run, frame, "SUMMARY"))
    return {
        "rules": sorted({f"{c.rule.id}({c.field})" for c, _ in pairs}),
        "stock": sorted(stock)[len(stock) // 2],
        "own": sorted(ours)[len(ours) // 2],
    }


def _runner(name: str, expectations: list[Any]) -> Any:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    batches = context.data_sources.add_pandas(name).add_dataframe_asset("frame").add_batch_definition_whole_dataframe("b")
    suite = context.suites.add(gx.ExpectationSuite(name=name, expectations=expectations))
    return context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batches, suite=suite))


def _seconds(definition: Any, frame: pd.DataFrame, result_format: Any) -> float:
    token = FOUND.set({})
    began = time.perf_counter()
    result = definition.run(
        batch_parameters={"dataframe": frame}, result_format=result_format, run_id=RunIdentifier(run_name="bench")
    )
    seconds = time.perf_counter() - began
    FOUND.reset(token)
    raised = [r for r in result.results if r.exception_info and r.exception_info.get("raised_exception")]
    assert not raised, raised[0]
    return seconds
