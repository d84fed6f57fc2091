"""An agency's database that is down, slow, cut off or returning garbage: said, waited for, caught up without loss or double."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from gongshi.intake.landing import read_landed
from gongshi.intake.sources.agency import with_password
from gongshi.intake.sources.base import SourceError
from gongshi.platform import database
from gongshi.standard.periods import SHANGHAI
from tests.integration.sources.conftest import Agency, City, lines
from tests.integration.sources.servers import Line

MAY_11 = datetime(2026, 5, 11, 9, 0, 0, tzinfo=SHANGHAI)
ROWS = 400
# PyMySQL complains from a destructor about a line that was cut
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
LONG = "某" * 500
SECRET = "geheim-4711"


class Source(City):
    """One table, read in small pages."""

    tables = {"licence": "xzxk"}  # noqa: RUF012
    page_rows = 50


class Impatient(Source):
    """For servers that never answer; one that does may take its time on a busy machine."""

    patience_seconds = 1.0


SOURCE, IMPATIENT = Source(), Impatient()


@pytest.fixture(params=["postgresql", "mariadb"])
def agency(request, new_database, mariadb):
    """Rows enough that they do not come in one piece; many of them of one stamp."""
    url = new_database() if request.param == "postgresql" else mariadb.create("failing")
    agency = Agency(url, SOURCE)
    rows = [
        {"XK_WSH": str(key), "XK_NR": LONG, "RECID": key, "SJC": (MAY_11 + timedelta(hours=key // 150)).replace(tzinfo=None)}
        for key in range(ROWS)
    ]  # fmt: skip
    with agency.engine.begin() as connection:
        connection.execute(sa.insert(agency.tables["licence"]), rows)
    return agency


@pytest.fixture
def line(agency, tmp_path_factory):
    """Another way to the agency's server: a line that fails."""
    lines: list[Line] = []

    def lay(**how) -> str:
        folder = tmp_path_factory.mktemp("l")
        url = make_url(agency.url)
        if url.get_backend_name() == "postgresql":
            name, server, query = ".s.PGSQL.5432", f"{url.query['host']}/.s.PGSQL.5432", {"host": str(folder)}
        else:
            name, server, query = "s", url.query["unix_socket"], {"unix_socket": str(folder / "s")}
        lines.append(Line(folder / name, server, **how))
        return url.set(query=query).render_as_string(hide_password=False)

    yield lay
    for one in lines:
        one.close()


def test_a_line_that_is_cut_mid_read_loses_nothing_and_doubles_nothing(agency, line, pull, connect, settings):
    with pytest.raises(SourceError):
        pull(SOURCE, line(after=400_000, then="cut"))
    log = lines(connect, "status, rows_read")
    assert log[0] == ("failed", 0)
    read = sum(rows for status, rows in log if status == "ok")
    assert 0 < read < ROWS
    rest = {number for batch in pull(SOURCE, agency.url) for number in batch}
    assert len(rest) == ROWS - read
    assert pull(SOURCE, agency.url) == []
    with connect() as connection:
        landed = database.fetch(connection, "SELECT batch_id FROM intake.batch")
    numbers = [
        n for row in landed for n in read_landed(settings, row["batch_id"]).rows["document_no"].to_pylist()
    ]
    assert sorted(numbers, key=int) == [str(key) for key in range(ROWS)]


@pytest.mark.parametrize("then", ["silence", "garbage"])
@pytest.mark.parametrize("after", [0, 400_000])
def test_a_silent_or_babbling_server_is_given_up(agency, line, pull, connect, then, after):
    with pytest.raises(SourceError):
        pull(IMPATIENT, line(after=after, then=then))
    assert lines(connect, "status")[0] == ("failed",)
    read = sum(rows for status, rows in lines(connect, "status, rows_read") if status == "ok")
    assert sum(map(len, pull(SOURCE, agency.url))) == ROWS - read


def test_a_server_that_restarts_is_caught_up_with(mariadb, pull, connect):
    agency = Agency(mariadb.create("restarting"), SOURCE)
    agency.write("a", 1, MAY_11)
    pull(SOURCE, agency.url)
    mariadb.kill()
    try:
        with pytest.raises(SourceError, match="Can't connect"):
            pull(SOURCE, agency.url)
    finally:
        mariadb.start()
    agency.write("b", 2, MAY_11)
    assert pull(SOURCE, agency.url) == [["b"]]


def test_undecodable_text_stops_only_its_table(pull, connect, tmp_path):
    url = f"sqlite:///{tmp_path / 'agency.db'}"
    (tmp_path / "agency.db").touch()
    agency = Agency(url, City())
    agency.write("c", 3, MAY_11, "penalty")
    with closing(sqlite3.connect(tmp_path / "agency.db")) as raw, raw:
        raw.execute("INSERT INTO xzxk (XK_WSH, RECID, SJC) VALUES (CAST(x'fffe41' AS TEXT), 1, '2026-05-11 09:00:00')")  # fmt: skip
    with pytest.raises(SourceError, match="Could not decode"):
        pull(City(), url)
    assert lines(connect) == [("licence", "failed", 0), ("penalty", "ok", 1)]


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg2://reader:{SECRET}@127.0.0.1:9/none",
        f"mysql+pymysql://reader:{SECRET}@127.0.0.1:9/none",
        f"mysql+pymysql://reader:{SECRET}@127.0.0.1:port/none",
        f"oracle+oracledb://reader:{SECRET}@127.0.0.1/none",
        f"mssql+pyodbc://reader:{SECRET}@127.0.0.1/none",
        f"dm+dmPython://reader:{SECRET}@127.0.0.1/none",
        f"reader:{SECRET}@127.0.0.1",
        "sqlite:////nowhere/agency.db",
    ],
)
def test_an_unreachable_database_is_logged_without_its_password(pull, connect, url, caplog):
    with pytest.raises(SourceError) as raised:
        pull(SOURCE, url)
    assert SECRET not in str(raised.value)
    ((status, message),) = lines(connect, "status, message")
    assert (status, SECRET in message, SECRET in caplog.text) == ("failed", False, False)


def test_a_missing_sqlite_file_is_not_made(pull, tmp_path):
    with pytest.raises(SourceError, match="no SQLite file"):
        pull(SOURCE, f"sqlite:///{tmp_path / 'gone.db'}")
    assert not (tmp_path / "gone.db").exists()


def test_a_password_from_a_file_is_escaped():
    url = with_password(SOURCE, "mysql+pymysql://reader@db/x", "p@ss/w:rd")
    assert make_url(url).password == "p@ss/w:rd"
