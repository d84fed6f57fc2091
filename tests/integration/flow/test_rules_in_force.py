"""A batch is judged by the rules in force when it arrived, whatever is set later."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gongshi import flow
from gongshi.platform.database import connect
from gongshi.registry.load import load_registry
from gongshi.registry.rulebook import in_force, recorded
from gongshi.standard.model import ORGANISATION
from gongshi.standard.rulebook import shipped

from .conftest import House

HEADER = "rule_id,kind,field,setting,value,basis,valid_from,valid_to\n"


def _set(house: House, folder: Path, rows: str, hours: float = 0) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "rule_settings.csv").write_text(HEADER + rows, "utf-8")
    load_registry(house.settings, folder, house.at + timedelta(hours=hours))


@pytest.fixture
def short_content(house: House) -> str:
    """A licence whose content has five characters."""
    (row,) = house.rows("licence", 1, category=ORGANISATION)
    return house.csv("licence", [row | {"content": "准予经营。"}])


def test_a_setting_judges_what_arrives_from_its_day_and_only_that(
    house: House, short_content: str, tmp_path: Path
) -> None:
    day = house.at.date()
    _set(house, tmp_path / "s", f"TX-08,licence,XK_NR,length,4,试点通知,{day + timedelta(days=1)},\n")
    house.drop("today.csv", short_content)
    house.collect()
    tomorrow = short_content.replace("准予经营。", "准予营业。")
    house.drop("tomorrow.csv", tomorrow)
    house.collect(hours=24)
    before, after = house.receipt("today.csv"), house.receipt("tomorrow.csv")
    assert (before["status"], before["rulebook"]) == ("accepted", shipped().version)
    assert after["finding_counts"]["TX-08"] == 1
    assert "最大长度4" in next(f["message"] for f in after["findings"] if f["rule"] == "TX-08")
    assert after["rulebook"] != shipped().version
    with connect(house.settings) as connection:
        book = recorded(connection, after["rulebook"])
        assert book.version == in_force(connection, house.at + timedelta(hours=24)).version
    assert house.ledger().balances


def test_a_batch_taken_before_a_change_and_loaded_after_it_is_judged_by_the_old_book(
    house: House, short_content: str, tmp_path: Path
) -> None:
    from gongshi.intake.receive import read_delivery, unread_deliveries

    house.drop("early.csv", short_content)
    flow.take(house.settings, house.at)
    with connect(house.settings) as connection:
        for delivery in unread_deliveries(connection):
            read_delivery(house.settings, connection, delivery)
    _set(house, tmp_path / "s", f"TX-08,licence,XK_NR,length,4,试点通知,{house.at.date()},\n", hours=1)
    house.collect(hours=2)
    assert house.receipt("early.csv")["status"] == "accepted"


def test_a_rule_switched_off_lets_the_row_pass_and_the_self_check_says_the_same(
    house: House, tmp_path: Path
) -> None:
    (row,) = house.rows("licence", 1, category=ORGANISATION)
    code = row["party_uscc"]
    wrong = code[:-1] + ("1" if code[-1] != "1" else "2")
    content = house.csv("licence", [row | {"party_uscc": wrong}])
    path = tmp_path / "check.csv"
    path.write_text(content, "utf-8")
    (told,) = flow.check_file(house.settings, path, None, house.at)
    assert told["finding_counts"].get("ID-03") == 1
    _set(house, tmp_path / "s", f"ID-03,,,enabled,0,试点通知,{house.at.date()},\n")
    (told,) = flow.check_file(house.settings, path, None, house.at)
    assert "ID-03" not in told["finding_counts"]
    house.drop("off.csv", content)
    house.collect()
    assert "ID-03" not in house.receipt("off.csv")["finding_counts"]
