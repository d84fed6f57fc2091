"""Who answers for an agency on a day, and whom it may call: its own people and its division's lead department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gongshi.platform.database import Connection, fetch, statement
from gongshi.standard.periods import SHANGHAI

LIAISON = "联络员"


@dataclass(frozen=True)
class Person:
    """One contact: role (分管领导, 责任处（科）室负责人, 联络员), office, name, phone of the office."""

    role: str
    office: str
    name: str
    phone: str


@dataclass(frozen=True)
class Office:
    """An agency with some of its people; `division_code` is None when it is not registered."""

    code: str
    name: str
    people: tuple[Person, ...]
    division_code: str | None = None


def agency_office(
    connection: Connection, code: str, at: datetime, roles: Sequence[str] = (LIAISON,)
) -> Office | None:
    """The agency as known at `at` with its people of these roles; None when it is not registered."""
    rows = fetch(connection, statement("respond/agency"), {"code": code, "at": at})
    if not rows:
        return None
    people = people_of(connection, code, at, roles=roles)
    return Office(code, rows[0]["name"], people, rows[0]["division_code"])


def lead_office(connection: Connection, division_code: str | None, at: datetime) -> Office | None:
    """The lead department of the division (of the province when None) with its 联络员; None when none is registered."""
    rows = fetch(connection, statement("respond/lead_department"), {"division_code": division_code, "at": at})
    if not rows:
        return None
    return Office(rows[0]["code"], rows[0]["name"], people_of(connection, rows[0]["code"], at))


def people_of(
    connection: Connection,
    agency_code: str,
    at: datetime,
    day: date | None = None,
    roles: Sequence[str] | None = (LIAISON,),
) -> tuple[Person, ...]:
    """People of an agency on `day` (default: the day of `at`), as known at `at`; all roles when `roles` is None."""
    bound = {"code": agency_code, "at": at, "day": day or at.astimezone(SHANGHAI).date()}
    rows = fetch(connection, statement("respond/contacts"), bound)
    return tuple(
        Person(row["role"], row["office"] or "", row["name"], row["phone"] or "")
        for row in rows
        if roles is None or row["role"] in roles
    )
