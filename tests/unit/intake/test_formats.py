"""What a file is, its bytes say; what is not taken is refused with what to send instead."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import zipfile

import openpyxl
import pytest

from gongshi.intake import readers
from gongshi.intake.readers import formats
from gongshi.intake.readers.formats import Format
from gongshi.intake.readers.tables import UnreadableError, UnsafeError
from gongshi.standard import rulebook
from tests.unit.intake.files import csv_of, ole_of, zip_of

STANDARD_MESSAGE = "文件无法读取，请使用标准模板并以UTF-8或GB18030编码保存"


def xlsx() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


BOF = struct.pack("<HH", 0x809, 16) + bytes(16)
FILE_PASS = struct.pack("<HH", 0x2F, 6) + bytes(6)
DIMENSIONS = struct.pack("<HH", 0x200, 14) + bytes(14)

TAKEN = {
    "xlsx": (xlsx(), Format.WORKBOOK),
    "xls": (ole_of({"Workbook": BOF + DIMENSIONS}), Format.OLE_WORKBOOK),
    "xls-95": (ole_of({"Book": BOF}), Format.OLE_WORKBOOK),
    "zip": (zip_of({"a.csv": b"a,b\n"}), Format.ZIP),
    "zip-without-files": (zip_of({}), Format.ZIP),
    "zip-with-an-unpacked-workbook": (zip_of({"book/xl/workbook.xml": b"<a/>"}), Format.ZIP),
    "gz": (b"\x1f\x8b\x08" + bytes(20), Format.GZIP),
    "xml": (b"<?xml version='1.0'?><!-- a > b --><rows><row/></rows>", Format.XML),
    "xml-bom": (b"\xef\xbb\xbf<rows xmlns='urn:a'/>", Format.XML),
    "xml-chinese": ("<记录集><记录/></记录集>".encode(), Format.XML),
    "xml-utf-16": ("<?xml version='1.0'?><rows/>".encode("utf-16"), Format.XML),
    "xml-doctype": (b"<!DOCTYPE rows [<!ENTITY a 'b'>]><rows/>", Format.XML),
    "xml-long-comment": (b"<!--" + b"x" * 10_000 + b"--><rows/>", Format.XML),
    "json-array": (b' \n[ {"a": 1}]', Format.JSON),
    "json-wrapper": ('{"数据": []}'.encode("utf-16"), Format.JSON),
    "ndjson": (b'\xef\xbb\xbf{"a": 1}\n{"a": 2}\n', Format.JSON),
    "empty": (b"", Format.TEXT),
    "csv": (csv_of("a"), Format.TEXT),
    "csv-brackets": ("[2026]年许可,x\n".encode(), Format.TEXT),
    "csv-braces": ("{序号},x\n".encode(), Format.TEXT),
    "csv-angle": (b"<5,>6\n", Format.TEXT),
    "csv-letters-of-a-program": (b"MZ,XB\n1,2\n", Format.TEXT),
    "csv-letters-of-a-picture": (b"BM,XB\n1,2\n", Format.TEXT),
    "csv-letters-of-a-table": (b"PAR1,XB\n1,2\n", Format.TEXT),
    "csv-letters-of-sylk": (b"ID;PARTY\n1;2\n", Format.TEXT),
}


@pytest.mark.parametrize("name", TAKEN)
def test_formats_that_are_read(name):
    data, expected = TAKEN[name]
    assert formats.sniff(data) is expected


REFUSED = {
    "pdf": (b"%PDF-1.7\n", "收到的是PDF文件，请另存为xlsx或csv后报送"),
    "rar4": (b"Rar!\x1a\x07\x00" + bytes(20), "收到的是rar压缩包，请改用zip"),
    "rar5": (b"Rar!\x1a\x07\x01\x00" + bytes(20), "收到的是rar压缩包，请改用zip"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(20), "收到的是7z压缩包，请改用zip"),
    "bz2": (b"BZh91AY&SY" + bytes(20), "收到的是bz2压缩包，请改用zip"),
    "xz": (b"\xfd7zXZ\x00" + bytes(20), "请改用zip"),
    "tar": (b"a.csv".ljust(257, b"\0") + b"ustar\x0000" + bytes(200), "收到的是tar包，请改用zip"),
    "split-zip": (b"PK\x07\x08PK\x03\x04" + bytes(30), "分卷压缩包，请压缩为单个zip文件"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(20), "收到的是图片"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(20), "收到的是图片"),
    "bmp": (b"BM\x36\x00\x0c\x00\x00\x00\x00\x00\x36" + bytes(20), "收到的是图片"),
    "tiff": (b"II*\x00" + bytes(20), "收到的是图片"),
    "webp": (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "收到的是图片"),
    "rtf": (b"{\\rtf1\\ansi}", "RTF文档"),
    "mht": (b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "网页归档文件（mht），请用表格软件打开"),
    "sylk": (b"ID;PWXL;N;E\n", "SYLK"),
    "sqlite": (b"SQLite format 3\x00", "数据库文件"),
    "access": (b"\x00\x01\x00\x00Standard Jet DB\x00", "数据库文件"),
    "parquet": (b"PAR1\x15\x00\x15", "parquet文件"),
    "program": (b"MZ\x90\x00\x03\x00", "程序文件"),
    "script": (b"#!/bin/sh\nrm -rf /\n", "脚本文件"),
    "docx": (zip_of({"[Content_Types].xml": b"", "word/document.xml": b""}), "Word文档（docx），请另存为xlsx或csv"),
    "pptx": (zip_of({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}), "演示文稿（pptx）"),
    "xlsb": (zip_of({"[Content_Types].xml": b"", "xl/workbook.bin": b""}), "二进制工作簿（xlsb），请另存为xlsx"),
    "ods": (
        zip_of({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}, zipfile.ZIP_STORED),
        "ODF表格（ods），请另存为xlsx或csv",
    ),
    "ofd": (zip_of({"OFD.xml": b"<a/>", "Doc_0/Document.xml": b""}), "收到的是OFD文件，请另存为xlsx或csv"),
    "numbers": (zip_of({"Index/Document.iwa": b""}), "Numbers表格，请导出为xlsx"),
    "doc": (ole_of({"WordDocument": b"", "Workbook": b""}), "Word文档（doc），请另存为xlsx或csv"),
    "ppt": (ole_of({"PowerPoint Document": b""}), "演示文稿（ppt）"),
    "other-ole": (ole_of({"Contents": b""}), "不含工作簿"),
    "encrypted-xlsx": (ole_of({"EncryptionInfo": b"", "EncryptedPackage": b""}), "加密的工作簿，请取消密码"),
    "encrypted-xls": (ole_of({"Workbook": BOF + FILE_PASS + DIMENSIONS}), "加密的工作簿，请取消密码"),
    "html": (b"\xef\xbb\xbf\n<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table>", "网页（HTML）表格，请用表格软件打开，另存为xlsx"),
    "html-doctype": (b"<!-- a --><!doctype HTML public ''><html>", "网页（HTML）表格"),
    "html-table": ("<table border=1><tr><td>许可".encode("gbk"), "网页（HTML）表格"),
    "html-utf-16": ("<HTML><body>".encode("utf-16"), "网页（HTML）表格"),
    "xhtml": (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C'><html>", "网页（HTML）表格"),
    "excel-2003-xml": (
        b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "XML电子表格2003，请用表格软件打开，另存为xlsx",
    ),
    "truncated-zip": (zip_of({"a.csv": b"a,b\n" * 99})[:60], "文件不完整或已损坏"),
    "truncated-ole": (ole_of({"Workbook": BOF})[:700], "文件不完整或已损坏"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_formats_that_are_refused_say_what_to_send_instead(name):
    data, reason = REFUSED[name]
    (batch,) = readers.read(data)
    assert batch.refusal.rule_id == "BT-03"
    message = rulebook.shipped().message("BT-03", **batch.refusal.details)
    assert message.startswith(STANDARD_MESSAGE)
    assert reason in message


def test_a_reason_may_be_missing():
    assert rulebook.shipped().message("BT-03") == STANDARD_MESSAGE


def test_the_name_decides_nothing(tmp_path):
    for name, content, expected in (
        ("许可.pdf", csv_of("a"), None),
        ("许可.csv.exe", csv_of("a"), None),
        ("许可.xlsx", b"%PDF-1.7", "BT-03"),
        ("许可.csv", zip_of({"a.csv": csv_of("a")}), None),
    ):
        (tmp_path / name).write_bytes(content)
        (batch,) = readers.read(tmp_path / name)
        assert (batch.refusal and batch.refusal.rule_id) == expected


def test_ole_directories_that_run_in_circles_or_deep_end():
    data = bytearray(ole_of({f"s{n}": b"" for n in range(7)} | {"Workbook": BOF}))
    first_entry = 512 * 2 + 128
    data[first_entry + 68 + 4 : first_entry + 68 + 8] = struct.pack("<L", 1)  # its own right neighbour
    with pytest.raises(UnreadableError):
        formats.sniff(bytes(data))
    assert formats.sniff(ole_of({f"s{n}": b"" for n in range(7)} | {"Workbook": BOF})) is Format.OLE_WORKBOOK


@pytest.mark.parametrize("name", ["xlsx", "xls", "zip", "xml", "json-wrapper", "csv"])
def test_damaged_bytes_never_break_the_decision(name):
    whole = TAKEN[name][0]
    chance = random.Random(name)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 3, 20])):
            data[chance.randrange(min(len(data), chance.choice([64, 1024, 1 << 20])))] = chance.choice(
                [0, 255, 65]
            )
        with contextlib.suppress(UnreadableError, UnsafeError):
            assert formats.sniff(bytes(data[: chance.randrange(len(data) + 1)])) in Format
