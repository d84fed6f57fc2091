"""An agency's database, pulled incrementally; the agency's side is a second real PostgreSQL database."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta

import psycopg2
import pyarrow.parquet as pq
import pytest
from psycopg2 import sql

from gongshi.intake import landing
from gongshi.intake.sources import active_sources, all_sources, pull_source
from gongshi.intake.sources.base import SourceError
from gongshi.intake.sources.kunming_market_bureau import KunmingMarketBureau
from gongshi.platform import database
from gongshi.standard.identifiers import make_uscc
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import SHANGHAI

AT = datetime(2026, 5, 12, 1, 0, 0, tzinfo=SHANGHAI)
AGENCY = make_uscc("11", "530100", "04894587")
VARIABLE = "GONGSHI_SOURCE_KUNMING_MARKET_BUREAU_URL"
MAY_11 = datetime(2026, 5, 11, 9, 0, 0, tzinfo=SHANGHAI)


class Agency:
    """The agency's side: its two exchange tables."""

    def __init__(self, url, stamp_type):
        self.url = url
        for kind, table in KunmingMarketBureau.tables.items():
            columns = [sql.SQL("{} text").format(sql.Identifier(f.code)) for f in KINDS[kind].fields]
            self.run(
                sql.SQL('CREATE TABLE {} ({}, "RECID" bigint, "SJC" {})').format(
                    sql.Identifier(table), sql.SQL(", ").join(columns), sql.SQL(stamp_type)
                )
            )

    def run(self, query, parameters=None):
        with (
            closing(psycopg2.connect(database.libpq_dsn(self.url), options="-c timezone=Asia/Shanghai")) as c,
            c,
        ):
            c.cursor().execute(query, parameters)

    def write(self, number, key, stamp, table="xzxk", column="XK_WSH"):
        self.run(
            sql.SQL('INSERT INTO {} ({}, "RECID", "SJC") VALUES (%s, %s, %s)').format(
                sql.Identifier(table), sql.Identifier(column)
            ),
            (number, key, stamp),
        )


@pytest.fixture(params=["timestamptz", "timestamp"])
def agency(request, new_database):
    return Agency(new_database(), request.param)


@pytest.fixture
def pull(settings, connect, agency):
    """Pulls at an instant; document numbers of each landed batch."""

    def pull(at=AT, url=agency.url):
        batches = pull_source(settings, "kunming_market_bureau", at, {VARIABLE: url})
        return [
            landing.read_landed(settings, batch_id).rows["document_no"].to_pylist() for batch_id in batches
        ]

    assert KunmingMarketBureau.agency_code == AGENCY
    return pull


def fetch(connect, query):
    with connect() as connection:
        return [tuple(row.values()) for row in database.fetch(connection, query)]


def test_only_what_is_new_is_pulled(agency, pull, connect, settings):
    agency.write("b", 2, MAY_11)
    agency.write("a", 1, MAY_11)
    agency.write("c", 3, MAY_11, "xzcf", "CF_WSH")
    assert pull() == [["a", "b"], ["c"]]
    assert pull(AT + timedelta(hours=1)) == []
    agency.write("d", 4, MAY_11 + timedelta(hours=1))
    assert pull(AT + timedelta(days=1)) == [["d"]]
    assert fetch(connect, "SELECT kind, status, rows_read FROM intake.transfer_log ORDER BY id") == [
        ("licence", "ok", 2), ("penalty", "ok", 1), ("licence", "empty", 0), ("penalty", "empty", 0),
        ("licence", "ok", 1), ("penalty", "empty", 0),
    ]  # fmt: skip
    assert len(fetch(connect, "SELECT 1 FROM intake.delivery")) == 3


def test_a_pull_is_a_delivery_with_the_rows_as_read(agency, pull, connect, settings):
    agency.write(" 云〔2026〕1号 ", 7, MAY_11)
    pull()
    ((channel, source, file, sha256, status, code),) = fetch(
        connect, "SELECT channel, source_id, file_name, sha256, status, agency_code FROM intake.delivery"
    )
    assert (channel, source, file) == ("database", "kunming_market_bureau", "kunming_market_bureau:xzxk")
    assert (status, code) == ("read", AGENCY)
    kept = pq.read_table(settings.archive / sha256).to_pylist()[0]
    assert (kept["XK_WSH"], kept["XK_XDR_MC"], kept["RECID"], kept["SJC"]) == (
        " 云〔2026〕1号 ", "", "7", "2026/05/11 09:00:00"
    )  # fmt: skip
    ((batch_id, kind, rows, state),) = fetch(
        connect, "SELECT batch_id, kind, rows_read, status FROM intake.batch"
    )
    assert (kind, rows, state) == ("licence", 1, "landed")
    landed = landing.read_landed(settings, batch_id)
    assert landed.source_stamps.to_pylist() == [MAY_11]
    assert landed.rows["row_no"].to_pylist() == [1]
    assert landed.rows["x:RECID"].to_pylist() == ["7"]


def test_a_row_that_became_visible_late_is_read_once(agency, pull):
    agency.write("newest", 1, MAY_11)
    assert pull() == [["newest"]]
    agency.write("late", 2, MAY_11 - timedelta(minutes=5))
    agency.write("too late", 3, MAY_11 - timedelta(hours=5))
    assert pull() == [["late"]]
    agency.write("another", 4, MAY_11 - timedelta(minutes=6))
    assert pull() == [["another"]]
    assert pull() == []


def test_an_updated_row_is_read_again(agency, pull):
    agency.write("a", 1, MAY_11)
    pull()
    agency.run('UPDATE xzxk SET "SJC" = %s, "XK_WSH" = %s', (MAY_11 + timedelta(seconds=1), "a2"))
    assert pull() == [["a2"]]
    assert pull() == []


def test_a_failing_table_is_logged_and_the_other_is_pulled(agency, pull, connect):
    agency.run("DROP TABLE xzxk")
    agency.write("c", 3, MAY_11, "xzcf", "CF_WSH")
    with pytest.raises(SourceError, match="no table 'xzxk'"):
        pull()
    assert fetch(connect, "SELECT kind, status FROM intake.transfer_log ORDER BY id") == [
        ("licence", "failed"), ("penalty", "ok")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('ALTER TABLE xzxk DROP COLUMN "XK_WSH"', "XK_WSH"),
        ('ALTER TABLE xzxk DROP COLUMN "SJC"', "no column SJC"),
        ('INSERT INTO xzxk ("RECID") VALUES (9)', "1 rows without SJC or RECID"),
    ],
)
def test_a_changed_structure_is_said_and_moves_no_watermark(agency, pull, connect, change, said):
    agency.write("a", 1, MAY_11)
    agency.run(change)
    with pytest.raises(SourceError, match=said):
        pull()
    assert fetch(connect, "SELECT 1 FROM intake.watermark") == []


def test_an_unreachable_database_is_logged_without_its_password(agency, pull, connect):
    with pytest.raises(SourceError):
        pull(url="postgresql+psycopg2://reader:geheim@127.0.0.1:9/none")
    lines = fetch(connect, "SELECT status, message FROM intake.transfer_log")
    assert {status for status, _ in lines} == {"failed"}
    assert not any("geheim" in message for _, message in lines)


def test_a_source_without_url_is_not_active():
    assert active_sources({}) == []
    assert [s.source_id for s in active_sources({VARIABLE: "x"})] == ["kunming_market_bureau"]
    assert "kunming_market_bureau" in {source.source_id for source in all_sources()}
