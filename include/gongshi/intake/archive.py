"""The archive: every received file as received, named by its SHA-256, before anything looks into it."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

from gongshi.platform.settings import Settings

_CHUNK = 1 << 22


def archive_file(settings: Settings, path: Path) -> tuple[str, int]:
    """Copy a file into `archive/<sha256>`, read-only; the digest is that of the very bytes copied.

    Returns:
        SHA-256 in hex, and the size in bytes. Content already archived is not stored twice.
    """
    private_folder(settings.archive)
    part = settings.archive / f".{uuid.uuid4()}.part"
    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("rb") as source, part.open("wb") as sink:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += sink.write(chunk)
            sink.flush()
            os.fsync(sink.fileno())
        sha256 = digest.hexdigest()
        if not archived(settings, sha256).exists():
            part.chmod(0o400)
            part.rename(archived(settings, sha256))
            _sync_folder(settings.archive)
    finally:
        part.unlink(missing_ok=True)
    return sha256, size


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
