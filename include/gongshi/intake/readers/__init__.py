"""Any received file → batches as read. What a file is, its bytes say, never its name."""

from __future__ import annotations

import mmap
from pathlib import Path

from gongshi.intake.readers import csv_text, workbook
from gongshi.intake.readers.tables import UnreadableError, UnsafeError, refused_for
from gongshi.standard.messages import ReadBatch

__all__ = ["read"]


def read(source: Path | bytes) -> list[ReadBatch]:
    """Read a file into one batch a table; at least one, a file that cannot be read is one refused batch.

    Args:
        source: path of the file, or its bytes.

    Returns:
        Batches in file order, each with rows or with a refusal: BT-01/BT-02 wrong header, BT-03 unreadable, BT-04 no
        data row, BT-11 over a limit or unsafe.
    """
    if isinstance(source, bytes):
        return _read(source)
    if source.stat().st_size == 0:
        return _read(b"")
    with source.open("rb") as file:
        return _read(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _read(data: bytes | mmap.mmap) -> list[ReadBatch]:
    try:
        return workbook.read(data[:]) if workbook.looks_like(data[:8]) else csv_text.read(data)
    except (UnreadableError, UnsafeError) as error:
        return [refused_for(error)]
