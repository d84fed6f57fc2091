"""Taking files out of inboxes so that none is lost or taken twice.

A file is taken by renaming it out of its inbox into `<root>/<owner>/<spool id>/`, where nobody else can exchange it. Only
then is it archived and entered under its spool id; what a killed run left in the spool, and what somebody still wrote
to, the next run finishes first. What must not be opened (a link, a pipe, a device) goes the same way: it is entered
with a reason instead of an archived copy, and is gone from the inbox.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from gongshi.intake.archive import RefusedUnreadError, StillChangingError, archive_file, private_folder
from gongshi.platform import inboxes
from gongshi.platform.settings import Settings

log = logging.getLogger(__name__)
SECOND_LOOK_AFTER_SECONDS = 2.0

Content = tuple[str | None, int, str | None]
"""SHA-256 of the archived copy or None, bytes, reason in Chinese why there is no copy or None."""
Insert = Callable[[Path, Content], str | None]
"""Enters a spooled file; its id, or None when that was done before."""


def settled(look: Callable[[], inboxes.Look]) -> inboxes.Look:
    """What a look finds at rest; looks twice where one does not tell.

    A file not modified for 30 s counts at once; for younger ones a second look 2 s later must find the same size and
    modification time. What still changes is left to the next run.
    """
    now = look()
    young = inboxes.young(now)
    if not young:
        return now
    time.sleep(SECOND_LOOK_AFTER_SECONDS)  # the contract's distance between two looks, no wait for an event
    unsettled = set(inboxes.changing(young, now, look()))
    return {path: seen for path, seen in now.items() if path not in unsettled}


def oldest_first(look: inboxes.Look) -> list[Path]:
    """By modification time, then name."""
    return [Path(p) for p in sorted(look, key=lambda path: (look[path][1], Path(path).name, path))]


@dataclass(frozen=True)
class Portion:
    """What one run takes at most, so that nobody waits long behind somebody's flood; one file is always taken.

    Attributes:
        files: number of files.
        size: bytes of all of them together.
    """

    files: int
    size: int

    def of(self, look: inboxes.Look, paths: Iterable[Path]) -> list[Path]:
        """The first of these that fit."""
        taken: list[Path] = []
        size = 0
        for path in paths:
            size += look[str(path)][0]
            if taken and (len(taken) == self.files or size > self.size):
                break
            taken.append(path)
        return taken


def in_turns(look: inboxes.Look, owner: Callable[[Path], str]) -> list[Path]:
    """Each owner's oldest file, then each one's next, and so on: a flood of one delays the others by one file."""
    queues: dict[str, list[Path]] = {}
    for path in oldest_first(look):
        queues.setdefault(owner(path), []).append(path)
    return [path for turn in zip_longest(*queues.values()) for path in turn if path is not None]


@dataclass(frozen=True)
class Spool:
    """Files moved out of inboxes: `<root>/<owner>/<spool id>/<name>`; 0700."""

    root: Path

    def left(self) -> inboxes.Look:
        """What an earlier run moved out of an inbox and did not finish."""
        paths = map(str, self.root.glob("*/*/*"))
        return {path: seen for path in paths if (seen := inboxes.status(path)) and not _is_folder(Path(path))}

    def take(self, owner: str, path: Path, seen: tuple[int, int]) -> Path | None:
        """Move a file out of its inbox in one step.

        Returns:
            None when its owner removed it meanwhile, or when it is not what was `seen` any more: the next run finishes
            it.
        """
        private_folder(self.root.parent)
        folder = self.root / owner / str(uuid.uuid4())
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


def take_all(
    settings: Settings,
    spool: Spool,
    look: Callable[[], inboxes.Look],
    owner: Callable[[Path], str],
    insert: Insert,
    portion: Portion | None = None,
) -> tuple[list[str], int]:
    """Take the complete files a look finds, oldest first, and before them what an earlier run left in the spool.

    Returns:
        The ids entered now, in order, and how many complete files were left to the next run.

    Args:
        settings: where the archive is.
        spool: where files wait between inbox and archive.
        look: at the inboxes.
        owner: whose inbox a file lies in.
        insert: enters one file.
        portion: what is taken at most, owners in turns; None: everything.
    """
    taken = _enter_all(settings, oldest_first(settled(spool.left)), insert)
    now = settled(look)
    chosen = set(portion.of(now, in_turns(now, owner))) if portion else None
    waiting = [path for path in oldest_first(now) if chosen is None or path in chosen]
    spooled = (spool.take(owner(path), path, now[str(path)]) for path in waiting)
    return taken + _enter_all(settings, spooled, insert), len(now) - len(waiting)


def _enter_all(settings: Settings, spooled: Iterable[Path | None], insert: Insert) -> list[str]:
    """Archive and enter spooled files; the ids of those entered now, in order."""
    entered = [_enter(settings, path, insert) for path in spooled if path is not None]
    return [delivery_id for delivery_id in entered if delivery_id is not None]


def _enter(settings: Settings, path: Path, insert: Insert) -> str | None:
    """Archive a spooled file and enter it; None when that was done before, or when it is still being written to."""
    sha256: str | None = None
    refusal: str | None = None
    try:
        sha256, size = archive_file(settings, path, settings.most_file_bytes)
    except RefusedUnreadError as error:
        refusal, size = error.reason_zh, error.size
    except StillChangingError as error:
        log.warning("%s", error)
        return None
    delivery_id = insert(path, (sha256, size, refusal))
    path.unlink(missing_ok=True)
    with suppress(FileNotFoundError):  # a run beside this one was as far as we are
        path.parent.rmdir()
    return delivery_id


def _give_back(folder: Path, path: Path) -> None:
    """A folder that got a file's name just before it was moved goes back, for its files to be found in it."""
    try:
        folder.rename(path)
        folder.parent.rmdir()
    except OSError as error:
        log.error("a folder stays in the spool, move it back into its inbox: %s", error)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
