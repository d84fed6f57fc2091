"""A registered agency, and files dropped into inboxes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gongshi.platform.settings import Settings
from tests.integration.conftest import AGENCY


@pytest.fixture
def drop(settings: Settings) -> Callable[..., Path]:
    """Puts a file into an inbox, as old as given (seconds)."""

    def drop(name: str, content: bytes | str, agency: str = AGENCY, age: float = 60) -> Path:
        path = settings.inbox(agency) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (path.stat().st_mtime - age,) * 2)
        return path

    return drop
