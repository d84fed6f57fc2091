"""Rows with secrecy marks or of sealed penalties (PI-07, PI-10): refused, counted, and their values nowhere to be found.

What is planted stands in the archived file and in landing; everything else the house writes is searched for it.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gongshi import flow
from gongshi.oversee.snapshot import Snapshot, province
from gongshi.platform.database import connect, fetch
from gongshi.registry.load import load_registry
from gongshi.respond.export import export
from gongshi.respond.trace import trace
from gongshi.sample.faults_privacy import LAW
from gongshi.standard.periods import parse_period

SECRETS = (
    "暗号甲商贸",
    "暗罚〔2026〕7412",
    "暗号乙事实",
    "暗号丙备注",
    "暗号丁内容",
    "暗号戊",
    "暗号己",
    "暗号庚",
    "暗号辛",
    "2026/05/13",
)
"""Planted in rows that are restricted, each in a cell of its own."""
_EVERYWHERE = """SELECT format('%I.%I', schemaname, relname) AS name FROM pg_stat_user_tables
                 UNION ALL SELECT format('%I.%I', schemaname, viewname) FROM pg_views
                 WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"""


def _penalties(house: Any) -> list[dict[str, str]]:
    good, sealed, marked, withdrawn, older = house.rows("penalty", 5)
    sealed |= {
        "party_name": "云南暗号甲商贸(昆明)有限公司", "document_no": "暗罚(2026)7412号", "facts": "经查暗号乙事实。",
        "remark": "暗号丙备注，电话13888123456", "legal_basis": f"暗号丁内容{LAW}", "decision_date": "2026/05/13",
        "fine_wan": "若干暗号戊", "valid_to": "", "publish_until": "",
    }  # fmt: skip
    marked |= {
        "facts": "暗号己（机密★1年）",
        "document_no": "",
        "party_uscc": "9.15E+17",
        "violation_type": "=暗号庚",
    }
    withdrawn |= {"operation": "撤销", "remark": "暗号辛", "legal_basis": LAW}
    older |= {"legal_basis": LAW, "decision_date": "2025/12/31", "publish_until": "", "valid_to": ""}
    return [good, sealed, marked, withdrawn, older]


@pytest.fixture(scope="module")
def filled(module_house: Any) -> Any:
    house = module_house
    penalties = house.csv("penalty", _penalties(house))
    broken = "暗号庚,绝密★,暗号辛\r\n"
    licences = house.rows("licence", 2)
    licences[1] |= {
        "remark": "暗号丙备注，内部资料",
        "document_no": "暗罚〔2026〕7412号",
        "licence_category": "暗号戊",
    }
    house.drop("处罚.csv", penalties + broken)
    house.drop("许可.csv", house.csv("licence", licences))
    foreign = house.rows("penalty", 1, house.agencies[3])[0] | {
        "remark": "暗号己 秘密★",
        "facts": "暗号乙事实",
    }
    house.drop("误放.csv", house.csv("penalty", [foreign]))
    house.collect()
    return house


def _texts(content: bytes) -> Iterator[str]:
    """A file's text, and that of everything packed in it."""
    yield content.decode("utf-8", "ignore")
    if content.startswith(b"\x1f\x8b"):
        yield from _texts(gzip.decompress(content))
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield from _texts(packed.read(name))


def _files(home: Path, *folders: str) -> list[Path]:
    known = ("archive", "landing")
    return [
        path for path in home.rglob("*")
        if path.is_file() and (path.relative_to(home).parts[0] in folders if folders else path.relative_to(home).parts[0] not in known)
    ]  # fmt: skip


def _found(text: str) -> set[str]:
    alike = text.replace("-", "/").replace("(", "〔").replace(")", "〕")
    return {secret for secret in SECRETS if secret in alike}


def _leaks(house: Any) -> dict[str, set[str]]:
    """Where a secret stands, of all tables and of all files outside archive and landing."""
    places: dict[str, set[str]] = {}
    with connect(house.settings) as connection:
        for table in fetch(connection, _EVERYWHERE):
            rows = fetch(connection, f"SELECT t::text AS row FROM {table['name']} AS t")
            places[table["name"]] = _found("\n".join(row["row"] for row in rows))
    for path in _files(house.settings.home):
        places[str(path.relative_to(house.settings.home))] = _found("\n".join(_texts(path.read_bytes())))
    return {place: secrets for place, secrets in places.items() if secrets}


def test_restricted_rows_are_refused_and_say_nothing_but_their_rule(filled: Any) -> None:
    receipt = filled.receipt("处罚.csv")
    assert receipt["rows"] == {
        "read": 6,
        "accepted": 2,
        "rejected": 4,
        "unchanged": 0,
        "duplicate": 0,
        "superseded": 0,
    }
    told = {
        (f["row"], f["rule"], f["value"], f["record_no"], f["due"])
        for f in receipt["findings"]
        if f["row"] in (3, 4, 5, 7)
    }
    assert told == {
        (row, rule, None, None, None)
        for row, rule in ((3, "PI-10"), (4, "PI-07"), (5, "XR-07"), (7, "PI-07"))
    }
    assert "其中4行涉密或依法封存" in receipt["next_step"]
    assert "修改退回" not in receipt["next_step"]
    stored = filled.fetch("SELECT kind, row_no FROM quality.restricted ORDER BY batch_id, row_no")
    assert sorted((row["kind"], row["row_no"]) for row in stored) == [
        ("licence", 3), ("penalty", 2), ("penalty", 3), ("penalty", 4), ("penalty", 5), ("penalty", 7),
    ]  # fmt: skip
    assert filled.fetch("SELECT row_no FROM quality.quarantine") == []


def test_reports_count_restricted_rows_and_ask_nobody_to_mend_them(filled: Any) -> None:
    with connect(filled.settings) as connection:
        view = Snapshot(connection, parse_period("2026-06"), filled.at + timedelta(days=30))
        listed = view.rows("monthly/problem_record")
        assert view.rows("weekly/open_problem") == []
    assert {
        (row["document_no"], row["decision_date"], row["owner_code"] == row["sender_code"]) for row in listed
    } == {(None, None, True)}
    assert sorted(row["rule_ids"] for row in listed) == ["BT-06", "PI-07", "PI-07", "PI-07", "PI-10", "XR-07"]


def test_an_older_sealed_penalty_is_kept_and_never_published(filled: Any) -> None:
    (row,) = filled.fetch(
        "SELECT w.publication, w.rule_ids FROM quality.withheld AS w INNER JOIN core.penalty AS p USING (batch_id, row_no)"
    )
    assert (row["publication"], row["rule_ids"]) == ("never", ["PI-10"])
    assert "其中1行含不宜公开的内容：已入库，更正前不予公示" in filled.receipt("处罚.csv")["next_step"]


def test_the_workbook_names_the_rows_to_withdraw_and_the_detail_shows_no_number(filled: Any) -> None:
    folder = filled.settings.feedback(filled.agencies[0].code) / filled.receipt("处罚.csv")["batch_id"]
    book = openpyxl.load_workbook(folder / "需修改.xlsx")
    assert [row[:3] for row in book["须撤回"].iter_rows(min_row=2, values_only=True)] == [
        ("3", "处罚.csv", "PI-10"), ("4", "处罚.csv", "PI-07"), ("5", "处罚.csv", "XR-07"), ("7", "处罚.csv", "PI-07"),
    ]  # fmt: skip
    assert [row for row in book["行政处罚"].iter_rows(min_row=2, values_only=True) if any(row)] == []
    lines = (folder / "明细.csv").read_text("utf-8-sig").splitlines()
    assert [line for line in lines if ",rejected," in line] == [f"{n},,rejected,,,,," for n in (3, 4, 5, 7)]


def test_what_restricted_rows_hold_stands_only_in_archive_and_landing(
    filled: Any, caplog: Any, capsys: Any
) -> None:
    """Tables of all schemas and all files, those of reports, trace, export and self-check included."""
    house, at = filled, filled.at + timedelta(days=30)
    for cadence, period in (
        ("daily", "2026-06-29"),
        ("weekly", "2026-W27"),
        ("monthly", "2026-06"),
        ("quarterly", "2026-Q2"),
    ):
        flow.report(house.settings, cadence, period, at)
    with connect(house.settings) as connection:
        traced = trace(connection, "暗罚〔2026〕7412号")
    for kind in ("licence", "penalty"):
        export(house.settings, kind, house.settings.home / f"{kind}.csv", full=True, at=at, user="test")
    checked = []
    for path in _files(house.settings.home, "archive"):
        checked += flow.check_file(house.settings, path, house.agencies[0].code, house.at)
    planted = "".join(
        text for path in _files(house.settings.home, "archive") for text in _texts(path.read_bytes())
    )
    assert _found(planted) == set(SECRETS)
    assert _leaks(house) == {}
    assert (traced["records"], traced["rejected"]) == ([], [])
    said = json.dumps(checked, ensure_ascii=False) + caplog.text + "".join(capsys.readouterr())
    assert _found(said) == set()
    assert {finding["rule"] for receipt in checked for finding in receipt["findings"]} >= {"PI-07", "PI-10"}


def test_the_books_balance_and_a_restricted_row_that_is_gone_is_named(filled: Any) -> None:
    assert filled.ledger().problems == []
    filled.execute(
        "CREATE TABLE audit.kept AS SELECT * FROM quality.restricted; DELETE FROM quality.restricted WHERE row_no = 4"
    )
    (problem,) = filled.ledger().problems
    assert "rows without an outcome: 4" in problem.what
    filled.execute(
        "INSERT INTO quality.restricted SELECT * FROM audit.kept WHERE row_no = 4; DROP TABLE audit.kept"
    )
    assert filled.ledger().problems == []


def test_archive_and_landing_are_ours_alone(filled: Any) -> None:
    for folder in (filled.settings.archive, filled.settings.landing):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_rows_a_rule_restricts_later_are_blanked_in_what_was_known_before_too(
    house: Any, tmp_path: Path
) -> None:
    header = "rule_id,kind,field,setting,value,basis,valid_from,valid_to\n"

    def settings(rows: str, hours: float) -> None:
        (tmp_path / "rule_settings.csv").write_text(header + rows, "utf-8")
        load_registry(house.settings, tmp_path, house.at + timedelta(hours=hours))

    def figures(hours: float) -> dict[str, Any]:
        with connect(house.settings) as connection:
            view = Snapshot(connection, parse_period("2026-06"), house.at + timedelta(hours=hours))
            return province(view).as_figures()

    settings("PI-07,,,enabled,0,试点通知,2026-01-01,\n", -1)
    kept, marked, withdrawn = house.rows("penalty", 3)
    secret = {"facts": "经查暗号乙事实，机密★三年，情况属实。", "remark": "暗号丙备注"}
    marked, withdrawn = marked | secret, withdrawn | secret
    house.drop("first.csv", house.csv("penalty", [kept, marked, withdrawn]))
    house.collect()
    gone = withdrawn | {"operation": "撤销", "remark": "决定被撤销"}
    house.drop("second.csv", house.csv("penalty", [gone]))
    house.collect(hours=1)
    assert house.receipt("first.csv")["rows"]["accepted"] == 3
    assert "core.penalty" in _leaks(house)
    before = figures(2)

    settings("", 24)
    done = flow.revalidate(house.settings, None, "2026-06", house.at + timedelta(hours=25))
    assert house.receipt("first.csv")["rows"]["rejected"] == 2
    assert done["changed_rows"] == 3
    assert _leaks(house) == {}
    assert figures(2) == before
    assert house.ledger().balances
