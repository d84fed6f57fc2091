"""Talking to an agency's database: one connection, limits on its silence, failures in words without secrets."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import ceil
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from gongshi.errors import GongshiError
from gongshi.intake.sources.base import SourceError, TableSource
from gongshi.standard.masking import mask_text

_MOST_SHOWN = 300


def with_password(source: TableSource, url: str, password: str) -> str:
    """The URL with this password in it."""
    return _parsed(source, url).set(password=password).render_as_string(hide_password=False)


@contextmanager
def opened(source: TableSource, url: str) -> Iterator[sa.Connection]:
    """One connection to the agency's database, rolled back at the end.

    Raises:
        SourceError: whatever fails on the agency's side while it is open.
    """
    try:
        parsed = _parsed(source, url)
        engine = sa.create_engine(
            parsed,
            poolclass=NullPool,
            hide_parameters=True,
            connect_args=_limits(parsed, source.patience_seconds),
        )
        with engine.connect() as connection:
            yield connection
    except Exception as error:
        is_network = isinstance(error, (ConnectionError, TimeoutError))
        if isinstance(error, (GongshiError, OSError)) and not is_network:  # ours: a declaration, or our disk
            raise
        # a driver that meets garbage raises anything; the chain would show statements and cells
        raise SourceError(reason(error)) from None


@contextmanager
def patience(connection: sa.Connection, seconds: float) -> Iterator[None]:
    """Hang up when one call on a PostgreSQL connection takes longer: libpq itself waits for an answer for ever."""
    fileno = getattr(connection.connection.dbapi_connection, "fileno", None)
    if fileno is None:
        yield
        return
    with socket.socket(fileno=os.dup(fileno())) as own:
        timer = threading.Timer(seconds, _hang_up, (own,))
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def reason(error: BaseException) -> str:
    """What a driver says: its first line, as some print rows below it; personal numbers masked."""
    text = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    return mask_text(" ".join(text.splitlines()[0].split()))[:_MOST_SHOWN]


def _hang_up(connected: socket.socket) -> None:
    with suppress(OSError):  # gone already
        connected.shutdown(socket.SHUT_RDWR)


def _parsed(source: TableSource, url: str) -> URL:
    """The URL taken apart; no message shows it, because it may hold a password."""
    try:
        parsed = make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise SourceError(
            f"the address of source {source.source_id!r} cannot be read; expected "
            "dialect+driver://user:password@host:port/database, special characters percent-encoded."
        ) from None
    file = parsed.database
    if parsed.get_backend_name() == "sqlite" and not (file and Path(file.removeprefix("file:")).is_file()):
        raise SourceError(f"source {source.source_id!r}: there is no SQLite file {file!r}.")
    return parsed


def _limits(url: URL, seconds: float) -> dict[str, Any]:
    """How long each driver we ship waits; drivers an installation adds take theirs from the URL."""
    whole = max(1, ceil(seconds))
    match url.drivername:
        case "postgresql+psycopg2":
            statement = {} if "options" in url.query else {"options": f"-c statement_timeout={whole}s"}
            return {"connect_timeout": whole, "keepalives_idle": whole, **statement}
        case "mysql+pymysql" | "mariadb+pymysql":
            zone = "SET time_zone = '+08:00'"  # TIMESTAMP columns come in the session's zone
            return {
                "connect_timeout": whole,
                "read_timeout": seconds,
                "write_timeout": seconds,
                "init_command": zone,
            }
        case "sqlite" | "sqlite+pysqlite":
            return {"timeout": seconds}
    return {}
