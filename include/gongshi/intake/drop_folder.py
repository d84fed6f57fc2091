"""The agencies' inboxes: which files are complete, and taking them so that none is lost or taken twice.

A file is taken by renaming it out of the inbox into `landing/spool/<agency code>/<spool id>/`. Only then is it archived
and entered as a delivery under its spool id; what a killed run left in the spool the next run finishes first.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from gongshi.intake.archive import archive_file, private_folder
from gongshi.intake.ids import next_id
from gongshi.platform import inboxes
from gongshi.platform.database import Connection, Cursor
from gongshi.platform.settings import Settings

Connect = Callable[[], AbstractContextManager[Connection]]
SECOND_LOOK_AFTER_SECONDS = 2.0


def waiting_files(settings: Settings) -> list[tuple[str, Path]]:
    """All files lying in an inbox, complete or not, as (agency code, path)."""
    return _in_order(settings, inboxes.look(settings.dropbox))


def complete_files(settings: Settings) -> list[tuple[str, Path]]:
    """Files nobody is still writing, by modification time, then name.

    A file not modified for 30 s counts at once; for younger ones a second look 2 s later must find the same size and
    modification time. What still changes is left to the next run.
    """
    now = inboxes.look(settings.dropbox)
    young = inboxes.young(now)
    if not young:
        return _in_order(settings, now)
    time.sleep(
        SECOND_LOOK_AFTER_SECONDS
    )  # the contract's distance between two looks, not a wait for an event
    again = inboxes.look(settings.dropbox)
    unsettled = set(inboxes.changing(young, now, again))
    return _in_order(settings, {path: seen for path, seen in now.items() if path not in unsettled})


def take(settings: Settings, connect: Connect, at: datetime) -> list[str]:
    """Take every complete file; deliveries entered by this run, in order of arrival.

    Args:
        settings: where the folders are.
        connect: opens one transaction on the warehouse.
        at: instant of receipt of everything taken now, also of what an earlier run left in the spool.
    """
    taken = _enter_all(settings, connect, at, _spooled(settings))
    spooled = (_into_spool(settings, code, path) for code, path in complete_files(settings))
    return taken + _enter_all(settings, connect, at, spooled)


def _in_order(settings: Settings, look: inboxes.Look) -> list[tuple[str, Path]]:
    """(agency code, path) of regular files, oldest first; links are never followed."""
    paths = sorted(look, key=lambda path: (look[path][1], Path(path).name, path))
    files = [Path(path) for path in paths]
    return [(path.relative_to(settings.dropbox).parts[0], path) for path in files if not path.is_symlink()]


def _spool(settings: Settings) -> Path:
    return settings.landing / "spool"


def _spooled(settings: Settings) -> list[Path]:
    """What an earlier run moved out of an inbox and did not finish, oldest first."""
    files = [path for path in _spool(settings).glob("*/*/*") if path.is_file()]
    return sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name))


def _into_spool(settings: Settings, agency_code: str, path: Path) -> Path | None:
    """Move a file out of its inbox in one step; None when its owner removed it meanwhile."""
    private_folder(settings.landing)
    folder = _spool(settings) / agency_code / str(uuid.uuid4())
    folder.mkdir(parents=True)
    try:
        return path.rename(folder / path.name)
    except FileNotFoundError:
        folder.rmdir()
        return None


def _enter_all(
    settings: Settings, connect: Connect, at: datetime, spooled: Iterable[Path | None]
) -> list[str]:
    entered = [_enter(settings, connect, at, path) for path in spooled if path is not None]
    return [delivery_id for delivery_id in entered if delivery_id is not None]


def _enter(settings: Settings, connect: Connect, at: datetime, path: Path) -> str | None:
    """Archive a spooled file and enter its delivery; None when that was done before, only the file was still there."""
    sha256, size = archive_file(settings, path)
    with connect() as connection, connection.cursor() as cursor:
        delivery_id = _insert(cursor, at, path, sha256, size)
    path.unlink()
    path.parent.rmdir()
    return delivery_id


def _insert(cursor: Cursor, at: datetime, path: Path, sha256: str, size: int) -> str | None:
    cursor.execute(
        """INSERT INTO intake.delivery
               (delivery_id, agency_code, channel, file_name, sha256, size_bytes, received_at, spool_id, status)
           VALUES (%s, %s, 'drop_folder', %s, %s, %s, %s, %s, 'taken')
           ON CONFLICT (spool_id) DO NOTHING RETURNING delivery_id""",
        (
            next_id(cursor, at),
            printable(path.parts[-3]),
            printable(path.name),
            sha256,
            size,
            at,
            path.parts[-2],
        ),
    )
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
