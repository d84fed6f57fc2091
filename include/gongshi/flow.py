"""The pipeline, one call per step, without Airflow. Read this first.

    take    inboxes → archive and delivery ledger; files to be checked only are taken beside
    load    read → row suite → stage → merge → set suite, for everything taken and not yet loaded
    answer  receipts and correction workbooks for everything loaded and not yet answered

Each step takes up whatever an earlier run, killed anywhere, left behind; running one twice changes nothing.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongshi.intake import drop_folder, registry_inbox, self_checks
from gongshi.intake.spool import Portion
from gongshi.load.clock import demand_not_behind
from gongshi.platform.database import connect, fetch
from gongshi.platform.settings import Settings
from gongshi.registry.facts_read import registry_facts
from gongshi.registry.read import calendar
from gongshi.registry.rulebook import in_force
from gongshi.standard.periods import parse_period

if TYPE_CHECKING:
    from gongshi.intake.sources.active import Addresses


def take(settings: Settings, at: datetime, *, most: tuple[int, int] | None = None) -> dict[str, Any]:
    """Take complete files from the inboxes; files for the registry first, through to their answers.

    `most` files and bytes are taken, agencies in turns (None: everything); `left` of the result are complete files beyond.

    Raises:
        ClockBehindError: `at` lies before the newest delivery.
    """
    with connect(settings) as connection:
        demand_not_behind(connection, at)
    registry_files = _take_registry(settings, at)
    portion = Portion(*most) if most else None
    checks = self_checks.take(settings, partial(connect, settings), at)
    deliveries, left = drop_folder.take(settings, partial(connect, settings), at, portion)
    return {
        "registry_files": registry_files,
        "self_checks": len(checks),
        "deliveries": len(deliveries),
        "left": left,
    }


def _take_registry(settings: Settings, at: datetime) -> int:
    """Take, judge and answer the registry's files, so that what follows is judged by them; number answered."""
    from gongshi.respond import registry_feedback

    registry_inbox.take(settings, partial(connect, settings), at)
    with connect(settings) as connection:
        registry_inbox.judge_all(settings, connection, at)
    with connect(settings) as connection:
        return registry_feedback.answer_all(settings, connection)


def load(settings: Settings, at: datetime, *, progress: bool = False) -> dict[str, Any]:
    """Read, judge and merge everything taken, in order of arrival; `progress` shows a bar on the terminal.

    Raises:
        DeliveriesNotReadError: a reader failed; raised after everything else was loaded and answered.
    """
    from gongshi.loading import DeliveriesNotReadError, load_all

    try:
        return load_all(settings, at, progress=progress)
    except DeliveriesNotReadError:
        answer(settings, at)
        raise


def answer(settings: Settings, at: datetime) -> dict[str, Any]:
    """Check what lies in `selfcheck/`, then write the answers of every merged batch, which may refer to a check."""
    from gongshi.respond.feedback import answer_all

    return _answer_self_checks(settings, at) | answer_all(settings, at)


def _answer_self_checks(settings: Settings, at: datetime) -> dict[str, Any]:
    """Answer the files taken from `selfcheck/`, and show the answers on their agencies' pages."""
    from gongshi.check.folder import answer_all
    from gongshi.respond.feedback import refresh_index

    with connect(settings) as connection:
        agencies = answer_all(settings, connection)
        for agency_code in agencies:
            refresh_index(settings, connection, agency_code, at)
    return {"self_checked_agencies": len(agencies)}


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


def tables(settings: Settings, at: datetime, addresses: Addresses) -> list[dict[str, str]]:
    """The tables of agency databases to pull now, as `source_id` and `kind`; paused sources are logged and left out."""
    from gongshi.intake.sources.active import active_sources

    with connect(settings) as connection:
        demand_not_behind(connection, at)
        active = active_sources(connection, at, addresses)
    return [{"source_id": source.source_id, "kind": kind} for source in active for kind in source.tables]


def fetch_table(settings: Settings, source_id: str, kind: str, at: datetime, addresses: Addresses) -> int:
    """Fetch what is new in one table into files of ours; rows fetched.

    Raises:
        SourceError: the agency's side failed; what came before that is kept for `land_table`.
    """
    from gongshi.intake.sources.active import addressed
    from gongshi.intake.sources.fetch import fetch as fetch_rows

    source, url = addressed(source_id, addresses)
    return fetch_rows(settings, source, kind, url, at)


def land_table(settings: Settings, source_id: str, kind: str, at: datetime) -> dict[str, Any]:
    """Land what was fetched of one table, then load and answer it; `is_whole`: it had been fetched to its end.

    Raises:
        ClockBehindError: `at` lies before the newest delivery.
    """
    from gongshi.intake.sources import source_named
    from gongshi.intake.sources.land import land

    with connect(settings) as connection:
        demand_not_behind(connection, at)
    batches, is_whole = land(settings, source_named(source_id), kind, at)
    return (
        {"landed": len(batches), "is_whole": is_whole}
        | load(settings, at)
        | {"answered": answer(settings, at)["batches"]}
    )


def tell_table(settings: Settings, source_id: str, kind: str, at: datetime, addresses: Addresses) -> int:
    """Write verdicts back into an exchange table; rows that took one.

    Raises:
        SourceError: the agency's side failed; the next pull tells them.
    """
    from gongshi.intake.sources.active import addressed
    from gongshi.intake.sources.telling import tell

    source, url = addressed(source_id, addresses)
    return tell(settings, source, kind, url, at)


def pull(
    settings: Settings, at: datetime, addresses: Addresses, source_id: str | None = None
) -> dict[str, Any]:
    """Pull every table of one source, or of all, one after the other, through to verdicts written back.

    Raises:
        ClockBehindError: `at` lies before the newest delivery.
        SourceError: a table failed; raised after all others were pulled, with each of them in its message.
    """
    from gongshi.intake.sources.base import SourceError

    done = {"tables": 0, "rows": 0, "landed": 0, "told": 0}
    failures: list[str] = []
    for table in tables(settings, at, addresses):
        if source_id not in (None, table["source_id"]):
            continue
        for step, name in ((fetch_table, "rows"), (_land_and_count, "landed"), (tell_table, "told")):
            try:
                done[name] += step(settings, **table, at=at, addresses=addresses)
            except SourceError as error:
                failures.append(str(error))
        done["tables"] += 1
    if failures:
        raise SourceError("; ".join(failures))
    return done


def _land_and_count(settings: Settings, source_id: str, kind: str, at: datetime, addresses: Addresses) -> int:
    return int(land_table(settings, source_id, kind, at)["landed"])


def report(
    settings: Settings, cadence: str, period: str | None, at: datetime, as_of: datetime | None = None
) -> dict[str, Any]:
    """Write one report; paths relative to the home."""
    from gongshi.oversee.reports import run_report

    paths = run_report(settings, cadence, period, at, as_of)  # type: ignore[arg-type]
    return {"files": [str(path.relative_to(settings.home)) for path in paths]}


def what_if(
    settings: Settings, file: Path, period: str, at: datetime, *, progress: bool = False
) -> dict[str, Any]:
    """Whose figures of a period would move under the rule book of a file, and by what.

    Raises:
        RulebookError, RegistryError: the file holds no usable rules; each fault with its place.
    """
    from gongshi.registry.changed_book import changed_book
    from gongshi.revalidation.what_if import what_if as judge_in_scratch

    with connect(settings) as connection:
        book = changed_book(file, in_force(connection, at))
    return judge_in_scratch(settings, book, parse_period(period), at, progress=progress)


def revalidate(
    settings: Settings, batch_id: str | None, period: str | None, at: datetime, *, progress: bool = False
) -> dict[str, Any]:
    """Judge a batch, or all received in a period, by the rule book now in force, for good."""
    from gongshi.revalidation.revalidate import Selection
    from gongshi.revalidation.revalidate import revalidate as judge_anew

    selection = Selection(batch_id, parse_period(period) if period else None)
    return judge_anew(settings, selection, at, progress=progress)


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
        facts, days, book = registry_facts(connection, at), calendar(connection, at), in_force(connection, at)
    with tempfile.TemporaryDirectory() as scratch:
        return check(replace(settings, home=Path(scratch)), path, agency_code, at, facts, days, book)
