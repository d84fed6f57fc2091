"""Loading landed rows once more, in order of their arrival, each batch under the rule book it is to be judged by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tqdm import tqdm

from gongshi.errors import UsageError
from gongshi.loading import assert_staged, landed_groups
from gongshi.loading.group import judge_and_merge
from gongshi.platform.database import Connection, connect, fetch
from gongshi.platform.settings import Settings
from gongshi.registry.rulebook import record
from gongshi.revalidation.scratch import fill
from gongshi.standard.rulebook import RELEASED_AT, Rulebook


class NotSettledError(UsageError):
    """Raised when a delivery waits to be loaded or answered: what it will be is not known yet."""


def judged_batches(connection: Connection) -> list[dict[str, Any]]:
    """Batches whose rows were judged and merged, in order of arrival: batch_id, agency_code, received_at, loaded_at, ….

    Raises:
        NotSettledError: a batch is landed and not merged, or merged and not answered.
    """
    rows = fetch(
        connection,
        """SELECT batch_id, agency_code, received_at, loaded_at, rulebook_version, status
           FROM intake.batch ORDER BY seq""",
    )
    waiting = [row["batch_id"] for row in rows if row["status"] != "answered"]
    if waiting:
        raise NotSettledError(
            f"{len(waiting)} batches wait to be loaded or answered, {waiting[0]} first. Run `gongshi collect`."
        )
    return [row for row in rows if row["loaded_at"] is not None]


def load_anew(
    settings: Settings,
    own: Settings,
    batches: list[dict[str, Any]],
    chosen: Sequence[str],
    book: Rulebook,
    *,
    progress: bool,
) -> None:
    """Fill a scratch warehouse with what a fresh load of everything would give.

    Args:
        settings: the warehouse.
        own: the scratch warehouse.
        batches: `judged_batches` of the warehouse.
        chosen: ids of the batches judged by `book`; the others are judged by the book they are stamped with.
        book: another rule book.
        progress: show a bar.

    Each batch is merged at the instant it was first merged: its versions carry the times they carry now.
    """
    fill(settings, own, [batch["batch_id"] for batch in batches])
    with connect(own) as connection, connection.cursor() as cursor:
        record(connection, book, min((batch["loaded_at"] for batch in batches), default=RELEASED_AT))
        cursor.execute(
            "UPDATE intake.batch SET rulebook_version = %s WHERE batch_id = ANY(%s)",
            (book.version, list(chosen)),
        )
    merged_at: dict[datetime, list[str]] = {}
    for batch in sorted(batches, key=lambda batch: batch["loaded_at"]):
        merged_at.setdefault(batch["loaded_at"], []).append(batch["batch_id"])
    for instant, ids in tqdm(merged_at.items(), desc="重新核验", disable=not progress):
        with connect(own) as connection, connection.cursor() as cursor:
            cursor.execute("UPDATE intake.batch SET status = 'landed' WHERE batch_id = ANY(%s)", (ids,))
        for group in landed_groups(own):
            judge_and_merge(own, group, instant)
            assert_staged(own, instant)
        with connect(own) as connection, connection.cursor() as cursor:
            cursor.execute("UPDATE intake.batch SET status = 'answered' WHERE batch_id = ANY(%s)", (ids,))
