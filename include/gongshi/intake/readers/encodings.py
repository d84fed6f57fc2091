"""Bytes of a text file → the same text as UTF-8; strict: what cannot be decoded cleanly is refused, nothing replaced.

Accepted are UTF-8 and UTF-16 with and without BOM, and GB18030 (which holds GBK and GB2312). A guess at another
encoding only helps the answer's wording, never the decoding.
"""

from __future__ import annotations

import codecs
import mmap
import re
from dataclasses import dataclass

import charset_normalizer
import numpy as np
import pyarrow as pa

from gongshi.intake.readers.tables import UnreadableError

Bytes = bytes | mmap.mmap
_HANZI, _NOT_ASCII = re.compile(rb"[\xe3-\xe9\xef][\x80-\xbf]{2}"), re.compile(rb"[\x80-\xff]")
_FEWEST_HANZI, _FEWEST_NOT_ASCII = 2, 16
"""So much sound UTF-8 before the first bad byte was meant as UTF-8, and is damaged: no GB18030 begins so by chance."""

_END_MARK = b"\x1a"  # of old systems, and of files put together by `copy`
_UTF16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BEFORE_A_GUESS = 65536  # bytes looked at
_USUAL = 0.9  # share of characters of GB2312 among the Chinese ones of a text
_MARKS = np.array([ord(mark) for mark in "\t\n\r,;|^\"'"], dtype=np.uint16)  # what cells and lines end with
_FEWEST_MARKS = 4
_UTF8_HANZI = b"LTT" * 6
_CLASSES = bytes(
    ord("L") if 0xE4 <= byte <= 0xE9 else ord("T") if 0x80 <= byte <= 0xBF else ord(".")
    for byte in range(256)
)
_NAMES = {
    "big5": "Big5", "big5hkscs": "Big5", "cp950": "Big5", "euc_jp": "日文", "cp932": "日文", "shift_jis": "日文",
    "shift_jis_2004": "日文", "euc_kr": "韩文", "cp949": "韩文", "johab": "韩文", "utf_32": "UTF-32",
    "utf_7": "UTF-7", "hz": "HZ",
}  # fmt: skip


@dataclass(frozen=True)
class Text:
    """A text file.

    Attributes:
        data: its text as UTF-8.
        encoding: what it came in: utf-8, utf-8-sig (with BOM), gb18030, utf-16-le, utf-16-be.
        begin: where the text begins, behind a BOM.
    """

    data: Bytes
    encoding: str
    begin: int = 0


def as_utf8(data: Bytes) -> Text:
    """The same text in UTF-8.

    Raises:
        UnreadableError: NUL bytes, a damaged text, another encoding.
    """
    for bom, encoding in _UTF16:
        if data[:2] == bom:
            return _from_utf16(data[2:], encoding)
    if data.find(b"\0") >= 0:
        if order := _utf16_order(data):
            return _from_utf16(data[:], order)
        raise UnreadableError(
            "the file holds NUL bytes and is no UTF-16 text.", "文件不是文本，或含有空字符（NUL）"
        )
    if data[-1:] == _END_MARK:
        data = data[:-1]
    has_bom = data[:3] == codecs.BOM_UTF8
    if _is_utf8(data):
        return Text(data, "utf-8-sig" if has_bom else "utf-8", 3 if has_bom else 0)
    raw = data[:]
    if has_bom or _is_damaged_utf8(raw):
        raise UnreadableError("damaged UTF-8.", "文件为UTF-8编码，但内容已损坏或混有其他编码，请重新导出")
    return _from_gb18030(raw)


def guess(data: Bytes) -> str:
    """Name of the encoding the bytes probably have when it is none of ours, for the answer; empty when unknown.

    Short texts in GB18030 look like others by statistics: where they make sense as what they are, there is no guess.
    """
    raw = bytes(data[:_BEFORE_A_GUESS])
    read = [char for char in raw.decode("gb18030", "ignore") if not char.isascii()]
    if len("".join(read).encode("gb2312", "ignore")) >= 2 * _USUAL * len(read):
        return ""
    best = charset_normalizer.from_bytes(raw).best()
    return _NAMES.get(best.encoding, "") if best else ""


def refused_as(encoding: str) -> str:
    """What to send instead of a text in another encoding."""
    return f"文件疑似{encoding}编码，请另存为UTF-8编码后重新报送"


def _from_utf16(raw: bytes, encoding: str) -> Text:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"damaged UTF-16: {error}", "文件为UTF-16编码，但内容不完整或已损坏") from error
    if "\0" in text:
        raise UnreadableError("the UTF-16 text holds NUL.", "文件不是文本，或含有空字符（NUL）")
    return Text(text.encode(), encoding)


def _utf16_order(data: Bytes) -> str | None:
    """Byte order of UTF-16 without BOM, told by the line ends and separators; None when it is not clear."""
    if len(data) % 2:
        return None
    units = np.frombuffer(data[: 2 * _BEFORE_A_GUESS], dtype="<u2")
    little, big = (int(np.isin(order, _MARKS).sum()) for order in (units, units.byteswap()))
    if max(little, big) < _FEWEST_MARKS or min(little, big) * 16 > max(little, big):
        return None
    return "utf-16-le" if little > big else "utf-16-be"


def _is_utf8(data: Bytes) -> bool:
    """Validate without making a copy: the whole file as one Arrow string."""
    ends = pa.py_buffer(np.array([0, len(data)], dtype=np.int64))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _is_damaged_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        sound = raw[: error.start][:_BEFORE_A_GUESS]
        return (
            len(_HANZI.findall(sound)) >= _FEWEST_HANZI or len(_NOT_ASCII.findall(sound)) >= _FEWEST_NOT_ASCII
        )
    return False


def _from_gb18030(raw: bytes) -> Text:
    if raw.translate(_CLASSES).find(_UTF8_HANZI) >= 0:
        # as GB18030 they would be nonsense: six in a row are UTF-8, most likely of another file put behind this one
        raise UnreadableError(
            "GB18030 and UTF-8 in one file.", "文件中混有GBK和UTF-8两种编码的内容，请分开或重新导出"
        )
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError as error:
        other = guess(raw)
        raise UnreadableError(
            f"neither UTF-8 nor GB18030: {error}", refused_as(other) if other else ""
        ) from error
    return Text(text.encode(), "gb18030")
