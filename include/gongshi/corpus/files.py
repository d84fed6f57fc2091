"""Which files are dropped: those of a folder, their copies in other encodings, their truncated and flipped copies.

A copy is made when its turn comes, so that a plan of many thousand files holds none of them. The same seed, folder and
file give the same copies.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from gongshi.platform import inboxes

MOST_DERIVED_BYTES = 64 << 20
"""Of a larger file no copies are made: a fuzzed gigabyte tells nothing a fuzzed megabyte does not."""
_FLIPS = 16


@dataclass(frozen=True)
class CorpusFile:
    """One file to drop.

    Attributes:
        label: path below the folder, with what was done to it: `a/b.csv [gb18030] [cut 3]`.
        path: the source, whose name it is dropped under.
        change: content → content, or None when the source is dropped as it is.
    """

    label: str
    path: Path
    change: Callable[[bytes], bytes] | None = None

    @property
    def is_copy(self) -> bool:
        """Made from another file of the plan."""
        return self.change is not None


def files_of(folder: Path) -> list[CorpusFile]:
    """Everything below a folder that is no folder, links and pipes too, in order of path; nothing is opened."""
    found = [
        CorpusFile(str(path.relative_to(folder)), path)
        for parent, folders, names in os.walk(folder)
        for path in (Path(parent, name) for name in (*folders, *names))
        if not stat.S_ISDIR(path.lstat().st_mode)
    ]
    return sorted(found, key=lambda file: file.label)


def copies_of(file: CorpusFile, encodings: Sequence[str], fuzz: int, seed: int) -> Iterator[CorpusFile]:
    """Copies of a file: re-encoded ones if it is UTF-8 text, then damaged ones of it and of each of those.

    None of an empty or very large one, of what is no regular file, and of what an inbox leaves alone by its name.
    """
    seen = file.path.lstat()
    is_apt = stat.S_ISREG(seen.st_mode) and 0 < seen.st_size <= MOST_DERIVED_BYTES
    if not is_apt or not inboxes.is_deliverable(file.path.name):
        return
    whole = [file]
    if encodings and is_text(file.path.read_bytes()):
        whole += [
            CorpusFile(f"{file.label} [{encoding}]", file.path, partial(_re_encoded, encoding))
            for encoding in encodings
        ]
    yield from whole[1:]
    for origin in whole:
        for number in range(fuzz):
            damage, word = (_cut, "cut") if number % 2 == 0 else (_flipped, "flip")
            label = f"{origin.label} [{word} {number}]"
            yield CorpusFile(label, file.path, partial(_damaged, origin.change, damage, f"{seed}/{label}"))


def is_text(content: bytes) -> bool:
    """UTF-8 without a NUL."""
    if b"\0" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(content)


def _re_encoded(encoding: str, content: bytes) -> bytes:
    """The text in another encoding; characters it lacks become question marks, as office software writes them."""
    return content.decode("utf-8-sig").encode(encoding, "replace")


def _damaged(
    change: Callable[[bytes], bytes] | None,
    damage: Callable[[bytes, Random], bytes],
    seed: str,
    content: bytes,
) -> bytes:
    whole = change(content) if change else content
    return damage(whole, Random(seed)) if whole else whole  # noqa: S311 - must be reproducible


def _cut(content: bytes, chance: Random) -> bytes:
    return content[: chance.randrange(len(content))]


def _flipped(content: bytes, chance: Random) -> bytes:
    """A few bytes changed, half of the times near the beginning, where formats keep what they are."""
    damaged = bytearray(content)
    for _ in range(chance.randint(1, _FLIPS)):
        reach = min(len(damaged), 512) if chance.random() < 0.5 else len(damaged)
        damaged[chance.randrange(reach)] = chance.randrange(256)
    return bytes(damaged)
