"""Rows of the registry as functions of `read.py` return them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


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
    line: str | None = None


@dataclass(frozen=True)
class Division:
    """An administrative division (GB/T 2260) or a zone within one; the province has no parent."""

    code: str
    name: str
    parent_code: str | None
    level: str


@dataclass(frozen=True)
class Contact:
    """Who answers for an agency's reporting (the Measure, Article 4); `name` is empty where the role is an office."""

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


@dataclass(frozen=True)
class Succession:
    """An agency whose powers another one took over on a day; `manner` is 更名, 合并, 分设, 划转 or 撤销."""

    agency_code: str
    successor_code: str
    manner: str
    took_over_on: date
    basis: str | None


@dataclass(frozen=True)
class ReportingRight:
    """What an agency may report for others; `kinds` separated by ";", None = all (the Measure, Article 8)."""

    agency_code: str
    scope: str
    granted_for: str
    kinds: str | None
    basis: str


@dataclass(frozen=True)
class Item:
    """An item of an agency's 事项目录 (the Measure, Articles 5, 6)."""

    agency_code: str
    item_code: str
    item_name: str
    kind: str
    list_version: str | None
    secrecy_reviewed_on: date | None
    secrecy_result: str | None
    publication: str | None


@dataclass(frozen=True)
class ReportingDuty:
    """What an agency owes by the 报送清单; `item_code` None = every item of the kind (the Measure, Article 14)."""

    agency_code: str
    kind: str
    item_code: str | None


@dataclass(frozen=True)
class Backlog:
    """A declared first load of old stock: decisions of these days (both included), by this sender; `kind` None = all."""

    agency_code: str
    kind: str | None
    decided_from: date
    decided_to: date
    declared_on: date
    basis: str


@dataclass(frozen=True)
class ContactGap:
    """A role at an agency whose last holder is gone without successor (the Measure, Article 4): a task.

    `last_name` held it until the day before `since`.
    """

    agency_code: str
    agency_name: str
    role: str
    last_name: str
    since: date
