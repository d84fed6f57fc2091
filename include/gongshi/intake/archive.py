"""The archive: every received file as received, named by its SHA-256, before anything looks into it.

What is read later is the copy made here, never the agency's file, which may change at any moment. A link, a pipe, a
device or a file over the limit is refused without being opened: of those no copy is kept.
"""

from __future__ import annotations

import hashlib
import os
import stat
import uuid
from pathlib import Path

from gongshi.errors import GongshiError
from gongshi.platform.settings import Settings

_CHUNK = 1 << 22
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NO_FILES = {
    stat.S_IFLNK: "符号链接，未读取其指向的内容",
    stat.S_IFIFO: "命名管道，不是文件",
    stat.S_IFSOCK: "套接字，不是文件",
    stat.S_IFCHR: "设备，不是文件",
    stat.S_IFBLK: "设备，不是文件",
}


class RefusedUnreadError(GongshiError):
    """Raised when a file is not even copied: no regular file, not ours to read, or over the limit (BT-11).

    Attributes:
        reason_zh: the reason, for the receipt.
        size: bytes it claims to have.
    """

    def __init__(self, path: Path, reason_zh: str, size: int = 0) -> None:
        super().__init__(f"{str(path)!r} is refused unread ({reason_zh}).")
        self.reason_zh = reason_zh
        self.size = size


class StillChangingError(GongshiError):
    """Raised when a file grew, shrank, was written to or vanished while it was copied; nothing is kept of it."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{str(path)!r} changed while it was copied; it is taken when it rests.")


def archive_file(settings: Settings, path: Path, most_bytes: int | None = None) -> tuple[str, int]:
    """Copy a file into `archive/<sha256>`, read-only; the digest is that of the very bytes copied.

    Args:
        settings: where the archive is.
        path: the file, in a folder nobody else writes to: what is looked at must be what is opened.
        most_bytes: a larger file is refused before it is copied.

    Returns:
        SHA-256 in hex, and the size in bytes. Content already archived is not stored twice.

    Raises:
        RefusedUnreadError: no regular file, not readable, or too large.
        StillChangingError: somebody wrote to it meanwhile.
    """
    private_folder(settings.archive)
    part = settings.archive / f".{uuid.uuid4()}.part"
    try:
        sha256, size = _copy(path, part, most_bytes)
        if not archived(settings, sha256).exists():
            part.chmod(0o400)
            part.rename(archived(settings, sha256))
            _sync_folder(settings.archive)
    finally:
        part.unlink(missing_ok=True)
    return sha256, size


def _copy(path: Path, part: Path, most_bytes: int | None) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    with os.fdopen(_opened(path, most_bytes), "rb", buffering=0) as source, part.open("wb") as sink:
        before = os.fstat(source.fileno())
        while size <= before.st_size and (chunk := source.read(_CHUNK)):
            digest.update(chunk)
            size += sink.write(chunk)
        after = os.fstat(source.fileno())
        if (size, after.st_size, after.st_mtime_ns) != (before.st_size, before.st_size, before.st_mtime_ns):
            raise StillChangingError(path)
        sink.flush()
        os.fsync(sink.fileno())
    return digest.hexdigest(), size


def _opened(path: Path, most_bytes: int | None) -> int:
    """A descriptor of a regular file within the limit. Looks first: opening a device may already do something."""
    size = 0
    try:
        seen = os.lstat(path)
        size = seen.st_size
        if reason := _NO_FILES.get(stat.S_IFMT(seen.st_mode)):
            raise RefusedUnreadError(path, reason)
        if most_bytes is not None and size > most_bytes:
            words = f"文件{size / 2**20:,.0f} MB，超过上限{most_bytes / 2**20:,.0f} MB"
            raise RefusedUnreadError(path, words, size)
        return os.open(path, _OPEN)
    except FileNotFoundError:
        raise StillChangingError(path) from None
    except PermissionError:
        raise RefusedUnreadError(path, "没有读取权限", size) from None


def archived(settings: Settings, sha256: str) -> Path:
    """Where content with this digest lies."""
    return settings.archive / sha256


def private_folder(path: Path) -> Path:
    """Make a folder only we may enter."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def _sync_folder(path: Path) -> None:
    """Make a rename in `path` survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
