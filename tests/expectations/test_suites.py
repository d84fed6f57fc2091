"""The committed suites are those of the rule book, and none of their expectations gets lost while loading."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from gongshi.platform.resources import expectations_folder
from gongshi.standard import rulebook
from gongshi.standard.kinds import KINDS
from gongshi.validate.rows import CheckCouldNotRunError
from gongshi.validate.sets import set_suite
from gongshi.validate.suites import SuiteIncompleteError, row_suite, write_suites

COMMITTED = expectations_folder() / "suites"


def test_committed_suites_equal_rebuilt_ones(tmp_path) -> None:
    rebuilt = write_suites(
        tmp_path,
        [suite for k in KINDS.values() for suite in (row_suite(rulebook.shipped(), k.name), set_suite(k))],
    )
    stale = [
        path.name for path in rebuilt if (COMMITTED / path.name).read_text("utf-8") != path.read_text("utf-8")
    ]
    stale += sorted({path.name for path in COMMITTED.glob("*.json")} - {path.name for path in rebuilt})
    assert stale == [], f"{stale} do not follow from the rule book: run `make suites`"


def test_every_query_names_its_batch() -> None:
    """PostgreSQL 15 wants a name for the subquery Great Expectations puts in place of {batch}; 18 does not."""
    queries = [
        e["kwargs"]["unexpected_rows_query"] for k in KINDS.values() for e in set_suite(k)["expectations"]
    ]
    assert [query for query in queries if re.search(r"\{batch\}(?! AS \w)", query)] == []


def test_suite_opens_with_the_row_count(kind: str) -> None:
    first = json.loads((COMMITTED / f"{kind}_rows.json").read_text("utf-8"))["expectations"][0]
    assert first["type"] == "expect_table_row_count_to_equal"
    assert first["severity"] == "critical"


def test_every_row_case_of_the_rule_book_is_an_expectation_with_a_severity(kind: str) -> None:
    expectations = json.loads((COMMITTED / f"{kind}_rows.json").read_text("utf-8"))["expectations"][1:]
    named = [(e["kwargs"]["rule_id"], e["kwargs"]["case"]) for e in expectations]
    assert named == [(case.rule.id, case.number) for case in rulebook.shipped().row_cases(kind)]
    assert {e["severity"] for e in expectations} <= {"critical", "warning"}
    assert [e for e in expectations if e["meta"]["rule_id"] != e["kwargs"]["rule_id"]] == []


def test_no_two_expectations_differ_only_in_what_great_expectations_ignores(kind: str) -> None:
    expectations = json.loads((COMMITTED / f"{kind}_rows.json").read_text("utf-8"))["expectations"]
    keys = [json.dumps([e["type"], e["kwargs"]], sort_keys=True) for e in expectations]
    assert len(keys) == len(set(keys))
    assert len({e["id"] for e in expectations}) == len(keys)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda listed: [*listed, {**listed[1], "type": "expect_rows_to_keep_rules"}],
        lambda listed: [*listed, listed[1]],
        lambda listed: [],
    ],
    ids=["unregistered type", "listed twice", "empty"],
)
def test_a_suite_that_loads_with_other_expectations_is_not_run(judge, good_rows, spoil: Any) -> None:
    version = judge.edited("licence", spoil, "spoilt")
    with pytest.raises(SuiteIncompleteError, match=r"licence_rows\.json"):
        judge.hits("licence", good_rows("licence"), version)


def test_a_suite_that_does_not_exist_is_named(judge, good_rows) -> None:
    with pytest.raises(SuiteIncompleteError, match="make suites"):
        judge.hits("licence", good_rows("licence"), "no-such-version")


def test_a_suite_told_another_row_count_judges_nothing(judge, good_rows) -> None:
    def count_wrong(listed: list[dict[str, Any]]) -> None:
        listed[0]["kwargs"]["value"] = 3

    version = judge.edited("licence", count_wrong, "miscounted")
    with pytest.raises(CheckCouldNotRunError, match="instead of all rows"):
        judge.hits("licence", good_rows("licence")[:2], version)
