"""Several files of one run change the same record: each makes its version, and the set suite agrees."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("kind", ["licence", "penalty"])
def test_two_files_of_a_run_change_the_same_row_of_the_same_record(house: Any, kind: str) -> None:
    """The promise on version numbers counted a record's versions once for each of the two, and stopped the run."""
    rows = house.rows(kind, 3)
    house.drop("first.csv", house.csv(kind, rows))
    house.collect()
    for number in (1, 2, 3):
        rows[1] = rows[1] | {"remark": f"第{number}次补正"}
        house.drop(f"{number}.csv", house.csv(kind, rows))
    house.collect(1)
    versions = house.fetch(
        f"SELECT version, remark, retired_at IS NULL AS is_current FROM core.{kind} WHERE document_no = '{rows[1]['document_no']}' ORDER BY version"
    )
    assert [row["remark"] for row in versions] == [None, "第1次补正", "第2次补正", "第3次补正"]
    assert [row["is_current"] for row in versions] == [False, False, False, True]
    assert house.ledger().problems == []
