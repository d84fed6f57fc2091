"""Files dropped for the registry: taken, judged together, applied or refused whole, and answered."""

from __future__ import annotations

import json
import os
from datetime import timedelta

import pytest

from gongshi import bootstrap, flow
from gongshi.platform import database
from gongshi.registry import read
from gongshi.registry.load import load_registry

from .faults import FAULTS
from .files import AT, COMPANY, GOOD, ONE, TWO, content, workbook

LATER = AT + timedelta(hours=1)


@pytest.fixture
def inbox(settings):
    """Puts registry files into the inbox, under whatever name; collects them; receipts by the name they had."""
    bootstrap.prepare(settings)

    class Inbox:
        def drop(self, name: str, rows: str, as_name: str = "", xlsx: bool = False) -> None:
            path = settings.registry_inbox / (as_name or f"{name}.{'xlsx' if xlsx else 'csv'}")
            path.parent.mkdir(parents=True, exist_ok=True)
            if xlsx:
                workbook(path, content(name, rows))
            else:
                path.write_text(content(name, rows), encoding="utf-8")
            os.utime(path, (path.stat().st_mtime - 60,) * 2)

        def collect(self, at=AT) -> dict[str, dict]:
            before = set(settings.registry_feedback.glob("*"))
            flow.collect(settings, at)
            new = sorted(set(settings.registry_feedback.glob("*")) - before)
            assert all((folder / "回执.html").is_file() for folder in new)
            receipts = [json.loads((folder / "receipt.json").read_text("utf-8")) for folder in new]
            return {receipt["file"]: receipt for receipt in receipts}

    return Inbox()


def test_all_files_dropped_together_are_applied_together(inbox, ask, settings):
    """Under names that say nothing and in an order that is none: contacts before the agencies they name."""
    for number, (name, rows) in enumerate(reversed(GOOD.items())):
        inbox.drop(name, rows, f"表{number}.{'xlsx' if number % 2 else 'csv'}", xlsx=bool(number % 2))
    receipts = inbox.collect()
    assert {r["status"] for r in receipts.values()} == {"accepted"}
    assert {r["registry"]["file"]: r["registry"]["added"] for r in receipts.values()} == {
        name: rows.count("\n") for name, rows in GOOD.items()
    }
    assert ask(read.registered_codes, AT) == {ONE, TWO}
    assert not list(settings.registry_inbox.iterdir())
    assert {p.name for p in settings.archive.iterdir()} >= {r["sha256"] for r in receipts.values()}


def test_a_faulty_file_is_refused_and_the_others_stand(inbox, ask):
    for name, rows in GOOD.items():
        inbox.drop(name, rows if name != "contacts" else f"{ONE},科长,,张三,13888123456,,\n")
    receipts = inbox.collect()
    contacts = receipts.pop("contacts.csv")
    assert {r["status"] for r in receipts.values()} == {"accepted"}
    assert (contacts["status"], contacts["rows"]["rejected"], contacts["finding_counts"]) == (
        "rejected",
        1,
        {"RG-02": 2},
    )
    assert [(f["row"], f["field"], f["severity"]) for f in contacts["findings"]] == [
        (2, "role", "error"),
        (2, "valid_from", "error"),
    ]
    assert all(f["message"] and f["suggestion"] for f in contacts["findings"])
    assert ask(read.contacts, AT) == []


def test_what_rests_on_a_refused_file_is_refused_with_it(inbox, ask):
    inbox.drop("divisions", GOOD["divisions"])
    inbox.drop("agencies", GOOD["agencies"].replace(",0,2010", ",是,2010"))
    inbox.drop("lead_departments", GOOD["lead_departments"])
    receipts = inbox.collect()
    assert {name: r["status"] for name, r in receipts.items()} == {
        "divisions.csv": "accepted", "agencies.csv": "rejected", "lead_departments.csv": "rejected",
    }  # fmt: skip
    assert receipts["lead_departments.csv"]["findings"][0]["rule"] == "RG-03"
    assert len(ask(read.divisions, AT)) == 3


def test_a_file_is_the_full_truth_of_its_table(inbox, ask, settings, tmp_path):
    for name in ("divisions", "agencies"):
        (tmp_path / f"{name}.csv").write_text(content(name, GOOD[name]), encoding="utf-8")
    load_registry(settings, tmp_path, AT)
    only = "".join(line for line in GOOD["agencies"].splitlines(keepends=True) if TWO not in line)
    inbox.drop("agencies", only)
    (receipt,) = inbox.collect(LATER).values()
    assert receipt["registry"] == {"file": "agencies", "added": 0, "retired": 1, "unchanged": 2}
    assert receipt["rows"] | {"read": 2, "unchanged": 2, "accepted": 0} == receipt["rows"]
    assert ask(read.registered_codes, LATER) == {ONE}
    assert ask(read.registered_codes, AT) == {ONE, TWO}


def test_two_files_of_a_table_count_in_order(inbox, ask):
    inbox.drop("legal_entities", GOOD["legal_entities"], "a.csv")
    inbox.drop("legal_entities", GOOD["legal_entities"].replace("云岭", "滇润"), "b.csv")
    receipts = inbox.collect()
    assert [
        (name, r["registry"]["added"], r["registry"]["retired"]) for name, r in sorted(receipts.items())
    ] == [
        ("a.csv", 1, 0),
        ("b.csv", 1, 1),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [("谁,是,谁\n1,2,3\n", "第一行应为"), ("", "第一行应为"), (content("agency_aliases", ""), "没有数据行")],
)
def test_a_file_that_is_none_is_refused(inbox, settings, text, words):
    settings.registry_inbox.mkdir(parents=True)
    (settings.registry_inbox / "x.csv").write_text(text, encoding="utf-8")
    (receipt,) = inbox.collect().values()
    assert (receipt["status"], receipt["finding_counts"]) == ("rejected", {"RG-01": 1})
    assert words in receipt["findings"][0]["suggestion"]


def test_a_link_is_refused_unopened(inbox, settings):
    settings.registry_inbox.mkdir(parents=True)
    (settings.registry_inbox / "agencies.csv").symlink_to("/etc/hostname")
    (receipt,) = inbox.collect().values()
    assert (receipt["status"], receipt["sha256"]) == ("rejected", None)
    assert "符号链接" in receipt["findings"][0]["suggestion"]


def test_an_earlier_clock_than_what_is_known_is_refused(inbox, settings, tmp_path):
    (tmp_path / "legal_entities.csv").write_text(
        content("legal_entities", GOOD["legal_entities"]), encoding="utf-8"
    )
    load_registry(settings, tmp_path, LATER)
    inbox.drop("legal_entities", f"{COMPANY},新名公司,2026-02-28\n")
    inbox.drop("divisions", GOOD["divisions"])
    receipts = inbox.collect()
    assert receipts["legal_entities.csv"]["finding_counts"] == {"RG-07": 1}
    assert receipts["divisions.csv"]["status"] == "accepted"


def test_a_killed_run_is_finished_by_the_next_and_answers_once(inbox, settings, ask, monkeypatch):
    inbox.drop("divisions", GOOD["divisions"])
    with monkeypatch.context() as patch:
        patch.setattr("gongshi.intake.registry_inbox.judge_all", lambda *a: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            flow.take(settings, AT)
    assert ask(read.divisions, AT) == []
    with monkeypatch.context() as patch:
        patch.setattr("gongshi.respond.registry_feedback._page", lambda *a: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            flow.take(settings, AT)
    assert not list(settings.registry_feedback.glob("[0-9]*"))
    assert set(inbox.collect()) == {"divisions.csv"}
    assert inbox.collect() == {}
    with database.connect(settings) as connection:
        assert database.fetch(connection, "SELECT status FROM intake.registry_delivery") == [
            {"status": "answered"}
        ]


@pytest.mark.parametrize(
    ("name", "rows", "check", "row", "column"),
    [case[:5] for case in FAULTS],
    ids=lambda v: v if isinstance(v, str) and len(v) < 19 else "",
)
def test_every_fault_is_answered_with_row_column_and_remedy(inbox, name, rows, check, row, column):
    for kept, kept_rows in GOOD.items():
        inbox.drop(
            kept, rows if kept == name else kept_rows, xlsx=kept == name and not row % 2 and check != "RG-01"
        )
    receipt = next(r for file, r in inbox.collect().items() if file.startswith(f"{name}."))
    assert receipt["status"] == "rejected"
    (found, *_) = [f for f in receipt["findings"] if f["rule"] == check]
    assert (found["row"], found["field"]) == (row, None if column == "-" else column)
    assert found["suggestion"].endswith("。")
