"""An agency's database on every kind of server we ship a driver for, and one that Gongshi has registered."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa

from gongshi.intake import landing
from gongshi.intake.sources.base import ExchangeSource, SourceError, TableSource
from gongshi.intake.sources.fetch import fetch
from gongshi.intake.sources.land import land
from gongshi.platform import database
from gongshi.platform.settings import Settings
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import SHANGHAI
from tests.integration.conftest import AGENCY, Connect
from tests.integration.sources.servers import MariaDb

AT = datetime(2026, 5, 12, 1, 0, 0, tzinfo=SHANGHAI)


class City(TableSource):
    """A view of each kind."""

    source_id = "city"
    agency_code = AGENCY
    tables: ClassVar = {"licence": "xzxk", "penalty": "xzcf"}


class CityExchange(ExchangeSource):
    """An exchange table of licences."""

    source_id = "city_exchange"
    agency_code = AGENCY
    tables: ClassVar = {"licence": "l_km_xzxk"}


class Agency:
    """The agency's side: the tables of a source, as text columns."""

    def __init__(self, url: str, source: TableSource, stamp: Any = None, key: Any = None) -> None:
        self.url = url
        self.engine = sa.create_engine(url, poolclass=sa.NullPool)
        self.tables = {}
        for kind, name in source.tables.items():
            columns = [sa.Column(field.code, sa.Text) for field in KINDS[kind].fields]
            columns += [sa.Column("RECID", key or sa.BigInteger), sa.Column("SJC", stamp or sa.DateTime)]
            if isinstance(source, ExchangeSource):
                state, *texts, time = source.our_columns
                columns += [sa.Column(state, sa.Integer), sa.Column(time, sa.DateTime)]
                columns += [sa.Column(text, sa.String(60)) for text in texts]
            self.tables[kind] = sa.Table(name, sa.MetaData(), *columns)
            self.tables[kind].create(self.engine)

    def run(self, statement: Any) -> list[tuple[Any, ...]]:
        with self.engine.begin() as connection:
            result = connection.execute(sa.text(statement) if isinstance(statement, str) else statement)
            return [tuple(row) for row in result] if result.returns_rows else []

    def write(self, number: str, key: Any, stamp: Any, kind: str = "licence", **values: Any) -> None:
        column = {"licence": "XK_WSH", "penalty": "CF_WSH"}[kind]
        has_zone = (
            getattr(self.tables[kind].c.SJC.type, "timezone", False) and self.engine.name == "postgresql"
        )
        if isinstance(stamp, datetime) and not has_zone:
            stamp = stamp.replace(tzinfo=None)
        self.run(sa.insert(self.tables[kind]).values({column: number, "RECID": key, "SJC": stamp, **values}))

    def alter(self, change: str, kind: str = "licence") -> None:
        """`change` after ALTER TABLE; columns in brackets are quoted as the server does it."""
        quote = self.engine.dialect.identifier_preparer.quote_identifier
        for part in change.split("[")[1:]:
            name = part.split("]")[0]
            change = change.replace(f"[{name}]", quote(name))
        self.run(f"ALTER TABLE {self.tables[kind].name} {change}")


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    folder = Path(tempfile.mkdtemp(prefix="gsm", dir="/tmp"))  # short: it becomes the path of a socket
    try:
        server = MariaDb(folder)
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_numbers = itertools.count()


@pytest.fixture(params=["postgresql", "mariadb", "sqlite"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty database of an agency."""
    if request.param == "postgresql":
        return request.getfixturevalue("new_database")()
    if request.param == "mariadb":
        return request.getfixturevalue("mariadb").create(f"agency{next(_numbers)}")
    path = request.getfixturevalue("tmp_path") / "agency.db"
    path.touch()
    return f"sqlite:///{path}"


@pytest.fixture
def pull(settings: Settings, connect: Connect) -> Callable[..., list[list[str]]]:
    """Fetches and lands every table of a source; document numbers of each batch. What failed is raised at the end."""

    def pull(source: TableSource, url: str, at: datetime = AT) -> list[list[str]]:
        landed, failures = [], []
        for kind in source.tables:
            try:
                fetch(settings, source, kind, url, at)
            except SourceError as error:
                failures.append(str(error))
            landed += land(settings, source, kind, at)[0]
        if failures:
            raise SourceError("; ".join(failures))
        return [landing.read_landed(settings, batch).rows["document_no"].to_pylist() for batch in landed]

    return pull


def lines(connect: Connect, columns: str = "kind, status, rows_read") -> Sequence[tuple[Any, ...]]:
    """The transfer log."""
    with connect() as connection:
        query = f"SELECT {columns} FROM intake.transfer_log ORDER BY id"
        return [tuple(row.values()) for row in database.fetch(connection, query)]
