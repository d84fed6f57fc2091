"""The file of all faults is told exactly its faults, the file without is told nothing; no rule and no case is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gongshi.check import check_file
from gongshi.corpus.rules import AT, frame_of
from gongshi.sample.decisions import no_fault_rows
from gongshi.sample.fault_files import LAYOUTS, KnownFile, all_faults, no_faults
from gongshi.sample.registry_facts import sample_facts
from gongshi.standard import rulebook
from gongshi.standard.columns import Column
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import ROW_NO
from gongshi.standard.model import Rule
from gongshi.standard.rulebook import RowCase
from gongshi.standard.working_days import shipped_calendar
from gongshi.validate.prepared import PreparedColumns

SEVERITY = {"error": "E", "warning": "W"}
WRITTEN = [("S2018b", "报送.csv"), ("S2018b", "报送.xlsx"), ("L2015", "旧.csv")]
BOOK = rulebook.shipped()
DORMANT = [{"enforced_from": "", "day": "before"}]
"""Parameters of cases that say nothing until a setting names a day: `test_registry_rules.py` shows them."""
Receipt = dict[str, Any]


@pytest.fixture
def check(module_judge: Any, tmp_path: Path) -> Any:
    """The receipt of a self-check of a known file, and the file as it was written."""

    def run(file: KnownFile, name: str) -> tuple[KnownFile, Receipt]:
        path = tmp_path / name
        written = file.write(path)
        (receipt,) = check_file(
            module_judge.settings, path, file.sender, AT, sample_facts(), shipped_calendar(), BOOK
        )
        assert receipt["rows"]["read"] == len(written.rows)
        return written, receipt

    return run


def told(receipt: Receipt) -> list[tuple[int, str, str, str]]:
    assert receipt["findings_shown"] == receipt["findings_total"]
    return sorted(
        (f["row"], f["rule"], f["field"] or "", SEVERITY[f["severity"]]) for f in receipt["findings"]
    )


def differing(file: KnownFile, receipt: Receipt) -> list[str]:
    """Rows told something else than they must be, with what is too much and what is missing."""
    rows = dict(enumerate(file.rows, 2))
    is_told, must = set(told(receipt)), set(file.told())
    return [
        f"row {one[0]} made for {rows[one[0]].rule}: {'not ' if one in must else ''}told {one[1:]}"
        for one in sorted(is_told ^ must)
    ]


@pytest.mark.parametrize(("layout", "name"), WRITTEN)
def test_the_file_of_all_faults_is_told_exactly_its_faults(
    check: Any, kind: str, layout: str, name: str
) -> None:
    file, receipt = check(all_faults(kind, layout), name)
    assert differing(file, receipt) == []
    assert told(receipt) == file.told()
    assert receipt["rows"]["rejected"] == sum(any(s == "E" for *_, s in row.told) for row in file.rows)
    assert receipt["fixes"] >= sum(len(row.fixes) for row in file.rows)


@pytest.mark.parametrize(("layout", "name"), WRITTEN)
def test_the_file_without_faults_is_told_nothing(check: Any, kind: str, layout: str, name: str) -> None:
    file, receipt = check(no_faults(kind, layout), name)
    assert differing(file, receipt) == []
    assert receipt["errors"] == receipt["rows"]["rejected"] == 0


@cache
def _judged_alone(kind: str, layout: str) -> tuple[KnownFile, PreparedColumns]:
    """The file of all faults with its checks to be asked for one by one."""
    file = all_faults(kind, layout)
    table = frame_of(file, BOOK).table
    return file, PreparedColumns({n: Column(table.column(n)) for n in table.column_names if n != ROW_NO})


def _rows(kind: str, check: dict[str, Any], unless: Any = ()) -> set[tuple[str, int]]:
    """Rows of the files of all faults that violate a check: (layout, position)."""
    return {
        (layout, row)
        for layout in LAYOUTS
        for row in _judged_alone(kind, layout)[1].violating(check, unless).tolist()
    }


def _named(case: RowCase) -> str:
    return f"{case.rule.id} on {case.field}, case {case.number}: {case.spec['check']} {case.spec['when']}"


def test_every_rule_and_every_case_of_it_has_a_row_that_fires_it(kind: str) -> None:
    silent = [
        _named(case)
        for case in BOOK.row_cases(kind)
        if case.spec["params"] not in DORMANT and not _rows(kind, case.spec, case.unless)
    ]
    assert silent == [], "add a Fault (sample/faults_*.py) or a Blemish; for L2015 to sample/faults_legacy.py"


def test_every_rule_that_only_mends_has_a_row_it_mends(kind: str) -> None:
    mends = {r.id for r in KINDS[kind].rules if r.effect == "fix" and r.scope == "row"}
    mended = {rule for layout in LAYOUTS for row in all_faults(kind, layout).rows for rule in row.fixes}
    assert mends - mended == set()


def test_every_rule_has_a_near_miss(kind: str) -> None:
    near = {row.rule for layout in LAYOUTS for row in no_faults(kind, layout).rows if row.is_near_miss}
    mends = {r.id for r in BOOK.rules(kind).values() if r.effect == "fix" and r.scope == "row"}
    rules = {case.rule.id for case in BOOK.row_cases(kind)} | mends
    assert rules - near == set(), "add a Near (sample/near_misses_*.py)"


def test_a_near_miss_of_a_rule_that_mends_is_left_as_it_is(kind: str) -> None:
    file = no_faults(kind)
    mended = set(
        zip(*(frame_of(file, BOOK).fixes.column(n).to_pylist() for n in (ROW_NO, "rule_id")), strict=True)
    )
    mends = {rule.id for rule in BOOK.rules(kind).values() if rule.effect == "fix" and not rule.cases}
    near = {
        (number, row.rule)
        for number, row in enumerate(file.rows, 2)
        if row.is_near_miss and row.rule in mends
    }
    assert near & mended == set()


def test_near_misses_and_faults_are_of_rules_of_the_kind(kind: str) -> None:
    made_for = {
        row.rule for file in (all_faults, no_faults) for layout in LAYOUTS for row in file(kind, layout).rows
    }
    assert made_for - set(BOOK.rules(kind)) == {""}


def _preconditions(kind: str) -> Iterator[tuple[Rule, RowCase]]:
    for case in BOOK.row_cases(kind):
        if case.rule.cases[case.number].requires:
            yield case.rule, case


def test_every_precondition_of_a_rule_keeps_it_silent_on_a_row(kind: str) -> None:
    """On some row its check would violate, and what it requires does not hold: else the precondition says nothing."""
    held: dict[str, int] = defaultdict(int)
    for rule, case in _preconditions(kind):
        own = rule.cases[case.number].requires
        guards = [spec for spec in case.unless if spec in _specs(kind, own)]
        held[rule.id] += len(_rows(kind, case.spec) - _rows(kind, case.spec, guards))
    assert [rule for rule, rows in held.items() if not rows] == [], "add a row to sample/faults_guarded.py"


def _specs(kind: str, ids: tuple[str, ...]) -> list[dict[str, Any]]:
    by_id = BOOK.rules(kind)
    return [rulebook.spec(case) for rule_id in ids if rule_id in by_id for case in by_id[rule_id].cases]


def test_realistic_rows_are_of_all_departments_and_counties(kind: str) -> None:
    file = no_faults(kind)
    organ = file.header.index(KINDS[kind].field("organ_name").label_zh)
    realistic = [row for row in file.rows if not row.is_near_miss]
    assert len(realistic) >= 500
    assert len({row.cells[organ] for row in realistic}) >= 57 + 129


def test_realistic_rows_of_another_seed_are_told_nothing_either(module_judge: Any, kind: str) -> None:
    assert module_judge.hits(kind, no_fault_rows(kind, 600, on=AT.date(), seed=1)) == []
