"""What must not harm: links, pipes, devices, odd names, files that grow, change, vanish. Each gets its receipt or waits."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import socket
import stat
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gongshi import bootstrap, flow
from gongshi.intake import archive, drop_folder, spool
from gongshi.load.ledger import recount
from gongshi.platform import database, inboxes
from gongshi.standard.identifiers import make_uscc
from gongshi.standard.kinds import LICENCE
from gongshi.standard.periods import SHANGHAI

AT = datetime(2026, 5, 12, 9, 0, 5, tzinfo=SHANGHAI)
AGENCY = make_uscc("11", "530100", "04894587")
COLUMNS = [f.code for f in LICENCE.fields if f.required == "R"]
GOOD = ",".join(COLUMNS) + "\n" + ",".join("云" for _ in COLUMNS) + "\n"
SECRET = "不该读到的内容"


class Box:
    """The inbox of AGENCY, runs over it, and what they answered."""

    def __init__(self, settings, drop):
        self.settings, self.drop = settings, drop
        self.inbox = settings.inbox(AGENCY)
        self.inbox.mkdir(parents=True, exist_ok=True)
        self.at = AT

    def collect(self):
        self.at += timedelta(minutes=5)
        flow.collect(self.settings, self.at)
        return self.receipts()

    def receipts(self):
        """By file name, the receipt of its only batch."""
        paths = sorted(self.settings.feedback(AGENCY).glob("*/receipt.json"))
        receipts = [json.loads(path.read_text("utf-8")) for path in paths]
        return {receipt["file"]: receipt for receipt in receipts}

    def left(self):
        return sorted(path.name for path in self.inbox.rglob("*"))

    def spooled(self):
        return sorted(path.name for path in (self.settings.landing / "spool").glob("*/*/*"))

    def balances(self):
        with database.connect(self.settings) as connection:
            return recount(self.settings, connection).problems == []


@pytest.fixture
def box(settings, connect, drop):
    bootstrap.prepare(settings)
    return Box(settings, drop)


@pytest.fixture
def bound(monkeypatch):
    """Makes a function run as the service's own user would: bound by permissions, also when root runs the tests."""

    def bind(owner, name, result=lambda value: value):
        work = getattr(owner, name)

        def bound(*arguments, **options):
            with bound_by_permissions():
                return result(work(*arguments, **options))

        monkeypatch.setattr(owner, name, bound)

    return bind


@contextmanager
def bound_by_permissions():
    """This thread without root's right to pass over file permissions."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    held = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, held) == 0
    less = (ctypes.c_uint32 * 6)(*held)
    less[0] &= ~0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    assert libc.capset(header, less) == 0
    try:
        yield
    finally:
        assert libc.capset(header, held) == 0


def refusal(receipt):
    """Status, rule, rows read and the words of a refused delivery."""
    (finding,) = receipt["findings"]
    return receipt["status"], finding["rule"], receipt["rows"]["read"], finding["message"]


def make_socket(path):
    """A socket bound under a short name first: its own path may be longer than a socket's address."""
    here = Path.cwd()
    try:
        os.chdir(path.parent)
        with socket.socket(socket.AF_UNIX) as end:
            end.bind(path.name)
    finally:
        os.chdir(here)


def secret(box):
    path = box.settings.home / "private" / "secret.csv"
    path.parent.mkdir()
    path.write_text(GOOD.replace("云", SECRET))
    return path


MAKERS = {
    "link.csv": lambda box: (box.inbox / "link.csv").symlink_to(secret(box)),
    "dangling.csv": lambda box: (box.inbox / "dangling.csv").symlink_to("nowhere"),
    "itself.csv": lambda box: (box.inbox / "itself.csv").symlink_to("itself.csv"),
    "folder": lambda box: (box.inbox / "folder").symlink_to(secret(box).parent),
    "up.csv": lambda box: (box.inbox / "up.csv").symlink_to(".."),
    "pipe.csv": lambda box: os.mkfifo(box.inbox / "pipe.csv"),
    "socket.csv": lambda box: make_socket(box.inbox / "socket.csv"),
}
WORDS = {"pipe.csv": "命名管道", "socket.csv": "套接字"}


@pytest.mark.parametrize("name", MAKERS)
def test_what_is_no_file_is_refused_unopened_and_gone(box, name):
    MAKERS[name](box)
    box.drop("good.csv", GOOD)
    receipts = box.collect()
    assert sorted(receipts) == sorted([name, "good.csv"])
    status, rule, rows, message = refusal(receipts[name])
    assert (status, rule, rows) == ("rejected", "BT-11", 0)
    assert WORDS.get(name, "符号链接") in message
    assert receipts[name]["sha256"] is None
    assert receipts[name]["next_step"]
    assert receipts["good.csv"]["rows"]["read"] == 1
    assert (box.left(), box.spooled()) == ([], [])
    assert [path.name for path in box.settings.archive.iterdir()] == [receipts["good.csv"]["sha256"]]
    answers = [
        path for path in box.settings.feedback(AGENCY).rglob("*") if path.suffix in (".json", ".html", ".csv")
    ]
    assert [path for path in answers if SECRET in path.read_text("utf-8")] == []
    assert box.balances()


def test_what_a_link_points_to_stays_as_it_is(box):
    path = secret(box)
    (box.inbox / "link.csv").symlink_to(path)
    (box.inbox / "folder").symlink_to(path.parent)
    before = path.stat()
    box.collect()
    assert path.read_text() == GOOD.replace("云", SECRET)
    assert (path.stat().st_mtime_ns, path.stat().st_mode) == (before.st_mtime_ns, before.st_mode)


def test_a_device_is_refused_unopened(box):
    try:
        os.mknod(box.inbox / "zero.csv", stat.S_IFCHR | 0o644, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes a device")
    assert refusal(box.collect()["zero.csv"])[1:] == ("BT-11", 0, refusal(box.receipts()["zero.csv"])[3])
    assert "设备" in refusal(box.receipts()["zero.csv"])[3]
    assert (box.left(), box.spooled(), list(box.settings.archive.iterdir())) == ([], [], [])
    assert box.balances()


def test_an_inbox_that_is_a_link_is_left_alone(box):
    elsewhere = box.settings.home / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "theirs.csv").write_text(GOOD)
    box.inbox.rmdir()
    box.inbox.symlink_to(elsewhere)
    assert box.collect() == {}
    assert (elsewhere / "theirs.csv").exists()


def test_files_in_folders_are_taken_and_the_folders_stay(box):
    box.drop("a.csv/sub/好.csv", GOOD)
    (box.inbox / "empty.xlsx").mkdir()
    assert list(box.collect()) == ["好.csv"]
    assert box.left() == ["a.csv", "empty.xlsx", "sub"]


def test_a_folder_we_may_not_enter_does_not_stop_the_others(box, bound):
    box.drop("closed/a.csv", GOOD)
    box.drop("good.csv", GOOD + "\n")
    (box.inbox / "closed").chmod(0)
    bound(inboxes, "below", list)
    assert list(box.collect()) == ["good.csv"]
    (box.inbox / "closed").chmod(0o700)
    assert sorted(box.collect()) == ["a.csv", "good.csv"]


def test_a_file_we_may_not_read_is_refused(box, bound):
    box.drop("closed.csv", GOOD).chmod(0)
    box.drop("good.csv", GOOD + "\n")
    bound(spool, "archive_file")
    receipts = box.collect()
    assert refusal(receipts["closed.csv"])[:3] == ("rejected", "BT-11", 0)
    assert "没有读取权限" in refusal(receipts["closed.csv"])[3]
    assert receipts["good.csv"]["rows"]["read"] == 1
    assert (box.left(), box.spooled()) == ([], [])
    assert box.balances()


def test_an_inbox_we_may_not_take_from_does_not_stop_the_others(box, bound, caplog):
    box.drop("fixed.csv", GOOD)
    other = box.drop("good.csv", GOOD, agency=make_uscc("11", "530100", "09999999"))
    box.inbox.chmod(0o500)
    bound(spool.Spool, "take")
    box.collect()
    box.inbox.chmod(0o700)
    assert (box.left(), other.exists()) == (["fixed.csv"], False)
    assert "fixed.csv" in caplog.text
    assert list(box.collect()) == ["fixed.csv"]


def test_a_file_over_the_limit_is_refused_before_it_is_copied(box):
    """10 GB that take no room on the disk would take it in the archive."""
    with box.drop("huge.csv", "").open("r+b") as file:
        file.truncate(10 << 30)
    os.utime(box.inbox / "huge.csv", (0, 0))
    box.drop("good.csv", GOOD)
    receipts = box.collect()
    assert refusal(receipts["huge.csv"]) == (
        "rejected",
        "BT-11",
        0,
        "文件超出限制或含不安全内容：文件10,240 MB，超过上限2,048 MB",
    )
    assert receipts["good.csv"]["rows"]["read"] == 1
    assert (box.left(), box.spooled()) == ([], [])
    assert len(list(box.settings.archive.iterdir())) == 1
    assert box.balances()


def test_the_limit_is_a_setting(box):
    box.settings = replace(box.settings, most_file_bytes=len(GOOD.encode()))
    box.drop("fits.csv", GOOD)
    box.drop("over.csv", GOOD + "\n")
    assert {name: receipt["rows"]["read"] for name, receipt in box.collect().items()} == {
        "fits.csv": 1,
        "over.csv": 0,
    }


ODD_NAMES = [
    "新\n行.csv",
    "回\r车.csv",
    "\x1b[31m红\x07.csv",
    "-rf",
    "--help.csv",
    "许可\u202excod.xlsx",
    "a..xlsx..csv",
    "a.xlsx.exe",
    "a.csv.xlsx",
    "a.csv ",
    " a.csv",
    "a;touch x;.csv",
    "$(id).csv",
    "<script>alert(1)</script>"[:24].replace("/", "⁄") + ".csv",
    "%s%n{0}{file}.csv",
    "con.csv",
    "许" * 85,
    "x" * 255,
    "e\u0301.csv",
    "é.csv",
    "\ufeff.csv",
    os.fsdecode(b"\xff\xfe\x80.csv"),
    os.fsdecode("许可.csv".encode("gb18030")),
    "没有后缀",
]  # fmt: skip


def test_any_name_is_taken_and_answered(box):
    for number, name in enumerate(ODD_NAMES):
        box.drop(name, GOOD + "\n" * number)
    receipts = box.collect()
    assert sorted(receipts) == sorted(drop_folder.printable(name) for name in ODD_NAMES)
    assert {receipt["rows"]["read"] for receipt in receipts.values()} == {1}
    assert (box.left(), box.spooled()) == ([], [])
    pages = [path.read_text("utf-8") for path in box.settings.feedback(AGENCY).rglob("*.html")]
    assert [page for page in pages if "<script>alert" in page] == []
    assert box.balances()


def test_what_a_file_is_called_does_not_matter(box):
    box.drop("a.xlsx.exe", b"MZ\x90\x00" + bytes(200))
    box.drop("b.csv.xlsx", GOOD)
    receipts = box.collect()
    assert list(receipts["a.xlsx.exe"]["finding_counts"]) == ["BT-03"]
    assert receipts["b.csv.xlsx"]["rows"]["read"] == 1


def test_nul_bytes_and_nothing_at_all_are_answered(box):
    files = {
        "nul.csv": GOOD.replace("云", "云\0南"),
        "zeros.csv": bytes(5000),
        "nothing.csv": "",
        "one.csv": "\0",
    }
    for name, content in files.items():
        box.drop(name, content)
    receipts = box.collect()
    assert {name: list(receipt["finding_counts"]) for name, receipt in receipts.items()} == {
        "nul.csv": ["BT-03"],
        "zeros.csv": ["BT-03"],
        "nothing.csv": ["BT-04"],
        "one.csv": ["BT-03"],
    }
    assert box.balances()


def test_a_name_used_twice_is_two_deliveries(box):
    for lines in range(3):
        box.drop("报送.csv", GOOD + "\n" * lines)
        box.collect()
    with database.connect(box.settings) as connection:
        rows = database.fetch(connection, "SELECT file_name, sha256 FROM intake.delivery")
    assert Counter(row["file_name"] for row in rows) == {"报送.csv": 3}
    assert len({row["sha256"] for row in rows}) == 3


def test_two_names_of_one_file_are_two_deliveries_and_the_copy_is_ours_alone(box):
    first = box.drop("a.csv", GOOD)
    kept = box.settings.home / "kept.csv"
    os.link(first, box.inbox / "b.csv")
    os.link(first, kept)
    receipts = box.collect()
    assert sorted(receipts) == ["a.csv", "b.csv"]
    kept.write_text("changed afterwards")
    (path,) = box.settings.archive.iterdir()
    assert (path.read_text(), path.stat().st_nlink) == (GOOD, 1)


# ---------------------------------------------------------------- files that do not rest


def _after_the_look(monkeypatch, act):
    """Let something happen in the inboxes between the last look and the taking; `selfcheck/` is looked at in peace."""
    look = inboxes.look

    def look_then_act(dropbox, *folders):
        seen = look(dropbox, *folders)
        if not folders:
            act()
        return seen

    monkeypatch.setattr(inboxes, "look", look_then_act)


def test_a_file_changed_after_the_last_look_waits_and_is_taken_whole(box, monkeypatch):
    """Its writer goes on writing into what was already moved: nothing of it may be lost."""
    path = box.drop("a.csv", GOOD[:40])
    writer = path.open("a")

    def write():
        writer.write(GOOD[40:70])
        writer.flush()

    _after_the_look(monkeypatch, write)
    assert box.collect() == {}
    assert (box.left(), box.spooled()) == ([], ["a.csv"])
    monkeypatch.undo()
    writer.write(GOOD[70:])
    writer.close()
    assert box.collect()["a.csv"]["sha256"] == hashlib.sha256(GOOD.encode()).hexdigest()
    assert box.spooled() == []


def test_a_file_exchanged_after_the_last_look_is_taken_as_it_is_now(box, monkeypatch):
    path = box.drop("a.csv", "old")

    def exchange():
        new = path.with_name(".new")
        new.write_text(GOOD)
        new.rename(path)

    _after_the_look(monkeypatch, exchange)
    assert box.collect() == {}
    monkeypatch.undo()
    assert box.collect()["a.csv"]["rows"]["read"] == 1


EXCHANGES = {
    "link": lambda path: path.symlink_to("/etc/passwd"),
    "pipe": lambda path: os.mkfifo(path),
    "folder": lambda path: path.mkdir(),
    "nothing": lambda path: None,
}


@pytest.mark.parametrize("new", EXCHANGES)
def test_a_file_exchanged_for_something_else_harms_nobody(box, monkeypatch, new):
    path = box.drop("a.csv", "old", age=90)
    box.drop("good.csv", GOOD)

    def exchange():
        path.unlink()
        EXCHANGES[new](path)

    _after_the_look(monkeypatch, exchange)
    assert list(box.collect()) == ["good.csv"]
    monkeypatch.undo()
    receipts = box.collect()
    assert box.spooled() == []
    assert box.left() == (["a.csv"] if new == "folder" else [])
    assert ("a.csv" in receipts) == (new in ("link", "pipe"))
    assert box.balances()


WRITES = {
    "grows": lambda file: (file.seek(0, 2), file.write(b"more")),
    "shrinks": lambda file: file.truncate(10),
    "is written over": lambda file: (file.seek(5), file.write(b"x" * 5)),
}


@pytest.mark.parametrize("how", WRITES)
def test_a_file_changed_while_it_is_copied_is_left_to_the_next_run(box, monkeypatch, how):
    """What is hashed, kept and read are the same bytes, at rest."""
    path = box.drop("a.csv", GOOD)
    box.drop("good.csv", GOOD + "\n")
    writer = path.open("r+b", buffering=0)
    fdopen = os.fdopen

    def write_meanwhile(*arguments, **options):
        monkeypatch.undo()
        source = fdopen(*arguments, **options)
        read = source.read

        class Interrupted:
            def __enter__(self):
                return self

            def __exit__(self, *error):
                source.close()

            def fileno(self):
                return source.fileno()

            def read(self, size):
                chunk = read(size)
                if chunk and not writer.closed:
                    WRITES[how](writer)
                    writer.close()
                return chunk

        return Interrupted()

    monkeypatch.setattr(archive.os, "fdopen", write_meanwhile)
    assert list(box.collect()) == ["good.csv"]
    assert box.spooled() == ["a.csv"]
    receipt = box.collect()["a.csv"]
    kept = (box.settings.archive / receipt["sha256"]).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == receipt["sha256"]
    assert len(kept) == {"grows": len(GOOD.encode()) + 4, "shrinks": 10}.get(how, len(GOOD.encode()))
    assert not list(box.settings.archive.glob("*.part"))
    assert box.balances()


def test_a_file_that_grows_all_the_time_never_stops_a_run(box):
    path = box.drop("log.csv", "", age=0)
    box.drop("good.csv", GOOD)
    stop = threading.Event()

    def write_on():
        with path.open("ab", buffering=0) as file:
            while not stop.wait(0.01):
                file.write(b"x")

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        assert list(box.collect()) == ["good.csv"]
    finally:
        stop.set()
        writer.join()
    size = path.stat().st_size
    os.utime(path, (0, 0))
    assert len(box.collect()) == 2
    assert max(p.stat().st_size for p in box.settings.archive.iterdir()) == max(size, len(GOOD.encode()))


def test_a_killed_run_leaves_what_it_refused_to_the_next(box, monkeypatch):
    (box.inbox / "link.csv").symlink_to("/etc/passwd")

    def killed(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(drop_folder, "enter_spooled", killed)
        with pytest.raises(KeyboardInterrupt):
            box.collect()
    assert (box.left(), box.spooled()) == ([], ["link.csv"])
    assert list(box.collect()["link.csv"]["finding_counts"]) == ["BT-11"]
    assert box.spooled() == []
