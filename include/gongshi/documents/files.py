"""Files that appear whole or not at all, and archives that are the same bytes for the same content.

A process killed anywhere leaves at most a hidden `.<name>.tmp`, which the next run overwrites.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_atomically(path: Path, content: bytes | str | Callable[[Path], object]) -> None:
    """Write `path` through a temporary file beside it and one rename.

    Args:
        path: the file to create or replace; its folder is made when missing.
        content: bytes, text (stored as UTF-8), or a function that writes the file whose path it is given.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        if callable(content):
            content(temporary)
        else:
            temporary.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def temporary_folder(final: Path) -> Path:
    """An empty hidden sibling of `final` to fill before `publish_folder`; leftovers of a killed run are removed."""
    folder = final.with_name(f".{final.name}.tmp")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def publish_folder(temporary: Path, final: Path) -> None:
    """Make the files of `temporary` the files of `final`.

    The first time it is one rename. Afterwards each file replaces its predecessor by a rename of its own, so that no
    reader ever finds the folder missing; files that are no longer part of it go last.
    """
    if not final.exists():
        temporary.rename(final)
        return
    names = {path.name for path in temporary.iterdir()}
    for name in sorted(names):
        (temporary / name).replace(final / name)
    for path in final.iterdir():
        if path.name not in names:
            path.unlink()
    temporary.rmdir()


def stable_zip(data: bytes) -> bytes:
    """The same archive with every member dated 1980-01-01, so that equal content gives equal bytes."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as sink,
    ):
        for member in source.infolist():
            info = zipfile.ZipInfo(member.filename, ZIP_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            sink.writestr(info, source.read(member))
    return target.getvalue()
