"""zip and gz: their files, one by one, each answered by itself. Names are labels for people, never paths."""

from __future__ import annotations

import mmap
import re
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gongshi.intake.readers.limits import (
    CHUNK,
    Budget,
    Bytes,
    DeliveryLimitError,
    Limits,
    expand,
    metered,
    open_zip,
)
from gongshi.intake.readers.tables import UnreadableError, UnsafeError

_UTF8_NAME = 0x800
_UNIX = (3, 19)
_UNICODE_PATH = 0x7075
_SYSTEM_FILES = frozenset([".ds_store", "thumbs.db", "desktop.ini", "__macosx"])
_APPLE_DOUBLE = b"\x00\x05\x16\x07"
_LONGEST_NAME = 1_000
_SHOWN_NAME = 200
_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
_GZIP_WITH_HEADER = 31  # zlib's window bits for it
_GZIP_PIECE = 1 << 14
_DAMAGED = "压缩文件不完整或已损坏，请重新压缩后报送"


@dataclass(frozen=True)
class Member:
    """A file of an archive.

    Attributes:
        name: as people read it, with its folders; None for a gz that does not say.
        content: its bytes, in memory or mapped from a temporary file that is gone with them.
        refusal: why it cannot be read.
        is_skipped: a by-product of an operating system, no data.
    """

    name: str | None
    content: Bytes = b""
    refusal: UnreadableError | UnsafeError | None = None
    is_skipped: bool = False


def zip_members(data: Bytes, budget: Budget) -> Iterator[Member]:
    """The files of a zip archive in the order of its directory.

    Raises:
        UnreadableError: the directory is damaged.
        UnsafeError: the archive as a whole is over a limit.
    """
    with open_zip(data, budget.limits) as archive:
        names = [_name(info) for info in archive.filelist]
        times = Counter(_path(name) for name in names)
        for name, info in zip(names, archive.filelist, strict=True):
            if name.endswith("/") and info.file_size == 0 and info.compress_size <= 2:
                continue  # a folder; an empty deflate stream takes two bytes
            shown = _shown(name)
            if _SYSTEM_FILES & set(_path(name).lower().split("/")) or _path(name).split("/")[-1].startswith(
                "~$"
            ):
                yield Member(shown, is_skipped=True)
                continue
            budget.take_member()
            reason = _unsafe(name, info) or (
                "压缩包内有重名文件，无法判断以哪个为准" if times[_path(name)] > 1 else None
            )
            yield (
                Member(shown, refusal=UnsafeError(reason))
                if reason
                else _member(shown, expand(archive, info, budget), budget.limits)
            )


def gz_member(data: Bytes, budget: Budget) -> Member:
    """The one file of a gz.

    Raises:
        UnsafeError: over a limit.
        UnreadableError: damaged.
    """
    budget.take_member()
    return _member(
        _gz_name(data), metered(_gunzipped(data, budget.limits.entries), len(data), budget), budget.limits
    )


def _member(name: str | None, chunks: Iterable[bytes], limits: Limits) -> Member:
    try:
        content = _spooled(chunks, limits.spool_bytes)
    except DeliveryLimitError:
        raise
    except (UnreadableError, UnsafeError) as error:
        return Member(name, refusal=error)
    return Member(name, content, is_skipped=content[:4] == _APPLE_DOUBLE)


def _spooled(chunks: Iterable[bytes], most_in_memory: int) -> Bytes:
    """All bytes: in memory when few, else in a nameless temporary file."""
    with tempfile.SpooledTemporaryFile(most_in_memory) as file:
        for chunk in chunks:
            file.write(chunk)
        if file.tell() <= most_in_memory:
            file.seek(0)
            return file.read()
        file.flush()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _gunzipped(data: Bytes, most_streams: int) -> Iterator[bytes]:
    """The bytes of all streams of a gz, in small pieces."""
    place, streams = 0, 0
    unzip = zlib.decompressobj(_GZIP_WITH_HEADER)
    while place < len(data):
        packed = data[place : place + _GZIP_PIECE]
        place += len(packed)
        try:
            while packed and not unzip.eof:
                yield unzip.decompress(packed, CHUNK)
                packed = unzip.unconsumed_tail
        except zlib.error as error:
            raise UnreadableError(f"a damaged gz stream: {error}", _DAMAGED) from error
        if unzip.eof:
            place -= len(unzip.unused_data)
            if _only_zeros(data, place):
                return
            streams += 1
            if streams > most_streams:
                raise UnsafeError(f"gz文件由超过{most_streams:,}段拼成")
            unzip = zlib.decompressobj(_GZIP_WITH_HEADER)
    raise UnreadableError("a gz stream ends too early.", _DAMAGED)


def _only_zeros(data: Bytes, place: int) -> bool:
    """Nothing but padding follows."""
    return data[place : place + 1] in (b"", b"\0") and not data[place:].strip(b"\0")


def _gz_name(data: Bytes) -> str | None:
    """The name in the header of a gz, when it has one."""
    flags, place = data[3:4] or b"\0", 10
    if flags[0] & 4:
        place += 2 + int.from_bytes(data[place : place + 2], "little")
    end = data.find(b"\0", place, place + _LONGEST_NAME) if flags[0] & 8 else -1
    return _shown(_decoded(data[place:end], is_unix=True)) if end > place else None


def _name(info: zipfile.ZipInfo) -> str:
    """The name as stored: UTF-8 where it says so, else GBK; archives made on Unix hold UTF-8 without saying so."""
    if info.flag_bits & _UTF8_NAME:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437")  # what zipfile decoded it by
    return _unicode_path(info.extra, raw) or _decoded(raw, is_unix=info.create_system in _UNIX)


def _decoded(raw: bytes, *, is_unix: bool) -> str:
    for encoding in ("utf-8", "gb18030") if is_unix else ("gb18030", "utf-8"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("ascii", "replace")


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The UTF-8 name some programs put beside a name in the local encoding, if it belongs to that name."""
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, place)
        field = extra[place + 4 : place + 4 + length]
        if kind == _UNICODE_PATH and field[1:5] == struct.pack("<L", zlib.crc32(raw)):
            return field[5:].decode("utf-8", "replace")
        place += 4 + length
    return None


def _path(name: str) -> str:
    return name.replace("\\", "/")


def _unsafe(name: str, info: zipfile.ZipInfo) -> str | None:
    """Why a member is not touched; None when nothing speaks against it."""
    path = _path(name)
    if len(name) > _LONGEST_NAME or not name.strip():
        return "压缩包内的文件名过长或为空"
    if any(unicodedata.category(letter) == "Cc" for letter in name):
        return "压缩包内的文件名含控制字符"
    if path.startswith("/") or re.match("[A-Za-z]:", path) or ".." in path.split("/"):
        return "压缩包内的文件路径指向压缩包之外"
    if path.endswith("/"):
        return "压缩包内的文件夹条目带有内容"
    kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system in _UNIX else 0
    return None if kind in (0, stat.S_IFREG) else "压缩包内含链接或特殊文件"


def _shown(name: str) -> str:
    """A name fit to be printed: nothing invisible, not endless."""
    seen = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(letter) in _INVISIBLE else letter
        for letter in name[:_SHOWN_NAME]
    )
    return seen if len(name) <= _SHOWN_NAME else f"{seen}…"
