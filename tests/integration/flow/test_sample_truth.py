"""The sample province, replayed through the pipeline's own steps, against the truth its generator worked out.

The truth is plain Python that shares neither rules nor SQL with the product: receipts, row outcomes, records and
quarantine must equal it exactly.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from gongshi import bootstrap, flow
from gongshi.demo import agency_database, deliver
from gongshi.demo.against_truth import CADENCES, UntrueError, compare
from gongshi.load.ledger import recount
from gongshi.platform.database import connect, fetch
from gongshi.platform.settings import Settings
from gongshi.registry.load import load_registry
from gongshi.sample.compare import receipt_differences, report_differences
from gongshi.sample.decisions import Desk
from gongshi.sample.expected_receipts import ExpectedBatch
from gongshi.sample.names import chance
from gongshi.sample.province import province
from gongshi.sample.registry_files import write_registry
from gongshi.sample.replay import Step, steps
from gongshi.sample.truth import Truth, truth
from gongshi.standard.kinds import LICENCE

SEED, ROWS = 2026, 3000


@pytest.fixture(scope="module")
def planned() -> list[Step]:
    """Every step of the replay: drops, pulls, reports."""
    return steps(SEED, ROWS)


@pytest.fixture(scope="module")
def expected(planned: list[Step]) -> Truth:
    """What must come of them."""
    return truth(planned)


@pytest.fixture(scope="module")
def replayed(
    module_settings: Settings, planned: list[Step], tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """A warehouse, its answers and its reports after all steps."""
    registry = tmp_path_factory.mktemp("registry")
    write_registry(province(SEED), registry)
    bootstrap.prepare(module_settings)
    load_registry(module_settings, registry, planned[0].at - timedelta(days=1))
    agency_database.prepare(module_settings)
    for step in planned:
        play(module_settings, step)
    return module_settings


def play(settings: Settings, step: Step) -> None:
    """One step, as its DAG would take it."""
    if step.dag_id in CADENCES:
        flow.report(settings, CADENCES[step.dag_id], step.conf["period"], step.at)
        return
    deliver.drop_files(settings, step.at, step.files)
    for path in settings.dropbox.glob("*/inbox/*"):
        os.utime(path, (0, 0))  # long finished
    agency_database.insert(settings, step.source_rows)
    if step.source_rows:
        flow.pull(settings, step.at, lambda source_id: agency_database.url(settings))
    flow.collect(settings, step.at)


def receipts(settings: Settings) -> list[dict[str, Any]]:
    """All receipts in the order of their batch ids."""
    paths = sorted(settings.dropbox.glob("*/feedback/*/receipt.json"), key=lambda path: path.parent.name)
    return [json.loads(path.read_text("utf-8")) for path in paths]


def expected_batches(expected: Truth) -> list[tuple[str, ExpectedBatch]]:
    """(instant, batch) of every step."""
    return [(step["at"], batch) for step in expected.steps for batch in step["batches"]]


def test_every_receipt_equals_the_truth(replayed: Settings, expected: Truth) -> None:
    """Status, counts, remarks and every finding."""
    assert receipt_differences(expected, receipts(replayed)) == []


def test_single_faults_have_no_cause_in_common(replayed: Settings) -> None:
    """The province plants faults one by one: nothing to say of a file as a whole, but that L2015 has no amounts of fines."""
    told = [(r["layout"], cause["cause"]) for r in receipts(replayed) for cause in r["causes"]]
    assert told == [("L2015", "column_empty")]


def test_every_row_has_the_outcome_of_the_truth(replayed: Settings, expected: Truth) -> None:
    told = Counter(
        (path.parents[2].name, int(row["row"]), row["outcome"], row["record_no"])
        for path in replayed.dropbox.glob("*/feedback/*/明细.csv")
        for row in csv.DictReader(path.read_text("utf-8-sig").splitlines())
        if "-zero-" not in path.parent.name
    )
    wanted = Counter(
        (batch.agency, row, outcome, "" if _is_foreign(batch) or row in _broken_rows(batch) else number)
        for _, batch in expected_batches(expected)
        for row, outcome, number in batch.outcomes
    )
    assert told - wanted == Counter()
    assert wanted - told == Counter()


def test_every_fix_equals_the_truth(replayed: Settings, expected: Truth) -> None:
    with connect(replayed) as connection:
        rows = fetch(connection, "SELECT rule_id, count(*) AS n FROM quality.fix GROUP BY rule_id")
    wanted: Counter[str] = Counter()
    for _, batch in expected_batches(expected):
        wanted.update(batch.fixes)
    assert {row["rule_id"]: row["n"] for row in rows} == dict(wanted)


def test_every_record_equals_the_truth(replayed: Settings, expected: Truth) -> None:
    with connect(replayed) as connection:
        rows = fetch(
            connection,
            """SELECT r.kind, v.organ_code, v.document_no, v.version, v.is_withdrawn, r.late_days, r.due_date, r.is_backlog,
                   array(SELECT DISTINCT p.agency_code::text FROM core.provenance AS p WHERE p.record_id = r.record_id
                         ORDER BY 1) AS others
               FROM core.record AS r INNER JOIN (
                   SELECT record_id, organ_code, document_no, version, is_withdrawn, retired_at FROM core.licence
                   UNION ALL
                   SELECT record_id, organ_code, document_no, version, is_withdrawn, retired_at FROM core.penalty
               ) AS v ON v.record_id = r.record_id AND v.retired_at IS NULL""",
        )
        kept = {
            table: fetch(
                connection,
                f"SELECT kind, count(*) AS n FROM quality.{table} WHERE kind IS NOT NULL GROUP BY kind",
            )
            for table in ("quarantine", "restricted")
        }
    told = Counter(
        (
            r["kind"],
            r["organ_code"],
            r["document_no"],
            r["version"],
            r["is_withdrawn"],
            r["late_days"],
            str(r["due_date"]),
            r["is_backlog"],
            *r["others"],
        )
        for r in rows
    )
    wanted = Counter(
        (
            r["kind"],
            r["organ"],
            r["document_no"],
            r["versions"],
            r["withdrawn"],
            r["late_days"],
            r["due"],
            r["is_stock"],
            *r["also_sent_by"],
        )
        for r in expected.records
    )
    assert told - wanted == Counter()
    assert wanted - told == Counter()
    assert {row["kind"]: row["n"] for row in kept["quarantine"]} == expected.quarantined
    assert {row["kind"]: row["n"] for row in kept["restricted"]} == expected.restricted


def test_every_report_equals_the_truth(replayed: Settings, expected: Truth) -> None:
    """Monthly and quarterly figures per deciding organ and kind, their totals, old stock; the alarms of the daily monitoring."""
    assert {report["dag_id"] for report in expected.reports} == set(CADENCES)
    for report in expected.reports:
        path = replayed.reports / CADENCES[report["dag_id"]] / report["period"] / "figures.json"
        assert report_differences(report, json.loads(path.read_text("utf-8"))) == []


def test_the_demo_says_whether_all_is_as_planted(replayed: Settings, planned: list[Step]) -> None:
    assert "are as planted" in compare(replayed, planned)
    other = [
        replace(step, files=step.files[1:]) if number == 0 else step for number, step in enumerate(planned)
    ]
    with pytest.raises(UntrueError, match="unexpected receipt"):
        compare(replayed, other)


def test_a_report_printed_again_is_the_same_also_after_other_data(
    replayed: Settings, planned: list[Step]
) -> None:
    paths = sorted(replayed.reports.rglob("figures.json"))
    before = {path: path.read_bytes() for path in paths}
    assert len(before) == 8
    agency = planned[0].files[0].agency_code
    inbox = replayed.inbox(agency)
    (inbox / "另一批.csv").write_bytes(_one_more_row(agency))
    os.utime(inbox / "另一批.csv", (0, 0))
    done = flow.collect(replayed, planned[-1].at + timedelta(days=1))
    assert done["rows"] == 1
    for step in planned:
        if step.dag_id in CADENCES:
            period = step.conf["period"]
            flow.report(replayed, CADENCES[step.dag_id], period, planned[-1].at + timedelta(days=2), step.at)
    assert {path: path.read_bytes() for path in paths} == before


def test_the_ledger_balances(replayed: Settings) -> None:
    with connect(replayed) as connection:
        ledger = recount(replayed, connection)
    assert ledger.problems == []


def test_collecting_again_changes_nothing(replayed: Settings, planned: list[Step]) -> None:
    before = _state(replayed)
    flow.collect(replayed, planned[-1].at + timedelta(days=3))
    assert _state(replayed) == before


def _one_more_row(agency_code: str) -> bytes:
    """A licence of the agency in a file of its own."""
    agency = province(SEED).by_code[agency_code]
    row = Desk(chance("one more", SEED)).decide("licence", agency, date(2026, 7, 3))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([field.code for field in LICENCE.fields])
    writer.writerow([row.get(field.name, "") for field in LICENCE.fields])
    return text.getvalue().encode()


def _is_foreign(batch: ExpectedBatch) -> bool:
    """Refused with BT-06: its answer discloses nothing of what it holds."""
    return any(rule == "BT-06" for _, _, rule, _, _ in batch.findings)


def _broken_rows(batch: ExpectedBatch) -> set[int | None]:
    """Rows that do not fit their header: which cell is the number cannot be told."""
    return {row for row, _, rule, _, _ in batch.findings if rule == "BT-10"}


def _state(settings: Settings) -> dict[str, Any]:
    """Row counts of every table, and the content of every answer."""
    with connect(settings) as connection:
        tables = fetch(
            connection,
            """SELECT schemaname || '.' || relname AS name FROM pg_stat_user_tables
               WHERE schemaname IN ('intake', 'core', 'quality', 'ref') ORDER BY 1""",
        )
        counts = {
            t["name"]: fetch(connection, f"SELECT count(*) AS n FROM {t['name']}")[0]["n"] for t in tables
        }
    answers = {str(path): path.read_bytes() for path in Path(settings.dropbox).rglob("receipt.json")}
    return counts | answers
