"""Which rule book is in force: the shipped one with the settings believed at an instant and valid on its day.

A batch is judged by the book in force when it arrived. The book is recorded with its content at its first use, so that
a later release can still judge by it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from gongshi.errors import GongshiError
from gongshi.platform.database import Connection, fetch
from gongshi.standard import rulebook
from gongshi.standard.periods import SHANGHAI
from gongshi.standard.rulebook import Rulebook, Setting


class UnknownRulebookError(GongshiError):
    """Raised when a batch was judged by a rule book that is not recorded."""


def record_shipped(connection: Connection) -> None:
    """Record the shipped rule book once; the version before it is retired at its release."""
    book = rulebook.shipped()
    if _is_recorded(connection, book):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ref.rulebook SET retired_at = greatest(recorded_at, %(at)s) WHERE retired_at IS NULL",
            {"at": rulebook.RELEASED_AT},
        )
    record(connection, book, rulebook.RELEASED_AT)


def in_force(connection: Connection, at: datetime) -> Rulebook:
    """The rule book for what arrives at an instant.

    Raises:
        RulebookError: a setting no longer fits the shipped rules; correct it in the registry.
    """
    return _book(tuple(_settings(connection, at)))


def enter_in_force(connection: Connection, at: datetime) -> Rulebook:
    """The rule book for what arrives at an instant, recorded so that it can be read back by its version."""
    book = in_force(connection, at)
    if book is not rulebook.shipped():
        record(connection, book, at)
    return book


def recorded(connection: Connection, version: str) -> Rulebook:
    """The rule book a batch was stamped with.

    Raises:
        UnknownRulebookError: nobody recorded it.
        RulebookError: it names a check this release no longer has.
    """
    if version == rulebook.shipped().version:
        return rulebook.shipped()
    query = "SELECT content::text AS content FROM ref.rulebook WHERE version = %(version)s"
    rows = fetch(connection, query, {"version": version})
    if not rows:
        raise UnknownRulebookError(
            f"rule book {version} is not in ref.rulebook. Restore the table from the backup: batches were judged by it."
        )
    return _read_back(version, rows[0]["content"])


def _settings(connection: Connection, at: datetime) -> list[Setting]:
    rows = fetch(
        connection,
        """SELECT rule_id, kind, field, setting, value FROM ref.rule_setting
           WHERE recorded_at <= %(at)s AND (retired_at IS NULL OR retired_at > %(at)s) AND valid @> %(on)s::date
           ORDER BY rule_id, kind NULLS FIRST, field NULLS FIRST, setting""",
        {"at": at, "on": at.astimezone(SHANGHAI).date()},
    )
    return [rule_setting(row) for row in rows]


def rule_setting(values: Mapping[str, Any]) -> Setting:
    """A row of the registry file `rule_settings` as the rule book takes it."""
    return Setting(values["rule_id"], values["kind"], values["field"], values["setting"], values["value"])


@lru_cache(maxsize=8)
def _book(settings: tuple[Setting, ...]) -> Rulebook:
    return rulebook.with_settings(rulebook.shipped(), settings, "ref.rule_setting")


@lru_cache(maxsize=8)
def _read_back(version: str, content: str) -> Rulebook:
    return rulebook.from_data(json.loads(content), f"ref.rulebook, version {version}")


def record(connection: Connection, book: Rulebook, at: datetime) -> None:
    """Keep a book with its content, so that it can be read back by its version; once is enough."""
    if _is_recorded(connection, book):
        return
    content = json.dumps(book.as_data(), ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ref.rulebook (version, content, recorded_at) VALUES (%s, %s, %s) ON CONFLICT (version) DO NOTHING",
            (book.version, content, at),
        )


def _is_recorded(connection: Connection, book: Rulebook) -> bool:
    return bool(
        fetch(connection, "SELECT FROM ref.rulebook WHERE version = %(version)s", {"version": book.version})
    )
