"""The pipeline, one call per step, without Airflow. Read this first.

    take    inboxes → archive and delivery ledger
    load    read → row suite → stage → merge → set suite, for everything taken and not yet loaded
    answer  receipts and correction workbooks for everything loaded and not yet answered

Each step takes up whatever an earlier run, killed anywhere, left behind; running one twice changes nothing.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from gongshi.intake import drop_folder
from gongshi.intake.landing import read_landed
from gongshi.intake.receive import read_delivery, unread_deliveries
from gongshi.load.clock import demand_not_behind
from gongshi.load.identity import open_key
from gongshi.load.merge import merge
from gongshi.platform.database import Connection, connect, fetch
from gongshi.platform.settings import Settings
from gongshi.registry.read import calendar, registered_codes, registered_pairs
from gongshi.standard import rulebook
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import JudgedBatch
from gongshi.validate.frame import RegistryFacts

GROUP_ROWS = 200_000
"""Batches are judged together up to this many rows: a suite run has a fixed cost, and memory a limit."""


def take(settings: Settings, at: datetime) -> dict[str, Any]:
    """Take every complete file from the inboxes.

    Raises:
        ClockBehindError: `at` lies before the newest delivery.
    """
    with connect(settings) as connection:
        demand_not_behind(connection, at)
    deliveries = drop_folder.take(settings, partial(connect, settings), at)
    return {"deliveries": len(deliveries)}


def load(settings: Settings, at: datetime, *, progress: bool = False) -> dict[str, Any]:
    """Read, judge and merge everything taken, in order of arrival; `progress` shows a bar on the terminal."""
    totals = {"batches": 0, "rows": 0}
    with _exclusive(settings):
        with connect(settings) as connection:
            demand_not_behind(connection, at)
        _assert_staged(settings, at)
        while True:
            for group in tqdm(_groups(settings), desc="核验入库", unit="组", disable=not progress):
                _judge_and_merge(settings, group, at)
                _assert_staged(settings, at)
                totals["batches"] += len(group)
                totals["rows"] += sum(batch["rows_read"] for batch in group)
            if not _read_some(settings):
                return totals


def answer(settings: Settings, at: datetime) -> dict[str, Any]:
    """Write the answers of every merged batch."""
    from gongshi.respond.feedback import answer_all

    return answer_all(settings, at)


def collect(settings: Settings, at: datetime, *, progress: bool = False) -> dict[str, Any]:
    """Take, load and answer; `batch_ids` of the result are those answered."""
    done = take(settings, at) | load(settings, at, progress=progress)
    with connect(settings) as connection:
        merged = fetch(connection, "SELECT batch_id FROM intake.batch WHERE status = 'merged' ORDER BY seq")
    answer(settings, at)
    return done | {"answered": len(merged), "batch_ids": [batch["batch_id"] for batch in merged]}


def receipts(settings: Settings, batch_ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The receipts of batches, as their agencies find them."""
    for batch_id in batch_ids:
        (path,) = settings.dropbox.glob(f"*/feedback/{batch_id}/receipt.json")
        yield json.loads(path.read_text("utf-8"))


def sources(settings: Settings) -> list[str]:
    """Ids of the agency databases that have a URL."""
    from gongshi.intake.sources import active_sources

    return [source.source_id for source in active_sources()]


def pull(settings: Settings, source_id: str, at: datetime) -> dict[str, Any]:
    """Pull what is new in one agency database, then load and answer it.

    Raises:
        ClockBehindError: `at` lies before the newest delivery.
        SourceError: a table could not be read; raised after what could be read was loaded and answered.
    """
    from gongshi.intake.sources import pull_source

    with connect(settings) as connection:
        demand_not_behind(connection, at)
    try:
        pull_source(settings, source_id, at)
    finally:
        done = load(settings, at) | {"answered": answer(settings, at)["batches"]}
    return done


def report(
    settings: Settings, cadence: str, period: str | None, at: datetime, as_of: datetime | None = None
) -> dict[str, Any]:
    """Write one report; paths relative to the home."""
    from gongshi.oversee.reports import run_report

    paths = run_report(settings, cadence, period, at, as_of)  # type: ignore[arg-type]
    return {"files": [str(path.relative_to(settings.home)) for path in paths]}


def waiting_files(settings: Settings) -> list[Path]:
    """Files in an inbox that have not been taken."""
    return [path for _, path in drop_folder.waiting_files(settings)]


def check_file(settings: Settings, path: Path, agency_code: str | None, at: datetime) -> list[dict[str, Any]]:
    """Judge a file as a delivery would be judged; nothing is stored.

    Returns:
        One receipt a batch (architecture, section 3), mode self_check.
    """
    from gongshi.check import check_file as check

    with connect(settings) as connection:
        facts, days = _facts(connection, at), calendar(connection, at)
    with tempfile.TemporaryDirectory() as scratch:
        return check(replace(settings, home=Path(scratch)), path, agency_code, at, facts, days)


@contextmanager
def _exclusive(settings: Settings) -> Iterator[None]:
    """One loader at a time, whoever started it; waits for the other and then finds its work done."""
    with connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('gongshi.load'))")
        yield


def _read_some(settings: Settings) -> int:
    """Read the next deliveries; stops before one that repeats another's content, whose outcome must be known first."""
    with connect(settings) as connection:
        seen: set[tuple[str, str]] = set()
        read = 0
        for delivery_id in unread_deliveries(connection):
            row = fetch(
                connection,
                "SELECT agency_code, sha256 FROM intake.delivery WHERE delivery_id = %(id)s",
                {"id": delivery_id},
            )[0]
            content = (row["agency_code"], row["sha256"])
            if content in seen:
                break
            seen.add(content)
            with connect(settings) as own:
                read_delivery(settings, own, delivery_id, rulebook.version())
            read += 1
    return read


def _groups(settings: Settings) -> list[list[dict[str, Any]]]:
    """Landed batches in order of arrival, in groups of one kind and rule book that are judged together."""
    with connect(settings) as connection:
        landed = fetch(
            connection,
            """SELECT batch_id, seq, kind, agency_code, received_at, rulebook_version, rows_read
               FROM intake.batch WHERE status = 'landed' ORDER BY kind, rulebook_version, seq""",
        )
    groups: list[list[dict[str, Any]]] = []
    for batch in landed:
        last = groups[-1] if groups else None
        fits = (
            last is not None
            and (last[0]["kind"], last[0]["rulebook_version"]) == (batch["kind"], batch["rulebook_version"])
            and sum(other["rows_read"] for other in last) + batch["rows_read"] <= GROUP_ROWS
        )
        if fits and last is not None:
            last.append(batch)
        else:
            groups.append([batch])
    return groups


def _judge_and_merge(settings: Settings, group: Sequence[dict[str, Any]], at: datetime) -> None:
    """Judge the batches of a group in one suite run, then merge each in a transaction of its own."""
    from gongshi.validate.judge import judge

    with connect(settings) as connection:
        facts = {batch["received_at"]: _facts(connection, batch["received_at"]) for batch in group}
        days = {batch["received_at"]: calendar(connection, batch["received_at"]) for batch in group}
        key = open_key(connection, settings.identity_key_file, at)
    reads = [read_landed(settings, batch["batch_id"]) for batch in group]
    judged: list[JudgedBatch] = judge(settings, group, reads, facts, days, at)
    for batch in judged:
        with connect(settings) as connection:
            merge(connection, batch, key, days[batch.received_at], at)


def _assert_staged(settings: Settings, at: datetime) -> None:
    """Let Great Expectations assert what the merge decided, then empty the stage."""
    from gongshi.validate.sets import assert_set

    for kind in KINDS:
        with connect(settings) as connection:
            is_staged = fetch(connection, f"SELECT EXISTS (SELECT FROM stage.{kind}) AS yes")[0]["yes"]  # noqa: S608
        if is_staged:
            assert_set(settings, kind, at)
            with connect(settings) as connection, connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE stage.{kind}")


def _facts(connection: Connection, as_of: datetime) -> RegistryFacts:
    return RegistryFacts(registered_pairs(connection, as_of), registered_codes(connection, as_of))
