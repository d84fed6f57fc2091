"""Connections to the warehouse, its migrations, and Arrow → COPY.

A connection is a plain psycopg2 connection (one transaction per `with connect(...)`); `database_url` is for
SQLAlchemy and Great Expectations.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import psycopg2.extensions
import pyarrow as pa
import pyarrow.csv as pacsv
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from gongshi.errors import EnvironmentNotReadyError, GongshiError
from gongshi.platform import embedded
from gongshi.platform.resources import sql_folder
from gongshi.platform.settings import Settings

Connection = psycopg2.extensions.connection
Cursor = psycopg2.extensions.cursor
MINIMUM_SERVER_VERSION = 150_000
_WORTH_SPLITTING = 100_000
_COPY_ROWS = 50_000
_NO_HEADER = pacsv.WriteOptions(include_header=False)
WORK_MEMORY = "256MB"
"""For sorting and joining a batch of a million rows in memory; used by the few connections of one pipeline."""


class MigrationChangedError(GongshiError):
    """Raised when an applied migration file differs from the one recorded."""

    exit_code = 3


class NotMigratedError(EnvironmentNotReadyError):
    """Raised when the warehouse lacks tables this version of the product works on."""


class IncompleteCopyError(GongshiError):
    """Raised when COPY stored fewer rows than were handed to it."""


def database_url(settings: Settings) -> str:
    """SQLAlchemy URL of the warehouse; starts the embedded server when it is the one in use and down."""
    if settings.database_url:
        return settings.database_url
    ensure_embedded(settings)
    return embedded.url(settings, embedded.WAREHOUSE)


def airflow_database_url(settings: Settings) -> str:
    """SQLAlchemy URL of Airflow's metadata database."""
    if settings.airflow_database_url:
        return settings.airflow_database_url
    ensure_embedded(settings)
    return embedded.url(settings, embedded.AIRFLOW)


def libpq_dsn(url: str) -> str:
    """The plain libpq form of a SQLAlchemy URL (psycopg2, psql).

    Raises:
        EnvironmentNotReadyError: it is no URL.
    """
    parsed = _parsed(url)
    keywords: dict[str, Any] = {
        "host": parsed.host or parsed.query.get("host"),
        "port": parsed.port,
        "user": parsed.username,
        "password": parsed.password,
        "dbname": parsed.database,
    }
    keywords |= {key: value for key, value in parsed.query.items() if key != "host"}
    return psycopg2.extensions.make_dsn(**{k: v for k, v in keywords.items() if v is not None})


def libpq_uri(url: str) -> str:
    """The libpq URI of a SQLAlchemy URL."""
    plain = _parsed(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return plain.replace("+", "%20")


def _parsed(url: str) -> URL:
    """The URL taken apart; the message never shows it, because it may hold a password."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise EnvironmentNotReadyError(
            "a database URL cannot be read; expected postgresql+psycopg2://user@host:port/database. "
            "Check GONGSHI_DATABASE_URL and GONGSHI_AIRFLOW_DATABASE_URL."
        ) from None


def ensure_embedded(settings: Settings) -> None:
    """Start the embedded server if it is down."""
    if not embedded.is_running(settings):
        embedded.start(settings)


@contextmanager
def connect(settings: Settings) -> Iterator[Connection]:
    """One transaction on the warehouse: commits at the end, rolls back on an exception.

    Raises:
        EnvironmentNotReadyError: the server cannot be reached, or is older than PostgreSQL 15.
    """
    try:
        connection = psycopg2.connect(
            libpq_dsn(database_url(settings)),
            application_name="gongshi",
            options=f"-c work_mem={WORK_MEMORY}",
        )
    except psycopg2.OperationalError as error:
        reason = " ".join(str(error).split())
        raise EnvironmentNotReadyError(
            f"the warehouse does not answer: {reason} Check GONGSHI_DATABASE_URL, or run `gongshi db start`."
        ) from error
    try:
        if connection.server_version < MINIMUM_SERVER_VERSION:
            raise EnvironmentNotReadyError(
                f"PostgreSQL {connection.server_version // 10000} found; 15 or newer is needed."
            )
        with connection:
            yield connection
    finally:
        connection.close()


def statement(name: str) -> str:
    """The SQL text of `sql/<name>.sql`, e.g. `load/outcomes`."""
    return (sql_folder() / f"{name}.sql").read_text(encoding="utf-8")


def fetch(
    connection: Connection, query: str, parameters: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Rows of a query as dictionaries by column name."""
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def migrate(settings: Settings) -> list[str]:
    """Apply the migrations not yet applied, one transaction each; return their names.

    Raises:
        MigrationChangedError: an applied file was edited since.
    """
    applied_now = []
    with connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('gongshi.migrate'))")
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS public.gongshi_migration (name text PRIMARY KEY, sha256 text NOT NULL)"
        )
        cursor.execute("SELECT name, sha256 FROM public.gongshi_migration")
        applied = dict(cursor.fetchall())
    for path in _migrations():
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if path.name in applied:
            if applied[path.name] != digest:
                raise MigrationChangedError(
                    f"migration {path.name} was changed after it was applied. Restore the file and write a new migration."
                )
            continue
        with connect(settings) as connection, connection.cursor() as cursor:
            cursor.execute(path.read_text(encoding="utf-8"))
            cursor.execute("INSERT INTO public.gongshi_migration VALUES (%s, %s)", (path.name, digest))
        applied_now.append(path.name)
    return applied_now


def demand_migrated(settings: Settings) -> None:
    """Refuse a warehouse that lacks a migration.

    Raises:
        NotMigratedError: naming the missing ones.
    """
    with connect(settings) as connection:
        made = fetch(connection, "SELECT to_regclass('public.gongshi_migration') IS NOT NULL AS yes")[0][
            "yes"
        ]
        rows = fetch(connection, "SELECT name FROM public.gongshi_migration") if made else []
    missing = {path.name for path in _migrations()} - {row["name"] for row in rows}
    if missing:
        raise NotMigratedError(f"the warehouse lacks {', '.join(sorted(missing))}. Run `gongshi db migrate`.")


def _migrations() -> list[Path]:
    return sorted((sql_folder() / "migrations").glob("[0-9]*.sql"))


_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*(\.\"?[a-z_][a-z0-9_]*\"?)?")


def copy_table(cursor: Cursor, table: pa.Table, target: str) -> None:
    """COPY an Arrow table into `target`, columns by name, constant memory.

    Raises:
        IncompleteCopyError: the server counted other rows than the table has (the writer died half-way).
    """
    if not _IDENTIFIER.fullmatch(target):
        raise ValueError(f"not a table name: {target!r}")
    read_end, write_end = os.pipe()
    failure: list[BaseException] = []

    def feed() -> None:
        try:
            with (
                os.fdopen(write_end, "wb", buffering=1 << 20) as sink,
                pacsv.CSVWriter(sink, table.schema, write_options=_NO_HEADER) as rows,
            ):
                for batch in table.to_batches(max_chunksize=_COPY_ROWS):
                    if batch.num_rows:  # an empty one makes the writer emit memory that was never written
                        rows.write_batch(batch)
        except BaseException as error:  # handed to the caller below
            failure.append(error)

    columns = ", ".join(f'"{name}"' for name in table.column_names)
    writer = threading.Thread(target=feed)
    writer.start()
    try:
        with os.fdopen(read_end, "rb", buffering=1 << 20) as source:
            cursor.copy_expert(f"COPY {target} ({columns}) FROM STDIN (FORMAT csv)", source, size=1 << 20)
    finally:
        writer.join()
    if failure:
        raise failure[0]
    if cursor.rowcount != table.num_rows:
        raise IncompleteCopyError(
            f"COPY {target}: {cursor.rowcount} rows stored, {table.num_rows} handed over."
        )


def copy_in_parallel(cursors: Sequence[Cursor], table: pa.Table, target: str) -> None:
    """COPY a table, a slice a cursor: each on a connection, and so on a server process, of its own."""
    if table.num_rows < _WORTH_SPLITTING:
        copy_table(cursors[0], table, target)
        return
    edges = [table.num_rows * i // len(cursors) for i in range(len(cursors) + 1)]
    slices = [table.slice(start, end - start) for start, end in itertools.pairwise(edges)]
    with ThreadPoolExecutor(len(cursors)) as pool:
        list(pool.map(lambda cursor, part: copy_table(cursor, part, target), cursors, slices))
