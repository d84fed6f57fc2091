"""What the registry lets rules say: names of their time, rights to report, item lists, 法人库."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pyarrow as pa
import pytest

from gongshi.registry.entities import Entities
from gongshi.registry.facts import ListedItem
from gongshi.sample.faults import market_bureau
from gongshi.sample.province import Agency, province
from gongshi.sample.registry_files import (
    CENTRAL_LINE,
    ENTITY_CODE,
    ENTITY_NAME,
    FORMER_CODE,
    FORMER_NAME,
    OLD_ENTITY_CODE,
    REPORTED_DIVISION,
)
from gongshi.standard.checks import violating_rows
from gongshi.standard.columns import Column
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import SHANGHAI
from gongshi.standard.rulebook import shipped
from gongshi.standard.working_days import shipped_calendar
from gongshi.validate.findings import build_findings, due_dates
from gongshi.validate.judge import sender_refusal
from gongshi.validate.rows import validate_rows
from gongshi.validate.suites import suite_folder

AT = datetime(2026, 6, 30, 9, tzinfo=SHANGHAI)
ORGAN_RULES = ("AG-", "ID-09")


def of(field: str, division: str) -> Agency:
    return next(a for a in province().agencies if (a.field, a.division_code) == (field, division))


def organ(agency: Agency) -> dict[str, str]:
    return {"organ_name": agency.name, "organ_code": agency.code}


def facts_of(judge, kind, row, sender=None) -> dict[str, str]:
    """The fact columns of one row."""
    return judge.frame(kind, [row], sender=sender).table.to_pylist()[0]


def told(judge, kind, row, sender=None) -> list[str]:
    """Rules of organs and 法人库 found on one row."""
    return [rule for _, rule, _, _ in judge.hits(kind, [row], sender=sender) if rule.startswith(ORGAN_RULES)]


@pytest.fixture
def row(good_rows, kind):
    """A good row decided by 昆明市市场监督管理局."""
    own = market_bureau()
    named = organ(own) | {"source_name": own.name, "source_code": own.code}
    title = {"document_name": "食品经营许可决定书", "violation_type": "发布虚假广告"}
    good = good_rows(kind)[0]
    return good | named | {name: text for name, text in title.items() if name in good}


def test_a_short_name_becomes_the_full_one_and_the_original_is_kept(module_judge, row, kind):
    own = market_bureau()
    frame = module_judge.frame(kind, [row | {"organ_name": own.short_name, "source_name": own.short_name}])
    assert frame.table.column("organ_name").to_pylist() == [own.name]
    fixes = [fix for fix in frame.fixes.to_pylist() if fix["rule_id"] == "AG-05"]
    assert {(fix["row_no"], fix["field"], fix["original"], fix["fixed"]) for fix in fixes} == {
        (2, name, own.short_name, own.name) for name in ("organ_name", "source_name")
    }
    assert told(module_judge, kind, row | {"organ_name": own.short_name}) == []


def test_a_short_name_of_another_agency_is_no_short_name(module_judge, row, kind):
    other = of("health", "530100")
    assert told(module_judge, kind, row | {"organ_name": other.short_name}) == ["AG-04"]


@pytest.mark.parametrize(
    ("decided", "code", "rules"),
    [
        ("2025/12/31", FORMER_CODE, []),
        ("2026/01/01", FORMER_CODE, ["AG-08"]),
        ("2025/12/31", "successor", []),
        ("2026/01/01", "successor", ["AG-08"]),
        ("2009/12/31", FORMER_CODE, ["AG-04"]),
    ],
)
def test_an_old_name_is_right_for_decisions_of_its_time(module_judge, row, kind, decided, code, rules):
    """Under its own code and under its successor's; before it existed it is unknown."""
    code = market_bureau().code if code == "successor" else code
    changed = row | {"organ_name": FORMER_NAME, "organ_code": code, "decision_date": decided}
    assert told(module_judge, kind, changed, sender=market_bureau().code) == rules


def test_an_unreadable_date_takes_no_part(module_judge, row, kind):
    changed = row | {"organ_name": FORMER_NAME, "organ_code": FORMER_CODE, "decision_date": "某日"}
    assert told(module_judge, kind, changed) == []


@pytest.mark.parametrize(
    ("agency", "rules"),
    [
        (of("market", "530100"), []),
        (of("health", "530100"), []),
        (of("market", REPORTED_DIVISION), []),
        (of("market", "530300"), ["AG-07"]),
        (of("market", "530102"), ["AG-07"]),
        (of("market", "530000"), ["AG-07"]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_sender_reports_for_its_own_division_and_where_it_has_a_right(
    module_judge, row, kind, agency, rules
):
    changed = row | organ(agency)
    changed |= (
        {"document_name": "公共场所卫生许可决定书"} if (agency.field, kind) == ("health", "licence") else {}
    )
    changed |= {"violation_type": "非医师行医"} if (agency.field, kind) == ("health", "penalty") else {}
    assert told(module_judge, kind, changed, sender=market_bureau().code) == rules
    assert told(module_judge, kind, changed) == []  # without a sender its rights are left out


def test_a_line_reports_for_all_of_it_and_nothing_else(module_judge, row, kind):
    sender = of(CENTRAL_LINE, "530000").code
    answers = {
        field: facts_of(module_judge, kind, row | organ(of(field, "530102")), sender)["sender_may_report"]
        for field in (CENTRAL_LINE, "market")
    }
    assert answers == {CENTRAL_LINE: "yes", "market": "no"}


def test_a_folder_with_a_right_is_not_refused(module_judge):
    book, facts = shipped(), module_judge.facts
    codes = [pa.array([of("market", REPORTED_DIVISION).code])]

    def refused(sender: str, kind: str = "licence") -> bool:
        return bool(sender_refusal(codes, sender, tuple, book, lambda o: facts.may_report(sender, kind, o)))

    assert not refused(market_bureau().code)
    assert refused(of("health", "530100").code)
    assert not refused(of("data", "530000").code)
    assert refused(of("data", "530000").code, "inspection")  # its right names two kinds


def test_an_item_may_stand_in_the_content_or_in_the_list_of_the_day(module_judge, good_rows):
    """The title says nothing of it."""
    title = good_rows("licence")[0] | organ(market_bureau()) | {"document_name": "准予行政许可决定书"}
    assert told(module_judge, "licence", title) == ["AG-06"]
    assert told(module_judge, "licence", title | {"content": "准予《食品经营许可 决定书》所列事项。"}) == []
    own = market_bureau().code
    gone = ListedItem("准予行政许可", (date(2024, 1, 1), date(2026, 6, 29)))
    lists = {**module_judge.facts.items, (own, "licence"): (*module_judge.facts.items[own, "licence"], gone)}
    judge = replace(module_judge, facts=replace(module_judge.facts, items=lists))
    assert told(judge, "licence", title | {"decision_date": "2026/06/29"}) == []
    assert told(judge, "licence", title | {"decision_date": "2026/06/30"}) == ["AG-06"]


def test_an_organ_without_a_list_is_not_asked_for_one(module_judge, row, kind):
    judge = replace(module_judge, facts=replace(module_judge.facts, items={}))
    changed = {
        name: text
        for name, text in (row | {"document_name": "某事项名称", "violation_type": "某违法行为"}).items()
        if name in row
    }
    assert told(module_judge, kind, changed) == ["AG-06"]
    assert told(judge, kind, changed) == []


@pytest.mark.parametrize(
    ("enforced_from", "errors", "warnings"), [("", 2, 0), ("2026-06-30", 1, 1), ("2026-07-01", 0, 2)]
)
def test_unregistered_pairs_are_only_told_before_the_day_of_enforcement(enforced_from, errors, warnings):
    columns = [
        Column(pa.array(["no", "yes", "no"])),
        Column(pa.array(["2026/06/29", "2026/06/29", "2026/06/30"])),
    ]
    found = [
        len(violating_rows("is_unregistered", columns, {"enforced_from": enforced_from, "day": day}))
        for day in ("from", "before")
    ]
    assert found == [errors, warnings]


def test_who_answers_for_a_name_depends_on_the_age_of_the_register(module_judge, row, kind):
    party = {"party_name": "昆明市滇润商贸有限公司", "party_category": "法人及非法人组织"}
    rows = [row | party | {"party_uscc": code} for code in (ENTITY_CODE, OLD_ENTITY_CODE)]
    frame = module_judge.frame(kind, rows)
    book = shipped()
    (violations,) = validate_rows(
        module_judge.settings, [frame], suite_folder(module_judge.settings, book.version), AT
    )
    findings = build_findings(frame, violations, due_dates(frame, shipped_calendar()), book).to_pylist()
    named = [(f["row_no"], f["responsible"], f["message_zh"]) for f in findings if f["rule_id"] == "ID-09"]
    assert [(number, who) for number, who, _ in named] == [(2, "agency"), (3, "platform")]
    assert ENTITY_NAME in named[0][2]


def test_codes_are_found_in_a_sorted_register():
    codes = sorted([ENTITY_CODE, OLD_ENTITY_CODE])
    rows = pa.table({"uscc": codes, "name": ["甲", "乙"], "known_on": pa.array([date(2026, 1, 1)] * 2)})
    asked = pa.array([codes[1], None, "无", codes[0], "9" * 18])
    assert Entities(rows).places(asked).to_pylist() == [1, None, None, 0, None]
    assert Entities().places(asked).null_count == 5


def test_every_registry_rule_says_what_it_reads():
    rules = {rule.id: rule for kind in KINDS.values() for rule in kind.rules}
    assert {rules[i].scope for i in ("AG-04", "AG-05", "AG-06", "AG-07", "AG-08", "AG-10", "ID-09")} == {
        "registry"
    }
