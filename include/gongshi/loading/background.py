"""Work beside the main thread: staging and merging go on while the next rows are judged."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any

_SWITCH_SECONDS = 0.0005


class Background:
    """One piece of work at a time beside the main thread; its failure is raised at the next call or at the end."""

    def __enter__(self) -> Background:
        """Start the worker; the interpreter's lock changes hands quickly, so that Arrow's threads seldom wait for it."""
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_SECONDS)
        self._pool = ThreadPoolExecutor(1)
        self._last: Future[Any] | None = None
        return self

    def run(self, work: Callable[[], Any]) -> None:
        """Hand over work once the piece before it is done."""
        if self._last is not None:
            self._last.result()
        self._last = self._pool.submit(work)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the last piece."""
        self._pool.shutdown()
        sys.setswitchinterval(self._interval)
        if self._last is not None and error is None:
            self._last.result()
