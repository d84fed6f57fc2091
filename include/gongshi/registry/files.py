"""The registry files: their columns and the tables they fill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gongshi.registry import cells
from gongshi.registry.cells import KINDS, LEVELS, ROLES, ZONE


@dataclass(frozen=True)
class Column:
    """A column of a registry file.

    Attributes:
        name: header in the file.
        read: text → value; raises CellError with the remedy.
        stored_as: column of the table, when it has another name; empty string: not stored.
        may_lack: a file without this column is read as if all its cells were empty.
    """

    name: str
    read: Callable[[str], Any]
    stored_as: str | None = None
    may_lack: bool = False


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
        is_bulk: too many rows to be looked at one by one (`bulk.py`).
    """

    name: str
    table: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    surrogate: tuple[str, str] | None = None
    is_ranged: bool = True
    is_bulk: bool = False

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

    def values(self, content: tuple[Any, ...]) -> dict[str, Any]:
        """The other way round: what a row of the table says, by file column."""
        values = dict(zip(self.stored, content, strict=False))
        if self.is_ranged:
            first, after = content[-2:]
            values |= {"valid_from": first, "valid_to": after and after - timedelta(days=1)}
        return values

    def fits(self, header: Iterable[str]) -> bool:
        """The header names every column once, but for those that may be missing, and no other."""
        names = list(header)
        needed = {column.name for column in self.columns if not column.may_lack}
        known = {column.name for column in self.columns}
        return len(set(names)) == len(names) and needed <= set(names) <= known

    @property
    def has_validity(self) -> bool:
        """True when its rows hold from a day to a day."""
        return any(column.name == "valid_from" for column in self.columns)


def _optional(name: str, read: Callable[[str], Any] = cells.optional) -> Column:
    return Column(name, read, may_lack=True)


VALIDITY = (Column("valid_from", cells.day, ""), Column("valid_to", cells.open_day, ""))
_AGENCY = Column("agency_code", cells.agency_code)

DIVISIONS = RegistryFile(
    "divisions", "division",
    (Column("code", cells.division_code), Column("name", cells.text), Column("parent_code", cells.optional),
     Column("level", cells.one_of(*LEVELS, ZONE)), Column("valid_from", cells.open_day, "", may_lack=True),
     Column("valid_to", cells.open_day, "", may_lack=True)),
    ("code",), ("division_id", "code"),
)  # fmt: skip
AGENCIES = RegistryFile(
    "agencies", "agency",
    (Column("code", cells.agency_code), Column("name", cells.text), Column("short_name", cells.optional),
     Column("division_code", cells.division_code), Column("level", cells.one_of(*LEVELS)),
     Column("is_central", cells.flag), _optional("line"), *VALIDITY),
    ("code",), ("agency_id", "code"),
)  # fmt: skip
ALIASES = RegistryFile(
    "agency_aliases", "agency_alias",
    (Column("agency_code", cells.agency_code, "code"), Column("alias", cells.text)),
    ("agency_code", "alias"), ("agency_id", "code"), is_ranged=False,
)  # fmt: skip
SUCCESSIONS = RegistryFile(
    "agency_successions", "agency_succession",
    (_AGENCY, Column("successor_code", cells.agency_code),
     Column("manner", cells.one_of("更名", "合并", "分设", "划转", "撤销")), Column("took_over_on", cells.day), _optional("basis")),
    ("agency_code", "successor_code"), is_ranged=False,
)  # fmt: skip
RIGHTS = RegistryFile(
    "reporting_rights", "reporting_right",
    (_AGENCY, Column("scope", cells.one_of("agency", "division", "line")), Column("granted_for", cells.text),
     Column("kinds", cells.kinds), Column("basis", cells.text), *VALIDITY),
    ("agency_code", "scope", "granted_for"),
)  # fmt: skip
CONTACTS = RegistryFile(
    "contacts", "contact",
    (_AGENCY, Column("role", cells.one_of(*ROLES)), Column("office", cells.optional), Column("name", str),
     Column("phone", cells.optional), *VALIDITY),
    ("agency_code", "role", "office", "name"), ("agency_id", "agency_code"),
)  # fmt: skip
ITEMS = RegistryFile(
    "item_lists", "item",
    (_AGENCY, Column("item_code", cells.text), Column("item_name", cells.text), Column("kind", cells.one_of(*KINDS)),
     _optional("list_version"), _optional("secrecy_reviewed_on", cells.open_day),
     _optional("secrecy_result", cells.one_of_or_empty("通过", "不予公开")),
     _optional("publication", cells.one_of_or_empty("已公开", "未公开")), *VALIDITY),
    ("agency_code", "item_code"), ("agency_id", "agency_code"),
)  # fmt: skip
REPORTED_KINDS = RegistryFile(
    "reported_kinds", "reported_kind",
    (Column("kind", cells.one_of(*KINDS[2:])), Column("basis", cells.text), *VALIDITY), ("kind",),
)  # fmt: skip
DUTIES = RegistryFile(
    "reporting_list", "reporting_duty",
    (_AGENCY, Column("kind", cells.one_of(*KINDS)), Column("item_code", cells.optional), Column("basis", cells.optional),
     *VALIDITY),
    ("agency_code", "kind", "item_code"),
)  # fmt: skip
BACKLOGS = RegistryFile(
    "backlogs", "backlog",
    (_AGENCY, Column("kind", cells.one_of_or_empty(*KINDS)), Column("decided_from", cells.day),
     Column("decided_to", cells.day), Column("declared_on", cells.day), Column("basis", cells.text), *VALIDITY),
    ("agency_code", "kind", "decided_from"),
)  # fmt: skip
HOLIDAYS = RegistryFile(
    "holidays", "holiday",
    (Column("date", cells.day, "day"), Column("is_workday", cells.flag), Column("name", cells.text),
     Column("source_notice", cells.text), Column("notice_date", cells.day, "")),
    ("date",), is_ranged=False,
)  # fmt: skip
RULE_SETTINGS = RegistryFile(
    "rule_settings", "rule_setting",
    (Column("rule_id", cells.text), Column("kind", cells.one_of_or_empty(*KINDS)), Column("field", cells.optional),
     Column("setting", cells.text), Column("value", cells.text), Column("basis", cells.text), *VALIDITY),
    ("rule_id", "kind", "field", "setting"),
)  # fmt: skip
ENTITIES = RegistryFile(
    "legal_entities", "legal_entity",
    (Column("uscc", cells.agency_code), Column("name", cells.text), Column("known_on", cells.day)),
    ("uscc",), is_ranged=False, is_bulk=True,
)  # fmt: skip

FILES: tuple[RegistryFile, ...] = (
    DIVISIONS,
    AGENCIES,
    ALIASES,
    SUCCESSIONS,
    RegistryFile(
        "lead_departments", "lead_department",
        (Column("division_code", cells.division_code), _AGENCY, *VALIDITY),
        ("division_code",), ("division_id", "division_code"),
    ),
    RIGHTS,
    CONTACTS,
    ITEMS,
    REPORTED_KINDS,
    DUTIES,
    BACKLOGS,
    HOLIDAYS,
    RULE_SETTINGS,
    ENTITIES,
)  # fmt: skip
"""In the order in which they are applied: what others refer to first."""
