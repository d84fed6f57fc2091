"""Loading: everything taken and not yet loaded, from archived bytes to merged and asserted rows.

Small batches are judged together; a large one part by part, each part staged in the background while the next is judged.
Whatever a killed run left is taken up: unread deliveries, landed batches, staged rows.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
from tqdm import tqdm

from gongshi.intake.landing import (
    landed_beside,
    landed_codes,
    landed_column,
    landed_names,
    landed_parts,
    landed_rows_at,
    read_landed,
)
from gongshi.intake.receive import read_delivery, unread_deliveries
from gongshi.load.causes import add_causes
from gongshi.load.clock import demand_not_behind
from gongshi.load.identity import IdentityKey, open_key
from gongshi.load.merge import merge_staged
from gongshi.load.staging import StagedPart, clear_unmerged, stage
from gongshi.platform.database import Cursor, connect, fetch
from gongshi.platform.settings import Settings
from gongshi.registry.read import calendar
from gongshi.standard import rulebook
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import ROW_NO, Cause, JudgedBatch, ReadBatch
from gongshi.validate.causes import find_causes, judge_again
from gongshi.validate.causes.material import Material, may_have_causes
from gongshi.validate.frame import RegistryFacts, registry_facts
from gongshi.validate.judge import judge, sender_refusal

GROUP_ROWS = 200_000
"""Batches are judged together up to this many rows: a suite run has a fixed cost, and memory a limit."""

_SWITCH_SECONDS = 0.0005
Staged = dict[str, tuple[JudgedBatch, list[StagedPart], Counter[str]]]
"""By batch id: what one of its parts says of the batch, all its staged parts, and its filled cells by field."""


def load_all(settings: Settings, at: datetime, *, progress: bool = False) -> dict[str, Any]:
    """Read, judge and merge everything taken, in order of arrival.

    Raises:
        ClockBehindError: `at` lies before what was recorded.
        CheckCouldNotRunError, MergeBrokePromiseError: ours to solve; see there.
    """
    totals = {"batches": 0, "rows": 0}
    with _exclusive(settings):
        with connect(settings) as connection:
            demand_not_behind(connection, at)
            clear_unmerged(connection, list(KINDS))
        _assert_staged(settings, at)
        while True:
            for group in tqdm(_groups(settings), desc="核验入库", unit="组", disable=not progress):
                _judge_and_merge(settings, group, at)
                _assert_staged(settings, at)
                totals["batches"] += len(group)
                totals["rows"] += sum(batch["rows_read"] for batch in group)
            if not _read_some(settings):
                return totals


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
            if row["sha256"] and content in seen:
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
    """Judge the batches of a group and stage them part by part, then merge each in a transaction of its own."""
    with connect(settings) as connection:
        instants = {batch["received_at"] for batch in group}
        facts = {instant: registry_facts(connection, instant) for instant in instants}
        days = {instant: calendar(connection, instant) for instant in instants}
        key = open_key(connection, settings.identity_key_file, at)
    for batch in group:
        known = facts[batch["received_at"]]
        named = known.codes_of(landed_names(settings, batch["batch_id"]))
        codes = [*landed_codes(settings, batch["batch_id"]), *named]
        beside = partial(landed_beside, settings, batch["batch_id"])
        batch["refusal"] = sender_refusal(codes, batch["agency_code"], beside)
    staged: Staged = {}
    with (
        connect(settings) as one,
        connect(settings) as other,
        one.cursor() as first,
        other.cursor() as second,
        _Background() as background,
    ):
        for number, items in enumerate(_parts(settings, group), start=1):
            for part in judge(settings, items, facts, days, at, number):
                background.run(partial(_stage, (first, second), part, key, at, staged))
    for batch in group:
        judged, parts, _ = staged[batch["batch_id"]]
        read_rows = partial(landed_rows_at, settings, judged.batch_id)
        causes = _causes(settings, batch, staged[judged.batch_id], facts[judged.received_at])
        with connect(settings) as connection:
            if merge_staged(connection, judged, parts, read_rows, key, days[judged.received_at], at):
                add_causes(connection, judged.batch_id, causes)


def _causes(
    settings: Settings,
    batch: dict[str, Any],
    staged: tuple[JudgedBatch, list[StagedPart], Counter[str]],
    facts: RegistryFacts,
) -> list[Cause]:
    """What the findings of a batch have in common; its rows are read again only where counts suggest something."""
    judged, parts, filled = staged
    found = [part.findings for part in parts]
    if judged.refusal or not may_have_causes(found, filled, batch["rows_read"], KINDS[judged.kind]):
        return []
    column = partial(landed_column, settings, judged.batch_id)
    numbers = column(ROW_NO).to_numpy()

    def rows_at(positions: np.ndarray) -> pa.Table:
        return landed_rows_at(settings, judged.batch_id, numbers[positions].tolist())

    material = Material(judged.read, numbers, column, rows_at, pa.concat_tables(found), facts)
    return find_causes(material, judge_again(settings, batch, judged.read, facts))


def _parts(
    settings: Settings, group: Sequence[dict[str, Any]]
) -> Iterator[list[tuple[dict[str, Any], ReadBatch]]]:
    """What is judged in one suite run: all batches of a group of small ones, or one part of a large one."""
    if len(group) > 1:
        yield [(batch, read_landed(settings, batch["batch_id"])) for batch in group]
        return
    for part in landed_parts(settings, group[0]["batch_id"]):
        yield [(group[0], part)]


def _stage(
    cursors: Sequence[Cursor],
    part: JudgedBatch,
    key: IdentityKey,
    at: datetime,
    staged: Staged,
) -> None:
    """Stage one part; of the part itself only what it says of its batch is kept."""
    rows = part.table
    done = stage(cursors, part, key, at)
    head = replace(
        part, read=replace(part.read, rows=part.read.rows.slice(0, 0)), table=part.table.slice(0, 0)
    )
    _, parts, filled = staged.setdefault(part.batch_id, (head, [], Counter()))
    parts.append(done)
    filled.update({name: rows.num_rows - rows.column(name).null_count for name in rows.column_names})


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


class _Background:
    """One piece of work at a time beside the main thread; its failure is raised at the next call or at the end."""

    def __enter__(self) -> _Background:
        """Start the worker; the interpreter's lock changes hands quickly, so that Arrow's threads seldom wait for it."""
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_SECONDS)
        self._pool = ThreadPoolExecutor(1)
        self._last: Future[None] | None = None
        return self

    def run(self, work: Callable[[], None]) -> None:
        """Hand over work once the piece before it is done."""
        if self._last is not None:
            self._last.result()
        self._last = self._pool.submit(work)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the last piece."""
        self._pool.shutdown()
        sys.setswitchinterval(self._interval)
        if self._last is not None and error is None:
            self._last.result()
