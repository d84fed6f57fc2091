"""Loading: everything taken and not yet loaded, from archived bytes to merged and asserted rows.

Small batches are judged together; a large one part by part, each part staged and merged while the next is judged
(`group.py`). Whatever a killed run left is taken up: unread deliveries, landed batches, staged rows.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg2
from tqdm import tqdm

from gongshi.errors import GongshiError
from gongshi.intake.receive import read_delivery, unread_deliveries
from gongshi.load.clock import demand_not_behind
from gongshi.load.staging import clear_unmerged
from gongshi.loading.group import judge_and_merge
from gongshi.platform.database import connect, fetch
from gongshi.platform.settings import Settings
from gongshi.standard.kinds import KINDS

logger = logging.getLogger(__name__)

GROUP_ROWS = 200_000
"""Batches are judged together up to this many rows: a suite run has a fixed cost, and memory a limit."""


class DeliveriesNotReadError(GongshiError):
    """Raised when reading a delivery failed in a way no rule foresees: ours to solve; all others were loaded."""


def load_all(settings: Settings, at: datetime, *, progress: bool = False) -> dict[str, Any]:
    """Read, judge and merge everything taken, in order of arrival.

    Raises:
        ClockBehindError: `at` lies before what was recorded.
        CheckCouldNotRunError, MergeBrokePromiseError: ours to solve; see there.
        DeliveriesNotReadError: after all others were loaded; the next run tries again.
    """
    totals = {"batches": 0, "rows": 0}
    failed: list[str] = []
    with exclusive(settings):
        with connect(settings) as connection:
            demand_not_behind(connection, at)
            clear_unmerged(connection, list(KINDS))
        assert_staged(settings, at)
        while True:
            for group in tqdm(landed_groups(settings), desc="核验入库", unit="组", disable=not progress):
                judge_and_merge(settings, group, at)
                assert_staged(settings, at)
                totals["batches"] += len(group)
                totals["rows"] += sum(batch["rows_read"] for batch in group)
            if not _read_some(settings, failed):
                break
    if failed:
        raise DeliveriesNotReadError(
            f"{len(failed)} deliveries could not be read: {', '.join(failed)}. All others were loaded. The log has a traceback "
            "of each; mend the reader, the next run reads them."
        )
    return totals


@contextmanager
def exclusive(settings: Settings) -> Iterator[None]:
    """One loader at a time, whoever started it; waits for the other and then finds its work done."""
    with connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('gongshi.load'))")
        yield


def _read_some(settings: Settings, failed: list[str]) -> int:
    """Read the next deliveries; stops before one that repeats another's content, whose outcome must be known first.

    What fails is added to `failed` and left as it is; the others go on.
    """
    with connect(settings) as connection:
        seen: set[tuple[str, str]] = set()
        read = 0
        for delivery_id in unread_deliveries(connection):
            if delivery_id in failed:
                continue
            row = fetch(
                connection,
                "SELECT agency_code, sha256 FROM intake.delivery WHERE delivery_id = %(id)s",
                {"id": delivery_id},
            )[0]
            content = (row["agency_code"], row["sha256"])
            if row["sha256"] and content in seen:
                break
            seen.add(content)
            try:
                with connect(settings) as own:
                    read_delivery(settings, own, delivery_id)
            except (OSError, psycopg2.Error, GongshiError):  # disk, rights, database: the house, not the file
                raise
            except Exception:
                logger.exception("ALERT delivery %s could not be read; the others go on", delivery_id)
                failed.append(delivery_id)
            read += 1
    return read


def landed_groups(settings: Settings) -> list[list[dict[str, Any]]]:
    """Landed batches in order of arrival, in groups of one kind and rule book that are judged together."""
    with connect(settings) as connection:
        landed = fetch(
            connection,
            """SELECT batch_id, seq, kind, agency_code, received_at, rulebook_version, rows_read
               FROM intake.batch WHERE status = 'landed' ORDER BY kind, seq""",
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


def assert_staged(settings: Settings, at: datetime) -> None:
    """Let Great Expectations assert what the merge decided, then empty the stage."""
    from gongshi.validate.sets import assert_set

    for kind in KINDS:
        with connect(settings) as connection:
            is_staged = fetch(connection, f"SELECT EXISTS (SELECT FROM stage.{kind}) AS yes")[0]["yes"]  # noqa: S608
        if is_staged:
            assert_set(settings, kind, at)
            with connect(settings) as connection, connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE stage.{kind}")
