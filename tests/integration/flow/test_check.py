"""`gongshi check`: the receipt a delivery would get, nothing stored."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gongshi import flow
from gongshi.sample.bad_files import bad_files
from gongshi.sample.fault_files import all_faults

ZERO = "报送单位代码,信息类别,期间起,期间止,零报送,填报人\r\n{code},{kind},2026/05/01,2026/05/31,是,李静\r\n"


@pytest.fixture
def check(module_house: Any, tmp_path: Path) -> Any:
    """Checks content as a file of that name; the sender is the market bureau unless told otherwise."""

    def run(name: str, content: bytes | str, agency: str | None = "") -> list[dict[str, Any]]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        code = module_house.agencies[0].code if agency == "" else agency
        return flow.check_file(module_house.settings, path, code, module_house.at)

    return run


@pytest.mark.parametrize("kind", ["licence", "penalty"])
def test_the_file_of_all_faults_is_told_exactly_those_rules_and_rows(check: Any, kind: str) -> None:
    file = all_faults(kind)
    (receipt,) = check("faults.csv", file.csv(), file.sender)
    severity = {"error": "E", "warning": "W"}
    told = [(f["row"], f["rule"], f["field"] or "", severity[f["severity"]]) for f in receipt["findings"]]
    assert sorted(told) == file.told()
    assert (receipt["mode"], receipt["batch_id"], receipt["status"]) == (
        "self_check",
        None,
        "partly_accepted",
    )
    assert receipt["rows"]["rejected"] == sum(any(s == "E" for *_, s in row.told) for row in file.rows)


def test_a_faultless_file(module_house: Any, check: Any) -> None:
    (receipt,) = check("good.csv", module_house.csv("licence", module_house.rows("licence", 5)))
    assert (receipt["status"], receipt["rows"]["read"], receipt["findings"]) == ("accepted", 5, [])
    assert datetime.fromisoformat(receipt["received_at"]) == module_house.at


def test_bad_files_are_refused_as_deliveries_are(module_house: Any, check: Any) -> None:
    wrong = {}
    for name, content, rule in bad_files(module_house.at.date()):
        (receipt,) = check(name, content)
        rules = list(receipt["finding_counts"])
        if rules != [rule] or receipt["status"] != ("partly_accepted" if rule == "BT-10" else "rejected"):
            wrong[name] = (rule, rules, receipt["status"])
    assert wrong == {}


def test_a_zero_report(module_house: Any, check: Any) -> None:
    code = module_house.agencies[0].code
    for sender in (code, None):
        (receipt,) = check("zero.csv", ZERO.format(code=code, kind="行政处罚"), sender)
        assert (receipt["status"], receipt["kind"], receipt["layout"]) == ("accepted", None, "zero")
        assert receipt["rows"] | {} == {"read": 1, "accepted": 1} | dict.fromkeys(
            ("rejected", "unchanged", "duplicate", "superseded"), 0
        )
        (row,) = receipt["zero_report"]["rows"]
        assert (row["agency"], row["kind"], row["period_start"], row["period_end"]) == (
            code,
            "penalty",
            "2026-05-01",
            "2026-05-31",
        )


def test_a_faulty_zero_report_names_what_is_wrong(module_house: Any, check: Any) -> None:
    (receipt,) = check("zero.csv", ZERO.format(code="1153", kind="行政指导"))
    assert (receipt["status"], receipt["rows"]["rejected"], receipt["zero_report"]) == ("rejected", 1, None)
    (finding,) = receipt["findings"]
    assert (finding["rule"], finding["row"], finding["severity"]) == ("BT-12", 2, "batch")
    assert "报送单位代码" in finding["message"]
    assert "信息类别" in finding["message"]


def test_a_sender_without_right(module_house: Any, check: Any) -> None:
    content = module_house.csv("licence", module_house.rows("licence", 2))
    for sender, read in ((module_house.agencies[1].code, 2), ("11530999999999999X", 0)):
        (receipt,) = check("x.csv", content, sender)
        assert (receipt["status"], list(receipt["finding_counts"]), receipt["rows"]["rejected"]) == (
            "rejected",
            ["BT-06"],
            read,
        )


def test_the_self_check_says_what_the_delivery_gets(house: Any, tmp_path: Path) -> None:
    rows = house.rows("licence", 4)
    rows = [
        *rows,
        rows[0] | {"content": ""},
        rows[1] | {"party_name": f"　{rows[1]['party_name']}", "valid_to": "长期"},
    ]
    path = tmp_path / "x.csv"
    path.write_text(house.csv("licence", [*rows[:3], *rows[4:]]), "utf-8")
    (checked,) = flow.check_file(house.settings, path, house.agencies[0].code, house.at)
    assert [
        house.fetch(f"SELECT count(*) AS n FROM {t}")[0]["n"]
        for t in ("intake.delivery", "intake.batch", "core.record")
    ] == [0, 0, 0]
    house.drop("x.csv", path.read_bytes())
    house.collect()
    (received,) = house.receipts()
    same = (
        "file",
        "sha256",
        "agency",
        "kind",
        "layout",
        "rulebook",
        "received_at",
        "status",
        "blank_rows",
        "errors",
        "fixes",
    )
    assert {name: checked[name] for name in same} == {name: received[name] for name in same}

    def told(receipt: dict[str, Any]) -> list[Any]:
        return [
            {k: v for k, v in f.items() if k != "record_id"}
            for f in receipt["findings"]
            if not f["rule"].startswith("XR-")
        ]

    assert told(checked) == told(received)


def test_what_a_delivery_would_not_open_is_not_opened_either(module_house: Any, tmp_path: Path) -> None:
    """A pipe would be waited for without end, a file over the limit fill the disk."""
    os.mkfifo(tmp_path / "pipe.csv")
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(10 << 30)
    for name in ("pipe.csv", "huge.csv"):
        (receipt,) = flow.check_file(module_house.settings, tmp_path / name, None, module_house.at)
        assert (receipt["file"], receipt["sha256"], list(receipt["finding_counts"])) == (
            name,
            None,
            ["BT-11"],
        )


def test_a_link_given_by_name_is_followed(module_house: Any, tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text(module_house.csv("licence", module_house.rows("licence", 1)), "utf-8")
    (tmp_path / "link.csv").symlink_to("real.csv")
    (receipt,) = flow.check_file(module_house.settings, tmp_path / "link.csv", None, module_house.at)
    assert (receipt["file"], receipt["rows"]["read"]) == ("link.csv", 1)
