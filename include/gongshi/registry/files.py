"""The registry files: their columns, and how one is read (CSV in UTF-8 or GB18030, or xlsx)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from gongshi.registry.errors import Problem
from gongshi.standard.identifiers import uscc_wrong_check, uscc_wrong_form

KINDS = frozenset(
    [
        "licence",
        "penalty",
        "coercion",
        "confirmation",
        "levy",
        "payment",
        "adjudication",
        "compensation",
        "award",
        "inspection",
    ]
)
LEVELS = ("province", "prefecture", "county")
ROLES = ("分管领导", "责任处（科）室负责人", "联络员")


@dataclass(frozen=True)
class Column:
    """A column of a registry file.

    Attributes:
        name: header in the file.
        read: text → value; raises ValueError with the remedy.
        stored_as: column of the table, when it has another name; empty string: not stored.
    """

    name: str
    read: Callable[[str], Any]
    stored_as: str | None = None


@dataclass(frozen=True)
class RegistryFile:
    """A registry file and the table it fills.

    Attributes:
        name: file name without ending.
        table: table in `ref`.
        columns: in file order.
        key: columns of which a value may stand once (per day, where rows have a validity).
        surrogate: (column of the table, stored column it is made from), or None.
        is_ranged: the table has a column `valid`.
    """

    name: str
    table: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    surrogate: tuple[str, str] | None = None
    is_ranged: bool = True

    @property
    def stored(self) -> dict[str, str]:
        """File column → column of the table, without validity."""
        names = {c.name: c.name if c.stored_as is None else c.stored_as for c in self.columns}
        return {name: stored for name, stored in names.items() if stored}

    def content(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """What makes two rows equal: stored columns, and for a ranged table first day and day after the last."""
        stored = [values[name] for name in self.stored]
        if not self.is_ranged:
            return tuple(stored)
        last = values.get("valid_to")
        return (*stored, values.get("valid_from"), last and last + timedelta(days=1))

    @property
    def has_validity(self) -> bool:
        """True when its rows hold from a day to a day."""
        return any(column.name == "valid_from" for column in self.columns)


@dataclass(frozen=True)
class Line:
    """A row of a registry file as read: texts by column, and its row as a spreadsheet shows it."""

    row: int
    texts: dict[str, str]


def text(value: str) -> str:
    """Required text."""
    if not value:
        raise ValueError("Fill it in.")
    return value


def optional(value: str) -> str | None:
    """Text or nothing."""
    return value or None


def one_of(*allowed: str) -> Callable[[str], str]:
    """One of a list of words."""

    def read(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"Write one of {', '.join(allowed)}.")
        return value

    return read


def flag(value: str) -> bool:
    """0 or 1."""
    if value not in ("0", "1"):
        raise ValueError("Write 0 or 1.")
    return value == "1"


def day(value: str) -> date:
    """A day, YYYY-MM-DD (YYYY/MM/DD is understood)."""
    match = re.fullmatch(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})", value, re.ASCII)
    try:
        return date(int(match[1]), int(match[3]), int(match[4])) if match else date.fromisoformat(value)
    except ValueError:
        raise ValueError("Write an existing day as YYYY-MM-DD.") from None


def open_day(value: str) -> date | None:
    """A day, or nothing for an open end."""
    return day(value) if value else None


def division_code(value: str) -> str:
    """A division code (GB/T 2260)."""
    if not re.fullmatch(r"[1-9]\d{5}", value, re.ASCII):
        raise ValueError("Write the six digits of GB/T 2260.")
    return value


@lru_cache(maxsize=1 << 14)  # the same codes stand in file after file
def agency_code(value: str) -> str:
    """A 统一社会信用代码 with a right check digit."""
    value = value.upper()
    one = pa.array([value])
    if not value or uscc_wrong_form(one)[0].as_py() or uscc_wrong_check(one)[0].as_py():
        raise ValueError(
            "Write the agency's 统一社会信用代码: 18 characters, the last one its check character."
        )
    return value


VALIDITY = (Column("valid_from", day, ""), Column("valid_to", open_day, ""))

FILES: tuple[RegistryFile, ...] = (
    RegistryFile(
        "divisions", "division",
        (Column("code", division_code), Column("name", text), Column("parent_code", optional),
         Column("level", one_of(*LEVELS))),
        ("code",), ("division_id", "code"),
    ),
    RegistryFile(
        "agencies", "agency",
        (Column("code", agency_code), Column("name", text), Column("short_name", optional),
         Column("division_code", division_code), Column("level", one_of(*LEVELS)), Column("is_central", flag),
         *VALIDITY),
        ("code",), ("agency_id", "code"),
    ),
    RegistryFile(
        "agency_aliases", "agency_alias",
        (Column("agency_code", agency_code, "code"), Column("alias", text)),
        ("agency_code", "alias"), ("agency_id", "code"), is_ranged=False,
    ),
    RegistryFile(
        "lead_departments", "lead_department",
        (Column("division_code", division_code), Column("agency_code", agency_code), *VALIDITY),
        ("division_code",), ("division_id", "division_code"),
    ),
    RegistryFile(
        "contacts", "contact",
        (Column("agency_code", agency_code), Column("role", one_of(*ROLES)), Column("office", optional),
         Column("name", text), Column("phone", optional), *VALIDITY),
        ("agency_code", "role", "office", "name"), ("agency_id", "agency_code"),
    ),
    RegistryFile(
        "item_lists", "item",
        (Column("agency_code", agency_code), Column("item_code", text), Column("item_name", text),
         Column("kind", one_of(*sorted(KINDS))), *VALIDITY),
        ("agency_code", "item_code"), ("agency_id", "agency_code"),
    ),
    RegistryFile(
        "holidays", "holiday",
        (Column("date", day, "day"), Column("is_workday", flag), Column("name", text),
         Column("source_notice", text), Column("notice_date", day, "")),
        ("date",), is_ranged=False,
    ),
)  # fmt: skip
HOLIDAYS = FILES[-1]


def find(folder: Path, file: RegistryFile) -> Path | None:
    """The file in the folder, as CSV or xlsx; None when it is not there."""
    candidates = (folder / f"{file.name}{ending}" for ending in (".csv", ".xlsx"))
    return next((path for path in candidates if path.is_file()), None)


def lines(path: Path, file: RegistryFile) -> tuple[list[Line], list[Problem]]:
    """Rows that are not blank, and what is wrong with the file's form."""
    try:
        rows = _workbook(path) if path.suffix == ".xlsx" else _csv(path)
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        return [], [Problem(path.name, 1, "-", str(error), "Save it as CSV (UTF-8) or xlsx.")]
    header = [cell.strip() for cell in rows[0]] if rows else []
    expected = [column.name for column in file.columns]
    if sorted(header) != sorted(expected):
        remedy = f"The first row must be: {','.join(expected)}."
        return [], [Problem(path.name, 1, "-", ",".join(header), remedy)]
    found, problems = [], []
    for number, cells in enumerate(rows[1:], start=2):
        texts = [cell.strip() for cell in cells]
        if not any(texts):
            continue
        if len(texts) != len(header):
            problems.append(Problem(path.name, number, "-", ",".join(cells), f"Write {len(header)} cells."))
            continue
        found.append(Line(number, dict(zip(header, texts, strict=True))))
    return found, problems


def _csv(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        content = raw.decode("gb18030")
    return list(csv.reader(io.StringIO(content, newline=""), strict=True))


def _workbook(path: Path) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook  # only for the folder that has one

    try:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise ValueError(f"no readable workbook: {error}") from error
    return [[_cell(value) for value in row] for row in rows]


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        value = value.date()
    return str(value)
