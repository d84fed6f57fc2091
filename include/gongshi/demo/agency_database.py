"""The agency's own database in the demo: a third database of the embedded server, or of the warehouse's server."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg2
from psycopg2 import sql
from sqlalchemy.engine import make_url

from gongshi.intake.sources.kunming_market_bureau import KunmingMarketBureau
from gongshi.platform import embedded
from gongshi.platform.database import libpq_dsn
from gongshi.platform.settings import Settings
from gongshi.standard.kinds import KINDS

SOURCE = KunmingMarketBureau()


def prepare(settings: Settings) -> dict[str, str]:
    """Create the database and its two exchange tables; the variable that holds its Airflow Connection."""
    with closing(psycopg2.connect(libpq_dsn(_server_url(settings)))) as connection:
        connection.autocommit = True  # CREATE DATABASE runs in no transaction
        with connection.cursor() as cursor:
            name = database_name(settings)
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if cursor.fetchone() is None:
                cursor.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(
                        sql.Identifier(name)
                    )
                )
    with (
        closing(psycopg2.connect(libpq_dsn(url(settings)))) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        for kind, table in SOURCE.tables.items():
            columns = sql.SQL(", ").join(
                sql.SQL("{} text").format(sql.Identifier(field.code)) for field in KINDS[kind].fields
            )
            cursor.execute(
                sql.SQL(
                    'CREATE TABLE IF NOT EXISTS {} ({}, "RECID" bigint PRIMARY KEY, "SJC" timestamptz NOT NULL)'
                ).format(sql.Identifier(table), columns)
            )
    return {f"AIRFLOW_CONN_{SOURCE.source_id.upper()}": url(settings)}


def insert(settings: Settings, rows: list[dict[str, Any]]) -> int:
    """Write rows by their official column codes, replacing those with the same RECID; how many were written."""
    if not rows:
        return 0
    with (
        closing(psycopg2.connect(libpq_dsn(url(settings)))) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        for row in rows:
            table = SOURCE.tables["licence" if "XK_WSH" in row else "penalty"]
            names = [sql.Identifier(name) for name in row]
            cursor.execute(
                sql.SQL(
                    'INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ("RECID") DO UPDATE SET ({}) = ROW ({})'
                ).format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(names),
                    sql.SQL(", ").join(map(sql.Placeholder, row)),
                    sql.SQL(", ").join(names),
                    sql.SQL(", ").join(sql.SQL("excluded.{}").format(name) for name in names),
                ),
                row,
            )
    return len(rows)


def database_name(settings: Settings) -> str:
    """`sample_agency` on the embedded server; on a shared one named after the warehouse, of which it may hold several."""
    if settings.database_url is None:
        return "sample_agency"
    return f"{make_url(settings.database_url).database}_sample_agency"


def url(settings: Settings) -> str:
    """SQLAlchemy URL of the agency's database."""
    given = make_url(_server_url(settings))
    return given.set(database=database_name(settings)).render_as_string(hide_password=False)


def _server_url(settings: Settings) -> str:
    return settings.database_url or embedded.url(settings, embedded.WAREHOUSE)
