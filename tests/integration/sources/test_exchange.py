"""Front-end exchange tables (standard 10.4): read by state, verdicts written back, on every server we ship a driver for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from gongshi import flow
from gongshi.intake.sources.base import SourceError
from gongshi.intake.sources.fetch import fetch
from gongshi.intake.sources.land import land
from gongshi.intake.sources.telling import tell
from gongshi.platform import database
from gongshi.sample.decisions import Desk
from gongshi.sample.faults import faults, market_bureau
from gongshi.sample.names import chance
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import SHANGHAI
from tests.integration.flow.conftest import open_house, registry  # noqa: F401  # a fixture
from tests.integration.sources.conftest import Agency, CityExchange, lines

AT = datetime(2026, 6, 30, 9, tzinfo=SHANGHAI)
STAMP = datetime(2026, 6, 29, 9, tzinfo=SHANGHAI)


class Exchange(CityExchange):
    """Of a registered agency."""

    agency_code = market_bureau().code


SOURCE = Exchange()


def decided(seed: str, *, faulty: bool = False) -> dict[str, str]:
    """A decision of the day before, by official column codes."""
    desk, day = Desk(chance(seed, 2026)), AT.date() - timedelta(days=1)
    fault = next(fault for fault in faults("licence") if fault.rule == "ID-03")
    values = (
        fault.plant("licence", desk, market_bureau(), day).values
        if faulty
        else desk.decide("licence", market_bureau(), day)
    )
    return {field.code: values.get(field.name, "") for field in KINDS["licence"].fields}


class Side(Agency):
    """The agency's side, writing whole decisions."""

    def decide(self, key: int, stamp: datetime = STAMP, *, faulty: bool = False) -> None:
        cells = decided(f"exchange-{key}", faulty=faulty)
        cells.pop("XK_WSH")  # fresh desks begin with the same number
        self.write(f"云市监许〔2026〕{key}号", key, stamp, **cells)

    def states(self) -> list[tuple[int, int | None, str | None]]:
        table = self.tables["licence"]
        return self.run(
            sa.select(table.c.RECID, table.c.READ_STATE, table.c.ERR_CODE).order_by(table.c.RECID)
        )

    def change(self, key: int, **values: object) -> None:
        table = self.tables["licence"]
        self.run(sa.update(table).where(key == table.c.RECID).values(values))


@pytest.fixture
def side(url: str) -> Side:
    return Side(url, SOURCE)


@pytest.fixture
def house(settings, registry):  # noqa: F811
    return open_house(settings, registry)


@pytest.fixture
def pull(house, side):
    """A whole pull; (rows landed, rows told)."""

    def pull(hours: float = 0) -> tuple[int, int]:
        at = AT + timedelta(hours=hours)
        fetch(house.settings, SOURCE, "licence", side.url, at)
        landed, _ = land(house.settings, SOURCE, "licence", at)
        flow.load(house.settings, at)
        flow.answer(house.settings, at)
        told = tell(house.settings, SOURCE, "licence", side.url, at)
        return rows_of(house, landed), told

    return pull


def rows_of(house, batches: Sequence[str]) -> int:
    return sum(row["rows_read"] for row in house.fetch("SELECT batch_id, rows_read FROM intake.batch") if row["batch_id"] in batches)  # fmt: skip


def outcomes(house) -> dict[str, int]:
    return {row["outcome"]: row["n"] for row in house.fetch("SELECT outcome, count(*) AS n FROM intake.placed_row GROUP BY 1")}  # fmt: skip


def test_every_row_gets_its_verdict_and_is_never_read_twice(house, side, pull):
    side.decide(1)
    side.decide(2, faulty=True)
    side.decide(3, STAMP + timedelta(hours=1))
    assert pull() == (3, 3)
    assert side.states() == [(1, 2, None), (2, 3, "ID-03"), (3, 2, None)]
    ((batch, message, time),) = side.run("SELECT BATCH_ID, ERR_MSG, READ_TIME FROM l_km_xzxk WHERE RECID = 2" if "postgres" not in side.url else 'SELECT "BATCH_ID", "ERR_MSG", "READ_TIME" FROM l_km_xzxk WHERE "RECID" = 2')  # fmt: skip
    (receipt,) = house.receipts()
    assert (batch, receipt["rows"]["rejected"]) == (receipt["batch_id"], 1)
    assert receipt["findings"][0]["message"].startswith(message)
    assert str(time).startswith("2026-06-30 09:00:00")
    assert pull(1) == (0, 0)
    assert outcomes(house) == {"accepted": 2, "rejected": 1}
    assert house.ledger().balances


def test_a_corrected_row_is_read_again_by_its_state_or_by_its_stamp(house, side, pull):
    side.decide(1, faulty=True)
    side.decide(2, faulty=True)
    pull()
    side.change(1, READ_STATE=0, **decided("corrected"))
    side.change(2, SJC=STAMP.replace(tzinfo=None) + timedelta(hours=2), **decided("also corrected"))
    assert pull(1) == (2, 2)
    assert side.states() == [(1, 2, None), (2, 2, None)]
    assert outcomes(house) == {"rejected": 2, "accepted": 2}


def test_a_row_however_late_is_read_by_its_state(house, side, pull):
    side.decide(1)
    pull()
    side.decide(2, STAMP - timedelta(days=300))
    assert pull(1) == (1, 1)
    assert side.states()[1] == (2, 2, None)


def test_killed_between_landing_and_telling_the_next_run_tells(house, side, pull):
    side.decide(1)
    side.decide(2, faulty=True)
    fetch(house.settings, SOURCE, "licence", side.url, AT)
    assert side.states() == [(1, 1, None), (2, 1, None)]
    land(house.settings, SOURCE, "licence", AT)
    assert pull(1) == (0, 2)
    assert side.states() == [(1, 2, None), (2, 3, "ID-03")]


def test_killed_between_fetching_and_landing_the_next_run_reads(house, side, pull):
    side.decide(1)
    fetch(house.settings, SOURCE, "licence", side.url, AT)
    assert pull(1) == (1, 1)


def test_killed_before_we_noted_what_was_told_it_is_told_once_more(house, side, pull):
    side.decide(1)
    pull()
    house.execute("UPDATE intake.source_row SET told = 0")
    assert pull(1) == (0, 1)
    assert side.states() == [(1, 2, None)]
    assert house.fetch("SELECT told FROM intake.source_row") == [{"told": 2}]


def test_a_state_set_back_without_a_change_is_answered_and_not_read_again(house, side, pull):
    side.decide(1, faulty=True)
    pull()
    side.change(1, READ_STATE=0, ERR_CODE=None)
    assert pull(1) == (0, 1)
    assert side.states() == [(1, 3, "ID-03")]


def test_what_the_agency_writes_between_reading_and_telling_keeps_its_state(house, side):
    side.decide(1)
    fetch(house.settings, SOURCE, "licence", side.url, AT)
    land(house.settings, SOURCE, "licence", AT)
    flow.load(house.settings, AT)
    side.change(1, READ_STATE=0, BZ="meanwhile")
    assert tell(house.settings, SOURCE, "licence", side.url, AT) == 0
    assert side.states() == [(1, 0, None)]
    assert fetch(house.settings, SOURCE, "licence", side.url, AT) == 1
    assert rows_of(house, land(house.settings, SOURCE, "licence", AT)[0]) == 1


def test_a_table_without_our_columns_is_named_and_not_touched(house, side):
    side.decide(1)
    side.alter("DROP COLUMN [ERR_MSG]")
    with pytest.raises(SourceError, match="no column ERR_MSG"):
        fetch(house.settings, SOURCE, "licence", side.url, AT)
    assert side.states()[0][1] is None


def test_verdicts_the_agency_does_not_take_are_told_by_the_next_run(house, side, pull):
    side.decide(1)
    fetch(house.settings, SOURCE, "licence", side.url, AT)
    land(house.settings, SOURCE, "licence", AT)
    flow.load(house.settings, AT)
    side.alter("RENAME TO away")
    with pytest.raises(SourceError, match="verdicts not written back"):
        tell(house.settings, SOURCE, "licence", side.url, AT)
    side.run("ALTER TABLE away RENAME TO l_km_xzxk")
    assert pull(1) == (0, 1)
    log = lines(lambda: database.connect(house.settings), "action, status, rows_told")
    assert ("told", "failed", 0) in log
    assert log[-1] == ("told", "ok", 1)
