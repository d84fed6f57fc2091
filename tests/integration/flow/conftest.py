"""A house with the sample's registry: files are dropped, runs are made, tables and answers are looked at."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gongshi import bootstrap, flow
from gongshi.load.ledger import Ledger, recount
from gongshi.platform.database import connect, fetch
from gongshi.platform.settings import Settings
from gongshi.registry.load import load_registry
from gongshi.sample.decisions import Desk
from gongshi.sample.names import chance
from gongshi.sample.province import Agency, province
from gongshi.sample.registry_files import write_registry
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import SHANGHAI

AT = datetime(2026, 6, 30, 9, tzinfo=SHANGHAI)
KEY = b"the same key in every house of the tests"
RUN = """
import sys
from datetime import datetime
from gongshi import flow
from gongshi.platform.settings import load_settings
getattr(flow, sys.argv[1])(load_settings(), datetime.fromisoformat(sys.argv[2]))
"""
Row = dict[str, str]


@dataclass
class House:
    """One instance; `at` is the instant of every run unless told otherwise."""

    settings: Settings
    at: datetime = AT

    @property
    def agencies(self) -> list[Agency]:
        """The first agencies of the province, market bureau of 昆明 first."""
        known = province(2026).agencies
        bureau = next(a for a in known if a.field == "market" and a.division_code == "530100")
        return [bureau, *(a for a in known if a.code != bureau.code)]

    def rows(self, kind: str, count: int, agency: Agency | None = None, **wanted: Any) -> list[Row]:
        """Faultless decisions of an agency, taken the day before."""
        organ = agency or self.agencies[0]
        desk = Desk(chance(f"house-{kind}-{organ.code}", 2026))
        return [desk.decide(kind, organ, self.at.date() - timedelta(days=1), **wanted) for _ in range(count)]

    def csv(self, kind: str, rows: Sequence[Row]) -> str:
        """Rows under official column codes."""
        names = [f.name for f in KINDS[kind].fields] + ["operation", "record_ref"]
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow([KINDS[kind].official(name) for name in names])
        writer.writerows([row.get(name, "") for name in names] for row in rows)
        return text.getvalue()

    def drop(self, name: str, content: bytes | str, agency: str = "") -> Path:
        """Put a finished file into an inbox (default: the market bureau's)."""
        path = self.settings.inbox(agency or self.agencies[0].code) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (0, 0))
        return path

    def collect(self, hours: float = 0) -> dict[str, Any]:
        return flow.collect(self.settings, self.at + timedelta(hours=hours))

    def receipts(self) -> list[dict[str, Any]]:
        """All receipts, by batch id."""
        paths = sorted(
            self.settings.dropbox.glob("*/feedback/*/receipt.json"), key=lambda path: path.parent.name
        )
        return [json.loads(path.read_text("utf-8")) for path in paths]

    def receipt(self, file: str) -> dict[str, Any]:
        """The receipt of the one batch of a file."""
        (receipt,) = [receipt for receipt in self.receipts() if receipt["file"] == file]
        return receipt

    def ledger(self) -> Ledger:
        with connect(self.settings) as connection:
            return recount(self.settings, connection)

    def fetch(self, query: str) -> list[dict[str, Any]]:
        with connect(self.settings) as connection:
            return fetch(connection, query)

    def execute(self, query: str) -> None:
        with connect(self.settings) as connection, connection.cursor() as cursor:
            cursor.execute(query)

    def process(self, step: str) -> subprocess.Popen[bytes]:
        """A step of the flow in a process of its own."""
        env = {
            "GONGSHI_HOME": str(self.settings.home),
            "GONGSHI_DATABASE_URL": str(self.settings.database_url),
        }
        return subprocess.Popen(
            [sys.executable, "-c", RUN, step, self.at.isoformat()],
            env=os.environ | env | {"GONGSHI_REPLAY": "1"},
        )

    @contextmanager
    def killed_while_waiting(self, step: str, lock: str) -> Iterator[None]:
        """Run `step` until it waits for what the statement `lock` holds, and kill it (-9) there.

        The body looks at what it left; the lock is released after it.
        """
        with connect(self.settings) as connection, connection.cursor() as cursor:
            cursor.execute(lock)
            process = self.process(step)
            try:
                until(lambda: self._waits(connection), process)
            finally:
                process.kill()
                process.wait()
            yield
            connection.rollback()
        until(lambda: self.fetch(_OTHERS) == [{"n": 0}])

    @staticmethod
    def _waits(connection: Any) -> bool:
        return bool(fetch(connection, _WAITING)[0]["n"])

    def state(self) -> dict[str, Any]:
        """Everything that counts, without ids: rows of all tables, receipts, files in archive and landing."""
        with connect(self.settings) as connection:
            files = {r["batch_id"]: f"{r['file_name']}/{r['sheet']}" for r in fetch(connection, _BATCH_FILES)}
            documents = {
                row["record_id"]: f"{kind}/{row['document_no']}/{row['party_name']}"
                for kind in KINDS
                for row in fetch(
                    connection,
                    f"SELECT record_id, document_no, party_name FROM core.{kind} WHERE version = 1",
                )
            }
            names = {
                row["delivery_id"]: row["file_name"]
                for row in fetch(connection, "SELECT delivery_id, file_name FROM intake.delivery")
            }
            known = files | documents | names
            tables = fetch(connection, _TABLES)
            content = {
                t["name"]: sorted(
                    (_plain(row, known) for row in fetch(connection, f"SELECT * FROM {t['name']}")), key=repr
                )
                for t in tables
            }
        content["receipts"] = sorted((_plain(receipt, known) for receipt in self.receipts()), key=repr)
        content["archive"] = sorted(path.name for path in self.settings.archive.iterdir())
        content["landed"] = len(list(self.settings.landing.glob("*.p*")))
        content["waiting"] = [path.name for path in flow.waiting_files(self.settings)]
        return content


_WAITING = "SELECT count(*) AS n FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
_OTHERS = """SELECT count(*) AS n FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'gongshi' AND pid <> pg_backend_pid()"""
_BATCH_FILES = (
    "SELECT batch_id, sheet, file_name FROM intake.batch INNER JOIN intake.delivery USING (delivery_id)"
)
_TABLES = """SELECT schemaname || '.' || relname AS name FROM pg_stat_user_tables
             WHERE schemaname IN ('intake', 'core', 'quality', 'stage') ORDER BY 1"""
_NUMBERS = ("seq", "spool_id")


def _plain(row: dict[str, Any], known: dict[Any, str]) -> dict[str, Any]:
    """A row with ids replaced by what they stand for."""
    plain: dict[str, Any] = {}
    for name, value in row.items():
        if name in _NUMBERS:
            continue
        if name == "findings":
            value = [_plain(finding, known) for finding in value]
        elif name == "record_id" and value is not None:
            value = known[int(value)]
        elif name.endswith("_id") and value in known:
            value = known[value]
        plain[name] = value
    return plain


def until(
    condition: Callable[[], bool], process: subprocess.Popen[bytes] | None = None, seconds: float = 90
) -> None:
    """Poll a condition; fails when time runs out or the process ends first."""
    end = time.monotonic() + seconds
    while not condition():
        assert process is None or process.poll() is None, "the process ended without waiting"
        assert time.monotonic() < end, "the condition was never met"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("registry")
    write_registry(province(2026), folder)
    return folder


def open_house(settings: Settings, registry: Path) -> House:
    """A prepared instance with the sample's registry and the tests' identity key."""
    bootstrap.prepare(settings)
    load_registry(settings, registry, AT - timedelta(days=30))
    settings.identity_key_file.parent.mkdir(parents=True, mode=0o700)
    settings.identity_key_file.write_bytes(KEY)
    return House(settings)


@pytest.fixture
def house(settings: Settings, registry: Path) -> House:
    return open_house(settings, registry)


@pytest.fixture(scope="module")
def module_house(module_settings: Settings, registry: Path) -> House:
    """For what is filled once and only looked at."""
    return open_house(module_settings, registry)
