"""A reader that fails in a way no rule foresees: the other files go on, and it is told."""

from __future__ import annotations

from typing import Any

import pytest

from gongshi.intake import readers
from gongshi.loading import DeliveriesNotReadError


def test_the_other_files_are_answered_and_the_next_run_tries_again(house: Any, monkeypatch: Any) -> None:
    rows, read = house.rows("licence", 4), readers.read

    def failing(source: Any, *more: Any) -> Any:
        if b"PLANTED" in source.read_bytes():
            raise RuntimeError("planted")
        return read(source, *more)

    monkeypatch.setattr(readers, "read", failing)
    house.drop("坏.csv", house.csv("licence", [rows[0] | {"remark": "PLANTED"}]))
    house.drop("好.csv", house.csv("licence", rows[1:]))
    with pytest.raises(DeliveriesNotReadError, match="1 deliveries could not be read"):
        house.collect()
    assert [receipt["file"] for receipt in house.receipts()] == ["好.csv"]
    monkeypatch.setattr(readers, "read", read)
    house.collect()
    assert {r["file"]: r["rows"]["accepted"] for r in house.receipts()} == {"好.csv": 3, "坏.csv": 1}
    assert house.ledger().balances
