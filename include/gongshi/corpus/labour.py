"""Handing batches to a worker process: what it did, or how it failed and on which delivery."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from gongshi.corpus.house import process_environment
from gongshi.errors import EnvironmentNotReadyError
from gongshi.platform.settings import Settings

Event = dict[str, Any]
_TAIL = 3000
_START_SECONDS = 120.0
"""A process that loads its modules gives no sign either; until the first one it has so long."""


class WorkerFailedError(Exception):
    """Raised when a worker crashed or hung.

    Attributes:
        how: crash or hang.
        suspect: the delivery it was reading (agency_code, file_name, sha256), or None when it was at another step.
    """

    def __init__(self, how: str, words: str, suspect: Event | None) -> None:
        super().__init__(words)
        self.how = how
        self.suspect = suspect


class WorkerNotStartedError(EnvironmentNotReadyError):
    """Raised when a worker ends or hangs before it begins to work: no file is to blame."""


@dataclass
class Done:
    """What a worker did with a batch.

    Attributes:
        read: by delivery id: seconds and peak_mib of its reading.
        steps: seconds by step: take, read, load, answer.
        peak_mib: peak of the process in this batch.
    """

    read: dict[str, Event] = field(default_factory=dict)
    steps: dict[str, float] = field(default_factory=dict)
    peak_mib: float = 0.0


class Worker:
    """One process on one instance, kept for many batches; a failure ends it."""

    def __init__(self, settings: Settings, limit_seconds: float) -> None:
        self._limit = limit_seconds
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `stop`
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gongshi.corpus.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=process_environment(settings),
        )
        self._at_work: Event = {}

    def collect(self, at: datetime) -> Done:
        """Collect everything dropped.

        Raises:
            WorkerFailedError: the process ended, raised, or gave no sign for longer than the limit; it is gone then.
            WorkerNotStartedError: it did so before it began.
        """
        assert self._process.stdin is not None  # noqa: S101 - opened as a pipe
        done = Done()
        try:
            self._process.stdin.write(f"{at.isoformat()}\n".encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            self._fail("crash", "ended before it was asked to work")
        for event in self._events():
            if event["event"] == "was read":
                done.read[event["delivery_id"]] = event
            elif event["event"] == "end":
                done.steps[event["step"]] = event["seconds"]
            done.peak_mib = max(done.peak_mib, event.get("peak_mib", 0.0))
        return done

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.wait()
        self._errors.close()

    def stop(self) -> None:
        """End the process: by the end of its input, or at once when it does not listen."""
        assert self._process.stdin is not None  # noqa: S101 - opened as a pipe
        self._process.stdin.close()
        try:
            self._process.wait(self._limit)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def _events(self) -> Iterator[Event]:
        """What it says, until it is done."""
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe
        handle, pending = self._process.stdout.fileno(), b""
        while True:
            patience = self._limit if self._at_work else max(self._limit, _START_SECONDS)
            if not select.select([handle], [], [], patience)[0]:
                self._fail("hang", f"no sign of life for {patience:g} s")
            chunk = os.read(handle, 1 << 16)
            if not chunk:
                self._fail("crash", f"ended with {self._process.wait()}")
            *lines, pending = (pending + chunk).split(b"\n")
            for event in map(json.loads, lines):
                if event["event"] == "failed":
                    self._fail("crash", f"{event['error']}\n{event['trace']}")
                if event["event"] in ("begin", "reading"):
                    self._at_work = event
                yield event
                if event["event"] == "done":
                    return

    def _fail(self, how: str, words: str) -> NoReturn:
        self._process.kill()
        self._process.wait()
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - _TAIL))
        tail = self._errors.read().decode("utf-8", "backslashreplace")
        self._errors.close()
        if not self._at_work:
            raise WorkerNotStartedError(f"the worker did not start, it {words}:\n{tail}")
        is_reading = self._at_work["event"] == "reading"
        place = "reading" if is_reading else self._at_work["step"]
        raise WorkerFailedError(how, f"at {place}: {words}\n{tail}", self._at_work if is_reading else None)
