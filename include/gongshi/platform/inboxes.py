"""Which files wait in the inboxes, and which of them may still be growing.

Pure looking: no Airflow, no database. A file counts as settled when its modification time is more than
`SETTLED_AFTER_SECONDS` ago, or when two looks found the same size and modification time (architecture, section 3).
Ages are taken on the real clock, also in a replay: they say whether a writer is at work now.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

SETTLED_AFTER_SECONDS = 30.0
UNFINISHED_SUFFIXES = (".tmp", ".part")

Look = dict[str, tuple[int, int]]
"""Size in bytes and modification time in ns of every waiting file, by path."""


def is_deliverable(name: str) -> bool:
    """False for names that editors and transfer programs give to unfinished files."""
    return not name.startswith((".", "~$")) and not name.lower().endswith(UNFINISHED_SUFFIXES)


def look(dropbox: Path) -> Look:
    """All files waiting in `<dropbox>/<agency>/inbox`, at any depth below it."""
    found: Look = {}
    for path in sorted(dropbox.glob("*/inbox/**/*")):
        if not all(is_deliverable(part) for part in path.relative_to(dropbox).parts[2:]):
            continue
        try:
            stat = path.stat()
        except FileNotFoundError:  # taken or renamed between listing and looking
            continue
        if path.is_file():
            found[str(path)] = (stat.st_size, stat.st_mtime_ns)
    return found


def young(now: Look, clock_ns: int | None = None) -> list[str]:
    """Files modified so recently that one look cannot tell whether they are complete."""
    clock_ns = time.time_ns() if clock_ns is None else clock_ns
    return [path for path, (_, mtime_ns) in now.items() if clock_ns - mtime_ns <= SETTLED_AFTER_SECONDS * 1e9]


def changing(paths: Iterable[str], before: Look, now: Look) -> list[str]:
    """Those of `paths` that the two looks saw differently."""
    return [path for path in paths if before.get(path) != now.get(path)]
