"""Every row rule fires on a row made for it and on nothing else, and stays silent on a near miss.

Rows are the generator's good rows with one change, judged in one run a kind; a test names all rows that went wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from gongshi.sample.blemishes import blemishes, one_blemish_per_row
from gongshi.sample.decisions import Desk, no_fault_rows
from gongshi.sample.faults import faults, market_bureau, one_fault_per_row
from gongshi.sample.names import chance, with_check
from gongshi.sample.near_misses import near_misses, one_near_miss_per_row
from gongshi.sample.planted import Near
from gongshi.standard import rulebook
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import ORGANISATION, PERSON, SELF_EMPLOYED

ON = date(2026, 6, 30)
Row = dict[str, str]
ORG, NAT, SELF = {"category": ORGANISATION}, {"category": PERSON}, {"category": SELF_EMPLOYED}
FINE = {"categories": ("罚款",)}
NO_CODES = dict.fromkeys(
    (
        "party_registration_no",
        "party_organisation_code",
        "party_tax_no",
        "party_society_no",
        "party_institution_no",
    ),
    "",
)
ELSEWHERE = {"BT-10", "XR-19", "DT-09", "AG-09", "XK-15"}
"""Broken lines and operations: below; what only L2015 has: `test_legacy_rows.py`."""


def _coded(code: str) -> Row:
    return {**NO_CODES, "party_uscc": code}


def _paper(id_type: str, number: str) -> Row:
    return {"representative_id_type": id_type, "representative_id_no": number}


def _by_row(hits: list[tuple[int, str, str, str]], count: int) -> list[list[tuple[str, str, str]]]:
    rows: list[list[tuple[str, str, str]]] = [[] for _ in range(count)]
    for number, *hit in hits:
        rows[number - 2].append(tuple(hit))
    return rows


def _firing(kind: str) -> Iterator[tuple[Row, str, str, str]]:
    """(row, rule, field, effect) of the generator's faults and of the fixes that are warnings too."""
    named = {f.code: f.name for f in KINDS[kind].fields}
    for (row, rule, code), fault in zip(one_fault_per_row(kind, on=ON), faults(kind), strict=True):
        yield row, rule, named[code], "reject_row" if fault.severity == "E" else "warn"
    for (row, rule, code), blemish in zip(one_blemish_per_row(kind, on=ON), blemishes(kind), strict=True):
        if blemish.warns:
            yield row, rule, named[code], "warn"


def test_one_fault_per_row_names_exactly_that_rule_row_and_field(module_judge, kind: str) -> None:
    planted = list(_firing(kind))
    found = _by_row(module_judge.hits(kind, [row for row, *_ in planted]), len(planted))
    wrong = {
        f"{place}: {rule} on {name} ({row[name][:40]!r})": hits
        for place, ((row, rule, name, effect), hits) in enumerate(zip(planted, found, strict=True))
        if hits != [(rule, name, effect)]
    }
    assert wrong == {}


def test_near_misses_are_found_faultless(module_judge, kind: str) -> None:
    near = one_near_miss_per_row(kind, on=ON)
    found = _by_row(module_judge.hits(kind, [row for row, _ in near]), len(near))
    wrong = {
        f"{place}: {rule}": hits
        for place, ((_, rule), hits) in enumerate(zip(near, found, strict=True))
        if hits
    }
    assert wrong == {}


def test_every_row_rule_has_a_row_that_fires_and_a_near_miss(kind: str) -> None:
    rules = {case.rule.id for case in rulebook.shipped().row_cases(kind)}
    fires = {rule for _, rule, _, _ in _firing(kind)} | ELSEWHERE
    near = {miss.rule for miss in near_misses(kind)} | ELSEWHERE
    assert (rules - fires, rules - near) == (set(), set())
    assert (fires | near) - rules <= ELSEWHERE


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


def test_a_value_of_wrong_kind_fires_only_the_rule_that_says_so(module_judge, kind: str) -> None:
    """Mojibake only TX-07, an artefact only TX-12, a formula sign only TX-13, a default date only DT-03: in every field."""
    desk = Desk(chance(f"guards-{kind}", 2026))
    rows, wanted = [], []
    for f in KINDS[kind].fields:
        for rule, text in (("TX-07", "锟斤拷"), ("TX-12", "#N/A"), ("TX-13", "=A1"), ("DT-03", "1900/01/01")):
            if rule == "DT-03" and f.dtype != "date":
                continue
            person = f.name in ("party_id_type", "party_id_no")
            row = desk.decide(kind, market_bureau(), ON - timedelta(days=2), **(NAT if person else ORG))
            rows.append(row | {f.name: text} | (_paper("身份证", with_check("53010219900307123")) if "representative_id" in f.name else {}) | {f.name: text})  # fmt: skip
            wanted.append([(rule, f.name, "reject_row")])
    found = _by_row(module_judge.hits(kind, rows), len(rows))
    wrong = {
        f"{want[0][0]} on {want[0][1]}": hits
        for want, hits in zip(wanted, found, strict=True)
        if hits != want
    }
    assert wrong == {}


PRECONDITIONS = [
    ("a placeholder code, at a self-employed", _coded("00000000000000000X"), SELF, {"ID-07"}),
    ("a placeholder code of right form", _coded("1" * 18), ORG, {"ID-07"}),
    ("a code of wrong length and prefix, at a self-employed", _coded("95530102"), SELF, {"ID-02"}),
    ("a code with a blank inside", lambda r, g: _coded(r["party_uscc"][:9] + " " + r["party_uscc"][9:]), ORG, {"ID-02"}),
    ("a code with a line break inside", lambda r, g: _coded(r["party_uscc"][:9] + "\n" + r["party_uscc"][9:]), ORG, {"TX-02"}),
    ("a placeholder word as code", _coded("无"), ORG, {"ID-02"}),
    ("a placeholder word as name", {"party_name": "无"}, ORG, {"TX-09"}),
    ("a placeholder word as name of a person", {"party_name": "/"}, NAT, {"TX-09"}),
    ("a placeholder word as representative", {"representative_name": "无"}, ORG, {"TX-09"}),
    ("a masked number with an odd type", {"party_id_type": "身份证", "party_id_no": "530***"}, NAT, {"PE-08"}),
    ("a masked number without type", _paper("", "530102********1238"), ORG, {"PE-08"}),
    ("an ID number of wrong length", {"party_id_type": "身份证", "party_id_no": "5301021990"}, NAT, {"PE-03"}),
    ("a 15-digit number with an impossible birth date", {"party_id_type": "身份证", "party_id_no": "530102991332123"}, NAT, {"PE-05"}),
    ("an amount no column can hold", {"fine_wan": "9" * 13}, FINE, {"CF-18"}),
    ("an unreadable decision date", {"decision_date": "某日"}, {}, {"DT-01"}),
    ("an impossible decision date", {"decision_date": "2026/02/30"}, {}, {"DT-02"}),
    ("an organ code of wrong form", {"organ_code": "1153"}, {}, {"AG-02"}),
    ("an organ without name and code", {"organ_code": "", "organ_name": ""}, {}, {"AG-01", "AG-02"}),
    ("a company as organ", {"source_code": "91530100MA6K8X2N0H"}, {}, {"AG-03"}),
    ("an empty category", {"party_category": ""}, ORG, {"CT-01"}),
    ("a category that is none", {"party_category": "其他"}, NAT, {"CT-02"}),
    ("empty dates", {"decision_date": "", "valid_to": "", "publish_until": ""}, {}, {"XK-10", "XK-11"} | {"CF-22"}),
    ("a representative's name that is too long", {"representative_name": "李建" * 26}, ORG, {"LR-02"}),
]  # fmt: skip


def test_preconditions_hold(module_judge, kind: str) -> None:
    desk, on = Desk(chance(f"preconditions-{kind}", 2026)), ON - timedelta(days=2)
    cases = [Near("", change, base) for _, change, base, _ in PRECONDITIONS]
    rows = [case.plant(kind, desk, market_bureau(), on) for case in cases]
    found = _by_row(module_judge.hits(kind, rows), len(rows))
    own = {rule.id for rule in KINDS[kind].rules}
    wrong = {
        words: hits
        for (words, _, _, rules), hits in zip(PRECONDITIONS, found, strict=True)
        if sorted(rule for rule, _, _ in hits) != sorted(rules & own)
    }
    assert wrong == {}


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


@pytest.mark.parametrize("seed", [1, 2026])
def test_realistic_rows_without_a_fault_fire_nothing(module_judge, kind: str, seed: int) -> None:
    rows = no_fault_rows(kind, 600, on=ON, seed=seed)
    assert len({row["organ_name"] for row in rows}) >= 57 + 129
    assert module_judge.hits(kind, rows) == []
