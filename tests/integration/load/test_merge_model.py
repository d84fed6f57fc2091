"""Random small batches against a plain model of the standard's 4.10, "Outcomes": every row, record and version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongshi.platform.database import connect, fetch

Identity = tuple[str, str]
"""(document number, counterpart); organ and kind are the same throughout."""
NUMBERS = ("昆许〔2026〕1号", "昆许〔2026〕2号", "昆许〔2026〕3号")
PARTIES = ("91530100MA6K8X2N0H", "93532300MA6NQ1RT2L", "530102199003071238")


@dataclass(eq=False)  # two equal rows are two rows
class Line:
    """A row of a batch: what it says, and whether a row rule rejects it."""

    number: str
    party: str
    content: str
    operation: str
    ref: int | None  # position of a record in the order of opening, -1 = unknown, None = no JLBH
    bad: bool

    @property
    def identity(self) -> Identity:
        return self.number, self.party

    @property
    def is_withdrawal(self) -> bool:
        return self.operation == "撤销"


@dataclass
class Record:
    """Identity and versions (content, withdrawn), oldest first; `record_id` as the warehouse numbered it."""

    identity: Identity
    versions: list[tuple[str, bool]] = field(default_factory=list)
    record_id: int | None = None

    @property
    def is_withdrawn(self) -> bool:
        return self.versions[-1][1]


@dataclass
class Model:
    """The warehouse as the standard describes it; a batch changes it row group by row group."""

    records: list[Record] = field(default_factory=list)

    def by_identity(self, identity: Identity) -> Record | None:
        return next((record for record in self.records if record.identity == identity), None)

    def meant(self, line: Line) -> Record | None:
        """The stored record a row means: by its JLBH, else by identity."""
        if line.ref is not None:
            return self.records[line.ref] if 0 <= line.ref < len(self.records) else None
        return self.by_identity(line.identity)

    def refusal(self, line: Line, batch: list[Line]) -> str | None:
        record, holder = self.meant(line), self.by_identity(line.identity)
        if record is None and (line.ref is not None or line.operation in ("更正", "撤销")):
            return "XR-07"
        if line.ref is not None and not line.is_withdrawal and holder not in (None, record):
            return "XR-06"
        alone = sum(other.number == line.number for other in batch) == 1
        stored = any(r.identity[0] == line.number and not r.is_withdrawn for r in self.records)
        return "XR-06" if record is None and alone and stored else None

    def receive(self, batch: list[Line]) -> tuple[list[tuple[str, str]], dict[int, Record]]:
        """(outcome, rule) per row, and the record of each row that has one; the model's records change."""
        refused = [None if line.bad else self.refusal(line, batch) for line in batch]
        told = [
            ("rejected", rule or "") if line.bad or rule else ("", "")
            for line, rule in zip(batch, refused, strict=True)
        ]
        self._refuse_collisions(batch, told)
        groups: dict[Any, list[int]] = {}
        for place, line in enumerate(batch):
            if not told[place][0]:
                record = self.meant(line)
                groups.setdefault(id(record) if record else line.identity, []).append(place)
        placed = {}
        for record, line, places in [
            (self.meant(batch[p[0]]), self._judge_group(batch, p, told), p) for p in groups.values()
        ]:
            kept = record or Record(line.identity)
            placed |= dict.fromkeys(places, kept)
            if told[batch.index(line)][0] != "unchanged":
                self._apply(kept, line)
        return told, placed

    def _refuse_collisions(self, batch: list[Line], told: list[tuple[str, str]]) -> None:
        """An identity that a row of the batch corrects a record to is taken, for all but the first such row."""
        correcting = [
            (place, line)
            for place, line in enumerate(batch)
            if not told[place][0] and line.ref is not None and not line.is_withdrawal
        ]
        hit = [
            place
            for place, line in enumerate(batch)
            if not told[place][0]
            and any(
                other.identity == line.identity
                and self.meant(other) is not self.meant(line)
                and (line.ref is None or first < place)
                for first, other in correcting
            )
        ]
        for place in hit:
            told[place] = ("rejected", "XR-06")

    def _judge_group(self, batch: list[Line], places: list[int], told: list[tuple[str, str]]) -> Line:
        """Rows of one record in order: one like the row before repeats it, of the others the last counts; that one."""

        def says(place: int) -> tuple[Any, ...]:
            line = batch[place]
            return line.identity, line.content, line.is_withdrawal, line.ref is not None

        distinct = [
            p
            for before, p in zip([None, *places], places, strict=False)
            if before is None or says(before) != says(p)
        ]
        for place in places:
            told[place] = ("superseded", "XR-02") if place in distinct else ("duplicate", "XR-01")
        last = batch[distinct[-1]]
        told[distinct[-1]] = ("unchanged" if self._is_stored(last) else "accepted", "")
        return last

    def _is_stored(self, line: Line) -> bool:
        record = self.meant(line)
        if record is None:
            return False
        if line.is_withdrawal:
            return record.is_withdrawn
        return (record.identity, *record.versions[-1]) == (line.identity, line.content, False)

    def _apply(self, record: Record, line: Line) -> None:
        if not record.versions:
            self.records.append(record)
        if not line.is_withdrawal:
            record.identity = line.identity
        record.versions.append(
            (record.versions[-1][0] if line.is_withdrawal else line.content, line.is_withdrawal)
        )


LINES = st.builds(
    Line,
    number=st.sampled_from(NUMBERS),
    party=st.sampled_from(PARTIES),
    content=st.sampled_from("甲乙"),
    operation=st.sampled_from(["", "", "", "新增", "更正", "撤销"]),
    ref=st.sampled_from([None, None, None, None, 0, 1, 2, -1]),
    bad=st.sampled_from([False] * 6 + [True]),
)
BATCHES = st.lists(st.lists(LINES, min_size=1, max_size=5), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def one_office(module_settings, make_office) -> Iterator[Any]:
    """An office whose batches all happen in one transaction, rolled back after each example."""
    with connect(module_settings) as connection:
        yield make_office(module_settings, one=connection)
        connection.rollback()


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(batches=BATCHES, cuts=st.lists(st.integers(1, 4), max_size=2, unique=True))
def test_random_batches_end_as_the_model_says(one_office, batches: list[list[Line]], cuts: list[int]) -> None:
    model = Model()
    try:
        for batch in batches:
            rows = [_row(one_office, line, model) for line in batch]
            sent = one_office.send(*rows, cuts=[cut for cut in cuts if cut < len(rows)])
            told, placed = model.receive(batch)
            assert [(row.outcome, "".join(row.rules)) for row in sent] == told
            for place, record in placed.items():
                record.record_id = record.record_id or sent[place].record_id
                assert sent[place].record_id == record.record_id
        assert [one_office.versions(r.record_id) for r in model.records] == [
            [(number, *version) for number, version in enumerate(r.versions, start=1)] for r in model.records
        ]
        assert fetch(one_office.one, "SELECT count(*) AS n FROM core.record") == [{"n": len(model.records)}]
    finally:
        one_office.one.rollback()


def _row(office: Any, line: Line, model: Model) -> dict[str, Any]:
    ref: Any = ""
    if line.ref is not None:
        ref = model.records[line.ref].record_id if 0 <= line.ref < len(model.records) else 998
    remark = "误报" if line.is_withdrawal else ""
    more = {
        "content": line.content,
        "operation": line.operation,
        "record_ref": ref,
        "remark": remark,
        "bad": line.bad,
    }
    return office.row(line.number, line.party, **more)
