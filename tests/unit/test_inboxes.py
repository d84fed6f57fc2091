"""Which files count as waiting, and the trigger on a real folder."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from gongshi.platform import inboxes
from gongshi.platform.watch import SettledInboxes


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "11530000015093000A" / "inbox"
    folder.mkdir(parents=True)
    return folder


class Store:
    """What Airflow keeps with an asset."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    async def aget(self, key: str, default: Any = None) -> Any:
        return self.values.get(key, default)

    async def aset(self, key: str, value: Any) -> None:
        json.dumps(value).encode("utf-8")
        self.values[key] = value


class Watch:
    """The trigger as the triggerer runs it: events counted, until it is stopped."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.files: list[int] = []
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    async def _run(self) -> None:
        trigger = SettledInboxes(interval=0.05)
        trigger.asset_state_store = self.store  # type: ignore[assignment]  # set by the triggerer

        async def listen() -> None:
            async for event in trigger.run():
                self.files.append(event.payload["files"])

        task = asyncio.create_task(listen())
        while not self.stopping.is_set():
            await asyncio.sleep(0.01)
        task.cancel()

    def __enter__(self) -> Watch:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self.thread.join()

    def until_told(self, files: list[int]) -> None:
        """Wait for these events, and that no other follows while what was told is noted."""
        end = time.monotonic() + 20
        while self.files != files or len(self.store.values.get("told", [])) < sum(files):
            assert time.monotonic() < end, (self.files, self.store.values)
            time.sleep(0.01)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GONGSHI_HOME", str(tmp_path))
    inbox = tmp_path / "dropbox" / "11530000015093000A" / "inbox"
    inbox.mkdir(parents=True)
    return inbox


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


def test_every_file_is_told_once_young_or_old(home: Path) -> None:
    store = Store()
    with Watch(store) as watch:
        (home / "young.csv").write_bytes(b"x")
        watch.until_told([1])
        (home / "old.csv").write_bytes(b"x")
        age(home / "old.csv", 60)
        watch.until_told([1, 1])


def test_files_for_the_registry_are_told_too(home: Path) -> None:
    registry = home.parents[2] / "registry" / "inbox"
    registry.mkdir(parents=True)
    with Watch(Store()) as watch:
        (registry / "agencies.csv").write_bytes(b"x")
        watch.until_told([1])


def test_a_growing_file_is_told_when_its_writer_is_done(home: Path) -> None:
    path = home / "a.csv"
    with Watch(Store()) as watch, path.open("ab", buffering=0) as file:
        end = time.monotonic() + 0.6
        while time.monotonic() < end:  # a writer slower than the looks would rightly count as done
            file.write(b"x")
        assert watch.files == []
        watch.until_told([1])


def test_a_restarted_trigger_tells_what_it_missed_and_nothing_twice(home: Path) -> None:
    store = Store()
    (home / "before.csv").write_bytes(b"x")
    with Watch(store) as watch:
        watch.until_told([1])
    (home / "while it was down.csv").write_bytes(b"x")
    with Watch(store) as watch:
        end = time.monotonic() + 20
        while len(store.values["told"]) < 2:
            assert time.monotonic() < end
            time.sleep(0.01)
        assert watch.files == [1]


def test_a_name_used_again_is_told_again(home: Path) -> None:
    store = Store()
    with Watch(store) as watch:
        (home / "a.csv").write_bytes(b"x")
        watch.until_told([1])
        (home / "a.csv").unlink()
        (home / "a.csv").write_bytes(b"another")
        end = time.monotonic() + 20
        while watch.files != [1, 1]:
            assert time.monotonic() < end
            time.sleep(0.01)


def test_what_was_told_can_be_stored_whatever_the_name(home: Path) -> None:
    name = "许可.csv".encode("gb18030")
    Path(os.fsdecode(os.path.join(os.fsencode(home), name))).write_bytes(b"x")  # noqa: PTH118 - bytes paths
    with Watch(Store()) as watch:
        watch.until_told([1])


def test_the_trigger_can_be_rebuilt_from_what_it_stores() -> None:
    path, arguments = SettledInboxes(interval=1.5).serialize()
    assert path == f"{SettledInboxes.__module__}.{SettledInboxes.__qualname__}"
    assert SettledInboxes(**arguments).serialize() == (path, arguments) == (path, {"interval": 1.5})
