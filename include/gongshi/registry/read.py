"""The registry as of an instant: what we believed then (`as_of`) about a day (`on`, default the instant's own day)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from typing import Any, TypeVar

from gongshi.platform.database import Connection, fetch, statement
from gongshi.registry.shapes import (
    Agency,
    Backlog,
    Contact,
    ContactGap,
    Division,
    Item,
    LeadDepartment,
    ReportingDuty,
    ReportingRight,
    Succession,
)
from gongshi.standard.periods import SHANGHAI
from gongshi.standard.working_days import WorkingCalendar

_BELIEVED = "recorded_at <= %(as_of)s AND (retired_at IS NULL OR retired_at > %(as_of)s)"
_VALID = "valid @> %(on)s::date"
_ALWAYS = "true"


DEFAULT_REPORTED_KINDS = ("coercion", "confirmation", "levy", "award", "inspection")
"""The "其他5类" where no reported_kinds file was loaded: a proposal, no source names them (standard 8.5)."""

Row = TypeVar(
    "Row", Agency, Division, Contact, LeadDepartment, Succession, ReportingRight, Item, ReportingDuty, Backlog
)


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


def successions(connection: Connection, as_of: datetime) -> list[Succession]:
    """Who took over whose powers, ever, by predecessor."""
    return _rows(
        connection, Succession, "ref.agency_succession", "agency_code, successor_code", as_of, None, _ALWAYS
    )


def reporting_rights(connection: Connection, as_of: datetime, on: date | None = None) -> list[ReportingRight]:
    """Rights to report for others, by holder."""
    order = "agency_code, scope, granted_for"
    return _rows(connection, ReportingRight, "ref.reporting_right", order, as_of, on)


def items(connection: Connection, as_of: datetime, on: date | None = None) -> list[Item]:
    """事项目录 of all agencies, by agency and item."""
    return _rows(connection, Item, "ref.item", "agency_code, kind, item_code", as_of, on)


def reported_kinds(connection: Connection, as_of: datetime, on: date | None = None) -> tuple[str, ...]:
    """The other kinds of the 报送清单 (Article 14); those of `DEFAULT_REPORTED_KINDS` until some were loaded."""
    bound = {"as_of": as_of, "on": on or as_of.astimezone(SHANGHAI).date()}
    query = f"SELECT kind FROM ref.reported_kind WHERE {_BELIEVED} AND {_VALID} ORDER BY kind"  # noqa: S608 - our own words
    return tuple(row["kind"] for row in fetch(connection, query, bound)) or DEFAULT_REPORTED_KINDS


def reporting_duties(connection: Connection, as_of: datetime, on: date | None = None) -> list[ReportingDuty]:
    """《“双公示”及其他5类行政管理事项报送清单》, by agency."""
    order = "agency_code, kind, item_code NULLS FIRST"
    return _rows(connection, ReportingDuty, "ref.reporting_duty", order, as_of, on)


def backlogs(connection: Connection, as_of: datetime, on: date | None = None) -> list[Backlog]:
    """Declared first loads that may be delivered on the day, by sender."""
    return _rows(connection, Backlog, "ref.backlog", "agency_code, decided_from", as_of, on)


def contact_gaps(connection: Connection, as_of: datetime, on: date | None = None) -> list[ContactGap]:
    """Tasks: roles whose last holder is gone without successor, at agencies that still exist, by agency and role."""
    bound = {"as_of": as_of, "day": on or as_of.astimezone(SHANGHAI).date()}
    return [ContactGap(**row) for row in fetch(connection, statement("registry/contact_gaps"), bound)]


def is_registered(connection: Connection, code: str, as_of: datetime, on: date | None = None) -> bool:
    """The agency is registered on the day; asks for this code alone."""
    query = f"SELECT FROM ref.agency WHERE code = %(code)s AND {_BELIEVED} AND {_VALID}"
    bound = {"code": code, "as_of": as_of, "on": on or as_of.astimezone(SHANGHAI).date()}
    return bool(fetch(connection, query, bound))


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
    connection: Connection,
    shape: type[Row],
    table: str,
    order: str,
    as_of: datetime,
    on: date | None,
    valid: str = _VALID,
) -> list[Row]:
    columns = ", ".join(field.name for field in fields(shape))
    query = f"SELECT {columns} FROM {table} WHERE {_BELIEVED} AND {valid} ORDER BY {order}"  # noqa: S608 - our own words
    on = on or as_of.astimezone(SHANGHAI).date()
    return [shape(**row) for row in fetch(connection, query, {"as_of": as_of, "on": on})]


def _grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, set[Any]]:
    groups: dict[str, set[Any]] = {}
    for key, value in pairs:
        groups.setdefault(key, set()).add(value)
    return groups
