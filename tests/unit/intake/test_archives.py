"""zip and gz: each file answered by itself, nothing unfolds beyond the limits."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import mmap
import random
import stat
import struct
import tracemalloc
import zipfile
import zlib

import openpyxl
import pytest

from gongshi.intake import readers
from gongshi.intake.readers.limits import Limits, check_zip
from gongshi.intake.readers.tables import UnreadableError, UnsafeError
from gongshi.standard.kinds import LICENCE
from gongshi.standard.messages import ReadBatch
from tests.unit.intake.files import csv_of, record, zip_of

MIB = 1 << 20


def read(data: bytes, **limits: int) -> list[ReadBatch]:
    return readers.read(data, Limits(**limits))


def told(batches: list[ReadBatch]) -> dict[str | None, str]:
    """Member → first cell of its first row, or rule and reason."""
    return {
        b.member: f"{b.refusal.rule_id} {b.refusal.details.get('reason', '')}"
        if b.refusal
        else b.rows["party_name"][0].as_py()
        for b in batches
    }


def info(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr, made.compress_type = mode << 16, zipfile.ZIP_DEFLATED
    return made


def zip_of_infos(*members: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for made, content in members:
            archive.writestr(made, content)
    return out.getvalue()


def renamed(data: bytes, old: bytes, new: bytes, *, is_utf8: bool = False, system: int = 0) -> bytes:
    """The archive with the bytes of a name changed, the flag that says UTF-8 and the system it was made on set."""
    assert len(old) == len(new)
    data = bytearray(data.replace(old, new))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            flags = struct.unpack_from("<H", data, at + place)[0] & ~0x800 | (0x800 if is_utf8 else 0)
            struct.pack_into("<H", data, at + place, flags)
            if mark == b"PK\x01\x02":
                data[at + 5] = system
            at = data.find(mark, at + 4)
    return bytes(data)


def xlsx_of(first: str) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append([f.label_zh for f in LICENCE.fields])
    book.active.append([first])
    book.save(out)
    return out.getvalue()


def test_each_file_is_read_by_its_own_bytes():
    archive = zip_of(
        {
            "许可/一.csv": csv_of("一"),
            "许可\\二.txt": csv_of("二").decode().encode("utf-16"),
            "三.dat": json.dumps([record("三")]).encode(),
            "四.xlsx": xlsx_of("四"),
            "五.csv.gz": gzip.compress(csv_of("五")),
            "说明.pdf": b"%PDF-1.7",
            "空.csv": b"",
        }
    )
    batches = read(archive)
    assert told(batches) == {
        "许可/一.csv": "一",
        "许可\\二.txt": "二",
        "三.dat": "三",
        "四.xlsx": "四",
        "五.csv.gz": "五",
        "说明.pdf": "BT-03 。收到的是PDF文件，请另存为xlsx或csv后报送",
        "空.csv": "BT-04 ",
    }
    assert [b.encoding for b in batches[:2]] == ["utf-8", "utf-16-le"]


def test_archives_come_from_files_too(tmp_path):
    for name, content in (("a", zip_of({"a.csv": csv_of("甲")})), ("b", gzip.compress(csv_of("甲")))):
        (tmp_path / name).write_bytes(content)
        (batch,) = readers.read(tmp_path / name)
        assert batch.rows["party_name"].to_pylist() == ["甲"]


def test_a_large_member_goes_through_a_temporary_file():
    firsts = [f"{n}" for n in range(3000)]
    (batch,) = read(zip_of({"a.csv": csv_of(*firsts)}), spool_bytes=1000)
    assert batch.rows["party_name"].to_pylist() == firsts


def test_sheets_of_a_member_are_batches_of_it():
    book, out = openpyxl.Workbook(), io.BytesIO()
    for name in ("甲", "乙"):
        sheet = book.create_sheet(name)
        sheet.append([f.label_zh for f in LICENCE.fields])
        sheet.append([name])
    book.save(out)
    batches = read(zip_of({"a.xlsx": out.getvalue()}))
    assert [(b.member, b.sheet) for b in batches] == [("a.xlsx", "甲"), ("a.xlsx", "乙")]


@pytest.mark.parametrize(
    ("raw", "options", "expected"),
    [
        ("昆明许可.csv".encode("gbk"), {}, "昆明许可.csv"),
        ("联通.csv".encode("gbk"), {}, "联通.csv"),
        ("𠮷野.csv".encode("gb18030"), {}, "𠮷野.csv"),
        ("昆明许可.csv".encode("gbk"), {"system": 3}, "昆明许可.csv"),
        ("昆明许可.csv".encode(), {"system": 3}, "昆明许可.csv"),
        ("昆明许可.csv".encode(), {"is_utf8": True}, "昆明许可.csv"),
        (b"\xff\xff.csv", {}, "\ufffd\ufffd.csv"),
        ("a\u202ecsv.exe".encode(), {"is_utf8": True}, "a\ufffdcsv.exe"),
    ],
)
def test_names(raw, options, expected):
    placeholder = b"n" * len(raw)
    archive = renamed(zip_of({placeholder.decode(): csv_of("甲")}), placeholder, raw, **options)
    assert told(read(archive)) == {expected: "甲"}


def test_a_name_in_utf_8_beside_the_local_one():
    name = "nnnn.csv"
    made = info(name)
    crc = struct.pack("<BL", 1, zlib.crc32(name.encode()))
    path = crc + "许可.csv".encode()
    made.extra = struct.pack("<HH", 0x7075, len(path)) + path
    assert told(read(zip_of_infos((made, csv_of("甲"))))) == {"许可.csv": "甲"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../etc/passwd.csv", "路径指向压缩包之外"),
        ("a/../../b.csv", "路径指向压缩包之外"),
        ("..\\b.csv", "路径指向压缩包之外"),
        ("/etc/cron.d/b.csv", "路径指向压缩包之外"),
        ("\\\\server\\b.csv", "路径指向压缩包之外"),
        ("C:\\b.csv", "路径指向压缩包之外"),
        ("C:b.csv", "路径指向压缩包之外"),
        ("a\n.csv", "含控制字符"),
        ("a\x1b[2J.csv", "含控制字符"),
        ("x" * 1001, "文件名过长或为空"),
        (" ", "文件名过长或为空"),
        ("folder/", "文件夹条目带有内容"),
    ],
)
def test_unsafe_names_are_refused_and_the_others_read(name, reason):
    batches = read(
        zip_of_infos((info("a.csv"), csv_of("甲")), (info(name), csv_of("乙")), (info("c.csv"), csv_of("丙")))
    )
    found = list(told(batches).values())
    assert (found[0], found[2]) == ("甲", "丙")
    assert found[1].startswith("BT-11")
    assert reason in found[1]
    assert all(len(b.member) <= 201 and b.member.isprintable() for b in batches)


def test_a_nul_in_a_name_hides_nothing():
    archive = renamed(zip_of({"a.csvN.exe": csv_of("甲")}), b"a.csvN.exe", b"a.csv\0.exe")
    assert list(told(read(archive)).values()) == ["BT-11 压缩包内的文件名含控制字符"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK])
def test_links_and_special_files(kind):
    batches = read(zip_of_infos((info("a.csv", kind | 0o777), b"/etc/passwd"), (info("b.csv"), csv_of("乙"))))
    assert told(batches) == {"a.csv": "BT-11 压缩包内含链接或特殊文件", "b.csv": "乙"}


def test_files_of_the_same_name_are_not_guessed_at():
    with pytest.warns(UserWarning, match="Duplicate"):
        archive = zip_of_infos(*((info(n), csv_of(n)) for n in ("a/x.csv", "a/x.csv", "b.csv")))
    batches = read(renamed(archive, b"", b""))
    assert [b.refusal and b.refusal.rule_id for b in batches] == ["BT-11", "BT-11", None]
    assert "重名文件" in batches[0].refusal.details["reason"]


def test_by_products_of_systems_are_skipped_with_a_remark():
    archive = zip_of(
        {
            "__MACOSX/._a.csv": b"\x00\x05\x16\x07" + bytes(20),
            ".DS_Store": b"Bud1",
            "a/Thumbs.db": b"x",
            "._a.csv": b"\x00\x05\x16\x07" + bytes(20),
            "~$a.xlsx": b"owner",
            "a.csv": csv_of("甲"),
            "._b.csv": csv_of("乙"),
        }
    )
    first, second = read(archive)
    assert told([first, second]) == {"a.csv": "甲", "._b.csv": "乙"}
    assert first.remarks[0] == (
        "压缩包内的系统附带文件不是数据，已略过：__MACOSX/._a.csv、.DS_Store、a/Thumbs.db、._a.csv、~$a.xlsx。"
    )


def test_an_archive_without_files():
    assert told(read(zip_of({}))) == {None: "BT-04 "}
    assert told(read(zip_of_infos((info("a/", stat.S_IFDIR), b"")))) == {None: "BT-04 "}
    (batch,) = read(zip_of({".DS_Store": b"x" * 40}))
    assert (batch.refusal.rule_id, len(batch.remarks)) == ("BT-04", 1)


def flagged(data: bytes, place_local: int, place_central: int, value: int) -> bytes:
    """The archive with a two-byte field of its first member changed, in both headers."""
    changed = bytearray(data)
    struct.pack_into("<H", changed, place_local, value)
    struct.pack_into("<H", changed, data.find(b"PK\x01\x02") + place_central, value)
    return bytes(changed)


def test_an_encrypted_member_is_refused_and_the_others_read():
    archive = flagged(zip_of({"a.csv": csv_of("甲"), "b.csv": csv_of("乙")}), 6, 8, 1)
    assert told(read(archive)) == {
        "a.csv": "BT-03 。压缩包或其中的文件已加密，请取消密码后报送",
        "b.csv": "乙",
    }


@pytest.mark.parametrize("method", [9, 12, 14, 93, 99])
def test_a_rare_method_is_refused(method):
    archive = flagged(zip_of({"a.csv": csv_of("甲"), "b.csv": csv_of("乙")}), 8, 10, method)
    assert told(read(archive)) == {
        "a.csv": "BT-03 。压缩方式不常用，请用标准zip方式（Deflate）压缩后报送",
        "b.csv": "乙",
    }


def test_a_damaged_member_is_refused_and_the_others_read():
    archive = bytearray(zip_of({"a.csv": csv_of(*map(str, range(500))), "b.csv": csv_of("乙")}))
    archive[120] ^= 0xFF
    assert told(read(bytes(archive))) == {
        "a.csv": "BT-03 。文件不完整或已损坏，请重新压缩后报送",
        "b.csv": "乙",
    }


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95, 0.999])
def test_a_truncated_archive(keep):
    archive = zip_of({f"{n}.csv": csv_of(*(f"{n}{m}" for m in range(200))) for n in range(5)})
    assert told(read(archive[: int(len(archive) * keep)]))[None].startswith("BT-03 。文件不完整或已损坏")


def test_nesting():
    once = zip_of({"in.zip": zip_of({"a.csv": csv_of("甲")})})
    twice = zip_of({"b.csv": csv_of("乙"), "out.zip": once})
    assert told(read(once)) == {"in.zip/a.csv": "甲"}
    assert told(read(twice)) == {"b.csv": "乙", "out.zip/in.zip": "BT-11 压缩包嵌套超过1层"}
    assert told(read(twice, nesting=2)) == {"b.csv": "乙", "out.zip/in.zip/a.csv": "甲"}
    assert told(read(gzip.compress(gzip.compress(gzip.compress(csv_of("甲")))))) == {
        None: "BT-11 压缩包嵌套超过1层"
    }


def test_an_archive_that_holds_itself_ends_at_the_nesting_limit():
    """A quine unfolds to itself; ten levels of 42-style nesting look the same from outside."""
    archive = csv_of("甲")
    for _ in range(10):
        archive = zip_of({"again.zip": archive})
    assert told(read(archive)) == {"again.zip/again.zip": "BT-11 压缩包嵌套超过1层"}


def bomb(unfolded: int) -> bytes:
    """A member of zeros, a thousandth of what it unfolds to."""
    return zip_of({"bomb.csv": bytes(unfolded)})


def test_a_bomb_is_stopped_by_its_ratio_in_bounded_memory():
    archive = zip_of_infos(
        (info("a.csv"), csv_of("甲")), (info("bomb.csv"), bytes(100 * MIB)), (info("c.csv"), csv_of("丙"))
    )
    tracemalloc.start()
    found = told(read(archive))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == {"a.csv": "甲", "bomb.csv": "BT-11 压缩比超过200倍，疑似压缩炸弹", "c.csv": "丙"}
    assert peak < 40 * MIB


def test_forty_two_bombs_in_one_another_are_stopped_by_the_total():
    """Each layer holds sixteen copies of the one below, the lowest unfolds to 4 MiB: 1 GiB with the nesting allowed."""
    archive = bomb(4 * MIB)
    for _ in range(2):
        archive = zip_of({f"{n}.zip": archive for n in range(16)})
    tracemalloc.start()
    found = told(read(archive, nesting=2, total_bytes=50 * MIB))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == {None: "BT-11 解压后的数据总量超过50MB"}
    assert peak < 60 * MIB


def test_a_member_larger_than_its_limit():
    found = told(
        read(zip_of({"a.csv": random.Random(1).randbytes(3000), "b.csv": csv_of("乙")}), member_bytes=2048)
    )
    assert found == {
        "a.csv": "BT-11 单个文件解压后超过2KB",
        "b.csv": "乙",
    }


def test_overlapping_entries():
    """Many directory entries point to the same packed bytes."""
    single = zip_of({"a0.csv": csv_of("甲")})
    start = single.find(b"PK\x01\x02")
    end = single.find(b"PK\x05\x06")
    entries = b"".join(single[start:end].replace(b"a0.csv", b"a%d.csv" % n) for n in range(10))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 10, 10, len(entries), start, 0)
    assert told(read(single[:start] + entries + tail)) == {None: "BT-11 压缩包内的文件互相重叠，疑似压缩炸弹"}


def claiming(data: bytes, size: int, crc: int | None = None) -> bytes:
    """The archive with another unfolded size (and checksum) claimed for its first member."""
    changed = bytearray(data)
    for place in (14, data.find(b"PK\x01\x02") + 16):
        if crc is not None:
            struct.pack_into("<L", changed, place, crc)
        struct.pack_into("<L", changed, place + 8, size)
    return bytes(changed)


def test_what_the_directory_claims_is_not_believed():
    content = csv_of("甲", "乙")
    archive = zip_of({"a.csv": content, "b.csv": csv_of("丙")})
    assert told(read(claiming(archive, 40))) == {
        "a.csv": "BT-11 压缩包内文件的实际大小大于目录所载，疑似压缩炸弹",
        "b.csv": "丙",
    }
    cut = claiming(
        archive, 40, zlib.crc32(content[:40])
    )  # zipfile alone would hand out 40 bytes as a sound member
    assert told(read(cut))["a.csv"].startswith("BT-")
    assert told(read(claiming(archive, 1 << 30))) == {
        "a.csv": "BT-03 。文件不完整或已损坏，请重新压缩后报送",
        "b.csv": "丙",
    }


def test_too_many_files_or_entries():
    many = zip_of({f"{n}.csv": b"a" for n in range(30)})
    assert told(read(many, members=20)) == {None: "BT-11 压缩包内的文件超过20个"}
    assert told(read(many, entries=20)) == {None: "BT-11 压缩包内的条目超过20个"}
    assert told(read(many, entries=5)) == {None: "BT-11 压缩包内的条目超过20个"}
    nested = zip_of({f"{n}.zip": zip_of({f"{m}.csv": csv_of("甲") for m in range(5)}) for n in range(5)})
    assert told(read(nested, members=20)) == {None: "BT-11 压缩包内的文件超过20个"}


def test_gz_names_streams_and_padding():
    out = io.BytesIO()
    with gzip.GzipFile("许可.csv".encode().decode("latin-1"), "wb", fileobj=out) as file:
        file.write(csv_of("甲"))
    assert list(told(read(out.getvalue())).values()) == ["甲"]
    head, tail = csv_of("甲", "乙")[:50], csv_of("甲", "乙")[50:]
    (batch,) = read(gzip.compress(head) + gzip.compress(tail) + bytes(512))
    assert batch.rows["party_name"].to_pylist() == ["甲", "乙"]


@pytest.mark.parametrize("damage", ["cut", "header", "junk", "crc", "bare"])
def test_damaged_gz(damage):
    data = gzip.compress(csv_of(*map(str, range(500))))
    changed = {
        "cut": data[:-20],
        "header": data[:9],
        "junk": data + b"junk",
        "crc": data[:-8] + bytes(4) + data[-4:],
        "bare": b"\x1f\x8b",
    }[damage]
    assert told(read(changed)) == {None: "BT-03 。压缩文件不完整或已损坏，请重新压缩后报送"}


def test_gz_bombs():
    data = gzip.compress(bytes(100 * MIB))
    tracemalloc.start()
    found = told(read(data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == {None: "BT-11 压缩比超过200倍，疑似压缩炸弹"}
    assert peak < 40 * MIB
    assert told(read(gzip.compress(b"") * 30, entries=20)) == {None: "BT-11 gz文件由超过20段拼成"}


def test_cells_are_counted_over_all_files_and_an_absurd_sheet_is_refused_alone():
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"], book.active["ALL1048576"] = "许可", "x"
    book.save(out)
    found = told(read(zip_of({"a.xlsx": out.getvalue(), "b.csv": csv_of("乙")})))
    assert (found["a.xlsx"], found["b.csv"]) == ("BT-11 单元格总数超过60,000,000个", "乙")
    rows = zip_of({f"{n}.json": json.dumps([record("甲")] * 10).encode() for n in range(3)})
    assert told(read(rows, cells=400)) == {None: "BT-11 单元格总数超过400个"}


def test_check_zip_of_workbooks():
    good = xlsx_of("甲")
    check_zip(good)
    with pytest.raises(UnsafeError, match="重名的部件"), pytest.warns(UserWarning, match="Duplicate"):
        check_zip(zip_of_infos((info("xl/workbook.xml"), b"a"), (info("xl/workbook.xml"), b"b")))
    with pytest.raises(UnsafeError, match="DTD"):
        check_zip(zip_of({"xl/workbook.xml": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}))
    with pytest.raises(UnsafeError, match="压缩比"):
        check_zip(zip_of({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": bytes(70 * MIB)}))
    with pytest.raises(UnsafeError, match="实际大小"):
        check_zip(claiming(zip_of({"xl/workbook.xml": b"<workbook/>" * 100}), 40))
    with pytest.raises(UnsafeError, match="总量超过1KB"):
        check_zip(good, Limits(total_bytes=1024))
    with pytest.raises(UnreadableError):
        check_zip(good[:-30])


def test_a_memory_map_will_do(tmp_path):
    (tmp_path / "a").write_bytes(zip_of({"a.csv": csv_of("甲")}))
    with (tmp_path / "a").open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        check_zip(mapped)
        mapped.close()  # nothing holds on to it


@pytest.mark.parametrize("seed", range(6))
def test_damage_anywhere_is_answered(seed):
    chance = random.Random(seed)
    whole = zip_of(
        {"a.csv": csv_of("甲"), "b.gz": gzip.compress(csv_of("乙")), "c.zip": zip_of({"d.csv": csv_of("丙")})}
    )
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 3, 20])):
            data[chance.randrange(len(data))] = chance.choice([0, 255, chance.randrange(256)])
        with contextlib.suppress(IndexError):
            del data[chance.randrange(2 * len(data)) :]
        assert readers.read(bytes(data))
