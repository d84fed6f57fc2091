"""Rows that one fault a row cannot show: broken lines among others, withdrawals full of garbage, organs the registry learns."""

from __future__ import annotations

from dataclasses import replace

Row = dict[str, str]


def _by_row(hits: list[tuple[int, str, str, str]], count: int) -> list[list[tuple[str, str, str]]]:
    rows: list[list[tuple[str, str, str]]] = [[] for _ in range(count)]
    for number, *hit in hits:
        rows[number - 2].append(tuple(hit))
    return rows


def test_bt_10_is_all_that_is_said_of_a_row_that_does_not_fit(module_judge, good_rows, kind: str) -> None:
    rows = good_rows(kind)[:4]
    for number in (1, 2):
        rows[number] = dict.fromkeys(rows[number], "")
    broken = {3: ["多", "余", "的"], 4: ["缺"]}
    assert module_judge.hits(kind, rows, broken=broken) == [
        (n, "BT-10", "cell_count", "reject_row") for n in (3, 4)
    ]


def test_operations(module_judge, good_rows, kind: str) -> None:
    """XR-19; a withdrawal needs its reason and nothing else, whatever stands in its other cells."""
    garbage = {
        "decision_date": "不详",
        "party_uscc": "锟斤拷",
        "content": "=1",
        "fine_wan": "若干",
        "organ_code": "x",
    }
    cases = [
        ({"operation": "删除"}, [("XR-19", "operation", "reject_row")]),
        ({"operation": "更正新增"}, [("XR-19", "operation", "reject_row")]),
        ({"operation": "撤销", "remark": ""}, [("XR-19", "operation", "reject_row")]),
        ({"operation": "撤销", "remark": "", **garbage}, [("XR-19", "operation", "reject_row")]),
        ({"operation": "撤销", "remark": "复议撤销", **garbage}, []),
        ({"operation": "撤销", "remark": "复议撤销", **dict.fromkeys(good_rows(kind)[0], ""), "record_ref": "193"}, []),
    ]  # fmt: skip
    rows = [good_rows(kind)[0] | change for change, _ in cases]
    rows[-1]["remark"] = "复议撤销"
    found = _by_row(module_judge.hits(kind, rows), len(rows))
    assert found == [hits for _, hits in cases]


def test_a_registered_company_may_be_an_organ(module_judge, good_rows) -> None:
    """AG-03's second half: an organ outside 11, 12, 13, 19 that the registry knows."""
    code, name = "91530100MA6K8X2N0H", "云南省城乡建设投资有限公司"
    facts = replace(
        module_judge.facts,
        pairs=module_judge.facts.pairs | {(name, code)},
        codes=module_judge.facts.codes | {code},
    )
    row = good_rows("licence")[0] | {"organ_name": name, "organ_code": code}
    assert module_judge.rules("licence", row) == [("AG-03", "organ_code")]
    assert replace(module_judge, facts=facts).rules("licence", row) == []
