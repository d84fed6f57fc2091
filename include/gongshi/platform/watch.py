"""Waiting for complete files without holding a worker: the trigger, and the operator that starts from it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import BaseOperator, Context
from airflow.triggers.base import BaseEventTrigger, StartTriggerArgs, TriggerEvent

from gongshi.platform import inboxes
from gongshi.platform.dag_support import instant
from gongshi.platform.settings import load_settings

LOOK_INTERVAL_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 240.0
TASK_TIMEOUT = timedelta(seconds=2 * LONGEST_WAIT_SECONDS)


class SettledInboxes(BaseEventTrigger):
    """Fires once, as soon as no file waiting in an inbox is still changing.

    At once when none waits; at latest after `longest` seconds, because a file that never comes to rest must not hold
    up the others (the collection itself leaves it to the next run). The event's payload is a hint, the folder is the
    truth: `{"waiting": count, "changing": [paths]}`.

    Args:
        dropbox: root of the agencies' folders; empty for that of `GONGSHI_HOME`.
        interval: seconds between two looks.
        longest: seconds after which it fires whatever is still changing.
    """

    def __init__(
        self,
        dropbox: str = "",
        interval: float = LOOK_INTERVAL_SECONDS,
        longest: float = LONGEST_WAIT_SECONDS,
    ) -> None:
        super().__init__()
        self.dropbox = dropbox
        self.interval = interval
        self.longest = longest

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Importable path and plain JSON arguments."""
        arguments = {"dropbox": self.dropbox, "interval": self.interval, "longest": self.longest}
        return "gongshi.platform.watch.SettledInboxes", arguments

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look, wait, look again; the folder is read in a thread so that other triggers go on."""
        clock = asyncio.get_running_loop().time
        latest = clock() + self.longest
        dropbox = Path(self.dropbox) if self.dropbox else load_settings().dropbox
        now = await asyncio.to_thread(inboxes.look, dropbox)
        unsettled = inboxes.young(now)
        while unsettled and clock() < latest:
            await asyncio.sleep(self.interval)
            before, now = now, await asyncio.to_thread(inboxes.look, dropbox)
            unsettled = inboxes.changing(inboxes.young(now), before, now)
        yield TriggerEvent({"waiting": len(now), "changing": [_storable(path) for path in unsettled]})


class WaitForSettledInboxes(BaseOperator):
    """Succeeds when no waiting file is still changing.

    The scheduler hands it to the triggerer straight away, no worker in between. A task that ran in a worker first and
    deferred there could be resumed before the scheduler had heard of that worker's end, and was then failed as
    "finished with state success, but the task instance's state attribute is queued" (seen on a busy machine, Airflow
    3.3.2).
    """

    start_from_trigger = True
    start_trigger_args = StartTriggerArgs(
        trigger_cls=f"{__name__}.{SettledInboxes.__qualname__}",
        trigger_kwargs={},
        next_method="resume",
        timeout=TASK_TIMEOUT,
    )

    def execute(self, context: Context) -> None:
        """Only reached where the scheduler does not start from the trigger, such as `airflow dags test`."""
        self.defer(trigger=SettledInboxes(), method_name="resume", timeout=TASK_TIMEOUT)

    def resume(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Refuse a run whose clock is not acceptable, then hand the trigger's payload on."""
        instant(context)
        for path in event["changing"]:
            self.log.warning("still changing after the longest wait, left to the next run: %s", path)
        return event


def _storable(path: str) -> str:
    """A path as JSON can hold it: names in another encoding than UTF-8 keep their bytes as escapes."""
    return path.encode("utf-8", "backslashreplace").decode()
