"""The ledger recounts from the tables: whatever is taken away is named, with its batch and row."""

from __future__ import annotations

import re
from typing import Any

import pytest


@pytest.fixture(scope="module")
def filled(module_house: Any) -> Any:
    """Outcomes of all five kinds, a withdrawal, a refused file, a zero report, a wrong folder, a duplicate delivery."""
    house = module_house
    rows = house.rows("licence", 7)
    mixed = [*rows[:4], rows[0], rows[1] | {"content": "准予变更。"}, rows[2] | {"content": ""}]
    house.drop("许可.csv", house.csv("licence", mixed))
    house.drop("处罚.csv", house.csv("penalty", house.rows("penalty", 2)))
    house.drop("空.csv", "")
    zero = f"报送单位代码,信息类别,期间起,期间止,零报送\r\n{house.agencies[0].code},行政处罚,2026/05/01,2026/05/31,是\r\n"
    house.drop("零报送.csv", zero)
    house.drop("错放.csv", house.csv("licence", rows[4:6]), house.agencies[1].code)
    house.collect()
    house.drop(
        "再报.csv",
        house.csv("licence", [rows[3], rows[4], rows[0] | {"operation": "撤销", "remark": "误报"}]),
    )
    house.drop("许可.csv", house.csv("licence", mixed))
    house.collect(1)
    return house


@pytest.fixture
def restored(filled: Any) -> Any:
    """Puts rows and files back after the test."""
    undo: list[Any] = []
    yield filled, undo
    for step in reversed(undo):
        step()
    assert filled.ledger().problems == []


def batch(house: Any, file: str) -> str:
    return (
        house.receipt(file)["batch_id"]
        if file != "许可.csv"
        else next(r["batch_id"] for r in house.receipts() if r["file"] == file and r["rows"]["read"])
    )


def test_everything_balances(filled: Any) -> None:
    ledger = filled.ledger()
    assert ledger.problems == []
    assert ledger.balances
    assert ledger.totals["deliveries"] == 7
    counts = {"rows_read": 15, "accepted": 9, "rejected": 3, "unchanged": 1, "duplicate": 1, "superseded": 1}
    assert {name: ledger.totals[name] for name in counts} == counts


@pytest.mark.parametrize(
    ("table", "where", "named"),
    [
        ("core.licence", "row_no = 5", "rows without an outcome: 5"),
        ("core.penalty", "row_no = 3", "rows without an outcome: 3"),
        ("quality.quarantine", "row_no = 8", "rows without an outcome: 8"),
        ("intake.row_outcome", "outcome = 'superseded' AND row_no = 3", "rows without an outcome: 3"),
        ("quality.finding", "rule_id = 'XK-08'", "0 errors"),
        ("intake.zero_report", "true", "rows without an outcome: 2"),
    ],
)
def test_a_row_taken_away_is_named(restored: Any, table: str, where: str, named: str) -> None:
    house, undo = restored
    house.execute(f"CREATE TABLE public.kept AS SELECT * FROM {table} WHERE {where}")
    undo.append(
        lambda: house.execute(f"INSERT INTO {table} SELECT * FROM public.kept; DROP TABLE public.kept")
    )
    (gone,) = house.fetch("SELECT batch_id FROM public.kept")
    house.execute(f"DELETE FROM {table} WHERE {where}")
    ledger = house.ledger()
    assert not ledger.balances
    about = [problem for problem in ledger.problems if gone["batch_id"] in problem.where]
    assert [problem for problem in about if named in problem.what]
    assert all(problem.remedy for problem in ledger.problems)


def test_a_version_taken_away_is_named_as_a_record_too(restored: Any) -> None:
    house, undo = restored
    house.execute("CREATE TABLE public.kept AS SELECT * FROM core.licence WHERE version = 2")
    undo.append(
        lambda: house.execute("INSERT INTO core.licence SELECT * FROM public.kept; DROP TABLE public.kept")
    )
    (gone,) = house.fetch("SELECT record_id FROM public.kept")
    house.execute("DELETE FROM core.licence WHERE version = 2")
    assert [p for p in house.ledger().problems if str(gone["record_id"]) in p.where]


@pytest.mark.parametrize("name", ["receipt.json", "回执.html", "明细.csv"])
def test_an_answer_taken_away_is_named(restored: Any, name: str) -> None:
    house, undo = restored
    receipt = house.receipt("处罚.csv")
    path = house.settings.feedback(receipt["agency"]) / receipt["batch_id"] / name
    content = path.read_bytes()
    undo.append(lambda: path.write_bytes(content))
    path.unlink()
    (problem,) = house.ledger().problems
    assert receipt["batch_id"] in problem.where
    assert name in problem.what


def test_a_receipt_that_says_something_else_is_named(restored: Any) -> None:
    house, undo = restored
    receipt = house.receipt("处罚.csv")
    path = house.settings.feedback(receipt["agency"]) / receipt["batch_id"] / "receipt.json"
    content = path.read_bytes()
    undo.append(lambda: path.write_bytes(content))
    path.write_bytes(re.sub(rb'"accepted": 2', b'"accepted": 3', content))
    (problem,) = house.ledger().problems
    assert receipt["batch_id"] in problem.where


@pytest.mark.parametrize("folder", ["archive", "landing"])
def test_a_file_of_ours_taken_away_is_named(restored: Any, folder: str) -> None:
    house, undo = restored
    receipt = house.receipt("处罚.csv")
    name = receipt["sha256"] if folder == "archive" else f"{receipt['batch_id']}.parquet"
    path = getattr(house.settings, folder) / name
    away = path.rename(house.settings.home / "away")
    undo.append(lambda: away.rename(path))
    (problem,) = house.ledger().problems
    assert receipt["batch_id"] in problem.where
    assert name in problem.what


def test_an_archived_file_with_other_bytes_is_named(restored: Any) -> None:
    house, undo = restored
    path = house.settings.archive / house.receipt("处罚.csv")["sha256"]
    content = path.read_bytes()

    def write(data: bytes) -> None:
        path.chmod(0o600)
        path.write_bytes(data)
        path.chmod(0o400)

    undo.append(lambda: write(content))
    write(content[:-3])
    (problem,) = house.ledger().problems
    assert path.name in problem.what


def test_a_batch_taken_away_is_named(restored: Any) -> None:
    """With all its rows: the delivery is left without a batch."""
    house, undo = restored
    receipt = house.receipt("空.csv")
    tables = ("intake.batch", "quality.finding")
    for number, table in enumerate(tables):
        house.execute(
            f"CREATE TABLE public.kept{number} AS SELECT * FROM {table} WHERE batch_id = '{receipt['batch_id']}'"
        )
    put_back = "INSERT INTO intake.batch OVERRIDING SYSTEM VALUE SELECT * FROM kept0; INSERT INTO quality.finding SELECT * FROM kept1"
    undo.append(lambda: house.execute(f"{put_back}; DROP TABLE kept0, kept1"))
    for table in reversed(tables):
        house.execute(f"DELETE FROM {table} WHERE batch_id = '{receipt['batch_id']}'")
    assert [p for p in house.ledger().problems if receipt["delivery_id"] in p.where]


def test_a_row_that_stands_twice_is_named(restored: Any) -> None:
    house, undo = restored
    kept = batch(house, "许可.csv")
    (row,) = house.fetch(f"SELECT record_id FROM core.licence WHERE batch_id = '{kept}' AND row_no = 5")
    house.execute(
        f"INSERT INTO intake.row_outcome VALUES ('{kept}', 5, 'unchanged', NULL, {row['record_id']})"
    )
    undo.append(
        lambda: house.execute(f"DELETE FROM intake.row_outcome WHERE batch_id = '{kept}' AND row_no = 5")
    )
    assert [p for p in house.ledger().problems if kept in p.where and "several: 5" in p.what]
