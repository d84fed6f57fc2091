"""An office that sends tiny batches straight to the merge: rows as judged, outcomes as stored.

Row rules are shown elsewhere; here a row is rejected when it says so (`bad=True`). After every batch each promise of the
set suite is asked of the staged rows, as the flow does through Great Expectations.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from gongshi.load.merge import BatchMerge
from gongshi.load.staging import stage
from gongshi.platform.database import Connection, connect, fetch
from gongshi.platform.identity_key import IdentityKey, open_key
from gongshi.platform.settings import Settings
from gongshi.registry.facts import RegistryFacts
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import CELL_COUNT, RAW_CELLS, ROW_NO, JudgedBatch, ReadBatch
from gongshi.standard.periods import SHANGHAI
from gongshi.standard.rulebook import shipped
from gongshi.standard.working_days import WorkingCalendar
from gongshi.validate.findings import FINDING_SCHEMA
from gongshi.validate.frame import build_frame
from gongshi.validate.sets import set_suite

START = datetime(2026, 6, 1, 9, tzinfo=SHANGHAI)
OURS, THEIRS = "11530100048945871T", "11530300012345678X"
ORG, OTHER_ORG = "91530100MA6K8X2N0H", "93532300MA6NQ1RT2L"
FACTS = RegistryFacts(frozenset(), frozenset())
CALENDAR = WorkingCalendar({}, {2026})
Row = dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """What became of one row.

    Attributes:
        outcome: one of the five.
        rules: rules the merge found, XR-15 left out.
        record_id: of the record, or None.
        other: the row a duplicate repeats or that superseded it.
    """

    outcome: str
    rules: tuple[str, ...] = ()
    record_id: int | None = None
    other: int | None = None


def _part(judged: JudgedBatch, start: int, end: int) -> JudgedBatch:
    size = end - start
    stamps = judged.read.source_stamps
    read = replace(
        judged.read,
        rows=judged.read.rows.slice(start, size),
        source_stamps=None if stamps is None else stamps.slice(start, size),
    )
    numbers = read.rows.column(ROW_NO).combine_chunks()
    return replace(
        judged,
        read=read,
        table=judged.table.slice(start, size),
        rejected=judged.rejected[start:end],
        restricted=judged.restricted[start:end],
        fixes=judged.fixes.filter(pc.is_in(judged.fixes.column(ROW_NO), numbers)),
        due=judged.due.slice(start, size),
    )


@dataclass
class Office:
    """Sends batches; time moves on by an hour with each. With `one` all happens in that connection's transaction."""

    settings: Settings
    kind: str = "licence"
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    one: Connection | None = None

    def row(self, document_no: str = "昆许〔2026〕1号", party: str = ORG, **cells: Any) -> Row:
        """A row as an agency fills it in; `party` is a USCC, an ID number (then a person) or a name."""
        person = len(party) == 18 and party[:6] == "530102"
        known = {"party_id_no" if person else "party_uscc" if len(party) == 18 else "party_name": party}
        row = {
            "party_name": "李丽" if person else "滇润公司", "document_no": document_no, "decision_date": "2026/05/29",
            "content": "甲", "organ_name": "昆明市市场监督管理局", "organ_code": OURS, "source_name": "昆明市市场监督管理局",
            "source_code": OURS,
        }  # fmt: skip
        return row | known | cells

    def send(
        self,
        *rows: Row,
        agency: str = OURS,
        stamps: Sequence[datetime] | None = None,
        cuts: Sequence[int] = (),
        due: bool = False,
    ) -> list[Sent]:
        """Merge a batch of rows; the first is row 2. `bad=True` in a row: a row rule rejected it.

        Args:
            rows: as an agency fills them in.
            agency: the sender.
            stamps: the source's own time stamps.
            cuts: positions at which the batch is cut into parts.
            due: rows have their due days.
        """
        number = next(self.numbers)
        at = START + timedelta(hours=number)
        batch_id = f"{at:%Y%m%d-%H%M%S}-{self.kind}-{number:04d}"
        with self._connect() as connection:
            seq = self._enter(connection, batch_id, agency, at, len(rows))
            judged = self._judged(batch_id, seq, agency, at, rows, stamps)
            if due:
                days = [datetime.strptime(row["decision_date"], "%Y/%m/%d").date() for row in rows]  # noqa: DTZ007
                judged = replace(judged, due=pa.array(map(CALENDAR.due_date, days), pa.date32()))
            self.merge(
                connection, judged, open_key(connection, self.settings.identity_key_file, at), at, cuts
            )
            self._demand_promises(connection)
            return self._outcomes(connection, batch_id, len(rows))

    @staticmethod
    def merge(
        connection: Connection, judged: JudgedBatch, key: IdentityKey, at: datetime, cuts: Sequence[int] = ()
    ) -> dict[str, int]:
        """Stage and merge a batch, cut into parts, as the flow does."""
        read, numbers = judged.read.rows, judged.read.rows.column(ROW_NO).to_numpy()

        def read_rows(wanted: list[int]) -> pa.Table:
            return read.take(pa.array(np.flatnonzero(np.isin(numbers, wanted))))

        whole = BatchMerge(connection, judged, read_rows, key, CALENDAR, at, shipped())
        with connection.cursor() as cursor:
            edges = itertools.pairwise([0, *sorted(cuts), len(numbers)])
            parts = [stage([cursor], _part(judged, start, end), key, at, shipped()) for start, end in edges]
        for part in parts:
            whole.add(part)
        return whole.finish()

    def current(self) -> list[dict[str, Any]]:
        """Current versions with their identity, by record."""
        with self._connect() as connection:
            return fetch(
                connection, f"SELECT * FROM core.{self.kind} WHERE retired_at IS NULL ORDER BY record_id"
            )

    def versions(self, record_id: int | None) -> list[tuple[int, str, bool]]:
        """(version, content, withdrawn) of a record, oldest first."""
        query = f"SELECT version, content, is_withdrawn FROM core.{self.kind} WHERE record_id = %(id)s ORDER BY version"
        with self._connect() as connection:
            return [tuple(row.values()) for row in fetch(connection, query, {"id": record_id})]

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        if self.one is not None:
            yield self.one
            return
        with connect(self.settings) as connection:
            yield connection

    def _enter(self, connection: Connection, batch_id: str, agency: str, at: datetime, rows: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO intake.delivery (delivery_id, agency_code, channel, file_name, sha256, size_bytes, received_at,
                       status) VALUES (%(id)s, %(agency)s, 'drop_folder', 'x.csv', %(id)s, 1, %(at)s, 'read')""",
                {"id": batch_id, "agency": agency, "at": at},
            )
            cursor.execute(
                """INSERT INTO intake.batch (batch_id, delivery_id, agency_code, kind, layout, rulebook_version, received_at,
                       status, rows_read) VALUES (%(id)s, %(id)s, %(agency)s, %(kind)s, 'S2018b', 'x', %(at)s, 'landed', %(rows)s)
                   RETURNING seq""",
                {"id": batch_id, "agency": agency, "at": at, "kind": self.kind, "rows": rows},
            )
            return int(cursor.fetchone()[0])

    def _judged(
        self,
        batch_id: str,
        seq: int,
        agency: str,
        at: datetime,
        rows: Sequence[Row],
        stamps: Sequence[datetime] | None,
    ) -> JudgedBatch:
        names = [*(f.name for f in KINDS[self.kind].fields), "operation", "record_ref"]
        cells = {name: pa.array([str(row.get(name, "")) for row in rows], pa.string()) for name in names}
        numbers = pa.array(range(2, len(rows) + 2), pa.int32())
        table = pa.table(cells | {ROW_NO: numbers, CELL_COUNT: pa.repeat(pa.scalar(len(names), pa.int32()), len(rows)),
                                  RAW_CELLS: pa.nulls(len(rows), pa.string())})  # fmt: skip
        kept = pa.array(stamps, pa.timestamp("us", "UTC")) if stamps else None
        read = ReadBatch(self.kind, "S2018b", table, expected_cells=len(names), source_stamps=kept)
        frame = build_frame(batch_id, read, at, FACTS)
        rejected = np.array([bool(row.get("bad")) for row in rows])
        due = pa.nulls(len(rows), pa.date32())
        return JudgedBatch(batch_id, seq, self.kind, agency, at, read, frame.table, rejected, np.zeros_like(rejected),
                           FINDING_SCHEMA.empty_table(), frame.fixes, due)  # fmt: skip

    def _demand_promises(self, connection: Connection) -> None:
        broken = {}
        for expectation in set_suite(KINDS[self.kind])["expectations"]:
            query = expectation["kwargs"]["unexpected_rows_query"].format(batch=f"stage.{self.kind}")
            if rows := fetch(connection, query):
                broken[expectation["meta"]["promise"]] = rows
        assert broken == {}
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM stage.{self.kind}")

    def _outcomes(self, connection: Connection, batch_id: str, count: int) -> list[Sent]:
        bound = {"id": batch_id}
        placed: dict[int, list[Sent]] = {number: [] for number in range(2, count + 2)}
        rules: dict[int, tuple[str, ...]] = dict.fromkeys(placed, ())
        found = "SELECT row_no, rule_id FROM quality.finding WHERE batch_id = %(id)s AND rule_id <> 'XR-15' AND row_no > 0 ORDER BY 1, 2"
        for row in fetch(connection, found, bound):
            rules[row["row_no"]] += (row["rule_id"],)
        for query in (
            f"SELECT row_no, 'accepted' AS outcome, record_id, NULL AS other FROM core.{self.kind} WHERE batch_id = %(id)s",
            "SELECT row_no, outcome, record_id, other_row_no AS other FROM intake.row_outcome WHERE batch_id = %(id)s",
            "SELECT row_no, 'rejected' AS outcome, NULL AS record_id, NULL AS other FROM quality.quarantine WHERE batch_id = %(id)s",
        ):
            for row in fetch(connection, query, bound):
                number = row["row_no"]
                placed[number].append(Sent(row["outcome"], rules[number], row["record_id"], row["other"]))
        assert {number: sent for number, sent in placed.items() if len(sent) != 1} == {}
        return [sent for (sent,) in placed.values()]


@pytest.fixture
def office(settings: Settings) -> Office:
    return Office(settings)


@pytest.fixture(scope="module")
def make_office() -> type[Office]:
    """For a module that keeps an office of its own: `make_office(settings, one=connection)`."""
    return Office
