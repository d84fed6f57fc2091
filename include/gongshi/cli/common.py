"""What the verbs share: options, the clock, how they answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gongshi.errors import UsageError
from gongshi.platform.settings import Settings, load_settings
from gongshi.standard.periods import SHANGHAI, read_instant

if TYPE_CHECKING:
    from gongshi.standard.rulebook import Rulebook


as_json_option = click.option("--json", "as_json", is_flag=True, help="Answer with JSON.")
at_option = click.option(
    "--at", metavar="T", help="The clock, ISO 8601 with zone; only with GONGSHI_REPLAY=1."
)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="File to write."
)


def clock_of(settings: Settings, at: str | None) -> datetime:
    """The argument clock: now, or `--at` in a replay."""
    if at is None:
        return datetime.now(SHANGHAI)
    if not settings.replay:
        raise UsageError("--at is accepted only with GONGSHI_REPLAY=1 (demo, tests). Leave it out.")
    return instant_of("--at", at)


def instant_of(option: str, text: str) -> datetime:
    """The instant an option names.

    Raises:
        UsageError: it is none, or has no time zone.
    """
    instant = read_instant(text)
    if instant is None:
        raise UsageError(
            f"{option} is {text!r}; expected ISO 8601 with a time zone, e.g. 2026-05-12T09:00:00+08:00."
        )
    return instant


def named_agency(code: str | None) -> tuple[str, str] | None:
    """(code, registered name) of an agency."""
    if code is None:
        return None
    from gongshi.platform.database import connect, demand_migrated
    from gongshi.registry.read import agencies

    settings = load_settings()
    demand_migrated(settings)
    with connect(settings) as connection:
        names = {agency.code: agency.name for agency in agencies(connection, datetime.now(SHANGHAI))}
    if code not in names:
        raise UsageError(f"agency {code} is not registered. Load it with `gongshi registry load`.")
    return code, names[code]


def say(data: Any, as_json: bool, lines: Callable[[], list[str]]) -> None:
    """Answer with JSON, or with lines for people."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else "\n".join(lines()))


def words(numbers: dict[str, Any]) -> str:
    """`rows 3, added 1`."""
    return ", ".join(f"{name} {number}" for name, number in numbers.items())


def rulebook_of(in_force: bool, at: str | None) -> Rulebook:
    """The rule book in force at the clock, or, without asking the warehouse, the shipped one."""
    from gongshi.standard import rulebook

    if not in_force:
        return rulebook.shipped()
    from gongshi.platform.database import connect, demand_migrated
    from gongshi.registry.rulebook import in_force as book_in_force

    settings = load_settings()
    demand_migrated(settings)
    with connect(settings) as connection:
        return book_in_force(connection, clock_of(settings, at))
