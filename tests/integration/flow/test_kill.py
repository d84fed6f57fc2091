"""Killed with -9 anywhere, the next run finishes: same tables, same receipts as a run nobody disturbed; ledger balanced."""

from __future__ import annotations

from typing import Any

import pytest

from gongshi import flow


def fill(house: Any) -> None:
    """Three files of two agencies: all good; with rejected, duplicate and superseded rows; penalties."""
    first, second = house.agencies[:2]
    good, mixed = house.rows("licence", 4), house.rows("licence", 9)[4:]
    mixed += [
        mixed[0] | {"content": ""},
        mixed[1],
        mixed[2] | {"content": "准予变更经营范围。"},
        mixed[3] | {"party_name": "　" + mixed[3]["party_name"]},
    ]
    house.drop("1-许可.csv", house.csv("licence", good))
    house.drop("2-许可.csv", house.csv("licence", mixed))
    house.drop("3-处罚.csv", house.csv("penalty", house.rows("penalty", 3, second)), second.code)
    assert first.code != second.code


@pytest.fixture(scope="module")
def undisturbed(module_house: Any) -> dict[str, Any]:
    fill(module_house)
    module_house.collect()
    assert module_house.ledger().problems == []
    return module_house.state()


def demand_same(house: Any, undisturbed: dict[str, Any]) -> None:
    house.collect()
    assert house.ledger().problems == []
    state = house.state()
    assert {name: rows for name, rows in state.items() if rows != undisturbed[name]} == {}
    house.collect()
    assert house.state() == state


def test_killed_while_taking(house: Any, undisturbed: dict[str, Any]) -> None:
    """A file is out of its inbox, archived, not yet entered."""
    fill(house)
    with house.killed_while_waiting("take", "LOCK TABLE intake.delivery IN SHARE MODE"):
        assert len(list((house.settings.landing / "spool").glob("*/*/*"))) == 1
        assert len(flow.waiting_files(house.settings)) == 2
    demand_same(house, undisturbed)


def test_killed_while_reading(house: Any, undisturbed: dict[str, Any]) -> None:
    """Rows are landed, the batch is not committed."""
    fill(house)
    flow.take(house.settings, house.at)
    with house.killed_while_waiting("load", "LOCK TABLE intake.delivery IN SHARE MODE"):
        assert len(list(house.settings.landing.glob("*.parquet"))) == 1
        assert house.fetch("SELECT * FROM intake.batch") == []
    demand_same(house, undisturbed)


@pytest.mark.slow
def test_killed_during_the_merge(house: Any, undisturbed: dict[str, Any]) -> None:
    """The first batch is merged, of the second records and versions are written and not committed."""
    fill(house)
    flow.take(house.settings, house.at)
    with house.killed_while_waiting("load", "LOCK TABLE quality.quarantine IN SHARE MODE"):
        assert [row["status"] for row in house.fetch("SELECT status FROM intake.batch ORDER BY seq")] == [
            "merged",
            "landed",
            "landed",
        ]
        assert house.fetch("SELECT count(*) AS n FROM core.licence") == [{"n": 4}]
        assert not house.ledger().balances
    demand_same(house, undisturbed)


def test_killed_between_merge_and_answer(house: Any, undisturbed: dict[str, Any]) -> None:
    fill(house)
    flow.take(house.settings, house.at)
    flow.load(house.settings, house.at)
    lock = f"SELECT pg_advisory_xact_lock(hashtext('gongshi.answer.{house.agencies[0].code}'))"
    with house.killed_while_waiting("answer", lock):
        assert house.receipts() == []
        problems = house.ledger().problems
        assert [problem.what for problem in problems] == ["loaded, not yet answered"] * 3
    demand_same(house, undisturbed)


def test_killed_while_writing_answers(house: Any, undisturbed: dict[str, Any]) -> None:
    """Two folders are published, the agency's batches do not count as answered yet."""
    fill(house)
    flow.take(house.settings, house.at)
    flow.load(house.settings, house.at)
    (second,) = house.fetch("SELECT batch_id FROM intake.batch ORDER BY seq OFFSET 1 LIMIT 1")
    with house.killed_while_waiting(
        "answer", f"SELECT 1 FROM intake.batch WHERE batch_id = '{second['batch_id']}' FOR UPDATE"
    ):
        written = {path: path.read_bytes() for path in house.settings.dropbox.glob("*/feedback/*/*")}
        assert len({path.parent for path in written}) == 2
        assert {row["status"] for row in house.fetch("SELECT status FROM intake.batch")} == {"merged"}
    demand_same(house, undisturbed)
    assert {path: path.read_bytes() for path in written} == written


def test_the_same_content_again(house: Any) -> None:
    """Dropped twice in one run, renamed, in another agency's folder: never loaded twice, always answered."""
    content = house.csv("licence", house.rows("licence", 3))
    house.drop("甲.csv", content)
    house.drop("乙.csv", content)
    house.collect()
    house.drop("丙.csv", content)
    house.drop("甲.csv", content)
    house.drop("丁.csv", content, house.agencies[1].code)
    house.collect(1)
    told = [(r["file"], r["status"], r["rows"]["read"], list(r["finding_counts"])) for r in house.receipts()]
    first = {"甲.csv", "乙.csv"}
    assert sorted(told[:2], key=lambda t: t[1]) == [
        (told[0][0], "accepted", 3, []), (told[1][0], "duplicate_delivery", 0, ["BT-05"])
    ]  # fmt: skip
    assert {told[0][0], told[1][0]} == first
    assert sorted(told[2:]) == sorted([
        ("丙.csv", "duplicate_delivery", 0, ["BT-05"]), ("甲.csv", "duplicate_delivery", 0, ["BT-05"]),
        ("丁.csv", "rejected", 3, ["BT-06"]),
    ])  # fmt: skip
    (accepted,) = [r for r in house.receipts() if r["status"] == "accepted"]
    assert {r["first_delivery_id"] for r in house.receipts() if r["status"] == "duplicate_delivery"} == {
        accepted["delivery_id"]
    }
    assert house.fetch("SELECT count(*) AS n FROM core.licence") == [{"n": 3}]
    assert house.ledger().problems == []


def test_a_delivery_refused_as_a_whole_is_read_anew(house: Any) -> None:
    """Every row was rejected: the same bytes again are no duplicate, they are judged anew."""
    content = house.csv(
        "licence", [row | {"organ_name": "", "source_name": ""} for row in house.rows("licence", 2)]
    )
    house.drop("甲.csv", content)
    house.collect()
    house.drop("甲.csv", content)
    house.collect(1)
    assert [(r["status"], r["rows"]["read"]) for r in house.receipts()] == [("rejected", 2)] * 2
    assert house.ledger().problems == []
