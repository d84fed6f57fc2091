"""Business views read by watermark, on every kind of server we ship a driver for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from gongshi.intake import landing
from gongshi.intake.sources.base import SourceError
from gongshi.platform import database
from gongshi.standard.periods import SHANGHAI
from tests.integration.sources.conftest import AGENCY, AT, Agency, City, lines

MAY_11 = datetime(2026, 5, 11, 9, 0, 0, tzinfo=SHANGHAI)
SOURCE = City()


class SmallPages(City):
    """A page holds two rows."""

    page_rows = 2


@pytest.fixture
def agency(url):
    return Agency(url, SOURCE)


def fetch(connect, query):
    with connect() as connection:
        return [tuple(row.values()) for row in database.fetch(connection, query)]


def test_only_what_is_new_is_pulled(agency, pull, connect):
    agency.write("b", 2, MAY_11)
    agency.write("a", 1, MAY_11)
    agency.write("c", 3, MAY_11, "penalty")
    assert pull(SOURCE, agency.url) == [["a", "b"], ["c"]]
    assert pull(SOURCE, agency.url, AT + timedelta(hours=1)) == []
    agency.write("d", 4, MAY_11 + timedelta(hours=1))
    assert pull(SOURCE, agency.url, AT + timedelta(days=1)) == [["d"]]
    assert lines(connect) == [
        ("licence", "ok", 2), ("penalty", "ok", 1), ("licence", "empty", 0), ("penalty", "empty", 0),
        ("licence", "ok", 1), ("penalty", "empty", 0),
    ]  # fmt: skip
    assert len(fetch(connect, "SELECT 1 FROM intake.delivery")) == 3


def test_a_pull_is_a_delivery_with_the_rows_as_read(agency, pull, connect, settings):
    agency.write(" 云〔2026〕1号 ", 7, MAY_11)
    pull(SOURCE, agency.url)
    ((channel, source, file, sha256, status, code),) = fetch(
        connect, "SELECT channel, source_id, file_name, sha256, status, agency_code FROM intake.delivery"
    )
    assert (channel, source, file) == ("database", "city", "city:xzxk")
    assert (status, code) == ("read", AGENCY)
    kept = pq.read_table(settings.archive / sha256).to_pylist()[0]
    stamp = "2026-05-11 09:00:00.000000" if "sqlite" in agency.url else "2026/05/11 09:00:00"
    assert (kept["XK_WSH"], kept["XK_XDR_MC"], kept["RECID"], kept["SJC"]) == (
        " 云〔2026〕1号 ",
        "",
        "7",
        stamp,
    )
    ((batch_id, kind, rows, state),) = fetch(connect, "SELECT batch_id, kind, rows_read, status FROM intake.batch")  # fmt: skip
    assert (kind, rows, state) == ("licence", 1, "landed")
    landed = landing.read_landed(settings, batch_id)
    assert landed.source_stamps.to_pylist() == [MAY_11]
    assert landed.rows["row_no"].to_pylist() == [1]
    assert landed.rows["x:RECID"].to_pylist() == ["7"]


@pytest.mark.parametrize("stamp", [sa.DateTime(timezone=True), sa.Date(), sa.String(30), sa.TIMESTAMP()])
def test_stamps_of_every_type_are_a_watermark(url, pull, stamp):
    agency = Agency(url, SOURCE, stamp=stamp)

    def stored(day):
        at = MAY_11 + timedelta(days=day)
        return at.date() if isinstance(stamp, sa.Date) else f"{at:%Y-%m-%d %H:%M:%S}" if isinstance(stamp, sa.String) else at  # fmt: skip

    agency.write("a", 1, stored(-3))
    agency.write("b", 2, stored(0))
    assert pull(SOURCE, agency.url) == [["a", "b"]]
    agency.write("c", 3, stored(0))
    assert pull(SOURCE, agency.url) == [["c"]]
    assert pull(SOURCE, agency.url) == []


def test_row_ids_may_be_texts(url, pull):
    agency = Agency(url, SOURCE, key=sa.String(36))
    agency.write("b", "9f0c-b", MAY_11)
    agency.write("a", "9f0c-a", MAY_11)
    assert pull(SOURCE, agency.url) == [["a", "b"]]
    assert pull(SOURCE, agency.url) == []


def test_a_row_that_became_visible_late_is_read_once(agency, pull):
    agency.write("newest", 1, MAY_11)
    assert pull(SOURCE, agency.url) == [["newest"]]
    agency.write("late", 2, MAY_11 - timedelta(minutes=5))
    assert pull(SOURCE, agency.url) == [["late"]]
    agency.write("another", 3, MAY_11 - timedelta(minutes=6))
    assert pull(SOURCE, agency.url) == [["another"]]
    assert pull(SOURCE, agency.url) == []


def test_a_row_written_days_behind_the_watermark_is_noticed_and_read_once(agency, pull, connect):
    agency.write("old", 1, MAY_11 - timedelta(days=9))
    agency.write("newest", 2, MAY_11)
    pull(SOURCE, agency.url)
    agency.write("a week late", 3, MAY_11 - timedelta(days=7))
    assert pull(SOURCE, agency.url) == [["a week late"]]
    assert "1 rows written far behind the watermark" in lines(connect, "message")[2][0]
    assert pull(SOURCE, agency.url) == []
    assert [count for (count,) in fetch(connect, "SELECT rows_read FROM intake.batch ORDER BY seq")] == [2, 1]


def test_an_updated_row_is_read_again_even_within_the_same_stamp(agency, pull):
    agency.write("a", 1, MAY_11)
    pull(SOURCE, agency.url)
    table = agency.tables["licence"]
    agency.run(sa.update(table).values({"XK_WSH": "same second"}))
    assert pull(SOURCE, agency.url) == [["same second"]]
    agency.run(sa.update(table).values({"XK_WSH": "later", "SJC": datetime(2026, 5, 11, 9, 0, 1)}))  # noqa: DTZ001
    assert pull(SOURCE, agency.url) == [["later"]]
    assert pull(SOURCE, agency.url) == []


def test_many_rows_of_one_stamp_across_pages_are_all_read_once(agency, pull, connect):
    for key in range(7):
        agency.write(str(key), key, MAY_11)
    assert pull(SmallPages(), agency.url) == [["0", "1"], ["2", "3"], ["4", "5"], ["6"]]
    agency.write("7", 7, MAY_11)
    assert pull(SmallPages(), agency.url) == [["7"]]
    assert pull(SmallPages(), agency.url) == []


def test_a_stamp_of_the_future_does_not_hide_what_comes_after(agency, pull, connect):
    agency.write("future", 1, datetime(2099, 1, 1, tzinfo=SHANGHAI))
    assert pull(SOURCE, agency.url) == [["future"]]
    assert "1 rows with a stamp in the future" in lines(connect, "message")[0][0]
    agency.write("now", 2, AT + timedelta(minutes=5))
    assert pull(SOURCE, agency.url, AT + timedelta(hours=1)) == [["now"]]
    assert pull(SOURCE, agency.url, AT + timedelta(hours=1)) == []


def test_a_failing_table_is_logged_and_the_other_is_pulled(agency, pull, connect):
    agency.run("DROP TABLE xzxk")
    agency.write("c", 3, MAY_11, "penalty")
    with pytest.raises(SourceError, match="no table 'xzxk'"):
        pull(SOURCE, agency.url)
    assert lines(connect, "kind, status") == [("licence", "failed"), ("penalty", "ok")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DROP COLUMN [XK_WSH]", "XK_WSH"),
        ("DROP COLUMN [SJC]", "no column SJC"),
        ("RENAME COLUMN [XK_XKJG] TO [ABC]", "has not the columns of licence: .*XK_XKJG"),
    ],
)
def test_a_changed_structure_is_said_and_moves_no_watermark(agency, pull, connect, change, said):
    agency.write("a", 1, MAY_11)
    agency.alter(change)
    with pytest.raises(SourceError, match=said):
        pull(SOURCE, agency.url)
    assert fetch(connect, "SELECT 1 FROM intake.watermark") == []


@pytest.mark.parametrize("missing", ["SJC", "RECID"])
def test_a_row_without_stamp_or_id_is_counted_not_skipped(agency, pull, missing):
    agency.write("a", 1, MAY_11)
    agency.run(sa.insert(agency.tables["licence"]).values({"RECID": 9, "SJC": MAY_11.replace(tzinfo=None)} | {missing: None}))  # fmt: skip
    with pytest.raises(SourceError, match="1 rows without SJC or RECID"):
        pull(SOURCE, agency.url)


def test_an_optional_column_that_vanishes_stops_the_reading_until_somebody_looked(agency, pull, connect):
    agency.write("a", 1, MAY_11)
    pull(SOURCE, agency.url)
    agency.alter("RENAME COLUMN [BZ] TO [BEI_ZHU_XIN]")
    agency.write("b", 2, MAY_11 + timedelta(hours=1))
    with pytest.raises(SourceError, match=r"no longer has remark. New are: BEI_ZHU_XIN; was it renamed\?"):
        pull(SOURCE, agency.url)
    agency.alter("RENAME COLUMN [BEI_ZHU_XIN] TO [BZ]")
    assert pull(SOURCE, agency.url) == [["b"]]


def test_a_new_column_is_noted_and_read_on(agency, pull, connect):
    agency.write("a", 1, MAY_11)
    pull(SOURCE, agency.url)
    agency.alter("ADD COLUMN extra text")
    agency.write("b", 2, MAY_11 + timedelta(hours=1))
    assert pull(SOURCE, agency.url) == [["b"]]
    assert lines(connect, "message")[2] == ("new columns: extra",)


def test_stamps_written_as_text_have_to_sort_as_time(url, pull):
    agency = Agency(url, SOURCE, stamp=sa.String(30))
    agency.write("a", 1, "2026-05-11 09:00:00")
    agency.write("b", 2, "2026-05-11T08:00:00")
    with pytest.raises(SourceError, match="does not sort as time"):
        pull(SOURCE, agency.url)
    agency.run("DELETE FROM xzxk")
    agency.write("c", 3, "2026-05-11 nachmittags")
    with pytest.raises(SourceError, match="of the row with RECID 3 is '2026-…', no time"):
        pull(SOURCE, agency.url)
