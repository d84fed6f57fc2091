"""Scratch instances: one embedded server, a prepared database as a template, and as many fresh instances as needed.

Nothing of the environment's own instance is used, whatever its variables say.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import psycopg2
from psycopg2 import sql

from gongshi import bootstrap
from gongshi.platform import embedded
from gongshi.platform.settings import Settings, load_settings
from gongshi.registry.load import load_registry
from gongshi.sample.province import province
from gongshi.sample.registry_files import write_registry

_SHARED = ("GONGSHI_MOST_FILE_MB", "GONGSHI_PROJECT")
"""Settings of the environment a scratch instance shares."""


@dataclass
class Street:
    """A server, and the fresh instances made on it."""

    settings: Settings
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new_house(self) -> Settings:
        """A fresh instance: a copy of the prepared database, a home of its own."""
        name = f"house_{next(self._numbers)}"
        host = str(self.settings.postgres)
        with closing(psycopg2.connect(host=host, user="postgres", dbname="postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                        sql.Identifier(name), sql.Identifier(embedded.WAREHOUSE)
                    )
                )
        return load_settings(environment(self.settings.home / name, embedded.url(self.settings, name)))


def environment(home: Path, database_url: str | None = None) -> dict[str, str]:
    """Variables of a scratch instance, for settings and for processes that work on it."""
    own = {"GONGSHI_HOME": str(home), "GONGSHI_DATABASE_URL": database_url or "", "GONGSHI_REPLAY": "1"}
    return {name: os.environ[name] for name in _SHARED if name in os.environ} | own


def process_environment(settings: Settings) -> Mapping[str, str]:
    """The environment of a process that works on an instance: nothing else of ours is left in it."""
    others = {name: text for name, text in os.environ.items() if not name.startswith("GONGSHI_")}
    return others | environment(settings.home, settings.database_url)


@contextmanager
def street(at: datetime) -> Iterator[Street]:
    """A scratch server with the sample province registered a day before `at`; stopped and removed at the end."""
    home = Path(tempfile.mkdtemp(prefix="gsc", dir="/tmp"))  # short: the path of a unix socket
    settings = load_settings(environment(home))
    try:
        bootstrap.prepare(settings)
        with tempfile.TemporaryDirectory() as folder:
            write_registry(province(), Path(folder))
            load_registry(settings, Path(folder), at - timedelta(days=1))
        yield Street(settings)
    finally:
        embedded.stop(settings)
        shutil.rmtree(home, ignore_errors=True)
