"""What a received file is, by its bytes alone; a format that is not taken is refused with what to send instead."""

from __future__ import annotations

import re
import struct
from enum import Enum

import olefile

from gongshi.intake.readers.limits import LIMITS, BufferFile, Bytes, Limits, open_zip
from gongshi.intake.readers.tables import UnreadableError

_HEAD = 8192
_AS_TABLE = "请另存为xlsx或csv后报送"
_AS_ZIP = "请改用zip，或直接报送其中的xlsx、csv文件"
_AS_REAL = "请用表格软件打开，另存为xlsx后报送"
_NO_PASSWORD = "加密的工作簿，请取消密码后报送"  # noqa: S105 - what the clerk reads
_DAMAGED = "文件不完整或已损坏，请重新生成后报送"


class Format(Enum):
    """What a reader exists for."""

    WORKBOOK = "xlsx, xlsm"
    OLE_WORKBOOK = "xls, et"
    ZIP = "zip"
    GZIP = "gz"
    XML = "xml"
    JSON = "json, ndjson"
    TEXT = "csv, tsv, txt"


# How a file opens → what it is, what to send instead. Short marks ask for more bytes, lest a text begin so by chance.
_SIGNATURES = tuple(
    (re.compile(pattern, re.DOTALL), label, advice)
    for pattern, label, advice in (
        (rb"\s{0,64}%PDF-", "PDF文件", _AS_TABLE),
        (rb"Rar!\x1a\x07", "rar压缩包", _AS_ZIP),
        (rb"7z\xbc\xaf\x27\x1c", "7z压缩包", _AS_ZIP),
        (rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38)", "bz2压缩包", _AS_ZIP),
        (rb"\xfd7zXZ\x00|\x28\xb5\x2f\xfd|\x1f\x9d|\x04\x22\x4d\x18|MSCF\x00{4}", "其他格式的压缩包", _AS_ZIP),
        (rb".{257}ustar[\x00 ]", "tar包", _AS_ZIP),
        (rb"PK\x07\x08", "分卷压缩包", "请压缩为单个zip文件后报送"),
        (rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|II\*\x00|MM\x00\*|BM.{4}\x00{4}|RIFF.{4}WEBP|....ftyp", "图片", _AS_TABLE),
        (rb"\{\\rtf", "RTF文档", _AS_TABLE),
        (rb"MIME-Version:", "网页归档文件（mht）", _AS_REAL),
        (rb"ID;P(?:WXL|SCALC)", "SYLK表格", _AS_REAL),
        (rb"SQLite format 3\x00|.{4}Standard (?:Jet|ACE) DB", "数据库文件", _AS_TABLE),
        (rb"PAR1.{0,512}\x00", "parquet文件", _AS_TABLE),
        (rb"MZ.{0,64}\x00|\x7fELF", "程序文件", _AS_TABLE),
        (rb"L\x00\x00\x00\x01\x14\x02\x00", "快捷方式", "请报送文件本身"),
        (rb"(?:\xef\xbb\xbf)?#!\s{0,8}/", "脚本文件", _AS_TABLE),
    )
)  # fmt: skip

# Parts a zip container is known by → what it is; compared in lower case.
_CONTAINERS = (
    ("word/document.xml", "Word文档（docx）", _AS_TABLE),
    ("ppt/presentation.xml", "演示文稿（pptx）", _AS_TABLE),
    ("visio/document.xml", "Visio图", _AS_TABLE),
    ("xl/workbook.bin", "二进制工作簿（xlsb）", "请另存为xlsx后报送"),
    ("ofd.xml", "OFD文件", _AS_TABLE),
    ("index/document.iwa", "Numbers表格", "请导出为xlsx后报送"),
    ("meta-inf/manifest.mf", "程序包", _AS_TABLE),
)
# Streams an OLE2 file is known by → what it is; the first that is there decides.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (
    ("worddocument", "Word文档（doc）", _AS_TABLE),
    ("powerpoint document", "演示文稿（ppt）", _AS_TABLE),
    ("__properties_version1.0", "邮件（msg）", "请报送邮件中的附件"),
)
_BOOKS = ("workbook", "book")
_FILE_PASS = 0x2F
_FIRST_RECORDS = 8
_OLE_DAMAGE = (OSError, IndexError, ValueError, struct.error, RecursionError)  # met with damaged files

_HTML = frozenset(
    [
        "html",
        "head",
        "body",
        "table",
        "meta",
        "style",
        "script",
        "div",
        "title",
        "link",
        "br",
        "p",
        "tr",
        "td",
    ]
)
_DOCUMENTS = (
    ("urn:schemas-microsoft-com:office:spreadsheet", "XML电子表格2003", _AS_REAL),
    ("schemas.microsoft.com/office/", "Office文档（xml）", _AS_TABLE),
    ("urn:oasis:names:tc:opendocument", "ODF文档（xml）", _AS_TABLE),
    ("www.w3.org/2000/svg", "图片", _AS_TABLE),
)
_ELEMENT = re.compile(r"<([^\W\d][\w:.\-]*)(?=[\s/>])([^>]*)")
_TYPE_NAME = re.compile(r"\s+([\w:.\-]+)")
_JSON = re.compile(r"\s*(?:\{\s*[\"'}]|\[\s*[{\[\]])")


def sniff(data: Bytes, limits: Limits = LIMITS) -> Format:
    """Decide which reader a file is for.

    Raises:
        UnreadableError: a known format that is not taken, or a damaged container.
        UnsafeError: a zip directory over the limits.
    """
    head = data[:_HEAD]
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_format(data, limits)
    if head.startswith(_OLE):
        return _ole_format(data)
    if head.startswith(b"\x1f\x8b"):
        return Format.GZIP
    for signature, label, advice in _SIGNATURES:
        if signature.match(head):
            raise _not_taken(label, advice)
    return _text_format(_opening(head))


def _not_taken(label: str, advice: str) -> UnreadableError:
    return UnreadableError(f"a format that is not taken: {label}", f"收到的是{label}，{advice}")


def _zip_format(data: Bytes, limits: Limits) -> Format:
    with open_zip(data, limits) as archive:
        names = {info.filename.replace("\\", "/").lower() for info in archive.filelist}
    if "xl/workbook.xml" in names:
        return Format.WORKBOOK
    for part, label, advice in _CONTAINERS:
        if part in names:
            raise _not_taken(label, advice)
    if {"mimetype", "content.xml"} <= names:
        raise _not_taken(
            "ODF表格（ods）" if b"opendocument.spreadsheet" in data[:256] else "ODF文档", _AS_TABLE
        )
    return Format.ZIP


def _ole_format(data: Bytes) -> Format:
    """An OLE2 file by its streams: .xls and .et hold a workbook stream, an encrypted xlsx its package."""
    with BufferFile(data) as file:
        try:
            container = olefile.OleFileIO(file)
            streams = {path[0].lower(): path for path in container.listdir() if len(path) == 1}
            book = next((streams[name] for name in _BOOKS if name in streams), None)
            opening = container.openstream(book).read(_HEAD) if book else b""
        except _OLE_DAMAGE as error:
            raise UnreadableError(f"a damaged OLE2 file: {error}", _DAMAGED) from error
    if "encryptedpackage" in streams:
        raise UnreadableError("an encrypted workbook.", f"收到的是{_NO_PASSWORD}")
    for stream, label, advice in _STREAMS:
        if stream in streams:
            raise _not_taken(label, advice)
    if book is None:
        raise _not_taken("不含工作簿的OLE文件", _AS_TABLE)
    if _has_file_pass(opening):
        raise UnreadableError("an encrypted xls workbook.", f"收到的是{_NO_PASSWORD}")
    return Format.OLE_WORKBOOK


def _has_file_pass(stream: bytes) -> bool:
    """True when one of the first records of a workbook stream says that the rest is encrypted."""
    place = 0
    for _ in range(_FIRST_RECORDS):
        if place + 4 > len(stream):
            break
        kind, length = struct.unpack_from("<HH", stream, place)
        if kind == _FILE_PASS:
            return True
        place += 4 + length
    return False


def _opening(head: bytes) -> str:
    """The first characters of a text, as far as its markup goes: other letters may come out wrong."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "ignore")
    if head[:1] == b"\x00" or head[1:2] == b"\x00":
        return head.decode("utf-16-be" if head[:1] == b"\x00" else "utf-16-le", "ignore")
    return head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def _text_format(text: str) -> Format:
    if _JSON.match(text):
        return Format.JSON
    markup = _markup(text)
    if markup is None:
        return Format.TEXT
    root, attributes = markup
    if root.lower() in _HTML:
        raise _not_taken("网页（HTML）表格", _AS_REAL)
    for namespace, label, advice in _DOCUMENTS:
        if namespace in attributes:
            raise _not_taken(label, advice)
    return Format.XML


def _markup(text: str) -> tuple[str, str] | None:
    """The first element of a markup text and its attributes, both "" where it is too far down; None for other text."""
    rest = text.lstrip()
    is_markup = rest.startswith(("<?xml", "<!--", "<!DOCTYPE", "<!doctype"))
    while rest.startswith(("<?", "<!--")):
        end = "?>" if rest.startswith("<?") else "-->"
        rest = rest.partition(end)[2].lstrip()
    if rest[:9].upper() == "<!DOCTYPE":
        named = _TYPE_NAME.match(rest, 9)
        return (named[1] if named else ""), ""
    element = _ELEMENT.match(rest)
    if element:
        return element[1], element[2]
    return ("", "") if is_markup else None
