"""Causes many findings share: the delivery's receipt says what the self-check said, from what the warehouse keeps."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from gongshi import flow
from gongshi.intake import landing
from gongshi.platform.database import connect
from gongshi.respond.feedback import answer_batch


def in_yuan(row: dict[str, str]) -> dict[str, str]:
    return row | {"fine_wan": str(round(float(row["fine_wan"]) * 10_000))}


def shifted(text: str) -> str:
    """The file with a blank cell before the third column of every row."""
    lines = list(csv.reader(io.StringIO(text, newline="")))
    moved = [lines[0], *([*line[:2], "", *line[2:-1]] for line in lines[1:])]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(moved)
    return out.getvalue()


@pytest.mark.parametrize("part_rows", [landing.PART_ROWS, 7])
def test_a_delivery_and_its_self_check_tell_the_same_causes(
    house: Any, part_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing, "PART_ROWS", part_rows)
    files = {
        "元.csv": house.csv("penalty", map(in_yuan, house.rows("penalty", 20, categories=("罚款",)))),
        "错位.csv": shifted(house.csv("licence", house.rows("licence", 20))),
        "无误.csv": house.csv("licence", house.rows("licence", 5, house.agencies[3])),
    }
    senders = {"无误.csv": house.agencies[3].code}
    paths = {name: house.drop(name, text, senders.get(name, "")) for name, text in files.items()}
    checked = {
        name: flow.check_file(house.settings, path, senders.get(name) or house.agencies[0].code, house.at)[0]
        for name, path in paths.items()
    }
    house.collect()
    told = {receipt["file"]: receipt for receipt in house.receipts()}
    assert {name: receipt["causes"] for name, receipt in told.items()} == {
        name: receipt["causes"] for name, receipt in checked.items()
    }
    assert {name: [c["cause"] for c in receipt["causes"]] for name, receipt in told.items()} == {
        "元.csv": ["yuan_for_wan"], "错位.csv": ["shifted_columns"], "无误.csv": [],
    }  # fmt: skip
    assert told["元.csv"]["causes"][0]["findings"] == told["元.csv"]["finding_counts"]["CF-20"] == 20
    for receipt in told.values():
        folder = house.settings.feedback(receipt["agency"]) / receipt["batch_id"]
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        with connect(house.settings) as connection:
            answer_batch(house.settings, connection, receipt["batch_id"])
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert house.ledger().problems == []
