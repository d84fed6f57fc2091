"""Ways to load a small registry with some files replaced, and to ask it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from gongshi.platform import database
from gongshi.registry.load import Counts, load_registry

from .files import AT, GOOD, content


@pytest.fixture
def load(settings, tmp_path) -> Callable[..., Counts]:
    """Loads GOOD with some files' rows replaced (None: left out)."""

    def load(at: datetime = AT, **changed: str | None) -> Counts:
        folder = tmp_path / "files"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for name, rows in (GOOD | changed).items():
            if rows is not None:
                (folder / f"{name}.csv").write_text(content(name, rows), encoding="utf-8-sig")
        return load_registry(settings, folder, at)

    return load


@pytest.fixture
def ask(settings) -> Callable[..., Any]:
    """Calls a function of `registry.read` in a transaction."""

    def ask(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with database.connect(settings) as connection:
            return function(connection, *arguments, **named)

    return ask
