"""Dropping a file into an inbox as an agency would: what it is, a link stays a link, a pipe a pipe."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from gongshi.corpus.files import CorpusFile
from gongshi.intake.drop_folder import printable
from gongshi.platform import inboxes
from gongshi.platform.settings import Settings

_CHUNK = 1 << 22
Key = tuple[str, str, str | None]
"""Agency, name as a delivery keeps it, SHA-256; None for what is refused unopened."""


@dataclass(frozen=True)
class Placed:
    """A file in an inbox, in a hidden folder of its own until it is dropped.

    Attributes:
        file: what it was made from.
        key: what is known of its delivery.
        is_deliverable: False for hidden and unfinished names.
        folder: where it lies.
    """

    file: CorpusFile
    key: Key
    is_deliverable: bool
    folder: Path

    @property
    def content(self) -> tuple[str, str | None]:
        """Agency and digest: what makes a delivery a repetition."""
        return self.key[0], self.key[2]

    def drop(self) -> None:
        """Let it be seen."""
        self.folder.rename(self.folder.with_name(self.folder.name.removeprefix(".")))


def place(settings: Settings, file: CorpusFile, agency: str, number: int) -> Placed:
    """Put a file under its own name into an inbox, in a folder named by `number`; its age follows the number."""
    target = settings.inbox(agency) / f".{number}" / file.path.name
    target.parent.mkdir(parents=True)
    _make(file, target, settings.most_file_bytes)
    os.utime(target, (number, number), follow_symlinks=False)
    key = (agency, printable(target.name), _sha256(target, settings.most_file_bytes))
    return Placed(file, key, inboxes.is_deliverable(target.name), target.parent)


def _make(file: CorpusFile, target: Path, most_bytes: int) -> None:
    seen = file.path.lstat()
    if file.change is not None:
        target.write_bytes(file.change(file.path.read_bytes()))
    elif stat.S_ISLNK(seen.st_mode):
        target.symlink_to(file.path.readlink())
    elif not stat.S_ISREG(seen.st_mode):
        os.mknod(target, seen.st_mode, seen.st_rdev)
    elif seen.st_size > most_bytes:  # refused by its size: its content would only fill the disk
        with target.open("wb") as hole:
            hole.truncate(seen.st_size)
    else:
        shutil.copyfile(file.path, target)
        target.chmod(stat.S_IMODE(seen.st_mode))


def _sha256(path: Path, most_bytes: int) -> str | None:
    seen = path.lstat()
    if not stat.S_ISREG(seen.st_mode) or seen.st_size > most_bytes:
        return None
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
