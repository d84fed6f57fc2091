"""Files in `selfcheck/` are answered and never loaded; the delivery of the same bytes refers to the check (Article 13)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gongshi.oversee.daily import collect as monitor
from gongshi.oversee.snapshot import snapshot
from gongshi.standard.periods import parse_period

House = Any


def check(house: House, name: str, content: str | bytes) -> Path:
    """Put a finished file into the market bureau's `selfcheck/`."""
    inbox = house.drop(name, content)
    folder = inbox.parent.parent / "selfcheck"
    folder.mkdir(exist_ok=True)
    return inbox.rename(folder / name)


def slips(house: House) -> list[dict[str, Any]]:
    """All receipts of self-checks, by id."""
    return [receipt for receipt in house.receipts() if receipt["mode"] == "self_check"]


def test_a_file_is_checked_with_a_slip_and_its_delivery_refers_to_it(house: House) -> None:
    good, bad = house.rows("licence", 2)
    content = house.csv("licence", [good, bad | {"content": ""}])
    dropped = check(house, "自查.csv", content)
    house.collect()
    (slip,) = slips(house)
    assert not dropped.exists()
    assert slip["self_check"] == {
        "check_id": slip["batch_id"], "sha256": slip["sha256"], "rulebook": slip["rulebook"], "result": "errors",
        "checked_at": slip["received_at"], "scope": "行政许可2行", "signer": slip["self_check"]["signer"],
    }  # fmt: skip
    assert slip["self_check"]["signer"]  # the head registered on that day
    assert (slip["errors"], slip["rows"]["rejected"]) == (1, 1)
    for table in ("intake.delivery", "intake.batch", "core.record", "quality.quarantine", "quality.finding"):
        assert house.fetch(f"SELECT count(*) AS n FROM {table}") == [{"n": 0}]
    assert house.ledger().problems == []
    folder = house.settings.feedback(house.agencies[0].code)
    assert "签字" in (folder / slip["batch_id"] / "自查单.html").read_text("utf-8")
    assert slip["batch_id"] in (folder / "index.html").read_text("utf-8")

    house.drop("报送.csv", content)
    house.drop("改后报送.csv", content + "\r\n")
    house.collect(1)
    told = house.receipt("报送.csv")["self_check"]
    assert told == {
        name: slip["self_check"][name] for name in ("check_id", "checked_at", "rulebook", "result")
    }
    assert house.receipt("改后报送.csv")["self_check"] is None
    page = next(folder.glob(f"{house.receipt('报送.csv')['batch_id']}/回执.html")).read_text("utf-8")
    assert slip["batch_id"] in page


@pytest.mark.parametrize(("content", "result"), [(b"%PDF-1.7", "refused"), ("one good row", "passed")])
def test_the_result_says_what_a_delivery_would_become(
    house: House, content: str | bytes, result: str
) -> None:
    if isinstance(content, str):
        content = house.csv("licence", house.rows("licence", 1))
    check(house, "自查.csv", content)
    house.collect()
    (slip,) = slips(house)
    assert slip["self_check"]["result"] == result


def test_the_same_files_are_answered_once_and_the_same_again(house: House) -> None:
    """A run killed before it recorded its answers writes the same bytes."""
    check(house, "自查.csv", house.csv("licence", house.rows("licence", 1)))
    house.collect()
    (path,) = house.settings.dropbox.glob("*/feedback/*/receipt.json")
    before = path.read_bytes()
    house.execute("UPDATE intake.self_check SET status = 'taken'")
    house.collect(1)
    assert path.read_bytes() == before
    assert len(slips(house)) == 1
    assert json.loads(before)["received_at"] == house.at.isoformat()


def test_who_has_not_inspected_itself_for_too_long_is_listed(house: House) -> None:
    """Article 13: 92 days after the last check, or after the first delivery where there was none."""
    check(house, "自查.csv", house.csv("licence", house.rows("licence", 1)))
    other = house.agencies[1]
    for agency in house.agencies[:2]:
        house.drop("报送.csv", house.csv("licence", house.rows("licence", 1, agency)), agency.code)
    house.collect()

    def overdue(days: int) -> list[tuple[str, Any]]:
        day = house.at.date() + timedelta(days=days)
        with snapshot(
            house.settings, parse_period(day.isoformat()), house.at + timedelta(days=days, hours=12)
        ) as view:
            return [(row["code"], row["last_date"]) for row in monitor(view)["self_check_overdue"]]

    assert overdue(92) == []
    assert sorted(overdue(93), key=str) == sorted(
        [(other.code, None), (house.agencies[0].code, house.at.date())], key=str
    )
