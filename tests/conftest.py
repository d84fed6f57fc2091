"""A real PostgreSQL for every test that asks for one: one server a session, one fresh database a test.

The server is the embedded one in a short-lived home, or, with `GONGSHI_TEST_SERVER=external`, the server of
`GONGSHI_TEST_POSTGRES_URL` (a role that may create databases).
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql
from sqlalchemy.engine import make_url

from gongshi.platform import database, embedded
from gongshi.platform.settings import Settings, load_settings

TEMPLATE = f"gs_template_{os.getpid()}"


@dataclass
class PostgresServer:
    """A running server on which tests create and drop databases."""

    admin_url: str
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, name: str) -> str:
        return make_url(self.admin_url).set(database=name).render_as_string(hide_password=False)

    def create(self, template: str = "template0") -> str:
        """A new database, C collation like ours; its name."""
        name = f"gs_{os.getpid()}_{next(self.numbers)}"
        self._admin(
            "CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'", name, template
        )
        return name

    def rename(self, name: str, new_name: str) -> None:
        self._admin("ALTER DATABASE {} RENAME TO {}", name, new_name)

    def drop(self, name: str) -> None:
        self._admin("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _admin(self, statement: str, *names: str) -> None:
        with closing(psycopg2.connect(database.libpq_dsn(self.admin_url))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The session's server, with a migrated template database."""
    home = Path(tempfile.mkdtemp(prefix="gs", dir="/tmp"))  # short: it becomes the path of a unix socket
    own = load_settings({"GONGSHI_HOME": str(home)})
    external = os.environ.get("GONGSHI_TEST_SERVER") == "external"
    try:
        if not external:
            embedded.start(own)
        url = os.environ["GONGSHI_TEST_POSTGRES_URL"] if external else embedded.url(own, "postgres")
        server = PostgresServer(url)
        made = server.create()
        database.migrate(_settings(home, server.url(made)))
        server.rename(made, TEMPLATE)
        yield server
        server.drop(TEMPLATE)
    finally:
        if not external:
            embedded.stop(own)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def new_database(postgres: PostgresServer) -> Iterator[Callable[[], str]]:
    """Creates an empty database and returns its SQLAlchemy URL; dropped after the test."""
    names: list[str] = []

    def create() -> str:
        names.append(postgres.create())
        return postgres.url(names[-1])

    yield create
    for name in names:
        postgres.drop(name)


@pytest.fixture
def settings(postgres: PostgresServer, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a fresh instance: a migrated warehouse database and a home folder of its own."""
    name = postgres.create(TEMPLATE)
    yield _settings(tmp_path / "home", postgres.url(name))
    postgres.drop(name)


@pytest.fixture
def other_settings(postgres: PostgresServer, tmp_path: Path) -> Iterator[Settings]:
    """A second fresh instance, to compare with."""
    name = postgres.create(TEMPLATE)
    yield _settings(tmp_path / "other-home", postgres.url(name))
    postgres.drop(name)


@pytest.fixture(scope="module")
def module_settings(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """One instance for all tests of a module: for what is costly to fill and only looked at."""
    name = postgres.create(TEMPLATE)
    yield _settings(tmp_path_factory.mktemp("home"), postgres.url(name))
    postgres.drop(name)


@pytest.fixture
def settings_in_env(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The same settings, also in the process environment, for what reads them itself (CLI, tasks)."""
    monkeypatch.setenv("GONGSHI_HOME", str(settings.home))
    monkeypatch.setenv("GONGSHI_DATABASE_URL", str(settings.database_url))
    monkeypatch.setenv("GONGSHI_REPLAY", "1")
    return settings


@dataclass(frozen=True)
class Done:
    """How the command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def gongshi(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """The `gongshi` command in this process, from its arguments to its exit code."""
    from gongshi import cli

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["gongshi", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Done(int(ended.value.code or 0), said.out, said.err)

    return run


HEAVY = {"great_expectations", "airflow", "pandas"}
RUN_AND_TELL = """
import sys
from gongshi.cli import cli
cli.main(sys.argv[1:], standalone_mode=False)
print("LOADED", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.fixture
def heavy_modules() -> Callable[[str, dict[str, str]], list[str]]:
    """Runs a verb of `gongshi` in a process of its own; heavy packages it has loaded when it ends."""

    def run(verb: str, env: dict[str, str]) -> list[str]:
        command = [sys.executable, "-c", RUN_AND_TELL, *verb.split()]
        done = subprocess.run(command, env=os.environ | env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return sorted(HEAVY & set(done.stdout.splitlines()[-1].split()))

    return run


def _settings(home: Path, database_url: str) -> Settings:
    return load_settings(
        {"GONGSHI_HOME": str(home), "GONGSHI_DATABASE_URL": database_url, "GONGSHI_REPLAY": "1"}
    )
