"""The parts of the demo driver that must be safe to repeat: files dropped, source rows written, steps recorded."""

from __future__ import annotations

import hashlib
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import psycopg2
import pytest

from gongshi.demo import agency_database, deliver, progress
from gongshi.platform.database import connect, libpq_dsn
from gongshi.platform.settings import Settings
from gongshi.sample.deliveries import SampleFile

AT = datetime(2026, 4, 8, 10, tzinfo=UTC)
AGENCY = "11530000015093000A"


def file(name: str, content: bytes) -> SampleFile:
    return SampleFile(AGENCY, name, raw=content)


def taken(settings: Settings, content: bytes, at: datetime = AT) -> None:
    """What intake records of a file."""
    digest = hashlib.sha256(content).hexdigest()
    with connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM intake.delivery")
        number = cursor.fetchone()[0]  # type: ignore[index]
        cursor.execute(
            """INSERT INTO intake.delivery
                   (delivery_id, agency_code, channel, file_name, sha256, size_bytes, received_at, status)
               VALUES (%s, %s, 'drop_folder', 'x', %s, 1, %s, 'taken')""",
            (f"d{number}", AGENCY, digest, at),
        )


def test_files_are_dropped_whole_and_only_once(settings: Settings) -> None:
    files = [file("a.csv", b"one"), file("b.csv", b"two"), file("b again.csv", b"two")]
    inbox = settings.inbox(AGENCY)
    assert deliver.drop_files(settings, AT, files) == 3
    assert {path.name: path.read_bytes() for path in inbox.iterdir()} == {
        "a.csv": b"one",
        "b.csv": b"two",
        "b again.csv": b"two",
    }
    assert deliver.drop_files(settings, AT, files) == 3, "still in the inbox: written again, the same bytes"
    assert len(list(inbox.iterdir())) == 3


def test_an_interrupted_step_drops_only_what_was_not_taken(settings: Settings) -> None:
    """A file sent twice in one step counts by number, and the same content of another day does not count."""
    files = [file("a.csv", b"one"), file("b.csv", b"two"), file("b again.csv", b"two")]
    taken(settings, b"two")
    taken(settings, b"one", datetime(2026, 4, 1, 10, tzinfo=UTC))
    assert deliver.drop_files(settings, AT, files) == 2
    assert sorted(path.name for path in settings.inbox(AGENCY).iterdir()) == ["a.csv", "b again.csv"]


def test_source_rows_are_replaced_by_key(settings: Settings) -> None:
    variable = agency_database.prepare(settings)
    assert (
        agency_database.prepare(settings)
        == variable
        == {"AIRFLOW_CONN_KUNMING_MARKET_BUREAU": agency_database.url(settings)}
    )
    row: dict[str, Any] = {"XK_WSH": "云许〔2026〕1号", "XK_NR": "a'b", "RECID": 1, "SJC": AT}
    try:
        assert (
            agency_database.insert(settings, [row, {"CF_WSH": "云罚〔2026〕1号", "RECID": 1, "SJC": AT}]) == 2
        )
        agency_database.insert(settings, [row | {"XK_NR": "changed"}])
        dsn = libpq_dsn(agency_database.url(settings))
        with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
            cursor.execute('SELECT "XK_WSH", "XK_NR", "SJC" FROM xzxk')
            assert cursor.fetchall() == [("云许〔2026〕1号", "changed", AT)]
            cursor.execute("SELECT count(*) FROM xzcf")
            assert cursor.fetchone() == (1,)
    finally:
        with closing(psycopg2.connect(libpq_dsn(str(settings.database_url)))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {agency_database.database_name(settings)} WITH (FORCE)")


def test_steps_are_counted_for_their_seed(settings: Settings) -> None:
    assert progress.completed_steps(settings, 7) == 0
    progress.complete_step(settings, 7, 1, AT, "daily_monitoring")
    progress.complete_step(settings, 7, 1, AT, "daily_monitoring")
    assert (progress.completed_steps(settings, 7), progress.completed_steps(settings, 8)) == (1, 0)


def test_a_home_belongs_to_one_replay(settings: Settings) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    progress.claim_home(settings, 7, 100)
    progress.claim_home(settings, 7, 100)
    with pytest.raises(progress.OtherReplayError, match="SEED=7 ROWS=100"):
        progress.claim_home(settings, 7, 200)


def test_a_home_with_other_deliveries_is_refused(settings: Settings) -> None:
    taken(settings, b"real")
    with pytest.raises(progress.OtherReplayError, match="not the demo's"):
        progress.claim_home(settings, 7, 100)
