"""Which files count as waiting, and the trigger on a real folder."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from pathlib import Path

import pytest
from airflow.triggers.base import TriggerEvent

from gongshi.platform import inboxes
from gongshi.platform.watch import SettledInboxes


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "11530000015093000A" / "inbox"
    folder.mkdir(parents=True)
    return folder


def fire(root: Path, **arguments: float) -> tuple[TriggerEvent, float]:
    """The trigger's event and the seconds it took, as the triggerer would run it."""

    async def first() -> TriggerEvent:
        async for event in SettledInboxes(str(root), **arguments).run():
            return event
        raise AssertionError("no event")

    began = time.monotonic()
    return asyncio.run(first()), time.monotonic() - began


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


@pytest.mark.parametrize("name", [".a.csv", "~$许可.xlsx", "a.csv.tmp", "a.CSV.PART", ".part"])
def test_unfinished_names_do_not_wait(inbox: Path, name: str) -> None:
    (inbox / name).write_bytes(b"x")
    assert inboxes.look(inbox.parents[1]) == {}


def test_only_inboxes_are_looked_into(inbox: Path) -> None:
    (inbox / "许可.xlsx").write_bytes(b"x")
    other = inbox.parent / "feedback"
    other.mkdir()
    (other / "receipt.json").write_bytes(b"{}")
    assert [Path(path).name for path in inboxes.look(inbox.parents[1])] == ["许可.xlsx"]


def test_a_file_of_last_minute_is_settled_at_once(inbox: Path) -> None:
    (inbox / "a.csv").write_bytes(b"x")
    age(inbox / "a.csv", 31)
    assert inboxes.young(inboxes.look(inbox.parents[1])) == []
    age(inbox / "a.csv", 5)
    assert len(inboxes.young(inboxes.look(inbox.parents[1]))) == 1


def test_the_trigger_fires_at_once_when_nothing_waits(inbox: Path) -> None:
    event, seconds = fire(inbox.parents[1])
    assert event.payload == {"waiting": 0, "changing": []}
    assert seconds < 1


def test_the_trigger_fires_at_once_for_old_files(inbox: Path) -> None:
    (inbox / "a.csv").write_bytes(b"x")
    age(inbox / "a.csv", 60)
    event, seconds = fire(inbox.parents[1])
    assert event.payload == {"waiting": 1, "changing": []}
    assert seconds < 1


def test_the_trigger_needs_two_equal_looks_at_a_young_file(inbox: Path) -> None:
    (inbox / "a.csv").write_bytes(b"x")
    event, seconds = fire(inbox.parents[1], interval=0.2)
    assert event.payload == {"waiting": 1, "changing": []}
    assert 0.2 <= seconds < 2


def test_the_trigger_waits_while_a_file_grows(inbox: Path) -> None:
    path = inbox / "a.csv"
    path.touch()  # before the first look: without a file the trigger fires at once
    stop = threading.Event()

    def grow() -> None:
        with path.open("ab", buffering=0) as file:
            for _ in range(20):
                file.write(b"x" * 100)
                if stop.wait(0.05):
                    return

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        event, _ = fire(inbox.parents[1], interval=0.3)
        assert path.stat().st_size == 2000, "fired before the writer was done"
        assert event.payload["changing"] == []
    finally:
        stop.set()
        writer.join()


def test_the_trigger_gives_up_on_a_file_that_never_rests(inbox: Path) -> None:
    path = inbox / "a.csv"
    path.write_bytes(b"x")
    stop = threading.Event()

    def grow() -> None:
        while not stop.wait(0.02):
            with path.open("ab", buffering=0) as file:
                file.write(b"x")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        event, seconds = fire(inbox.parents[1], interval=0.1, longest=0.5)
    finally:
        stop.set()
        writer.join()
    assert event.payload == {"waiting": 1, "changing": [str(path)]}
    assert 0.5 <= seconds < 3


def test_the_payload_can_be_stored_whatever_the_name(inbox: Path) -> None:
    name = "许可.csv".encode("gb18030")
    Path(os.fsdecode(os.path.join(os.fsencode(inbox), name))).write_bytes(b"x")  # noqa: PTH118 - bytes paths
    event, _ = fire(inbox.parents[1], interval=0.1, longest=0.0)
    assert json.dumps(event.payload, ensure_ascii=False).encode("utf-8")
    assert len(event.payload["changing"]) == 1


def test_the_trigger_can_be_rebuilt_from_what_it_stores(inbox: Path) -> None:
    path, arguments = SettledInboxes(str(inbox), interval=1.5).serialize()
    assert path == f"{SettledInboxes.__module__}.{SettledInboxes.__qualname__}"
    again = SettledInboxes(**arguments)
    assert again.serialize() == (path, arguments)
    assert arguments == {"dropbox": str(inbox), "interval": 1.5, "longest": 240.0}
