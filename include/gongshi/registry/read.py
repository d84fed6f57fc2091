"""The registry as of an instant: what we believed then (`as_of`) about a day (`on`, default the instant's own day)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar

from gongshi.platform.database import Connection, fetch
from gongshi.standard.periods import SHANGHAI
from gongshi.standard.working_days import WorkingCalendar

_BELIEVED = "recorded_at <= %(as_of)s AND (retired_at IS NULL OR retired_at > %(as_of)s)"
_VALID = "valid @> %(on)s::date"


@dataclass(frozen=True)
class Agency:
    """A registered agency; `code` is its 统一社会信用代码."""

    agency_id: int
    code: str
    name: str
    short_name: str | None
    division_code: str
    level: str
    is_central: bool


@dataclass(frozen=True)
class Division:
    """An administrative division (GB/T 2260); the province has no parent."""

    code: str
    name: str
    parent_code: str | None
    level: str


@dataclass(frozen=True)
class Contact:
    """A person answerable for an agency's reporting (the Measure, Article 4)."""

    agency_code: str
    role: str
    office: str | None
    name: str
    phone: str | None


@dataclass(frozen=True)
class LeadDepartment:
    """The credit lead department of a division (the Measure, Article 3)."""

    division_code: str
    agency_code: str


Row = TypeVar("Row", Agency, Division, Contact, LeadDepartment)


def calendar(connection: Connection, as_of: datetime) -> WorkingCalendar:
    """The working days as known; a year is covered when it has a day in the table."""
    rows = fetch(connection, f"SELECT day, is_workday FROM ref.holiday WHERE {_BELIEVED}", {"as_of": as_of})  # noqa: S608
    days = {row["day"]: row["is_workday"] for row in rows}
    return WorkingCalendar(days, {day.year for day in days})


def agencies(connection: Connection, as_of: datetime, on: date | None = None) -> list[Agency]:
    """Registered agencies, by code."""
    return _rows(connection, Agency, "ref.agency", "code", as_of, on)


def divisions(connection: Connection, as_of: datetime, on: date | None = None) -> list[Division]:
    """Divisions, by code."""
    return _rows(connection, Division, "ref.division", "code", as_of, on)


def contacts(connection: Connection, as_of: datetime, on: date | None = None) -> list[Contact]:
    """Answerable people, by agency, role and name."""
    return _rows(connection, Contact, "ref.contact", "agency_code, role, office, name", as_of, on)


def lead_departments(connection: Connection, as_of: datetime, on: date | None = None) -> list[LeadDepartment]:
    """Lead departments, by division."""
    return _rows(connection, LeadDepartment, "ref.lead_department", "division_code", as_of, on)


def registered_codes(connection: Connection, as_of: datetime, on: date | None = None) -> frozenset[str]:
    """Codes of registered agencies."""
    return frozenset(agency.code for agency in agencies(connection, as_of, on))


def registered_pairs(
    connection: Connection, as_of: datetime, on: date | None = None
) -> frozenset[tuple[str, str]]:
    """(full name, code) of registered agencies (AG-04); an alias is no name."""
    return frozenset((agency.name, agency.code) for agency in agencies(connection, as_of, on))


def known_divisions(connection: Connection, as_of: datetime) -> frozenset[str]:
    """Codes of divisions, whenever they were valid: an old decision names its place by the code of its day."""
    rows = fetch(connection, f"SELECT DISTINCT code FROM ref.division WHERE {_BELIEVED}", {"as_of": as_of})  # noqa: S608
    return frozenset(row["code"] for row in rows)


def aliases(connection: Connection, as_of: datetime) -> dict[str, frozenset[str]]:
    """Alias → codes of the agencies that have it."""
    rows = fetch(connection, f"SELECT alias, code FROM ref.agency_alias WHERE {_BELIEVED}", {"as_of": as_of})  # noqa: S608
    return {
        alias: frozenset(codes) for alias, codes in _grouped((r["alias"], r["code"]) for r in rows).items()
    }


def _rows(
    connection: Connection, shape: type[Row], table: str, order: str, as_of: datetime, on: date | None
) -> list[Row]:
    columns = ", ".join(field.name for field in fields(shape))
    query = f"SELECT {columns} FROM {table} WHERE {_BELIEVED} AND {_VALID} ORDER BY {order}"  # noqa: S608 - our own words
    on = on or as_of.astimezone(SHANGHAI).date()
    return [shape(**row) for row in fetch(connection, query, {"as_of": as_of, "on": on})]


def _grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, set[Any]]:
    groups: dict[str, set[Any]] = {}
    for key, value in pairs:
        groups.setdefault(key, set()).add(value)
    return groups
