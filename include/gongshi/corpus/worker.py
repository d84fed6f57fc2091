"""The process that does the work on the dropped files, so that a crash or a hang of it harms nobody else.

`python -m gongshi.corpus.worker` works on the instance of its environment. Each line of its input is an instant: it
collects what lies in the inboxes and says on its output, a JSON object a line, what it begins and what it has done.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from gongshi import flow
from gongshi.intake.receive import read_delivery
from gongshi.platform.database import connect, fetch
from gongshi.platform.settings import Settings, load_settings

Say = Callable[..., None]
_TAKEN = """SELECT delivery_id, agency_code, file_name, sha256 FROM intake.delivery
            WHERE status = 'taken' ORDER BY seq"""


def main() -> int:
    """Work until the input ends."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what libraries print is no answer of ours

    def say(event: str, **facts: Any) -> None:
        out.write(json.dumps({"event": event, **facts}) + "\n")

    settings = load_settings()
    for line in sys.stdin:
        try:
            _collect(settings, datetime.fromisoformat(line.strip()), say)
        except Exception as error:  # any: it is what this runner looks for
            say("failed", error=f"{type(error).__name__}: {error}", trace=traceback.format_exc())
            return 1
    return 0


def _collect(settings: Settings, at: datetime, say: Say) -> None:
    """Take everything, read file by file, then judge, load and answer all of them."""
    for step, work in (
        ("take", lambda: flow.take(settings, at)),
        ("read", lambda: _read(settings, say)),
        ("load", lambda: flow.load(settings, at)),
        ("answer", lambda: flow.answer(settings, at)),
    ):
        say("begin", step=step)
        began = time.perf_counter()
        work()
        say("end", step=step, seconds=time.perf_counter() - began, peak_mib=peak_mib())
    say("done")


def _read(settings: Settings, say: Say) -> None:
    """Read what was taken, one by one. No content is among it twice: the first would have to be loaded before."""
    with connect(settings) as connection:
        deliveries = fetch(connection, _TAKEN)
    for delivery in deliveries:
        _read_one(settings, delivery, say)


def _read_one(settings: Settings, delivery: dict[str, Any], say: Say) -> None:
    say("reading", **delivery)
    _reset_peak()
    began = time.perf_counter()
    with connect(settings) as connection:
        read_delivery(settings, connection, delivery["delivery_id"])
    seconds = time.perf_counter() - began
    say("was read", delivery_id=delivery["delivery_id"], seconds=seconds, peak_mib=peak_mib())


def _reset_peak() -> None:
    """Let the kernel count this process's peak of resident memory anew, where it can."""
    try:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    except OSError:
        return


def peak_mib() -> float:
    """Peak of resident memory since the last reset, or of the whole life where the kernel tells no other."""
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
