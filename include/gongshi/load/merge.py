"""The merge: one transaction a batch, from judged rows to records, versions, outcomes and quarantine.

XR-01…07 are decided here, in SQL over the staged rows, and nowhere else (architecture, section 1). Run again, a merged
batch is left alone; killed half-way, it never happened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.load import batch_warnings, cross_record, late, merge_findings, quarantine
from gongshi.load.candidates import together
from gongshi.load.decided import decide_within
from gongshi.load.staging import StagedPart
from gongshi.load.statements import Statements
from gongshi.platform.database import Connection, Cursor, copy_table, fetch
from gongshi.platform.identity_key import IdentityKey
from gongshi.registry.shapes import Backlog
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import OUTCOMES, ROW_NO, JudgedBatch
from gongshi.standard.normalise import TEXT
from gongshi.standard.rulebook import Rulebook
from gongshi.standard.working_days import WorkingCalendar


class BatchMerge:
    """Merges a staged batch in one transaction, part by part while the rest is still judged; the caller commits.

    Rows of one identity are decided together (standard 4.10). As long as no part is about a decision an earlier one is
    about, and no row names a record, that is so whatever part they stand in. When it no longer is, what was merged is
    undone and the batch is merged as a whole once all parts are there.
    """

    def __init__(
        self,
        connection: Connection,
        judged: JudgedBatch,
        read_rows: Callable[[list[int]], pa.Table],
        key: IdentityKey,
        calendar: WorkingCalendar,
        at: datetime,
        book: Rulebook,
    ) -> None:
        """Begin to merge a batch; nothing is asked of the database yet.

        Args:
            connection: open transaction, used by nobody else meanwhile.
            judged: any part of the batch, for what it says of the batch.
            read_rows: gives the rows with these numbers as read, in file order.
            key: of the identities.
            calendar: working days as known when the batch arrived.
            at: the clock: `recorded_at` of all that is written. First acceptance is the arrival of the batch.
            book: the rule book the batch is stamped with.
        """
        self._connection, self._judged, self._read_rows = connection, judged, read_rows
        self._calendar, self._at, self._book = calendar, at, book
        self._cursor = connection.cursor()
        self._run = Statements(self._cursor, KINDS[judged.kind], judged, key, at)
        self._central: list[str] = []
        self._backlogs: list[Backlog] = []
        self._parts: list[StagedPart] = []
        self._counts: Counter[str] = Counter()
        self._state: Literal["unknown", "merged before", "by parts", "as a whole"] = "unknown"

    def add(self, part: StagedPart) -> None:
        """Take up a part whose rows are staged and visible to the transaction."""
        if self._state == "unknown":
            self._state = "by parts" if _is_landed(self._cursor, self._judged.batch_id) else "merged before"
            self._backlogs = late.backlogs_of(self._connection, self._judged)
            self._central = cross_record.central_senders(self._connection, self._judged)
            self._cursor.execute("SAVEPOINT nothing_merged")
        if self._state == "by parts" and self._parts and not self._stands_alone(part):
            self._cursor.execute("ROLLBACK TO SAVEPOINT nothing_merged")
            self._counts.clear()
            self._state = "as a whole"
        if self._state == "by parts":
            self._merge([part])
        self._parts.append(part)

    def finish(self) -> dict[str, int]:
        """Merge what is left and close the batch.

        Returns:
            Rows by outcome, and `late`; empty when the batch was merged before.
        """
        if self._state == "merged before":
            return {}
        if self._state == "as a whole":
            self._merge(self._parts)
        counts = dict.fromkeys(OUTCOMES, 0) | self._counts
        counts["late"] = fetch(
            self._connection,
            "SELECT count(*) AS n FROM core.record WHERE batch_id = %(id)s AND late_days > 0",
            {"id": self._judged.batch_id},
        )[0]["n"]
        batch_warnings.add(self._connection, self._judged, counts, self._book)
        _finish(self._cursor, self._judged, counts, self._at)
        return counts

    def _stands_alone(self, part: StagedPart) -> bool:
        if part.names_records or self._parts[0].names_records:
            return False
        return not any(np.isin(part.decisions, earlier.decisions).any() for earlier in self._parts)

    def _tell_planner(self) -> None:
        """Let the planner count the rows it is about to join; a small sample is enough for that.

        Left to itself it goes by batches long gone from the stage, and by core tables without the rows only this
        transaction sees: it takes many rows for one and plans a loop over both tables. The locks of ANALYZE keep
        autovacuum from counting anew until the end.
        """
        self._cursor.execute("SET LOCAL default_statistics_target = 10")
        kind = self._judged.kind
        self._cursor.execute(
            f"ANALYZE stage.{kind} (batch_seq, row_no, identity_key, decision_key, record_ref)"
        )
        if self._counts:
            self._cursor.execute(f"ANALYZE core.{kind} (record_id, version, party_key)")
            self._cursor.execute("ANALYZE core.record (record_id, identity_key)")

    def _merge(self, parts: Sequence[StagedPart]) -> None:
        cursor, connection, judged, run = self._cursor, self._connection, self._judged, self._run
        self._tell_planner()
        self._counts["rejected"] += _add_parts(cursor, judged, parts)
        decided = self._decided(parts)
        known = fetch(connection, "SELECT EXISTS (SELECT FROM decision WHERE may_be_known) AS yes")[0]["yes"]
        repeats = _repeats(parts)
        if known:
            run("load/known")
        if any(part.names_records for part in parts):
            run("load/refuse_collisions")
        if known or repeats:
            run("load/repeated")
        if known:
            run("load/unchanged")
            run("load/add_provenance")
        ask = partial(run.rows, central=self._central, repeats=repeats, known=known, met=self._met(parts))
        found_in_parts = together([part.candidates for part in parts])
        warned = list(cross_record.warnings(ask, self._book, judged.kind, found_in_parts))
        stock = late.declared_stock(connection, self._backlogs)
        run("load/open_records", **_late_days(connection, judged, self._calendar), stock_days=stock)
        run("load/add_versions")
        if known:
            run("load/retire_versions")
            run("load/renew_versions")
        if known or repeats:
            run("load/add_outcomes")
        refused = merge_findings.refused_rows(connection)
        sealed = frozenset[int]().union(*(part.sealed for part in parts))
        if refused:
            facts = merge_findings.staged_facts(connection, judged, sorted(refused))
            quarantine.keep_refused(cursor, judged, self._read_rows, facts, sealed, self._at)
        found = merge_findings.row_findings(connection, judged, refused, warned, sealed, self._book)
        merge_findings.add(cursor, judged, found)
        self._counts.update(_outcomes(connection))
        cursor.execute(f"DROP TABLE {decided} CASCADE")

    def _decided(self, parts: Sequence[StagedPart]) -> str:
        """The table of decisions about the rows of some parts, shown as `decision` and `opened`."""
        firsts, lasts = zip(*(part.row_range for part in parts), strict=True)
        rows = min(firsts), max(lasts)
        beside = parts[0].decided if self._state == "by parts" else None
        decided = beside or decide_within(self._connection, self._run, rows)
        self._run.word(decided=decided)
        self._run.bind(first_row=rows[0], last_row=rows[1])
        self._run("load/decided")
        return decided

    def _met(self, parts: Sequence[StagedPart]) -> list[int]:
        """Rows whose counterpart a part merged before them names."""
        earlier = [part.parties.column("party") for part in self._parts] if self._state == "by parts" else []
        if not earlier:
            return []
        named = pa.chunked_array([chunk for column in earlier for chunk in column.chunks], TEXT)
        (part,) = parts
        met = pc.is_in(part.parties.column("party"), value_set=named)
        return part.parties.column(ROW_NO).filter(met).to_pylist()


def _repeats(parts: Sequence[StagedPart]) -> bool:
    """Some decision stands in several rows of the parts, rejected ones too."""
    decisions = np.concatenate([part.decisions for part in parts])
    return len(np.unique(decisions)) < len(decisions)


def _is_landed(cursor: Cursor, batch_id: str) -> bool:
    """Lock the batch; False when there is nothing to merge."""
    cursor.execute("SELECT status FROM intake.batch WHERE batch_id = %s FOR UPDATE", (batch_id,))
    row = cursor.fetchone()
    return row is not None and row[0] == "landed"


def _add_parts(cursor: Cursor, judged: JudgedBatch, parts: Sequence[StagedPart]) -> int:
    """Write what the row rules said; rows rejected by them."""
    for part in parts:
        if part.quarantine.num_rows:
            copy_table(cursor, part.quarantine, "quality.quarantine")
        if part.restricted.num_rows:
            copy_table(cursor, part.restricted, "quality.restricted")
        if part.findings.num_rows:
            copy_table(cursor, _owned(judged, part.findings), "quality.finding")
        if part.fixes.num_rows:
            copy_table(cursor, _owned(judged, _storable(part.fixes)), "quality.fix")
        if part.beside is not None and part.beside.num_rows:
            copy_table(cursor, _owned(judged, part.beside), "core.row_attribute")
    return sum(part.quarantine.num_rows + part.restricted.num_rows for part in parts)


def _owned(judged: JudgedBatch, table: pa.Table) -> pa.Table:
    return table.append_column("batch_id", pa.repeat(pa.scalar(judged.batch_id, TEXT), table.num_rows))


def _late_days(
    connection: Connection, judged: JudgedBatch, calendar: WorkingCalendar
) -> dict[str, list[Any]]:
    """Working days late, for each due day among the staged rows."""
    rows = fetch(connection, "SELECT DISTINCT due_date FROM decision WHERE due_date IS NOT NULL ORDER BY 1")
    days = [row["due_date"] for row in rows]
    return {
        "due_days": days,
        "late_days": [late.working_days(calendar, day, judged.received_at) for day in days],
    }


def _storable(fixes: pa.Table) -> pa.Table:
    """PostgreSQL holds no NUL: in an original that had one it is shown as U+FFFD."""
    place = fixes.schema.get_field_index("original")
    return fixes.set_column(place, "original", pc.replace_substring(fixes.column(place), "\x00", "\ufffd"))


def _outcomes(connection: Connection) -> dict[str, int]:
    """Decided rows by outcome."""
    counted = fetch(
        connection,
        """SELECT coalesce(outcome, CASE WHEN refused_by IS NULL THEN 'accepted' ELSE 'rejected' END) AS outcome,
                  count(*) AS rows FROM decision GROUP BY 1""",
    )
    return {row["outcome"]: row["rows"] for row in counted}


def _finish(cursor: Cursor, judged: JudgedBatch, counts: dict[str, int], at: datetime) -> None:
    """Store the counters of the batch; `gongshi ledger` recounts them from the tables."""
    cursor.execute(
        """UPDATE intake.batch SET status = 'merged', loaded_at = %(at)s, refused_rule = %(refused_rule)s,
               rows_accepted = %(accepted)s, rows_rejected = %(rejected)s, rows_unchanged = %(unchanged)s,
               rows_duplicate = %(duplicate)s, rows_superseded = %(superseded)s, late_rows = %(late)s,
               (error_count, warning_count) = (
                   SELECT count(*) FILTER (WHERE severity = 'error'), count(*) FILTER (WHERE severity = 'warning')
                   FROM quality.finding WHERE batch_id = %(batch_id)s),
               fix_count = (
                   SELECT count(*) FROM (
                       SELECT DISTINCT row_no, field FROM quality.fix WHERE batch_id = %(batch_id)s) AS cells)
           WHERE batch_id = %(batch_id)s""",
        counts
        | {"at": at, "batch_id": judged.batch_id, "refused_rule": judged.refusal and judged.refusal.rule_id},
    )
