"""Watching the inboxes: the trigger that starts a collection when a complete file lands.

What it tells is a hint, the folder is the truth: a collection looks for itself, and one runs every five minutes
whatever was told or missed.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Iterable
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from gongshi.platform import inboxes
from gongshi.platform.settings import load_settings

LOOK_INTERVAL_SECONDS = 2.0
_TOLD = "told"

log = logging.getLogger(__name__)


class SettledInboxes(BaseEventTrigger):
    """Fires whenever files came to rest in an inbox of an agency or in that of the registry, once for each file.

    What was told is kept with the asset in Airflow's database, so that a restarted triggerer tells what it missed and
    nothing twice. An event that was yielded and not noted when it was killed is told again: collecting twice is harmless.

    Args:
        interval: seconds between two looks; a young file has to look the same in both.
    """

    def __init__(self, interval: float = LOOK_INTERVAL_SECONDS) -> None:
        super().__init__()
        self.interval = interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Importable path and plain JSON arguments."""
        return f"{__name__}.{type(self).__qualname__}", {"interval": self.interval}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look, tell, look again; the folders are read in a thread so that other triggers go on."""
        told = await self._recall()
        before: inboxes.Look = {}
        while True:
            now = await asyncio.to_thread(_look)
            changing = {*inboxes.changing(inboxes.young(now), before, now)}
            marks = {path: _mark(path, *seen) for path, seen in now.items()}
            settled = {mark for path, mark in marks.items() if path not in changing or mark in told}
            if new := settled - told:
                yield TriggerEvent({"files": len(new)})
            if settled != told:
                told = settled
                await self._note(told)
            before = now
            await asyncio.sleep(self.interval)

    async def _recall(self) -> set[str]:
        if self.asset_state_store is None:
            return set()
        try:
            stored = await self.asset_state_store.aget(_TOLD)
        except Exception:  # then all that lies there is told again
            log.warning("what was told before is not known; every waiting file is told", exc_info=True)
            return set()
        return {str(mark) for mark in stored} if isinstance(stored, list) else set()

    async def _note(self, told: Iterable[str]) -> None:
        if self.asset_state_store is None:
            return
        try:
            await self.asset_state_store.aset(_TOLD, [*sorted(told)])
        except Exception:  # a watcher that ends for that would tell nothing more
            log.warning("what was told could not be noted; a restart tells it again", exc_info=True)


def _look() -> inboxes.Look:
    settings = load_settings()
    own = inboxes.look(settings.dropbox, inboxes.INBOX, inboxes.SELF_CHECK)
    return own | inboxes.look_into(settings.registry_inbox)


def _mark(path: str, size: int, mtime_ns: int) -> str:
    """A short name of a file in one state; paths may be in no encoding a database takes."""
    seen = path.encode("utf-8", "surrogateescape") + b"\0%d\0%d" % (size, mtime_ns)
    return hashlib.blake2b(seen, digest_size=12).hexdigest()
