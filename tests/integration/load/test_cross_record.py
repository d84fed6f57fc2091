"""Warnings that only show beside other records: each fires in one delivery and stays silent in one that is nearly the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gongshi.load.cross_record import decided_rules
from gongshi.platform.database import connect, fetch
from gongshi.standard.kinds import KINDS

ORG, OTHER_ORG = "91530100MA6K8X2N0H", "93532300MA6NQ1RT2L"
OURS, THEIRS = "11530100048945871T", "11530300012345678X"
PERSON = "530102199003071238"


def rules(sent) -> list[tuple[str, ...]]:
    return [row.rules for row in sent]


@pytest.fixture
def penalties(make_office, settings):
    office = make_office(settings, "penalty")

    def row(number: int, **cells):
        known = {"facts": "超范围经营", "fine_wan": "0.5"}
        return office.row(f"昆市监罚〔2026〕{number}号") | known | cells

    return office, row


def test_every_rule_with_a_statement_is_in_the_rule_book() -> None:
    known = {rule.id for kind in KINDS.values() for rule in kind.rules if rule.scope == "merge"}
    assert set(decided_rules()) <= known
    assert len(decided_rules()) == 8


def test_a_new_version_with_another_decision_date(office) -> None:
    office.send(office.row())
    assert rules(office.send(office.row(content="乙"))) == [()]
    assert rules(office.send(office.row(decision_date="2026/05/28"))) == [("XR-08",)]


def test_counterparts_of_one_decision_with_different_dates(office) -> None:
    same = office.send(office.row(), office.row(party=OTHER_ORG))
    assert rules(same) == [(), ()]
    number = "昆许〔2026〕2号"
    sent = office.send(office.row(number), office.row(number, OTHER_ORG, decision_date="2026/05/28"))
    assert rules(sent) == [("XR-08",), ("XR-08",)]


def test_a_counterpart_added_later_with_another_date(office) -> None:
    office.send(office.row(), office.row(party=OTHER_ORG))
    first, second = "530102199003071238", "530102198512120045"
    late = office.row(party=first, party_name="李丽", decision_date="2026/05/28")
    assert rules(office.send(late, office.row(party=second, party_name="王勇"))) == [("XR-08",), ("XR-08",)]


@pytest.mark.parametrize(("counterparts", "found"), [(50, set()), (51, {("XR-09",)})])
def test_one_number_for_many_counterparts(office, counterparts, found) -> None:
    names = [f"商户{number}号" for number in range(counterparts)]
    sent = office.send(*(office.row(party_name=name, party_uscc="") for name in names))
    assert set(rules(sent)) == found or (found == set() and set(rules(sent)) == {()})


def test_an_organisation_under_two_names_within_thirty_days(office) -> None:
    office.send(office.row(decision_date="2026/04/20"))
    near = office.row("昆许〔2026〕2号", party_name="滇润集团", decision_date="2026/05/20")
    assert rules(office.send(near)) == [("XR-10",)]


def test_an_organisation_that_changed_its_name_longer_ago(office) -> None:
    office.send(office.row(decision_date="2026/04/20"))
    later = office.row("昆许〔2026〕2号", party_name="滇润集团", decision_date="2026/05/21")
    other = office.row("昆许〔2026〕3号", OTHER_ORG, party_name="丽江公司")
    assert rules(office.send(later, other)) == [(), ()]


def test_a_corrected_name_is_no_second_name(office) -> None:
    office.send(office.row())
    assert rules(office.send(office.row(party_name="滇润集团"))) == [()]


@pytest.mark.parametrize("cuts", [(), (1,)])
def test_an_organisation_under_two_names_in_a_batch(office, cuts) -> None:
    rows = office.row(), office.row("昆许〔2026〕2号", party_name="滇润集团")
    sent = office.send(*rows, cuts=cuts)
    assert rules(sent) == ([("XR-10",), ("XR-10",)] if not cuts else [(), ("XR-10",)])


def test_an_id_number_with_two_names(office) -> None:
    office.send(office.row(party=PERSON, decision_date="2025/01/06"))
    same = office.row("昆许〔2026〕2号", PERSON)
    other = office.row("昆许〔2026〕3号", PERSON, party_name="李莉")
    assert rules(office.send(same)) == [()]
    assert rules(office.send(other)) == [("XR-11",)]
    with connect(office.settings) as connection:
        keys = fetch(connection, "SELECT DISTINCT party_key FROM core.licence")
    assert len(keys) == 1
    assert str(keys[0]["party_key"]) not in PERSON


def test_two_fines_for_the_same_facts(penalties) -> None:
    office, row = penalties
    office.send(row(1, decision_date="2026/04/29"))
    near, far = row(2, decision_date="2026/05/29"), row(3, decision_date="2026/07/30")
    assert rules(office.send(near)) == [("XR-12",)]
    assert rules(office.send(far)) == [()]


@pytest.mark.parametrize(
    "cells", [{"facts": "无证经营"}, {"fine_wan": ""}, {"organ_code": THEIRS}, {"party_uscc": OTHER_ORG}]
)
def test_no_second_fine_for_the_same(penalties, cells) -> None:
    office, row = penalties
    assert rules(office.send(row(1), row(2, **cells))) == [(), ()]


def test_two_fines_in_a_batch(penalties) -> None:
    office, row = penalties
    assert rules(office.send(row(1), row(2))) == [("XR-12",), ("XR-12",)]


def test_what_the_system_of_the_line_sent_already(office) -> None:
    _grant(office, THEIRS)
    (first,) = office.send(office.row(), agency=THEIRS)
    (same,) = office.send(office.row())
    assert (same.outcome, same.rules, same.record_id) == ("unchanged", ("XR-13",), first.record_id)
    (other,) = office.send(office.row(content="乙"))
    assert (other.outcome, other.rules, other.record_id) == ("accepted", ("XR-13",), first.record_id)
    with connect(office.settings) as connection:
        kept = fetch(connection, "SELECT record_id, agency_code, row_no FROM core.provenance")
    assert kept == [{"record_id": first.record_id, "agency_code": OURS, "row_no": 2}]


def test_two_senders_without_a_line_are_no_case_of_it(office) -> None:
    office.send(office.row(), agency=THEIRS)
    assert rules(office.send(office.row())) == [()]
    with connect(office.settings) as connection:
        assert fetch(connection, "SELECT agency_code FROM core.provenance") == [{"agency_code": OURS}]


def test_the_system_of_the_line_sends_after_the_local_organ(office) -> None:
    _grant(office, THEIRS)
    office.send(office.row())
    assert rules(office.send(office.row(), agency=THEIRS)) == [()]
    with connect(office.settings) as connection:
        assert fetch(connection, "SELECT agency_code FROM core.provenance") == [{"agency_code": THEIRS}]


def test_a_change_without_the_licence_it_changes(office) -> None:
    change = {"document_name": "准予变更许可决定书", "certificate_no": "滇A1"}
    sent = office.send(office.row("昆许〔2026〕9号", **change))
    assert rules(sent) == [("XR-18",)]


def test_a_change_of_a_licence_known_or_of_the_same_batch(office) -> None:
    licence = office.row(certificate_no="滇A1", decision_date="2026/04/01")
    change = office.row("昆许〔2026〕9号", document_name="注销决定书", certificate_no="滇A1")
    assert rules(office.send(licence, change)) == [(), ()]
    again = office.row("昆许〔2026〕10号", document_name="变更决定书", certificate_no="滇A1")
    assert rules(office.send(again)) == [()]
    other = office.row("昆许〔2026〕11号", document_name="变更决定书", certificate_no="滇A2")
    assert rules(office.send(other)) == [("XR-18",)]


def test_a_record_that_begins_invalid(office) -> None:
    assert rules(office.send(office.row(state="2"))) == [("XK-18",)]
    assert rules(office.send(office.row("昆许〔2026〕2号", state="1"))) == [()]
    assert rules(office.send(office.row("昆许〔2026〕2号", state="2"))) == [()]


@pytest.mark.parametrize(("rows", "bad", "found"), [(10, 6, 1), (10, 5, 0), (9, 9, 0)])
def test_a_batch_mostly_wrong(office, rows, bad, found) -> None:
    office.send(
        *(
            office.row(f"昆许〔2026〕{n}号", party_name=f"公司{n}", party_uscc="", bad=n < bad)
            for n in range(rows)
        )
    )
    query = "SELECT message_zh, severity, row_no FROM quality.finding WHERE rule_id = 'BT-09'"
    with connect(office.settings) as connection:
        told = fetch(connection, query)
        (batch,) = fetch(connection, "SELECT warning_count FROM intake.batch")
    message = "本批次错误率60.00%，请核对模板版本后重新报送"
    assert told == [{"message_zh": message, "severity": "warning", "row_no": None}] * found
    assert batch["warning_count"] == found


def _grant(office, agency: str) -> None:
    with connect(office.settings) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ref.reporting_right VALUES (%s, 'line', '市场监管', NULL, 'x', '[2026-01-01,)', %s, NULL)",
            (agency, datetime(2026, 1, 1, tzinfo=UTC)),
        )


@pytest.mark.parametrize(
    ("sender", "kinds", "first", "last", "late", "stock"),
    [
        (OURS, None, "2026-01-01", "2026-03-02", 0, 1),
        (OURS, "licence", "2026-03-02", "2026-03-02", 0, 1),
        (OURS, "penalty", "2026-01-01", "2026-12-31", 1, 0),
        (THEIRS, None, "2026-01-01", "2026-12-31", 1, 0),
        (OURS, None, "2026-03-03", "2026-04-30", 1, 0),
    ],
)
def test_declared_old_stock_is_never_late(office, sender, kinds, first, last, late, stock) -> None:
    with connect(office.settings) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ref.backlog (agency_code, kind, decided_from, decided_to, declared_on, basis, valid, recorded_at)"
            " VALUES (%s, %s, %s, %s, '2026-05-01', 'x', '[2026-05-01,)', %s)",
            (sender, kinds, first, last, datetime(2026, 5, 1, tzinfo=UTC)),
        )
    office.send(office.row(decision_date="2026/03/02"), office.row("昆许〔2026〕2号"), due=True)
    with connect(office.settings) as connection:
        found = fetch(connection, "SELECT count(*) AS n FROM quality.finding WHERE rule_id = 'XR-15'")
        records = fetch(
            connection, "SELECT is_backlog, late_days > 0 AS late FROM core.record ORDER BY record_id"
        )
        (batch,) = fetch(connection, "SELECT late_rows, remarks FROM intake.batch")
    assert found == [{"n": late}]
    assert records == [{"is_backlog": bool(stock), "late": bool(late)}, {"is_backlog": False, "late": False}]
    assert batch["late_rows"] == late
    assert batch["remarks"] == ["本批次有1条记录属已申报的历史存量，不计入迟报率"] * stock
