"""What the registry files say together: references, duplicates, overlapping validity."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongshi.registry.errors import Problem
from gongshi.registry.files import LEVELS, Line, RegistryFile


@dataclass(frozen=True)
class Record:
    """A row of a registry file with its values by file column."""

    row: int
    values: Mapping[str, Any]
    texts: Mapping[str, str]

    @property
    def span(self) -> tuple[date, date]:
        """First and last day the row holds; a row without validity holds always."""
        return self.values.get("valid_from") or date.min, self.values.get("valid_to") or date.max


@dataclass(frozen=True)
class Loaded:
    """One file's records."""

    file: RegistryFile
    file_name: str
    records: Sequence[Record]

    def problem(self, record: Record, column: str, remedy: str) -> Problem:
        """A problem with one cell."""
        return Problem(self.file_name, record.row, column, record.texts[column], remedy)


def read_records(file: RegistryFile, file_name: str, lines: Sequence[Line]) -> tuple[Loaded, list[Problem]]:
    """Read every cell; rows with an unreadable one are left out and named."""
    records, problems = [], []
    for line in lines:
        values, faults = {}, []
        for column in file.columns:
            try:
                values[column.name] = column.read(line.texts[column.name])
            except ValueError as error:
                faults.append(Problem(file_name, line.row, column.name, line.texts[column.name], str(error)))
        problems += faults
        if not faults:
            records.append(Record(line.row, values, line.texts))
    return Loaded(file, file_name, records), problems


def problems(
    loaded: Sequence[Loaded], known_divisions: set[str], known_agencies: set[str]
) -> Iterator[Problem]:
    """Everything wrong between rows and between files.

    Args:
        loaded: the files of this load.
        known_divisions: codes of the registry, used when this load brings no divisions.
        known_agencies: likewise for agencies.
    """
    codes: dict[str, set[str]] = {
        part.file.name: {r.values.get("code", "") for r in part.records} for part in loaded
    }
    divisions = codes.get("divisions", known_divisions)
    agencies = codes.get("agencies", known_agencies)
    for part in loaded:
        yield from _overlaps(part)
        if part.file.name == "divisions":
            yield from _parents(part)
        for record in part.records:
            yield from _validity(part, record)
            yield from _references(part, record, divisions, agencies)


def _overlaps(part: Loaded) -> Iterator[Problem]:
    groups: dict[tuple[Any, ...], list[Record]] = defaultdict(list)
    for record in part.records:
        groups[tuple(record.values[name] for name in part.file.key)].append(record)
    for group in groups.values():
        ordered = sorted(group, key=lambda record: (record.span, record.row))
        for before, after in itertools.pairwise(ordered):
            if after.span[0] <= before.span[1]:
                what = "Its validity overlaps that of" if part.file.has_validity else "It stands in"
                yield part.problem(after, part.file.key[-1], f"{what} row {before.row} already. Keep one.")


def _validity(part: Loaded, record: Record) -> Iterator[Problem]:
    first, last = record.span
    if last < first:
        yield part.problem(record, "valid_to", "It lies before valid_from. Correct one of the two.")


def _parents(part: Loaded) -> Iterator[Problem]:
    levels = {record.values["code"]: LEVELS.index(record.values["level"]) for record in part.records}
    for record in part.records:
        parent, level = record.values["parent_code"], LEVELS.index(record.values["level"])
        if parent is None and level > 0:
            yield part.problem(record, "parent_code", "Name the division above it.")
        elif parent is not None and levels.get(parent, len(LEVELS)) >= level:
            yield part.problem(record, "parent_code", "It is no division of this file above the row's own.")


def _references(part: Loaded, record: Record, divisions: set[str], agencies: set[str]) -> Iterator[Problem]:
    if record.values.get("division_code", "") not in divisions | {""}:
        yield part.problem(record, "division_code", "Add the division to divisions.csv or correct the code.")
    if record.values.get("agency_code", "") not in agencies | {""}:
        yield part.problem(record, "agency_code", "Add the agency to agencies.csv or correct the code.")
