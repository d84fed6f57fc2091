"""What becomes of rows (standard 4.10, Outcomes): tiny batches with the outcome each row must have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gongshi.platform.database import connect, fetch
from gongshi.platform.identity_key import open_key

ORG, OTHER_ORG = "91530100MA6K8X2N0H", "93532300MA6NQ1RT2L"
THEIRS = "11530300012345678X"
PERSON, OTHER_PERSON = "530102199003071238", "530102198512120045"
STAMP = datetime(2026, 6, 1, tzinfo=UTC)


def outcomes(sent) -> list[str]:
    return [row.outcome for row in sent]


def rules(sent) -> list[tuple[str, ...]]:
    return [row.rules for row in sent]


@pytest.mark.parametrize(
    ("contents", "expected", "found", "others"),
    [
        ("甲", ["accepted"], [()], [None]),
        ("甲甲", ["accepted", "duplicate"], [(), ("XR-01",)], [None, 2]),
        ("甲乙", ["superseded", "accepted"], [("XR-02",), ()], [3, None]),
        ("甲乙甲", ["superseded", "superseded", "accepted"], [("XR-02",), ("XR-02",), ()], [4, 4, None]),
        ("甲乙乙", ["superseded", "accepted", "duplicate"], [("XR-02",), (), ("XR-01",)], [3, None, 3]),
        ("甲甲乙", ["superseded", "duplicate", "accepted"], [("XR-02",), ("XR-01",), ()], [4, 2, None]),
        ("甲甲甲", ["accepted", "duplicate", "duplicate"], [(), ("XR-01",), ("XR-01",)], [None, 2, 3]),
    ],
)
def test_rows_of_one_identity_in_a_batch(office, contents, expected, found, others) -> None:
    sent = office.send(*(office.row(content=content) for content in contents))
    assert outcomes(sent) == expected
    assert rules(sent) == found
    assert [row.other for row in sent] == others
    (record,) = {row.record_id for row in sent}
    assert office.versions(record) == [(1, contents[-1], False)]


def test_a_rejected_later_row_supersedes_nothing(office) -> None:
    sent = office.send(office.row(), office.row(content="乙", bad=True))
    assert outcomes(sent) == ["accepted", "rejected"]
    assert office.versions(sent[0].record_id) == [(1, "甲", False)]


def test_a_rejected_row_between_makes_no_difference_to_a_duplicate(office) -> None:
    sent = office.send(office.row(), office.row(content="乙", bad=True), office.row())
    assert outcomes(sent) == ["accepted", "rejected", "duplicate"]
    assert sent[2].other == 2


def test_a_rejected_row_after_an_accepted_record_changes_nothing(office) -> None:
    (first,) = office.send(office.row())
    assert outcomes(office.send(office.row(content="", bad=True))) == ["rejected"]
    assert office.versions(first.record_id) == [(1, "甲", False)]


def test_unchanged_then_a_new_version_then_unchanged(office) -> None:
    (first,) = office.send(office.row())
    assert office.send(office.row()) == [type(first)("unchanged", (), first.record_id)]
    (changed,) = office.send(office.row(content="乙"))
    assert (changed.outcome, changed.rules, changed.record_id) == ("accepted", (), first.record_id)
    assert outcomes(office.send(office.row(content="乙"))) == ["unchanged"]
    assert outcomes(office.send(office.row(), office.row(content="丙"), office.row(content="乙"))) == [
        "superseded",
        "superseded",
        "unchanged",
    ]
    assert office.versions(first.record_id) == [(1, "甲", False), (2, "乙", False)]


def test_a_changed_decision_date_is_a_new_version_and_the_clock_runs_on(office) -> None:
    (first,) = office.send(office.row())
    (changed,) = office.send(office.row(decision_date="2026/05/28"))
    assert (changed.outcome, changed.record_id) == ("accepted", first.record_id)
    with connect(office.settings) as connection:
        (record,) = fetch(connection, "SELECT decision_date, first_accepted_at FROM core.record")
    assert str(record["decision_date"]) == "2026-05-29"


def test_versions_follow_each_other_in_transaction_time(office) -> None:
    for content in "甲乙丙":
        office.send(office.row(content=content))
    with connect(office.settings) as connection:
        rows = fetch(connection, "SELECT recorded_at, retired_at FROM core.licence ORDER BY version")
    assert [row["retired_at"] for row in rows[:-1]] == [row["recorded_at"] for row in rows[1:]]
    assert rows[-1]["retired_at"] is None


class TestWithdrawal:
    def test_by_identity_with_its_reason_keeps_the_content(self, office) -> None:
        (first,) = office.send(office.row())
        (sent,) = office.send(office.row(operation="撤销", remark="复议撤销", content="", decision_date=""))
        assert (sent.outcome, sent.record_id) == ("accepted", first.record_id)
        (current,) = office.current()
        assert (current["is_withdrawn"], current["content"], current["remark"]) == (True, "甲", "复议撤销")

    def test_by_record_number_alone(self, office) -> None:
        (first,) = office.send(office.row())
        (sent,) = office.send({"operation": "撤销", "remark": "误报", "record_ref": first.record_id})
        assert (sent.outcome, sent.record_id) == ("accepted", first.record_id)
        assert office.current()[0]["document_no"] == "昆许〔2026〕1号"

    def test_with_garbage_in_date_and_amount_columns(self, office) -> None:
        office.kind = "penalty"
        (first,) = office.send(office.row(fine_wan="0.2"))
        garbage = {
            "decision_date": "某日",
            "valid_to": "2026/02/30",
            "fine_wan": "若干",
            "confiscated_wan": "9" * 40,
        }
        (sent,) = office.send(
            {"operation": "撤销", "remark": "误报", "record_ref": first.record_id, **garbage}
        )
        assert sent.outcome == "accepted"
        (current,) = office.current()
        assert (current["fine_yuan"], str(current["decision_date"])) == (Decimal("2000.00"), "2026-05-29")

    def test_twice_is_unchanged(self, office) -> None:
        (first,) = office.send(office.row())
        withdrawal = office.row(operation="撤销", remark="误报")
        assert outcomes(office.send(withdrawal)) == ["accepted"]
        assert outcomes(office.send(withdrawal | {"remark": "再次"})) == ["unchanged"]
        assert [version[2] for version in office.versions(first.record_id)] == [False, True]

    def test_sent_again_the_record_is_reinstated(self, office) -> None:
        (first,) = office.send(office.row())
        office.send(office.row(operation="撤销", remark="误报"))
        (again,) = office.send(office.row())
        assert (again.outcome, again.record_id) == ("accepted", first.record_id)
        assert [version[2] for version in office.versions(first.record_id)] == [False, True, False]

    def test_of_a_record_corrected_in_the_same_batch_the_last_row_counts(self, office) -> None:
        (first,) = office.send(office.row())
        sent = office.send(office.row(content="乙"), office.row(operation="撤销", remark="误报"))
        assert outcomes(sent) == ["superseded", "accepted"]
        assert office.versions(first.record_id) == [(1, "甲", False), (2, "甲", True)]

    def test_of_nothing_known_is_refused(self, office) -> None:
        sent = office.send(
            office.row(operation="撤销", remark="误报"),
            {"operation": "撤销", "remark": "误报"},
            {"operation": "撤销", "remark": "误报", "record_ref": "12345"},
            {"operation": "撤销", "remark": "误报", "record_ref": "第3号"},
            {"operation": "撤销", "remark": "误报", "record_ref": "9" * 30},
        )
        assert set(outcomes(sent)) == {"rejected"}
        assert set(rules(sent)) == {("XR-07",)}

    def test_of_a_withdrawn_record_frees_its_number(self, office) -> None:
        office.send(office.row())
        office.send(office.row(operation="撤销", remark="对象有误"))
        assert outcomes(office.send(office.row(party=OTHER_ORG))) == ["accepted"]


class TestRecordNumber:
    def test_a_correction_may_change_the_identity(self, office) -> None:
        (first,) = office.send(office.row())
        moved = office.row("昆许〔2026〕9号", OTHER_ORG, operation="更正", record_ref=first.record_id)
        (sent,) = office.send(moved)
        assert (sent.outcome, sent.rules, sent.record_id) == ("accepted", (), first.record_id)
        assert outcomes(office.send(office.row("昆许〔2026〕9号", OTHER_ORG))) == ["unchanged"]
        (reused,) = office.send(office.row())  # the old identity is free again
        assert reused.outcome == "accepted"
        assert reused.record_id != first.record_id

    def test_of_another_agency_is_unknown(self, office) -> None:
        (first,) = office.send(office.row())
        theirs = {"organ_code": THEIRS, "source_code": THEIRS}
        sent = office.send(
            office.row(operation="更正", record_ref=first.record_id, **theirs),
            {"operation": "撤销", "remark": "误报", "record_ref": first.record_id},
            agency=THEIRS,
        )
        assert rules(sent) == [("XR-07",)] * 2
        assert office.versions(first.record_id) == [(1, "甲", False)]

    def test_of_another_kind_is_unknown(self, office) -> None:
        (first,) = office.send(office.row())
        office.kind = "penalty"
        assert rules(office.send(office.row(operation="更正", record_ref=first.record_id))) == [("XR-07",)]

    def test_unknown_number(self, office) -> None:
        sent = office.send(
            office.row(operation="更正", record_ref="998"), office.row("昆许〔2026〕2号", record_ref="x")
        )
        assert rules(sent) == [("XR-07",)] * 2

    def test_a_correction_without_number_is_a_version_by_identity(self, office) -> None:
        (first,) = office.send(office.row())
        (sent,) = office.send(office.row(operation="更正", content="乙"))
        assert (sent.outcome, sent.record_id) == ("accepted", first.record_id)
        assert rules(office.send(office.row("昆许〔2026〕2号", operation="更正"))) == [("XR-07",)]

    def test_a_correction_may_not_take_the_identity_of_another_record(self, office) -> None:
        first, second = office.send(office.row(), office.row("昆许〔2026〕2号"))
        sent = office.send(office.row("昆许〔2026〕2号", record_ref=first.record_id, content="乙"))
        assert rules(sent) == [("XR-06",)]
        swapped = office.send(
            office.row("昆许〔2026〕2号", record_ref=first.record_id), office.row(record_ref=second.record_id)
        )
        assert rules(swapped) == [("XR-06",)] * 2

    def test_two_corrections_to_one_new_identity_collide(self, office) -> None:
        first, second = office.send(office.row(), office.row("昆许〔2026〕2号"))
        to_nine = office.row("昆许〔2026〕9号")
        sent = office.send(
            to_nine | {"record_ref": first.record_id}, to_nine | {"record_ref": second.record_id}
        )
        assert [(row.outcome, row.rules) for row in sent] == [("accepted", ()), ("rejected", ("XR-06",))]

    @pytest.mark.parametrize("is_first", [True, False])
    def test_a_new_row_with_an_identity_being_corrected_to_collides(self, office, is_first) -> None:
        (first,) = office.send(office.row())
        correction = office.row("昆许〔2026〕9号", record_ref=first.record_id)
        rows = [office.row("昆许〔2026〕9号", content="乙"), correction]
        sent = office.send(*(rows if is_first else rows[::-1]))
        sent = sent if is_first else sent[::-1]
        assert [(row.outcome, row.rules) for row in sent] == [("rejected", ("XR-06",)), ("accepted", ())]

    def test_a_row_by_number_and_one_by_identity_are_of_one_record(self, office) -> None:
        (first,) = office.send(office.row())
        sent = office.send(office.row(content="乙", record_ref=first.record_id), office.row(content="丙"))
        assert outcomes(sent) == ["superseded", "accepted"]
        assert office.versions(first.record_id)[-1] == (2, "丙", False)

    def test_several_corrections_of_one_record_the_last_counts(self, office) -> None:
        (first,) = office.send(office.row())
        sent = office.send(*(office.row(f"昆许〔2026〕{n}号", record_ref=first.record_id) for n in (5, 6)))
        assert outcomes(sent) == ["superseded", "accepted"]
        assert office.current()[0]["document_no"] == "昆许〔2026〕6号"

    def test_check_digits_of_every_number_are_right(self, office) -> None:
        for sent in office.send(*(office.row(f"昆许〔2026〕{n}号") for n in range(1, 40))):
            n, check = divmod(sent.record_id, 100)
            assert check == 98 - (n * 100) % 97


class TestCounterparts:
    def test_another_counterpart_alone_is_refused(self, office) -> None:
        office.send(office.row())
        (sent,) = office.send(office.row(party=OTHER_ORG))
        assert (sent.outcome, sent.rules) == ("rejected", ("XR-06",))

    def test_one_decision_with_several_counterparts(self, office) -> None:
        sent = office.send(office.row(), office.row(party=OTHER_ORG), office.row(party=PERSON))
        assert outcomes(sent) == ["accepted"] * 3
        assert len({row.record_id for row in sent}) == 3
        again = office.send(
            office.row(content="乙"), office.row(party=OTHER_ORG), office.row(party=OTHER_PERSON)
        )
        assert outcomes(again) == ["accepted", "unchanged", "accepted"]
        assert again[2].record_id not in {row.record_id for row in sent}

    def test_one_of_several_sent_again_alone_is_its_own_record(self, office) -> None:
        first, _ = office.send(office.row(), office.row(party=OTHER_ORG))
        assert office.send(office.row()) == [type(first)("unchanged", (), first.record_id)]

    def test_another_organ_or_kind_may_use_the_number(self, office) -> None:
        office.send(office.row())
        assert outcomes(office.send(office.row(party=OTHER_ORG, organ_code=THEIRS))) == ["accepted"]
        office.kind = "penalty"
        assert outcomes(office.send(office.row(party=OTHER_ORG))) == ["accepted"]

    def test_natural_persons_are_told_apart_by_their_id_number(self, office) -> None:
        sent = office.send(office.row(party=PERSON), office.row(party=OTHER_PERSON))
        assert outcomes(sent) == ["accepted"] * 2
        (renamed,) = office.send(office.row(party=PERSON, party_name="李莉"))
        assert (renamed.outcome, renamed.record_id) == ("accepted", sent[0].record_id)

    def test_parties_without_any_number_are_told_apart_by_name(self, office) -> None:
        sent = office.send(
            office.row(party="滇兴（集团）公司"),
            office.row(party="滇兴(集团) 公司"),
            office.row(party="滇旺公司"),
        )
        assert sent[0].record_id == sent[1].record_id != sent[2].record_id

    @pytest.mark.parametrize(
        "written",
        [
            "昆许(2026)1号",
            "昆许（2026）1号",
            "昆许[2026]1号",
            "昆许【2026】1号",
            "昆许〔２０２６〕１号",
            "昆许〔2026〕 1 号",
            "昆许〔2026〕1号\u3000",
        ],
    )
    def test_a_number_written_with_other_brackets_or_width_is_the_same(self, office, written) -> None:
        office.kind = "penalty"
        (first,) = office.send(office.row())
        (sent,) = office.send(office.row(written, content="乙"))
        assert (sent.outcome, sent.rules, sent.record_id) == ("accepted", (), first.record_id)

    @pytest.mark.parametrize(
        "written", ["昆许〔2026〕11号", "昆许〔2025〕1号", "昆许准〔2026〕1号", "昆许〔2026〕1-1号"]
    )
    def test_another_number_is_another_record(self, office, written) -> None:
        (first,) = office.send(office.row())
        (sent,) = office.send(office.row(written))
        assert sent.outcome == "accepted"
        assert sent.record_id != first.record_id


class TestStamps:
    """XR-05: older than the stored version by the source's own stamp; of a file the later delivery wins."""

    def test_an_older_row_of_a_table_is_refused(self, office) -> None:
        (first,) = office.send(office.row(), stamps=[STAMP])
        (older,) = office.send(office.row(content="乙"), stamps=[STAMP - timedelta(seconds=1)])
        assert (older.outcome, older.rules) == ("rejected", ("XR-05",))
        assert outcomes(office.send(office.row(content="丙"), stamps=[STAMP + timedelta(seconds=1)])) == [
            "accepted"
        ]
        assert office.versions(first.record_id)[-1] == (2, "丙", False)

    def test_the_same_stamp_is_not_older(self, office) -> None:
        office.send(office.row(), stamps=[STAMP])
        assert outcomes(office.send(office.row(content="乙"), stamps=[STAMP])) == ["accepted"]

    def test_a_file_is_never_older_and_does_not_reset_the_stamp(self, office) -> None:
        office.send(office.row(), stamps=[STAMP])
        assert outcomes(office.send(office.row(content="乙"))) == ["accepted"]
        assert rules(office.send(office.row(content="丙"), stamps=[STAMP - timedelta(days=1)])) == [
            ("XR-05",)
        ]


def test_a_merged_batch_is_left_alone(office) -> None:
    """Merging again what was merged changes nothing."""
    office.send(office.row(), office.row())
    before = office.current()
    with connect(office.settings) as connection:
        (batch,) = fetch(connection, "SELECT batch_id, seq, received_at FROM intake.batch")
        at = batch["received_at"]
        judged = office._judged(batch["batch_id"], batch["seq"], "x", at, [office.row(content="乙")], None)
        key = open_key(connection, office.settings.identity_key_file, at)
        assert office.merge(connection, judged, key, at) == {}
    assert office.current() == before


class TestParts:
    """A batch merged part by part ends as the same batch merged as a whole."""

    def test_parts_about_different_decisions_are_merged_as_they_come(self, office) -> None:
        rows = [office.row(f"昆许〔2026〕{number}号", bad=number == 2) for number in range(1, 7)]
        sent = office.send(*rows, cuts=[2, 4])
        assert outcomes(sent) == ["accepted", "rejected", *["accepted"] * 4]
        assert [version["row_no"] for version in office.current()] == [2, 4, 5, 6, 7]

    def test_a_row_like_one_of_an_earlier_part_repeats_it(self, office) -> None:
        sent = office.send(office.row(), office.row("昆许〔2026〕2号"), office.row(), cuts=[1, 2])
        assert outcomes(sent) == ["accepted", "accepted", "duplicate"]
        assert sent[2].other == 2

    def test_the_last_row_of_an_identity_counts_whatever_its_part(self, office) -> None:
        sent = office.send(office.row(content="乙"), office.row(content="丙"), cuts=[1])
        assert outcomes(sent) == ["superseded", "accepted"]
        assert [version["content"] for version in office.current()] == ["丙"]

    def test_a_withdrawal_in_a_later_part_names_a_record_an_earlier_one_changes(self, office) -> None:
        (first,) = office.send(office.row())
        rows = [
            office.row(content="乙"),
            office.row("昆许〔2026〕2号"),
            office.row(operation="撤销", record_ref=first.record_id, remark="误报"),
        ]
        assert outcomes(office.send(*rows, cuts=[1, 2])) == ["superseded", "accepted", "accepted"]
        assert office.versions(first.record_id)[-1][2]

    def test_a_number_a_rejected_row_of_an_earlier_part_carries_is_not_alone(self, office) -> None:
        office.send(office.row(party=ORG))
        other = office.row(party=OTHER_ORG)
        assert rules(office.send(other)) == [("XR-06",)]
        sent = office.send(office.row(content="乙", bad=True), other, cuts=[1])
        assert outcomes(sent) == ["rejected", "accepted"]


@pytest.mark.parametrize("is_bad", [False, True])
def test_a_nul_in_a_cell_stops_nothing(office, is_bad) -> None:
    """PostgreSQL stores no NUL: it is gone from the row (TX-03), and the kept original shows it as U+FFFD."""
    row = office.row(content="甲\x00乙", remark="\x00", document_no="昆许〔2026〕\x001号", bad=is_bad)
    assert outcomes(office.send(row)) == ["rejected" if is_bad else "accepted"]
    with connect(office.settings) as connection:
        fixes = fetch(connection, "SELECT field, original, fixed FROM quality.fix ORDER BY field")
    assert [(fix["field"], fix["original"], fix["fixed"]) for fix in fixes] == [
        ("content", "甲\ufffd乙", "甲乙"),
        ("document_no", "昆许〔2026〕\ufffd1号", "昆许〔2026〕1号"),
        ("remark", "\ufffd", None),
    ]
