"""The rule book as data: complete for what is promised, and every reference in it leads somewhere."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from gongshi.standard import rulebook
from gongshi.standard.kinds import KINDS
from gongshi.standard.kinds.text_rules import FREE_TEXT
from gongshi.standard.model import Rule
from gongshi.standard.rulebook.book import case_data
from gongshi.standard.rulebook.data import case_faults

FIXES = "BT-07 TX-01 TX-02 TX-03 TX-04 TX-05 TX-06 ID-17 DT-08 XK-03 CF-10"
JUDGED = (
    "BT-01 BT-02 BT-03 BT-04 TX-07 TX-08 TX-09 TX-10 TX-11 TX-12 TX-13 TX-14 NM-01 NM-02 NM-03 NM-04 NM-05 NM-07 NM-08 NM-09 "
    "NM-10 CT-01 CT-02 CT-03 CT-04 CT-05 CT-06 CT-07 ID-01 ID-02 ID-03 ID-04 ID-07 ID-11 ID-14 LR-01 LR-02 LR-03 LR-04 LR-05 "
    "PE-01 PE-02 PE-03 PE-04 PE-05 PE-08 PE-10 DT-01 DT-02 DT-03 DT-04 DT-05 DT-07 DT-09 XK-01 XK-02 XK-05 XK-06 XK-08 XK-10 XK-11 "
    "XK-12 XK-13 XK-15 CF-01 CF-03 CF-04 CF-06 CF-08 CF-09 CF-11 CF-12 CF-13 CF-14 CF-15 CF-16 CF-18 CF-19 CF-20 CF-22 CF-23 "
    "CF-25 CF-26 CF-29 AG-01 AG-02 AG-03 AG-09 BT-10 BT-11 BT-12 PI-01 PI-02 PI-03 "
    "PI-04 PI-05 PI-06 PI-07 PI-08 PI-09 PI-10"
)
WARNED = (
    "NM-06 ID-05 ID-06 ID-08 ID-10 ID-12 ID-13 ID-15 ID-16 LR-06 LR-07 PE-06 PE-07 PE-09 DT-06 XK-04 XK-07 XK-09 XK-14 "
    "XK-16 XK-17 XK-19 XK-20 CF-02 CF-05 CF-07 CF-17 CF-21 CF-24 CF-30 CF-32 CF-33 CF-34"
)
WITH_WAREHOUSE = (
    "BT-05 BT-06 AG-04 AG-05 AG-06 AG-07 AG-08 AG-10 ID-09 XR-01 XR-02 XR-03 XR-04 XR-05 XR-06 XR-07 XR-15 XR-19 "
    "RT-01 RT-02 RT-03 RT-04 BT-08 BT-09 XR-08 XR-09 XR-10 XR-11 XR-12 XR-13 XR-16 XR-17 XR-18 XK-18"
)
EVERY_CASE = [(kind, rule, case) for kind in KINDS.values() for rule in kind.rules for case in rule.cases]


def test_the_rules_are_those_asked_for() -> None:
    wanted = set(f"{FIXES} {JUDGED} {WARNED} {WITH_WAREHOUSE}".split(" "))
    assert {
        "missing": wanted - set(rulebook.shipped().all_rules),
        "more": set(rulebook.shipped().all_rules) - wanted,
    } == {
        "missing": set(),
        "more": set(),
    }


def test_fixes_are_fixes_and_refusals_refuse() -> None:
    effects = {rule_id: rule.effect for rule_id, rule in rulebook.shipped().all_rules.items()}
    assert {effects[rule_id] for rule_id in FIXES.split(" ")} <= {"fix", "reject_row"}  # TX-02 is both
    assert [rule_id for rule_id in FIXES.split(" ") if effects[rule_id] != "fix"] == ["TX-02"]
    refusing = {rule_id for rule_id, effect in effects.items() if effect == "reject_batch"}
    assert refusing == {"BT-01", "BT-02", "BT-03", "BT-04", "BT-05", "BT-06", "BT-11", "BT-12"}
    assert {rule_id for rule_id, effect in effects.items() if effect == "warn"} == {
        "BT-08", "BT-09", "XR-08", "XR-09", "XR-10", "XR-11", "XR-12", "XR-13", "XR-16", "XR-17", "XR-18", "XK-18", "NM-04", "CF-26", "XR-01", "XR-02", "XR-15", "PI-01", "PI-02", "PI-03", "PI-04", "PI-05", "PI-06", "PI-08", "PI-09", *WARNED.split(" "),
        "AG-06", "AG-08", "AG-10", "ID-09",
    }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_ids_stand_once(kind) -> None:
    assert [rule_id for rule_id, count in Counter(rule.id for rule in kind.rules).items() if count > 1] == []


def test_rules_of_one_id_mean_the_same_in_every_kind() -> None:
    def meaning(rule: Rule) -> tuple[str, ...]:
        return (rule.effect, rule.scope, rule.message_zh, rule.basis, rule.publication, rule.responsible)

    licence, penalty = (rulebook.shipped().rules(kind) for kind in ("licence", "penalty"))
    assert [i for i in licence.keys() & penalty.keys() if meaning(licence[i]) != meaning(penalty[i])] == []


def test_every_case_names_fields_checks_and_parameters_that_exist() -> None:
    facts = {"cell_count", "expected_cells", "row_state", "received_on", "fixed", "operation", "record_ref"}
    facts |= {f"{role}_{what}_registered" for role in ("organ", "source") for what in ("code", "pair")}
    facts |= {"generation", "place_registered", "broken_cells"}
    facts |= {"organ_item_listed", "sender_may_report", "entity_name", "entity_known_on"}
    wrong = []
    for kind, rule, case in EVERY_CASE:
        names = {f.name for f in (*kind.fields, *kind.legacy_fields)} | facts
        read = {*case.fields, *case.reads, *case.when}
        if not read <= names or list(case_faults(case_data(case))):
            wrong.append((kind.name, rule.id, case))
        wrong += [
            (kind.name, rule.id, required)
            for required in case.requires
            if required not in rulebook.shipped().rules(kind.name)
        ]
    assert wrong == []


def test_messages_leave_no_placeholder_open() -> None:
    known = {
        "field",
        "value",
        "n",
        "m",
        "row",
        "other",
        "columns",
        "time",
        "agency",
        "item",
        "reason",
        "decision",
        "due",
        "rate",
        "registered",
    }
    used = {
        name
        for rule in rulebook.shipped().all_rules.values()
        for name in re.findall(r"\{(\w*)", rule.message_zh + rule.suggestion_zh)
    }
    assert used <= known
    assert [
        i
        for i in rulebook.shipped().all_rules
        if "{" in rulebook.shipped().message(i, **dict.fromkeys(known, "x"))
    ] == []


def test_every_rejecting_rule_says_what_to_do() -> None:
    rules = rulebook.shipped().all_rules.values()
    assert [
        rule.id for rule in rules if rule.effect in ("reject_row", "reject_batch") and not rule.suggestion_zh
    ] == []


def test_placeholder_test_word_and_repetition_rules_look_at_free_text_only() -> None:
    for kind, rule, case in EVERY_CASE:
        if rule.id in ("TX-09", "TX-10", "TX-14"):
            assert kind.field(case.fields[0]).dtype in FREE_TEXT


def test_the_printed_rule_book_has_what_the_contract_names() -> None:
    book = rulebook.shipped().as_data()
    assert book["version"] == rulebook.shipped().version
    keys = {"id", "effect", "publication", "kinds", "fields", "requires", "message_zh", "basis", "params"}
    assert [rule["id"] for rule in book["rules"] if not keys <= rule.keys()] == []
    assert {rule["publication"] for rule in book["rules"]} <= {"none", "hold", "never"}
    printed = {rule["id"]: rule for rule in book["rules"]}
    assert printed["ID-03"]["fields"]["licence"] == ["XK_XDR_SHXYM"]
    assert {"ID-02", "ID-07"} <= set(printed["ID-03"]["requires"])
    assert printed["TX-08"]["params"]["licence"][0]["params"] == {"length": 200}
