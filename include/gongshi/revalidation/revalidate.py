"""After a mended rule: stored rows judged anew, for good. The facts that differ take the place of the old ones.

Killed before it commits, nothing has changed; after that, `gongshi collect` writes the receipts that are still owed.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from psycopg2.extras import execute_values

from gongshi.errors import UsageError
from gongshi.load.clock import demand_not_behind
from gongshi.loading import exclusive
from gongshi.platform.database import Connection, Cursor, connect, fetch, statement
from gongshi.platform.settings import Settings
from gongshi.registry.rulebook import enter_in_force
from gongshi.respond.feedback import answer_all
from gongshi.respond.wording import ROW_LABELS
from gongshi.revalidation.anew import judged_batches, load_anew
from gongshi.revalidation.backup import back_up
from gongshi.revalidation.facts import compare, find_sealed, replace, seal, touched_batches
from gongshi.revalidation.scratch import scratch_warehouse
from gongshi.standard.periods import SHANGHAI, Period
from gongshi.standard.rulebook import Rulebook

_ROWS_TOLD = 20


@dataclass(frozen=True)
class Change:
    """A row whose outcome is another one under the new rule book."""

    batch_id: str
    row_no: int
    before: str
    after: str


class NothingSelectedError(UsageError):
    """Raised when no judged batch has the id, or none was received in the period."""


@dataclass(frozen=True)
class Selection:
    """Which batches are judged by the rule book now in force: one, or all received in a period."""

    batch_id: str | None = None
    period: Period | None = None

    def __str__(self) -> str:
        return (
            f"batch {self.batch_id}"
            if self.batch_id
            else f"period {self.period.label if self.period else ''}"
        )

    def of(self, batches: Sequence[dict[str, Any]]) -> list[str]:
        """Ids of the batches selected.

        Raises:
            NothingSelectedError: there is none.
        """
        period = self.period
        chosen = [
            batch["batch_id"]
            for batch in batches
            if batch["batch_id"] == self.batch_id
            or (period is not None and period.start <= batch["received_at"] < period.end)
        ]
        if not chosen:
            raise NothingSelectedError(
                f"{self}: no batch with judged rows. `gongshi ledger` and the feedback pages list them."
            )
        return chosen


def revalidate(
    settings: Settings, selection: Selection, at: datetime, *, progress: bool = False
) -> dict[str, Any]:
    """Judge stored rows by the rule book in force at `at`, and let the warehouse be what a fresh load would give.

    Every fact that differs is kept as believed until `at`, every row whose outcome changes is logged, and receipts of all
    batches concerned are written again with what changed. Before that the fact tables are copied to `backup/`.

    Args:
        settings: the warehouse.
        selection: which batches; all others stay judged by the book they are stamped with.
        at: since when the new facts are believed.
        progress: show a bar.

    Returns:
        `rulebook`, `batches` (selected), `facts` (rows gone and new by table), `changed_rows`, `reissued` (batch ids) and
        `backup` (folder below the home, null when nothing differs).

    Raises:
        ClockBehindError: `at` lies before what is recorded.
        NotSettledError: a delivery waits to be loaded or answered.
        NothingSelectedError: see `Selection.of`.
    """
    with exclusive(settings), connect(settings) as connection:
        demand_not_behind(connection, at)
        batches = judged_batches(connection)
        chosen = selection.of(batches)
        book = enter_in_force(connection, at)
        connection.commit()
        with scratch_warehouse(settings) as own:
            load_anew(settings, own, batches, chosen, book, progress=progress)
            with connect(own) as scratch:
                differences = compare(connection, scratch)
                touched = touched_batches(connection)
                changes = _changes(connection, scratch, touched)
        backup = None
        if differences:
            backup = _take_over(settings, connection, selection, book, touched, changes, at)
    if touched:
        answer_all(settings, at)
    return {
        "rulebook": book.version,
        "batches": len(chosen),
        "facts": differences,
        "changed_rows": len(changes),
        "reissued": list(touched),
        "backup": backup,
    }


def _changes(connection: Connection, scratch: Connection, batches: Iterable[str]) -> list[Change]:
    """Rows of these batches with another outcome, by batch and row."""
    bound = {"batch_ids": list(batches)}
    before, after = (
        {
            (row["batch_id"], row["row_no"]): row["outcome"]
            for row in fetch(place, statement("load/placed_rows"), bound)
        }
        for place in (connection, scratch)
    )
    return [
        Change(*place, before.get(place, "none"), after.get(place, "none"))
        for place in sorted(before.keys() | after.keys())
        if before.get(place) != after.get(place)
    ]


def _take_over(
    settings: Settings,
    connection: Connection,
    selection: Selection,
    book: Rulebook,
    touched: Mapping[str, str],
    changes: Sequence[Change],
    at: datetime,
) -> str:
    """Copy the old facts away, put the new ones in their place, log both; the folder of the copy below the home."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE intake.batch IN SHARE ROW EXCLUSIVE MODE")
        sealed = find_sealed(connection)  # their receipts and workbooks are not kept either
        folders = [
            settings.feedback(code) / batch_id for batch_id, code in touched.items() if batch_id not in sealed
        ]
        backup = str(back_up(settings, connection, at, folders).relative_to(settings.home))
        replace(connection, at)
        seal(connection)
        cursor.execute(
            """INSERT INTO audit.revalidation (at, operating_user, selection, rulebook_version, backup, batches, changed_rows)
               VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING revalidation_id""",
            (at, getpass.getuser(), str(selection), book.version, backup, len(touched), len(changes)),
        )
        (number,) = cursor.fetchone() or (None,)
        execute_values(
            cursor,
            "INSERT INTO audit.revalidated_row (revalidation_id, batch_id, row_no, before, after) VALUES %s",
            [(number, *astuple(change)) for change in changes],
        )
        _remark(cursor, list(touched), book, changes, at)
    return backup


def _remark(
    cursor: Cursor, batches: Sequence[str], book: Rulebook, changes: Sequence[Change], at: datetime
) -> None:
    """Say on the receipt that it was made anew, and what changed; let it be answered again."""
    of_batch: dict[str, list[Change]] = {}
    for change in changes:
        of_batch.setdefault(change.batch_id, []).append(change)
    for batch_id in batches:
        own = of_batch.get(batch_id, [])
        told = "；".join(f"第{c.row_no}行由{_label(c.before)}改为{_label(c.after)}" for c in own[:_ROWS_TOLD])
        result = (
            f"{len(own)}行结果有变化：{told}{'……' if len(own) > _ROWS_TOLD else ''}"
            if own
            else "各行结果不变"
        )
        when = at.astimezone(SHANGHAI)
        remark = f"{when:%Y-%m-%d %H:%M}按规则库{book.version}重新核验，{result}。"
        cursor.execute(
            "UPDATE intake.batch SET status = 'merged', remarks = remarks || %s::text WHERE batch_id = %s",
            (remark, batch_id),
        )


def _label(outcome: str) -> str:
    return ROW_LABELS.get(outcome, "未判定")
