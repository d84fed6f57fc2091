"""Honest Great Expectations (architecture, section 4): what the JSON says is what is run, on the frame GX holds."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from gongshi.sample.faults import one_fault_per_row
from gongshi.standard import rulebook
from gongshi.validate.rows import CheckCouldNotRunError


def _of(listed: list[dict[str, Any]], rule_id: str, field: str) -> list[dict[str, Any]]:
    return [e for e in listed if e["kwargs"].get("rule_id") == rule_id and e["kwargs"].get("field") == field]


def _stock(kind: str, **kwargs: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "kwargs": kwargs,
        "meta": {},
        "severity": "critical",
        "id": "6d6e0f3c-6a2e-4bb0-8f61-0d7d0a6f2b11",
    }


def test_a_bound_edited_in_the_json_changes_the_verdict_on_length(judge, good_rows) -> None:
    (row, *_) = good_rows("licence")
    assert len(row["document_name"]) > 8

    def shorten(listed: list[dict[str, Any]]) -> None:
        (expectation,) = _of(listed, "TX-08", "document_name")
        assert expectation["kwargs"]["params"] == {"length": 64}
        expectation["kwargs"]["params"]["length"] = 8

    assert judge.rules("licence", row) == []
    assert judge.hits("licence", [row], judge.edited("licence", shorten, "short")) == [
        (2, "TX-08", "document_name", "reject_row")
    ]


def test_a_bound_edited_in_the_json_changes_the_verdict_on_decimals(judge, good_rows) -> None:
    row = next(row for row in good_rows("penalty") if row["penalty_categories"] == "罚款")
    row |= {"fine_wan": "0.125", "content": "罚款人民币1250元。"}

    def two_decimals(listed: list[dict[str, Any]]) -> None:
        for expectation in _of(listed, "CF-19", "fine_wan"):
            expectation["kwargs"]["params"]["decimals"] = 2

    assert judge.rules("penalty", row) == []
    assert ("CF-19", "fine_wan") in judge.rules(
        "penalty", row, version=judge.edited("penalty", two_decimals, "coarse")
    )


def test_a_severity_edited_in_the_json_changes_the_effect(judge, good_rows) -> None:
    (row, *_) = good_rows("licence")
    row["content"] = ""

    def only_warn(listed: list[dict[str, Any]]) -> None:
        for expectation in _of(listed, "XK-08", "content"):
            expectation["severity"] = "warning"

    assert judge.hits("licence", [row]) == [(2, "XK-08", "content", "reject_row")]
    assert judge.hits("licence", [row], judge.edited("licence", only_warn, "mild")) == [
        (2, "XK-08", "content", "warn")
    ]


def test_a_deleted_expectation_takes_away_its_findings_and_no_others(judge, kind: str) -> None:
    rows = [row for row, _, _ in one_fault_per_row(kind)]
    frame = judge.frame(kind, rows)
    (whole,) = judge.found([frame])
    gone = {("ID-03", "party_uscc"), ("DT-02", "valid_to"), ("AG-04", "organ_name")}
    version = judge.edited(
        kind,
        lambda listed: [
            e for e in listed if (e["kwargs"].get("rule_id"), e["kwargs"].get("field")) not in gone
        ],
        "fewer",
    )
    (left,) = judge.found([frame], version)
    taken = [hit for hit in whole if hit not in left]
    assert {(rule, field) for _, rule, field, _ in taken} == gone
    assert [hit for hit in left if hit not in whole] == []


@pytest.mark.parametrize(
    ("added", "column", "value"),
    [
        (_stock("expect_column_values_to_not_be_null", column="remark"), "remark", ""),
        (
            _stock("expect_column_value_lengths_to_be_between", column="content", max_value=5),
            "content",
            "准予从事相关活动",
        ),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else None,
)
def test_a_stock_expectation_added_by_hand_works_and_its_failure_is_kept(
    judge, good_rows, added: dict[str, Any], column: str, value: str
) -> None:
    rows = good_rows("licence")[:3]
    for row in rows:
        row[column] = "滇〔1〕"
    rows[1][column] = value
    version = judge.edited("licence", lambda listed: [*listed, added], "by-hand")
    assert judge.hits("licence", rows, version) == []  # a rule of nobody's rejects no row
    result = json.loads(judge.results("licence")[-1].read_text("utf-8"))
    (kept,) = [r for r in result["results"] if r["expectation_config"]["type"] == added["type"]]
    assert kept["success"] is False
    assert kept["result"]["unexpected_count"] == 1
    assert result["success"] is False
    assert not value or value not in json.dumps(kept, ensure_ascii=False)


def test_a_check_that_cannot_run_stops_the_run_and_judges_no_batch(judge, good_rows) -> None:
    whole, crippled = (judge.frame("licence", good_rows("licence"), name) for name in ("whole", "crippled"))
    without = [name for name in whole.table.column_names if name != "content"]
    whole.table, crippled.table = whole.table.select(without), crippled.table.select(without)
    with pytest.raises(CheckCouldNotRunError, match="content"):
        judge.found([whole, crippled])
    assert judge.results("licence") == []


def test_an_unknown_check_or_parameter_in_the_json_cannot_run(judge, good_rows) -> None:
    def rename(listed: list[dict[str, Any]]) -> None:
        listed[1]["kwargs"]["check"] = "no_such_check"

    def misspell(listed: list[dict[str, Any]]) -> None:
        _of(listed, "TX-08", "content")[0]["kwargs"]["params"] = {"lenght": 3}

    for version, edit in {"renamed": rename, "misspelt": misspell}.items():
        with pytest.raises(CheckCouldNotRunError, match="no batch of this run was judged"):
            judge.hits("licence", good_rows("licence"), judge.edited("licence", edit, version))


def test_the_frame_great_expectations_holds_is_the_data(judge, good_rows) -> None:
    frame = judge.frame("licence", good_rows("licence"))
    assert judge.found([frame]) == [[]]
    names = frame.table.column("party_name").to_pylist()
    place = frame.table.column_names.index("party_name")
    frame.table = frame.table.set_column(place, "party_name", pa.array([None, *names[1:]], pa.large_string()))
    assert judge.found([frame]) == [[(2, "NM-01", "party_name", "reject_row")]]


def test_the_metric_reads_the_active_batch_and_nothing_else(judge, good_rows) -> None:
    """The definition is run by hand on a frame of our making: no frame of ours, no rule book, no ContextVar feeds it."""
    from gongshi.validate.expectations import FOUND
    from gongshi.validate.rows import _definition
    from gongshi.validate.suites import suite_folder

    definition = _definition(
        judge.settings, suite_folder(judge.settings, rulebook.shipped().version), "licence"
    )
    table = judge.frame("licence", good_rows("licence")).table.drop_columns(["row_no"])
    data = table.to_pandas(types_mapper=pd.ArrowDtype)
    for changed, expected in (
        (data, 0),
        (data.assign(content=pd.array([None] * len(data), data["content"].dtype)), 12),
    ):
        token = FOUND.set({})
        try:
            result = definition.run(
                batch_parameters={"dataframe": changed}, expectation_parameters={"rows_read": len(changed)}
            )
        finally:
            FOUND.reset(token)
        (judged,) = [r for r in result.results if r.expectation_config.kwargs.get("rule_id") == "XK-08"]
        assert judged.result["unexpected_count"] == expected
        assert judged.result["element_count"] == 12


def test_two_kinds_and_two_rule_books_in_one_process_do_not_mix(judge, good_rows) -> None:
    licence, penalty = good_rows("licence")[:2], good_rows("penalty")[:2]
    licence[0]["content"] = penalty[1]["content"] = ""
    other = judge.edited(
        "licence", lambda listed: [e for e in listed if e["kwargs"].get("rule_id") != "XK-08"], "other"
    )
    assert judge.hits("licence", licence) == [(2, "XK-08", "content", "reject_row")]
    assert judge.hits("penalty", penalty) == [(3, "CF-11", "content", "reject_row")]
    assert judge.hits("licence", licence, other) == []
    assert judge.hits("licence", licence) == [(2, "XK-08", "content", "reject_row")]


def test_batches_judged_together_are_judged_as_alone(judge, kind: str) -> None:
    rows = [row for row, _, _ in one_fault_per_row(kind)]
    parts = [rows[:40], rows[40:41], rows[41:]]
    frames = [judge.frame(kind, part, f"batch-{number}") for number, part in enumerate(parts)]
    together = judge.found(frames)
    assert together == [judge.found([frame])[0] for frame in frames]
    assert judge.found(frames[::-1]) == together[::-1]
