"""A scratch warehouse: a database of its own, filled with everything but what follows from landed rows."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg2
from psycopg2 import sql
from sqlalchemy.engine import make_url

from gongshi.errors import EnvironmentNotReadyError
from gongshi.platform import database
from gongshi.platform.database import Connection, connect, database_url, libpq_dsn
from gongshi.platform.settings import Settings

_COPIED = ("intake.delivery", "intake.batch", "intake.zero_report", "intake.returned_row")


@contextmanager
def scratch_warehouse(settings: Settings) -> Iterator[Settings]:
    """Settings of a scratch warehouse; database and home are gone afterwards, whatever happened.

    It shares landed rows, suites and the identity key, so that records get the identities they have; archive, drop
    folders and reports are its own.

    Raises:
        EnvironmentNotReadyError: the role may not create databases.
    """
    url = make_url(database_url(settings))
    name = f"gongshi_scratch_{uuid.uuid4().hex[:12]}"
    settings.home.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="scratch-", dir=settings.home))
    settings.suites.mkdir(exist_ok=True)
    for shared in (settings.landing, settings.suites):
        (home / shared.name).symlink_to(shared, target_is_directory=True)
    own = replace(
        settings,
        home=home,
        database_url=url.set(database=name).render_as_string(hide_password=False),
        identity_key_file=settings.identity_key_file,
    )
    try:
        _execute(settings, _create(name))
        database.migrate(own)
        yield own
    finally:
        _execute(settings, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        shutil.rmtree(home, ignore_errors=True)


def fill(settings: Settings, own: Settings, judged: Sequence[str]) -> None:
    """Copy registry, deliveries and batches; of batches that are not judged anew their findings too.

    Args:
        settings: the warehouse.
        own: the scratch warehouse, migrated and empty.
        judged: batch ids that will be judged anew; they come as not yet answered for.
    """
    with connect(settings) as source, connect(own) as target:
        for table in [*_registry_tables(source), *_COPIED]:
            copy(source, target, table, table)
        copy(source, target, "quality.finding", "quality.finding", "batch_id <> ALL(%(judged)s)", judged)
        _reserve_numbers(source, target)


def copy(
    source: Connection,
    target: Connection,
    table: str,
    into: str,
    condition: str = "true",
    judged: Sequence[str] = (),
) -> None:
    """Copy the rows of a table, columns by name, through a file that may grow."""
    names = sql.SQL(", ").join(map(sql.Identifier, _columns(source, table)))
    with source.cursor() as reader, target.cursor() as writer, tempfile.TemporaryFile() as file:
        query = sql.SQL("COPY (SELECT {} FROM {} WHERE ").format(names, sql.SQL(table)).as_string(reader)
        bound = reader.mogrify(condition, {"judged": list(judged)}).decode()
        reader.copy_expert(f"{query}{bound}) TO STDOUT (FORMAT binary)", file)
        file.seek(0)
        target_text = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(sql.SQL(into), names)
        writer.copy_expert(target_text.as_string(writer), file)


def _columns(connection: Connection, table: str) -> list[str]:
    """Stored columns in order."""
    rows = database.fetch(
        connection,
        """SELECT attname FROM pg_attribute
           WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
           ORDER BY attnum""",
        {"table": table},
    )
    return [row["attname"] for row in rows]


def _registry_tables(connection: Connection) -> list[str]:
    """Tables of the registry, those without a reference to another first."""
    rows = database.fetch(
        connection,
        """SELECT c.oid::regclass::text AS name FROM pg_class AS c
           WHERE c.relkind = 'r' AND c.relnamespace = 'ref'::regnamespace
           ORDER BY EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = c.oid AND k.contype = 'f'), 1""",
    )
    return [row["name"] for row in rows]


def _reserve_numbers(source: Connection, target: Connection) -> None:
    """The number each identity was opened with, so that it is opened with it again; new ones come after all of them."""
    rows = database.fetch(
        source,
        """SELECT DISTINCT ON (first.identity_key) first.identity_key::text, first.record_id
           FROM (
               SELECT DISTINCT ON (record_id) record_id, identity_key FROM (
                   SELECT record_id, identity_key, retired_at FROM core.former_identity
                   UNION ALL SELECT record_id, identity_key, retired_at FROM history.former_identity
                   UNION ALL SELECT record_id, identity_key, 'infinity' FROM core.record
                   UNION ALL SELECT record_id, identity_key, 'infinity' FROM history.record
               ) AS every_identity ORDER BY record_id, retired_at
           ) AS first ORDER BY first.identity_key, first.record_id""",
    )
    (last,) = database.fetch(source, "SELECT last_value, is_called FROM core.record_number")
    with target.cursor() as cursor, tempfile.TemporaryFile("w+") as file:
        file.writelines(f"{row['identity_key']}\t{row['record_id']}\n" for row in rows)
        file.seek(0)
        cursor.copy_expert("COPY core.reserved_number (identity_key, record_id) FROM STDIN", file)
        cursor.execute("SELECT setval('core.record_number', %s, %s)", (last["last_value"], last["is_called"]))
        cursor.execute("ANALYZE core.reserved_number")


def _create(name: str) -> sql.Composed:
    text = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
    return sql.SQL(text).format(sql.Identifier(name))


def _execute(settings: Settings, statement: sql.Composed) -> None:
    """Outside a transaction, on the server of the warehouse."""
    connection = psycopg2.connect(libpq_dsn(database_url(settings)))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    except psycopg2.errors.InsufficientPrivilege as error:
        raise EnvironmentNotReadyError(
            "judging anew needs a scratch database, and the warehouse's role may not create one. "
            "Let an administrator run: ALTER ROLE … CREATEDB."
        ) from error
    finally:
        connection.close()
