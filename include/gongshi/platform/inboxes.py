"""Which files wait in the inboxes, and which of them may still be growing.

Pure looking: no Airflow, no database; no link is followed and nothing is opened. A file counts as settled when its modification time is more than
`SETTLED_AFTER_SECONDS` ago, or when two looks found the same size and modification time (architecture, section 3).
Ages are taken on the real clock, also in a replay: they say whether a writer is at work now.
"""

from __future__ import annotations

import logging
import os
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

log = logging.getLogger(__name__)

SETTLED_AFTER_SECONDS = 30.0
INBOX, SELF_CHECK = "inbox", "selfcheck"
UNFINISHED_SUFFIXES = (".tmp", ".part")

Look = dict[str, tuple[int, int]]
"""Size in bytes and modification time in ns of every waiting file, by path.

A link, a pipe or a device is there with (0, 0): it will be refused unopened, and nothing of it can still be growing.
"""


def is_deliverable(name: str) -> bool:
    """False for names that editors and transfer programs give to unfinished files."""
    return not name.startswith((".", "~$")) and not name.lower().endswith(UNFINISHED_SUFFIXES)


def look(dropbox: Path, *folders: str) -> Look:
    """Everything waiting in `<dropbox>/<agency>/inbox`, at any depth below it. An inbox that is a link is left alone.

    Args:
        dropbox: root of the agencies' folders.
        folders: other ones than the inbox.
    """
    found: Look = {}
    for folder in folders or (INBOX,):
        for inbox in sorted(dropbox.glob(f"*/{folder}")):
            found |= look_into(inbox)
    return found


def look_into(inbox: Path) -> Look:
    """Everything waiting in one inbox."""
    if inbox.is_symlink():
        log.warning("not an inbox but a link, not followed: %s", inbox)
        return {}
    return {path: seen for path in below(inbox) if (seen := status(path)) is not None}


def below(folder: Path) -> Iterator[str]:
    """Paths of what lies in a folder at any depth, but for folders and unfinished files; links are not followed."""
    folders = [str(folder)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                deliverable = [entry for entry in entries if is_deliverable(entry.name)]
        except FileNotFoundError:  # removed between listing and looking
            continue
        except OSError as error:  # not ours to read, or a path longer than the system takes
            log.warning("not looked into: %s", error)
            continue
        for entry in deliverable:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            else:
                yield entry.path


def status(path: str | Path) -> tuple[int, int] | None:
    """What a look notes of one path; None when it is gone."""
    try:
        seen = os.lstat(path)
    except OSError:
        return None
    return (seen.st_size, seen.st_mtime_ns) if stat.S_ISREG(seen.st_mode) else (0, 0)


def young(now: Look, clock_ns: int | None = None) -> list[str]:
    """Files modified so recently that one look cannot tell whether they are complete."""
    clock_ns = time.time_ns() if clock_ns is None else clock_ns
    return [path for path, (_, mtime_ns) in now.items() if clock_ns - mtime_ns <= SETTLED_AFTER_SECONDS * 1e9]


def changing(paths: Iterable[str], before: Look, now: Look) -> list[str]:
    """Those of `paths` that the two looks saw differently."""
    return [path for path in paths if before.get(path) != now.get(path)]
