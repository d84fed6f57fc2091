"""What a load would make of the registry: its files' records, and for every other table the rows believed now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from gongshi.platform.database import Cursor
from gongshi.registry import tables
from gongshi.registry.errors import CELL, CellError, Problem, Remedy
from gongshi.registry.files import AGENCIES, RegistryFile
from gongshi.registry.reading import Line

Values = Mapping[str, Any]
Span = tuple[date, date]


@dataclass(frozen=True)
class Record:
    """A row of a registry file with its values by file column."""

    row: int
    values: Values
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Loaded:
    """One file's records; of a bulk file its rows as a table instead."""

    file: RegistryFile
    file_name: str
    records: Sequence[Record] = ()
    rows: pa.Table = field(default_factory=lambda: pa.table({}))

    def problem(self, record: Record, column: str, remedy: Remedy, check: str = CELL) -> Problem:
        """A problem with one cell."""
        return Problem(self.file_name, record.row, column, record.texts[column], remedy, check)


def span(values: Values) -> Span:
    """First and last day a row holds; one without validity holds always."""
    return values.get("valid_from") or date.min, values.get("valid_to") or date.max


def overlap(one: Span, other: Span) -> bool:
    """The two have a day in common."""
    return one[0] <= other[1] and other[0] <= one[1]


def read_records(file: RegistryFile, file_name: str, lines: Sequence[Line]) -> tuple[Loaded, list[Problem]]:
    """Read every cell; rows with an unreadable one are left out and named."""
    records, problems = [], []
    for line in lines:
        values, faults = {}, []
        for column in file.columns:
            try:
                values[column.name] = column.read(line.texts[column.name])
            except CellError as error:
                faults.append(
                    Problem(file_name, line.row, column.name, line.texts[column.name], error.remedy)
                )
        problems += faults
        if not faults:
            records.append(Record(line.row, values, line.texts))
    return Loaded(file, file_name, records), problems


@dataclass
class World:
    """The registry as it would be after the load; tables the load leaves alone are read once each."""

    cursor: Cursor
    parts: Mapping[str, Loaded]
    _known: dict[str, list[Values]] = field(default_factory=dict)
    _codes: dict[str, set[str]] = field(default_factory=dict)

    def rows(self, file: RegistryFile) -> list[Values]:
        """Rows of a registry file's table by file column."""
        if file.name not in self._known:
            part = self.parts.get(file.name)
            self._known[file.name] = (
                [record.values for record in part.records]
                if part
                else [file.values(content) for content in tables.current(self.cursor, file)]
            )
        return self._known[file.name]

    def codes(self, file: RegistryFile) -> set[str]:
        """Codes in a file with a column `code`."""
        if file.name not in self._codes:
            self._codes[file.name] = {row["code"] for row in self.rows(file)}
        return self._codes[file.name]

    def agency_spans(self) -> dict[str, Span]:
        """First and last day of every agency, whatever its names meanwhile."""
        spans: dict[str, Span] = {}
        for row in self.rows(AGENCIES):
            first, last = span(row)
            known = spans.get(row["code"], (first, last))
            spans[row["code"]] = (min(first, known[0]), max(last, known[1]))
        return spans
