"""The agencies' inboxes: which files are complete, and taking them so that none is lost or taken twice.

A file is taken by renaming it out of the inbox into `landing/spool/<agency code>/<spool id>/`, where nobody else can
exchange it. Only then is it archived and entered as a delivery under its spool id; what a killed run left in the spool,
and what somebody still wrote to, the next run finishes first. What must not be opened (a link, a pipe, a device) goes
the same way: its delivery has a reason instead of an archived copy, and it is gone from the inbox.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from pathlib import Path

from gongshi.intake.archive import RefusedUnreadError, StillChangingError, archive_file, private_folder
from gongshi.intake.ids import next_id
from gongshi.platform import inboxes
from gongshi.platform.database import Connection, Cursor
from gongshi.platform.settings import Settings

log = logging.getLogger(__name__)
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
    return _in_order(settings, _settled(lambda: inboxes.look(settings.dropbox)))


def take(settings: Settings, connect: Connect, at: datetime) -> list[str]:
    """Take every complete file; deliveries entered by this run, in order of arrival.

    Args:
        settings: where the folders are.
        connect: opens one transaction on the warehouse.
        at: instant of receipt of everything taken now, also of what an earlier run left in the spool.
    """
    left = _settled(lambda: _spooled(settings))
    taken = _enter_all(settings, connect, at, (Path(path) for path in _oldest_first(left)))
    now = _settled(lambda: inboxes.look(settings.dropbox))
    spooled = (_into_spool(settings, code, path, now[str(path)]) for code, path in _in_order(settings, now))
    return taken + _enter_all(settings, connect, at, (path for path in spooled if path is not None))


def _settled(look: Callable[[], inboxes.Look]) -> inboxes.Look:
    """What a look finds at rest; looks twice where one does not tell."""
    now = look()
    young = inboxes.young(now)
    if not young:
        return now
    time.sleep(SECOND_LOOK_AFTER_SECONDS)  # the contract's distance between two looks, no wait for an event
    unsettled = set(inboxes.changing(young, now, look()))
    return {path: seen for path, seen in now.items() if path not in unsettled}


def _oldest_first(look: inboxes.Look) -> list[str]:
    return sorted(look, key=lambda path: (look[path][1], Path(path).name, path))


def _in_order(settings: Settings, look: inboxes.Look) -> list[tuple[str, Path]]:
    files = [Path(path) for path in _oldest_first(look)]
    return [(path.relative_to(settings.dropbox).parts[0], path) for path in files]


def _spool(settings: Settings) -> Path:
    return settings.landing / "spool"


def _spooled(settings: Settings) -> inboxes.Look:
    """What an earlier run moved out of an inbox and did not finish."""
    paths = map(str, _spool(settings).glob("*/*/*"))
    return {path: seen for path in paths if (seen := inboxes.status(path)) and not _is_folder(Path(path))}


def _into_spool(settings: Settings, agency_code: str, path: Path, seen: tuple[int, int]) -> Path | None:
    """Move a file out of its inbox in one step.

    Returns:
        None when its owner removed it meanwhile, or when it is not what was `seen` any more: the next run finishes it.
    """
    private_folder(settings.landing)
    folder = _spool(settings) / agency_code / str(uuid.uuid4())
    folder.mkdir(parents=True)
    try:
        spooled = path.rename(folder / path.name)
    except OSError as error:
        folder.rmdir()
        if not isinstance(error, FileNotFoundError):
            log.error("cannot be moved out of its inbox, correct its permissions: %s", error)
        return None
    if _is_folder(spooled):
        _give_back(spooled, path)
        return None
    if inboxes.status(spooled) != seen:
        log.warning("changed since it was looked at, left to the next run: %r", str(path))
        return None
    return spooled


def _give_back(folder: Path, path: Path) -> None:
    """A folder that got a file's name just before it was moved goes back, for its files to be found in it."""
    try:
        folder.rename(path)
        folder.parent.rmdir()
    except OSError as error:
        log.error("a folder stays in the spool, move it back into its inbox: %s", error)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _enter_all(settings: Settings, connect: Connect, at: datetime, spooled: Iterable[Path]) -> list[str]:
    entered = [_enter(settings, connect, at, path) for path in spooled]
    return [delivery_id for delivery_id in entered if delivery_id is not None]


def _enter(settings: Settings, connect: Connect, at: datetime, path: Path) -> str | None:
    """Archive a spooled file and enter its delivery.

    Returns:
        None when that was done before, only the file was still there, or when it is still being written to.
    """
    sha256: str | None = None
    refusal: str | None = None
    try:
        sha256, size = archive_file(settings, path, settings.most_file_bytes)
    except RefusedUnreadError as error:
        refusal, size = error.reason_zh, error.size
    except StillChangingError as error:
        log.warning("%s", error)
        return None
    with connect() as connection, connection.cursor() as cursor:
        delivery_id = _insert(cursor, at, path, (sha256, size, refusal))
    path.unlink(missing_ok=True)
    with suppress(FileNotFoundError):  # a run beside this one was as far as we are
        path.parent.rmdir()
    return delivery_id


def _insert(
    cursor: Cursor, at: datetime, path: Path, content: tuple[str | None, int, str | None]
) -> str | None:
    cursor.execute(
        """INSERT INTO intake.delivery
               (delivery_id, agency_code, channel, file_name, sha256, size_bytes, refusal, received_at, spool_id, status)
           VALUES (%s, %s, 'drop_folder', %s, %s, %s, %s, %s, %s, 'taken')
           ON CONFLICT (spool_id) DO NOTHING RETURNING delivery_id""",
        (
            next_id(cursor, at),
            printable(path.parts[-3]),
            printable(path.name),
            *content,
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
