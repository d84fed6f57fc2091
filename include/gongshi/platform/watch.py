"""Waiting for complete files without holding a worker: the trigger, and the operator that defers to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import BaseOperator, Context
from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from gongshi.platform import inboxes
from gongshi.platform.dag_support import instant
from gongshi.platform.settings import load_settings

LOOK_INTERVAL_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 240.0


class SettledInboxes(BaseEventTrigger):
    """Fires once, as soon as no file waiting in an inbox is still changing.

    At once when none waits; at latest after `longest` seconds, because a file that never comes to rest must not hold
    up the others (the collection itself leaves it to the next run). The event's payload is a hint, the folder is the
    truth: `{"waiting": count, "changing": [paths]}`.

    Args:
        dropbox: root of the agencies' folders.
        interval: seconds between two looks.
        longest: seconds after which it fires whatever is still changing.
    """

    def __init__(
        self, dropbox: str, interval: float = LOOK_INTERVAL_SECONDS, longest: float = LONGEST_WAIT_SECONDS
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
        now = await asyncio.to_thread(inboxes.look, Path(self.dropbox))
        unsettled = inboxes.young(now)
        while unsettled and clock() < latest:
            await asyncio.sleep(self.interval)
            before, now = now, await asyncio.to_thread(inboxes.look, Path(self.dropbox))
            unsettled = inboxes.changing(inboxes.young(now), before, now)
        yield TriggerEvent({"waiting": len(now), "changing": unsettled})


class WaitForSettledInboxes(BaseOperator):
    """Succeeds when no waiting file is still changing; defers only if one look cannot tell."""

    def execute(self, context: Context) -> dict[str, Any]:
        """Refuse a run whose clock is not acceptable, then look once, and defer if a file is young."""
        instant(context)
        settings = load_settings()
        now = inboxes.look(settings.dropbox)
        if inboxes.young(now):
            self.defer(
                trigger=SettledInboxes(str(settings.dropbox)),
                method_name="resume",
                timeout=timedelta(seconds=2 * LONGEST_WAIT_SECONDS),
            )
        return {"waiting": len(now), "changing": []}

    def resume(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Hand the trigger's payload on."""
        for path in event["changing"]:
            self.log.warning("still changing after the longest wait, left to the next run: %s", path)
        return event
