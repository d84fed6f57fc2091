"""The agencies' inboxes: which files are complete, and entering what is taken as deliveries (`spool.py` takes them)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from pathlib import Path

from gongshi.intake.ids import next_id
from gongshi.intake.spool import Content, Portion, Spool, oldest_first, settled, take_all
from gongshi.platform import inboxes
from gongshi.platform.database import Connection
from gongshi.platform.settings import Settings

Connect = Callable[[], AbstractContextManager[Connection]]
_ENTER = """INSERT INTO intake.delivery
                (delivery_id, agency_code, channel, file_name, sha256, size_bytes, refusal, received_at, spool_id, status)
            VALUES (%(id)s, %(owner)s, 'drop_folder', %(name)s, %(sha256)s, %(size)s, %(refusal)s, %(at)s, %(spool_id)s, 'taken')
            ON CONFLICT (spool_id) DO NOTHING RETURNING delivery_id"""


def waiting_files(settings: Settings) -> list[tuple[str, Path]]:
    """All files lying in an inbox, complete or not, as (agency code, path)."""
    return _in_order(settings, inboxes.look(settings.dropbox))


def complete_files(settings: Settings) -> list[tuple[str, Path]]:
    """Files nobody is still writing (`spool.settled`), by modification time, then name."""
    return _in_order(settings, settled(lambda: inboxes.look(settings.dropbox)))


def take(
    settings: Settings, connect: Connect, at: datetime, portion: Portion | None = None
) -> tuple[list[str], int]:
    """Take complete files; deliveries entered by this run, in order of arrival, and how many files were left.

    Args:
        settings: where the folders are.
        connect: opens one transaction on the warehouse.
        at: instant of receipt of everything taken now, also of what an earlier run left in the spool.
        portion: what is taken at most; None: everything.
    """
    return take_all(
        settings,
        Spool(settings.landing / "spool"),
        lambda: inboxes.look(settings.dropbox),
        partial(owner, settings),
        partial(enter_spooled, connect, at, _ENTER, ""),
        portion,
    )


def owner(settings: Settings, path: Path) -> str:
    """The agency in whose folder a file lies."""
    return path.relative_to(settings.dropbox).parts[0]


def _in_order(settings: Settings, look: inboxes.Look) -> list[tuple[str, Path]]:
    return [(owner(settings, path), path) for path in oldest_first(look)]


def enter_spooled(
    connect: Connect, at: datetime, statement: str, word: str, path: Path, content: Content
) -> str | None:
    """Enter a file that lies in a spool; its id, or None when that was done before.

    Args:
        connect: opens one transaction on the warehouse.
        at: instant of receipt.
        statement: inserts id, owner, name, sha256, size, refusal, at and spool_id where the spool id is new; returns the id.
        word: in the id; empty for deliveries.
        path: of the file.
        content: what archiving it gave.
    """
    sha256, size, refusal = content
    with connect() as connection, connection.cursor() as cursor:
        values = {
            "id": next_id(cursor, at, word),
            "owner": printable(path.parts[-3]),
            "name": printable(path.name),
            "sha256": sha256,
            "size": size,
            "refusal": refusal,
            "at": at,
            "spool_id": path.parts[-2],
        }
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return str(row[0]) if row else None


def printable(name: str) -> str:
    """A file name as text: names written by a Chinese Windows may be GB18030 bytes, which Python keeps as surrogates."""
    raw = name.encode("utf-8", "surrogateescape")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")
