"""Rows of layout L2015 judged by the committed suites: what is theirs alone, and what is asked of them less strictly."""

from __future__ import annotations

from typing import Any

import pytest

from gongshi.sample.legacy import good_legacy_rows
from gongshi.standard.kinds import KINDS
from gongshi.standard.layouts import layout_of

Row = dict[str, str]


def as_read(kind: str, cells: Row) -> Row:
    """Cells by column code → by name, as the header is read."""
    names = {column.code: column.name for column in layout_of(kind, "L2015").columns}
    return {names[code]: text for code, text in cells.items()}


def found(module_judge: Any, kind: str, rows: list[Row]) -> list[list[tuple[str, str, str]]]:
    by_row: list[list[tuple[str, str, str]]] = [[] for _ in rows]
    for number, rule, name, effect in module_judge.hits(
        kind, [as_read(kind, row) for row in rows], layout="L2015"
    ):
        by_row[number - 2].append((rule, name, effect))
    return by_row


def good(kind: str, count: int = 1) -> list[Row]:
    return [cells for cells, _ in good_legacy_rows(kind, count)]


def test_the_same_state_means_opposite_things_in_the_two_generations(module_judge) -> None:
    """XK_ZT 1 is 撤销 in L2015 and 有效 today."""
    row = good("licence")[0]
    old = module_judge.frame("licence", [as_read("licence", row | {"XK_ZT": "1"})], layout="L2015")
    assert old.table.column("state").to_pylist() == ["2"]
    today = module_judge.frame("licence", [{"state": "1"}])
    assert today.table.column("state").to_pylist() == ["1"]


def test_a_licence_of_2015_may_be_without_number(module_judge, good_rows) -> None:
    """TX-09: 空 stands for the number of a 前置许可 in L2015, and nowhere else."""
    (row,) = good("licence")
    for text, errors in (("空", []), ("无", [("TX-09", "document_no", "reject_row")])):
        hits = found(module_judge, "licence", [row | {"XK_WSH": text}])[0]
        assert [hit for hit in hits if hit[2] == "reject_row"] == errors
    (penalty,) = good("penalty")
    assert ("TX-09", "document_no", "reject_row") in found(
        module_judge, "penalty", [penalty | {"CF_WSH": "空"}]
    )[0]
    today = good_rows("licence")[0] | {"document_no": "空"}
    assert module_judge.rules("licence", today) == [("TX-09", "document_no")]


def test_an_organ_nobody_registered_is_answered(module_judge, kind: str) -> None:
    (row,) = good(kind)
    cells = {f"{KINDS[kind].prefix}_XZJG": "昆明市某某管理局"}
    errors = {hit[:2] for hit in found(module_judge, kind, [row | cells])[0] if hit[2] == "reject_row"}
    assert errors == {("AG-02", "organ_code"), ("AG-02", "source_code")}


def test_a_place_must_be_one_of_the_registry_when_there_is_one(module_judge, kind: str) -> None:
    from dataclasses import replace

    facts = replace(module_judge.facts, divisions=frozenset({"530000", "530100"}))
    judge = replace(module_judge, facts=facts)
    rows = [
        row | {"DFBM": place}
        for row, place in zip(good(kind, 3), ("530100", "539999", "110101"), strict=True)
    ]
    errors = [[hit[:2] for hit in row if hit[2] == "reject_row"] for row in found(judge, kind, rows)]
    assert errors == [[], [("AG-09", "place_code")], [("AG-09", "place_code")]]


@pytest.mark.parametrize("layout", ["S2018b", "S2018a", "S2018b-ZRR"])
def test_rows_of_today_are_not_judged_by_what_only_l2015_has(
    module_judge, good_rows, kind: str, layout: str
) -> None:
    row = good_rows(kind)[0] | {"place_code": "110101", "updated_at": "某日"}
    if layout != "S2018b":
        row.pop("party_category")
    hits = module_judge.hits(kind, [row], layout=layout)
    assert not {rule for _, rule, _, _ in hits} & {"AG-09", "DT-09", "DT-01"}
