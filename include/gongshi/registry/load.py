"""Loading registry files: checked as a whole, then applied in one transaction, two times kept apart.

A file that is loaded is the full truth of its table from `at` on: a row that is new or changed is recorded at `at`, one
that changed or vanished is retired at `at`, an equal one stays untouched. Holidays are the exception: a year is the
unit (a notice is about one year), and a year's first table is recorded at the date of its notice, never at load time.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from importlib import resources
from pathlib import Path

from gongshi.platform import database
from gongshi.platform.database import Connection, Cursor
from gongshi.platform.settings import Settings
from gongshi.registry import bulk, checks, reading, tables
from gongshi.registry.errors import Problem, RegistryError, RegistryFolderError
from gongshi.registry.files import FILES, HOLIDAYS, RegistryFile
from gongshi.registry.reading import Line
from gongshi.registry.tables import Change
from gongshi.registry.world import Loaded, World, read_records

Counts = dict[str, dict[str, int]]


def load_registry(settings: Settings, folder: Path, at: datetime) -> Counts:
    """Load the registry files of a folder.

    Args:
        settings: which warehouse.
        folder: holds any of the files in `files.FILES`, as CSV or xlsx; missing ones leave their table alone.
        at: since when we know this.

    Returns:
        By file name: `rows`, `added`, `retired`, `unchanged`.

    Raises:
        RegistryFolderError: no registry file there.
        RegistryError: a file holds an error; nothing was loaded.
        RegistryClockError: `at` lies before what would be changed.
    """
    present = [(file, path) for file in FILES if (path := reading.find(folder, file))]
    if not present:
        names = ", ".join(f"{file.name}.csv" for file in FILES)
        raise RegistryFolderError(f"no registry file in {folder}; expected some of {names} (or .xlsx).")
    read = [read_file(file, path, path.name) for file, path in present]
    found = [problem for _, wrong in read for problem in wrong]
    parts = [part for part, _ in read]
    with database.connect(settings) as connection, connection.cursor() as cursor:
        found = found or problems(cursor, parts)
        if found:
            raise RegistryError(found)
        return apply(cursor, parts, at)


def read_file(file: RegistryFile, path: Path, name: str) -> tuple[Loaded, list[Problem]]:
    """One file's records, and what is wrong with its form and cells; `name` is how people know it."""
    if file.is_bulk:
        return bulk.read_entities(path, name)
    lines, wrong_form = reading.lines(path, file, name)
    part, wrong_cells = read_records(file, name, lines)
    return part, [*wrong_form, *wrong_cells]


def problems(cursor: Cursor, parts: Sequence[Loaded]) -> list[Problem]:
    """What is wrong between rows, between files, and with what the registry holds already; at most a file a table."""
    return list(checks.problems(World(cursor, {part.file.name: part for part in parts})))


def apply(cursor: Cursor, parts: Sequence[Loaded], at: datetime) -> Counts:
    """Bring the tables to what files without problems say.

    Raises:
        RegistryClockError: `at` lies before what would be changed; the caller rolls back.
    """
    ordered = sorted(parts, key=lambda part: FILES.index(part.file))
    return {
        part.file.name: bulk.apply_entities(cursor, part, at)
        if part.file.is_bulk
        else _apply(cursor, part, at)
        for part in ordered
    }


def seed_shipped(connection: Connection) -> int:
    """Record the holidays that ship with the product, each year at the date of its notice; days added.

    Years that are in the table already stay as they are, also when somebody corrected them.
    """
    source = resources.files("gongshi.standard").joinpath("codes", "holidays.csv")
    rows = csv.DictReader(source.read_text("utf-8").splitlines())
    lines = [Line(number, dict(row)) for number, row in enumerate(rows, start=2)]
    part, found = read_records(HOLIDAYS, "holidays.csv", lines)
    if found:
        raise RegistryError(found)
    with connection.cursor() as cursor:
        tables.lock(cursor, HOLIDAYS)
        known = tables.known_years(cursor)
        new = [record.values for record in part.records if record.values["date"].year not in known]
        tables.insert(
            cursor, HOLIDAYS, [(HOLIDAYS.content(v), tables.midnight(v["notice_date"])) for v in new]
        )
    return len(new)


def _apply(cursor: Cursor, part: Loaded, at: datetime) -> dict[str, int]:
    """Bring one table to what its file says."""
    file = part.file
    tables.lock(cursor, file)
    wanted = {file.content(record.values): record.values for record in part.records}
    years = {record.values["date"].year for record in part.records} if file is HOLIDAYS else None
    current = tables.current(cursor, file, years)
    retired = [place for content, place in current.items() if content not in wanted]
    added = [(content, values) for content, values in wanted.items() if content not in current]
    change = Change(cursor, file, at)
    change.retire(retired)
    change.add(added)
    return {
        "rows": len(wanted), "added": len(added), "retired": len(retired), "unchanged": len(wanted) - len(added)
    }  # fmt: skip
