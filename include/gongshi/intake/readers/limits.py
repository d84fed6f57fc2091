"""How much a received file may unfold to, counted on the bytes that really come out, never on what headers claim."""

from __future__ import annotations

import copy
import io
import mmap
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

from gongshi.intake.readers.tables import UnreadableError, UnsafeError

Bytes = bytes | mmap.mmap
CHUNK = 1 << 18
_KNOWN_METHODS = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
)  # the others give no hold on what one call brings forth
_LOCAL_HEADER = 30
_CENTRAL_MARK = b"PK\x01\x02"
_ENCRYPTED = 0x1 | 0x40
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, struct.error,
)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """What one delivery may hold.

    Attributes:
        total_bytes: unfolded, over all members and levels.
        member_bytes: unfolded, of one member.
        entries: in the directory of one archive, folders included.
        members: files of archives, over all levels; each gets a receipt.
        ratio: unfolded to packed, looked at beyond `ratio_from` unfolded bytes.
        ratio_from: below, a high ratio does no harm.
        nesting: archives inside an archive: 1 = one level.
        cells: rows × columns, over all tables but those of delimited text, which take no more than their bytes.
        columns: of one table.
        value_chars: of one value in JSON or XML.
        spool_bytes: a larger member is unfolded to a temporary file, not to memory.
    """

    total_bytes: int = 4 << 30
    member_bytes: int = 2 << 30
    entries: int = 10_000
    members: int = 1_000
    ratio: int = 200
    ratio_from: int = 64 << 20
    nesting: int = 1
    cells: int = 60_000_000
    columns: int = 2_000
    value_chars: int = 10_000_000
    spool_bytes: int = 16 << 20


LIMITS = Limits()


class DeliveryLimitError(UnsafeError):
    """Raised when a limit of the delivery as a whole is passed: no file of it is taken."""


class Budget:
    """What a delivery has used so far of its limits."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self._bytes = self._members = self._cells = 0

    def take_bytes(self, count: int) -> None:
        """Count unfolded bytes.

        Raises:
            DeliveryLimitError: over the limit; so for all of these.
        """
        self._bytes += count
        if self._bytes > self.limits.total_bytes:
            raise DeliveryLimitError(f"解压后的数据总量超过{_size(self.limits.total_bytes)}")

    def take_member(self) -> None:
        """Count a file of an archive."""
        self._members += 1
        if self._members > self.limits.members:
            raise DeliveryLimitError(f"压缩包内的文件超过{self.limits.members:,}个")

    def take_cells(self, rows: int, columns: int) -> None:
        """Count a table, or a part of one; one that is too large by itself is not counted, and refused alone."""
        if columns > self.limits.columns:
            raise UnsafeError(f"一张表的列数超过{self.limits.columns:,}")
        told = f"单元格总数超过{self.limits.cells:,}个"
        if rows * columns > self.limits.cells:
            raise UnsafeError(told)
        self._cells += rows * columns
        if self._cells > self.limits.cells:
            raise DeliveryLimitError(told)


def metered(chunks: Iterable[bytes], packed: int, budget: Budget) -> Iterator[bytes]:
    """Hand unfolded bytes on as long as they keep the limits.

    Args:
        chunks: small pieces.
        packed: size of what they unfold from.
        budget: of the delivery.
    """
    limits, seen = budget.limits, 0
    for chunk in chunks:
        seen += len(chunk)
        budget.take_bytes(len(chunk))
        if seen > limits.member_bytes:
            raise UnsafeError(f"单个文件解压后超过{_size(limits.member_bytes)}")
        if seen > limits.ratio_from and seen > limits.ratio * max(packed, 1):
            raise UnsafeError(f"压缩比超过{limits.ratio}倍，疑似压缩炸弹")
        yield chunk


class BufferFile(io.RawIOBase):
    """A seekable file over bytes or a memory map, without copying; not every memory map says it is seekable."""

    def __init__(self, data: Bytes) -> None:
        self._view, self._place = memoryview(data), 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move; a place before the start is an OSError, as for a real file."""
        place = offset + (0, self._place, len(self._view))[whence]
        if place < 0:
            raise OSError("cannot seek before the start.")
        self._place = place
        return place

    def read(self, size: int | None = -1) -> bytes:
        """At most what is left: a size that a hostile file claims is never reserved."""
        end = len(self._view) if size is None or size < 0 else self._place + size
        piece = bytes(self._view[self._place : end])
        self._place += len(piece)
        return piece

    def close(self) -> None:
        """Let go of the buffer."""
        self._view.release()
        super().close()


@contextmanager
def open_zip(data: Bytes, limits: Limits = LIMITS) -> Iterator[zipfile.ZipFile]:
    """A zip archive whose directory keeps the limits.

    Raises:
        UnreadableError: damaged or truncated.
        UnsafeError: too many entries, or entries that share bytes (a bomb unfolds the same bytes again and again).
    """
    _demand_few_entries(
        data, 4 * limits.entries
    )  # a rough guard of memory: archives stored inside are counted too
    with BufferFile(data) as file:
        try:
            archive = zipfile.ZipFile(file)  # type: ignore[arg-type]  # typeshed asks for more than zipfile does
        except _DAMAGE as error:
            raise UnreadableError(
                f"a damaged zip archive: {error}", "文件不完整或已损坏，请重新生成后报送"
            ) from error
        with archive:
            if len(archive.filelist) > limits.entries:
                raise UnsafeError(f"压缩包内的条目超过{limits.entries:,}个")
            _demand_apart(archive)
            yield archive


def expand(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Iterator[bytes]:
    """The real bytes of a member, in pieces, until its compressed stream ends.

    Raises:
        UnreadableError: encrypted, packed by a rare method, or damaged.
        UnsafeError: over a limit, or more bytes than the directory says.
    """
    if info.flag_bits & _ENCRYPTED:
        raise UnreadableError(
            f"{info.filename!r} is encrypted.", "压缩包或其中的文件已加密，请取消密码后报送"
        )
    if info.compress_type not in _KNOWN_METHODS:
        raise UnreadableError(
            f"{info.filename!r} is packed by method {info.compress_type}.",
            "压缩方式不常用，请用标准zip方式（Deflate）压缩后报送",
        )
    yield from metered(_unpacked(archive, info, budget.limits), info.compress_size, budget)


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> Iterator[bytes]:
    claimed = info.file_size
    real = copy.copy(info)
    real.file_size = max(claimed, limits.member_bytes) + 1  # zipfile would stop quietly at the claim
    seen = 0
    try:
        with archive.open(real) as member:
            while chunk := member.read(CHUNK):
                seen += len(chunk)
                if seen > claimed:
                    raise UnsafeError("压缩包内文件的实际大小大于目录所载，疑似压缩炸弹")
                yield chunk
    except _DAMAGE as error:
        raise UnreadableError(
            f"{info.filename!r} is damaged: {error}", "文件不完整或已损坏，请重新压缩后报送"
        ) from error
    if seen != claimed:
        raise UnreadableError(
            f"{info.filename!r} ends after {seen} of {claimed} bytes.", "文件不完整或已损坏，请重新压缩后报送"
        )


def check_zip(data: Bytes, limits: Limits = LIMITS) -> None:
    """Unfold every part of a workbook once, keeping nothing, so that no reader behind meets more than the limits.

    Raises:
        UnreadableError: damaged or encrypted.
        UnsafeError: over a limit, a part twice, or a part with a document type (entities).
    """
    budget = Budget(limits)
    with open_zip(data, limits) as archive:
        if len({info.filename for info in archive.filelist}) < len(archive.filelist):
            raise UnsafeError("工作簿内有重名的部件")
        for info in archive.filelist:
            for place, chunk in enumerate(expand(archive, info, budget)):
                if place == 0 and b"<!DOCTYPE" in chunk[:4096]:
                    raise UnsafeError("工作簿内含XML文档类型声明（DTD）")


def _demand_few_entries(data: Bytes, most: int) -> None:
    """Before the directory is loaded: it takes memory by its entries."""
    place = -1
    for _ in range(most + 1):
        place = data.find(_CENTRAL_MARK, place + 1)
        if place < 0:
            return
    raise UnsafeError(f"压缩包内的条目超过{most:,}个")


def _demand_apart(archive: zipfile.ZipFile) -> None:
    spans = sorted(
        (info.header_offset, info.header_offset + _LOCAL_HEADER + info.compress_size)
        for info in archive.filelist
    )
    spans.append((archive.start_dir, archive.start_dir))
    if any(first[1] > second[0] for first, second in pairwise(spans)):
        raise UnsafeError("压缩包内的文件互相重叠，疑似压缩炸弹")


def _size(count: int) -> str:
    """Bytes as people write them."""
    for power, unit in ((30, "GB"), (20, "MB"), (10, "KB")):
        if count >= 1 << power:
            return f"{count / (1 << power):.3g}{unit}"
    return f"{count}字节"
