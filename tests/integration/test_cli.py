"""Every verb of the command on a real warehouse: what it answers, and how it ends."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from gongshi.platform.database import connect, fetch
from gongshi.platform.settings import Settings
from gongshi.sample.decisions import Desk
from gongshi.sample.deliveries import RecordIds, SampleFile, Sheet
from gongshi.sample.faults import market_bureau, one_fault_per_row
from gongshi.sample.names import chance
from gongshi.sample.planted import SampleRow
from gongshi.sample.province import province
from gongshi.sample.registry_files import write_registry

Run = Callable[..., Any]
AT = "2026-06-30T18:00:00+08:00"
EARLIER = "2026-06-30T17:59:59+08:00"
LATER = "2026-07-01T09:00:00+08:00"
DAY = date(2026, 6, 30)


def rows(fault: bool) -> list[SampleRow]:
    """Decisions of the market bureau of Kunming just before DAY: good licences, or penalties that break one rule each."""
    if fault:
        return [SampleRow("penalty", row) for row, _, _ in one_fault_per_row("penalty", on=DAY)]
    desk = Desk(chance("cli", 1))
    eve = DAY - timedelta(days=1)
    return [SampleRow("licence", desk.decide("licence", market_bureau(), eve)) for _ in range(30)]


def file(values: list[SampleRow]) -> bytes:
    return SampleFile(market_bureau().code, "x.csv", [Sheet(values[0].kind, list(values))]).render(
        RecordIds()
    )


def drop(settings: Settings, name: str, content: bytes) -> None:
    """A finished file in the inbox of the market bureau."""
    path = settings.inbox(market_bureau().code) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (0, 0))


def apart(*arguments: str) -> str:
    """What a verb prints that runs in a process of its own and must end well."""
    command = [sys.executable, "-m", "gongshi", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def home(module_settings: Settings) -> Iterator[Settings]:
    """The instance, also in the environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GONGSHI_HOME", str(module_settings.home))
        patch.setenv("GONGSHI_DATABASE_URL", str(module_settings.database_url))
        patch.setenv("GONGSHI_REPLAY", "1")
        yield module_settings


@pytest.fixture(scope="module")
def collected(home: Settings, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Registry loaded, one good file and one full of faults collected, by the command; their receipts."""
    folder = tmp_path_factory.mktemp("registry")
    write_registry(province(), folder)
    drop(home, "good.csv", file(rows(fault=False)))
    drop(home, "bad.csv", file(rows(fault=True)))

    counts = json.loads(apart("registry", "load", str(folder), "--json", "--at", AT))
    assert counts
    return [json.loads(line) for line in apart("collect", "--json", "--at", AT).splitlines()]


def test_collect_answers_one_receipt_a_line(
    collected: list[dict[str, Any]], home: Settings, gongshi: Run
) -> None:
    assert {(r["file"], r["status"], r["mode"]) for r in collected} == {
        ("good.csv", "accepted", "load"),
        ("bad.csv", "partly_accepted", "load"),
    }
    assert gongshi("collect", "--json", "--at", AT).out == "", "nothing waits any more"
    assert (
        gongshi("collect", "--at", AT).out
        == "registry_files 0, self_checks 0, deliveries 0, left 0, batches 0, rows 0, answered 0\n"
    )


@pytest.mark.usefixtures("collected")
def test_the_clock_never_runs_backwards(home: Settings, gongshi: Run) -> None:
    done = gongshi("collect", "--at", EARLIER)
    assert (done.code, len(done.err.splitlines())) == (2, 1)


@pytest.mark.usefixtures("collected")
def test_check_tells_errors_by_its_exit_code_and_stores_nothing(
    home: Settings, gongshi: Run, tmp_path: Path
) -> None:
    before = _stored(home)
    for fault, code in ((False, 0), (True, 1)):
        path = tmp_path / f"{fault}.csv"
        path.write_bytes(file(rows(fault)))
        done = gongshi("check", str(path), "--agency", market_bureau().code, "--json", "--at", AT)
        (receipt,) = map(json.loads, done.out.splitlines())
        assert (done.code, receipt["mode"], receipt["errors"] > 0) == (code, "self_check", fault)
        text = gongshi("check", str(path), "--agency", market_bureau().code, "--at", AT)
        assert (text.code, receipt["next_step"] in text.out) == (code, True)
    assert _stored(home) == before


@pytest.mark.usefixtures("collected")
@pytest.mark.parametrize("kind", ["licence", "penalty"])
def test_an_untouched_template_is_a_file_without_data(
    home: Settings, gongshi: Run, kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "template.xlsx"
    assert gongshi("template", kind, "--agency", market_bureau().code, "-o", str(path)).code == 0
    done = gongshi("check", str(path), "--json", "--at", AT)
    (receipt,) = map(json.loads, done.out.splitlines())
    assert (done.code, receipt["status"], list(receipt["finding_counts"])) == (1, "rejected", ["BT-04"])


@pytest.mark.usefixtures("collected")
def test_a_template_for_an_unknown_agency_is_wrong_usage(
    home: Settings, gongshi: Run, tmp_path: Path
) -> None:
    done = gongshi("template", "licence", "--agency", "123", "-o", str(tmp_path / "x.xlsx"))
    assert (done.code, "gongshi registry load" in done.err) == (2, True)


@pytest.mark.usefixtures("collected")
@pytest.mark.parametrize(
    ("cadence", "period"), [("daily", "2026-06-30"), ("weekly", "2026-W27"), ("monthly", "2026-06"), ("quarterly", "2026-Q2")]
)  # fmt: skip
def test_report_says_which_files_it_wrote(home: Settings, gongshi: Run, cadence: str, period: str) -> None:
    done = gongshi("report", cadence, "--period", period, "--json", "--at", "2026-07-06T08:00:00+08:00")
    assert done.code == 0, done.err
    files = json.loads(done.out)["files"]
    assert f"reports/{cadence}/{period}/figures.json" in files
    assert [name for name in files if not (home.home / name).is_file()] == []


@pytest.mark.usefixtures("collected")
@pytest.mark.parametrize(
    "arguments", ["monthly --period 2026-Q2", "monthly --period May", f"monthly --as-of {LATER}"]
)
def test_a_report_that_cannot_be_is_wrong_usage(home: Settings, gongshi: Run, arguments: str) -> None:
    assert gongshi("report", *arguments.split(), "--at", AT).code == 2


def test_export_by_ending(
    collected: list[dict[str, Any]], home: Settings, gongshi: Run, tmp_path: Path
) -> None:
    accepted = next(receipt["rows"]["accepted"] for receipt in collected if receipt["file"] == "good.csv")
    paths = {ending: tmp_path / f"x.{ending}" for ending in ("csv", "xlsx", "parquet")}
    for path in paths.values():
        assert (
            gongshi("export", "licence", "-o", str(path), "--at", AT).out == f"{path}: {accepted} records\n"
        )
    with paths["csv"].open(encoding="utf-8-sig", newline="") as stream:
        header, *lines = csv.reader(stream)
    assert (len(lines), header[0], header[-1]) == (accepted, "XK_XDR_MC", "JLBH")
    sheet = load_workbook(paths["xlsx"]).worksheets[0]
    assert (sheet.max_row, [cell.value for cell in sheet[1]]) == (accepted + 1, header)
    table = pq.read_table(paths["parquet"])
    assert (table.num_rows, table.column_names) == (accepted, header)
    assert gongshi("export", "licence", "-o", str(tmp_path / "x.txt"), "--at", AT).code == 2


def test_only_a_full_export_is_unmasked_and_logged(
    collected: list[dict[str, Any]], home: Settings, gongshi: Run, tmp_path: Path
) -> None:
    batch = next(receipt["batch_id"] for receipt in collected if receipt["file"] == "good.csv")
    numbers = {row.values["party_id_no"] for row in rows(fault=False) if row.values["party_id_no"]}
    assert numbers
    found = {}
    for full in (False, True):
        path = tmp_path / f"{full}.csv"
        more = ["--full"] if full else []
        done = gongshi("export", "licence", "--batch", batch, "-o", str(path), "--at", AT, *more)
        assert done.code == 0, done.err
        found[full] = {number for number in numbers if number in path.read_text("utf-8-sig")}
    assert found == {False: set(), True: numbers}
    with connect(home) as connection:
        logged = fetch(connection, "SELECT selection->>'batch' AS batch FROM audit.full_export")
    assert [row["batch"] for row in logged] == [batch]


@pytest.mark.usefixtures("collected")
def test_trace_by_document_number_and_by_record_number(home: Settings, gongshi: Run) -> None:
    number = rows(fault=False)[0].document_no
    done = gongshi("trace", number, "--json")
    assert done.code == 0
    (record,) = json.loads(done.out)["records"]
    assert gongshi("trace", str(record["record_id"])).code == 0
    assert gongshi("trace", "没有这个文号").code == 1


@pytest.mark.usefixtures("collected")
def test_ledger_balances_or_names_what_is_missing(home: Settings, gongshi: Run) -> None:
    done = gongshi("ledger", "--json")
    assert (done.code, json.loads(done.out)["balanced"]) == (0, True), done.out
    (receipt, *_) = sorted(home.dropbox.glob("*/feedback/*/receipt.json"))
    hidden = receipt.rename(receipt.with_suffix(".hidden"))
    try:
        done = gongshi("ledger", "--json")
        (problem,) = json.loads(done.out)["problems"]
        assert (done.code, "receipt.json" in problem["what"]) == (1, True)
        assert receipt.parent.name in gongshi("ledger").out
    finally:
        hidden.rename(receipt)


@pytest.mark.usefixtures("collected")
@pytest.mark.parametrize("verb", ["db uri", "db uri --libpq", "db migrate", "ledger --json"])
def test_light_verbs_load_nothing_heavy(
    home: Settings, heavy_modules: Callable[[str, dict[str, str]], list[str]], verb: str
) -> None:
    assert heavy_modules(verb, {}) == []


@pytest.mark.usefixtures("collected")
def test_another_identity_key_ends_3_and_the_right_one_goes_on(home: Settings, gongshi: Run) -> None:
    right = home.identity_key_file.read_bytes()
    drop(home, "one more.csv", file(rows(fault=False)[:1]))
    home.identity_key_file.chmod(0o600)
    home.identity_key_file.write_bytes(b"another key")
    done = gongshi("collect", "--at", LATER)
    assert (done.code, len(done.err.splitlines())) == (3, 1)
    home.identity_key_file.write_bytes(right)
    (receipt,) = map(json.loads, gongshi("collect", "--json", "--at", LATER).out.splitlines())
    assert receipt["rows"]["unchanged"] == 1


def test_verbs_on_an_empty_database_say_to_migrate(
    new_database: Callable[[], str], gongshi: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGSHI_HOME", str(tmp_path))
    monkeypatch.setenv("GONGSHI_DATABASE_URL", new_database())
    for verb in ("ledger", "trace 1", "report daily", "export licence -o x.csv"):
        done = gongshi(*verb.split())
        assert (done.code, "gongshi db migrate" in done.err) == (3, True), verb
    assert "0001_warehouse.sql" in gongshi("db", "migrate").out
    assert gongshi("db", "migrate").out == "up to date\n"
    assert gongshi("ledger").code == 0


def test_the_embedded_server_starts_when_needed_and_stops_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    home = tempfile.mkdtemp(prefix="gs", dir="/tmp")  # short: it becomes the path of a unix socket
    monkeypatch.setenv("GONGSHI_HOME", home)
    monkeypatch.delenv("GONGSHI_DATABASE_URL", raising=False)
    try:
        assert apart("db", "stop") == "was not running\n"
        assert apart("db", "start") == apart("db", "uri")
        assert apart("db", "stop") == "stopped\n"
        assert "0001_warehouse.sql" in apart("db", "migrate"), "starts it"
        assert apart("ledger").startswith("balanced"), "it was left running"
    finally:
        stopped = apart("db", "stop")
        shutil.rmtree(home)
    assert stopped == "stopped\n"


def _stored(settings: Settings) -> tuple[int, ...]:
    with connect(settings) as connection:
        (row,) = fetch(
            connection,
            """SELECT (SELECT count(*) FROM intake.delivery) AS deliveries, (SELECT count(*) FROM intake.batch) AS batches,
                      (SELECT count(*) FROM core.licence) AS versions, (SELECT count(*) FROM quality.finding) AS findings""",
        )
    return tuple(row.values())


@pytest.mark.parametrize("name", ["校验规则.html", "校验规则.xlsx"])
def test_rules_for_agencies_hold_the_mistakes_counted_up_to_an_instant(
    home: Settings, collected: list[dict[str, Any]], tmp_path: Path, name: str
) -> None:
    told = Counter((f["rule"], f["field"]) for receipt in collected for f in receipt["findings"])
    counted = sorted(((-n, rule, field or "") for (rule, field), n in told.items()))
    most = [(rule, -n) for n, rule, _ in counted[:20]]
    apart("rules", "-o", str(tmp_path / name), "--at", AT)
    assert _mistakes(tmp_path / name) == most
    apart("rules", "-o", str(tmp_path / name), "--at", EARLIER)
    assert _mistakes(tmp_path / name) == []


def _mistakes(path: Path) -> list[tuple[str, int]]:
    """(rule, how often) as the file shows them."""
    if path.suffix == ".xlsx":
        rows = load_workbook(path)["常见错误"].iter_rows(min_row=4, values_only=True)
        return [(str(row[0]), int(str(row[3]))) for row in rows if row[0]]
    page = path.read_text("utf-8").partition("按字段查规则")[0]
    return [
        (rule, int(number.replace(",", "")))
        for rule, number in re.findall(r'class="id">([A-Z-]+\d+)<.*?class="num">([\d,]+)<', page)
    ]


def test_rules_for_agencies_of_another_form_are_wrong_usage(home: Settings, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gongshi", "rules", "-o", str(tmp_path / "x.pdf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "x.pdf" in done.stderr) == (2, True)
