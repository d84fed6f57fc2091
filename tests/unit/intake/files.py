"""Files in memory, made by hand where no library makes them as broken as we need."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

from gongshi.standard.kinds import LICENCE

COLUMNS = [f.code for f in LICENCE.fields if f.required == "R"]
NAMES = [f.name for f in LICENCE.fields if f.required == "R"]

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR = 512


def csv_of(*firsts: str) -> bytes:
    """A licence table, one row a first cell."""
    rows = [",".join([first, *["x"] * (len(COLUMNS) - 1)]) for first in firsts]
    return "\n".join([",".join(COLUMNS), *rows]).encode()


def record(first: str, **more: object) -> dict[str, object]:
    """A licence record keyed by column code."""
    return {code: first if place == 0 else "x" for place, code in enumerate(COLUMNS)} | more


def zip_of(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive, names in UTF-8."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def ole_of(streams: Mapping[str, bytes]) -> bytes:
    """An OLE2 compound file with these streams, each filled up to the size that needs no short sectors."""
    bodies = [content.ljust(4096, b"\0") for content in streams.values()]
    directory_sectors = -(-(len(bodies) + 1) // 4)
    fat = [_FAT, *range(2, 1 + directory_sectors), _END]
    entries = [_entry("Root Entry", 5, 1 if bodies else _FREE, _FREE, _END, 0)]
    for number, (name, body) in enumerate(zip(streams, bodies, strict=True), start=1):
        sectors = -(-len(body) // _SECTOR)
        start = len(fat)
        fat += [*range(start + 1, start + sectors), _END]
        entries.append(
            _entry(name, 2, _FREE, number + 1 if number < len(bodies) else _FREE, start, len(body))
        )
    table = struct.pack(f"<{_SECTOR // 4}L", *fat, *[_FREE] * (_SECTOR // 4 - len(fat)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<LLLLLLLLL", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109L", 0, *[_FREE] * 108)
    directory = b"".join(entries).ljust(directory_sectors * _SECTOR, b"\0")
    padded = [body.ljust(-(-len(body) // _SECTOR) * _SECTOR, b"\0") for body in bodies]
    return b"".join([header, table, directory, *padded])


def _entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    head = text.ljust(64, b"\0") + struct.pack("<HBBLLL", len(text), kind, 1, _FREE, right, child)
    return head + bytes(36) + struct.pack("<LQ", start, size)
