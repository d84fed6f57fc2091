"""Which sources are to be asked: those with an address that are not paused. An address is looked up when it is used."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from gongshi.intake.sources import all_sources, source_named
from gongshi.intake.sources.agency import with_password
from gongshi.intake.sources.base import SourceError, TableSource
from gongshi.intake.sources.pause import paused
from gongshi.intake.sources.transfer_log import Line, log_all, was_asked
from gongshi.platform.database import Connection

Addresses = Callable[[str], str | None]
"""The SQLAlchemy URL of a source by its id; None when it has none."""


def in_environment(source_id: str) -> str | None:
    """The address outside Airflow: `GONGSHI_SOURCE_<ID>_URL`, its password in the file `…_PASSWORD_FILE` names, if any."""
    source = source_named(source_id)
    url = os.environ.get(source.url_variable)
    password_file = os.environ.get(source.password_file_variable)
    if url and password_file:
        return with_password(source, url, Path(password_file).read_text("utf-8").strip())
    return url or None


def addressed(source_id: str, addresses: Addresses) -> tuple[TableSource, str]:
    """A source and its address.

    Raises:
        SourceError: there is no such source, or it has no address.
    """
    source = source_named(source_id)
    url = addresses(source_id)
    if not url:
        raise SourceError(
            f"source {source_id!r} has no address: make an Airflow Connection {source_id!r}, or set {source.url_variable} "
            "where Airflow does not run it."
        )
    return source, url


def active_sources(connection: Connection, at: datetime, addresses: Addresses) -> list[TableSource]:
    """Sources to ask now. A paused one, and one that was asked before and has lost its address, gets a log line."""
    found = []
    for source in all_sources():
        is_addressed = addresses(source.source_id) is not None
        if not is_addressed and was_asked(connection, source):
            log_all(
                connection,
                source,
                at,
                Line("failed", "it has no address any more; look at its Airflow Connection"),
            )
        elif is_addressed and (pause := paused(connection, source)):
            why = f"paused by {pause['operating_user']}: {pause['reason']}"
            log_all(connection, source, at, Line("paused", why))
        elif is_addressed:
            found.append(source)
    return found
