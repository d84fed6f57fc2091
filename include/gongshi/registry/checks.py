"""What the registry files say together: references, duplicates, overlapping validity."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from gongshi.registry import agency_checks
from gongshi.registry.cells import LEVELS, ROLES, ZONE
from gongshi.registry.errors import CONTRADICTION, OVERLAP, REFERENCE, Problem, Remedy
from gongshi.registry.files import (
    AGENCIES,
    BACKLOGS,
    CONTACTS,
    DIVISIONS,
    DUTIES,
    HOLIDAYS,
    ITEMS,
    REPORTED_KINDS,
    RULE_SETTINGS,
)
from gongshi.registry.read import DEFAULT_REPORTED_KINDS
from gongshi.registry.rulebook import rule_setting
from gongshi.registry.world import Loaded, Record, World, span
from gongshi.standard.rulebook import Rulebook, fault_of, shipped

_PUBLISHED_KINDS = {"licence", "penalty"}
_OFFICE_ROLES = ROLES[1:3]
_UNUSABLE_SETTING = "规则库中没有该规则、该参数，或取值不符合要求。请用 gongshi rules --json 核对规则编号、参数名和现行取值后更正。"
_UNKNOWN_DIVISION = Remedy(
    "Add the division to divisions.csv or correct the code.", "区划未登记，请先在divisions中登记或更正代码。"
)
_UNKNOWN_AGENCY = Remedy(
    "Add the agency to agencies.csv or correct the code.", "单位未登记，请先在agencies中登记或更正代码。"
)


def problems(world: World) -> Iterator[Problem]:
    """Everything wrong between rows and between files of a load."""
    for part in world.parts.values():
        yield from _overlaps(part)
        for record in part.records:
            yield from _validity(part, record)
            yield from _references(world, part, record)
        yield from _OF_FILE.get(part.file.name, _nothing)(world, part)
    yield from agency_checks.problems(world)


def _nothing(world: World, part: Loaded) -> Iterator[Problem]:
    return iter(())


def _overlaps(part: Loaded) -> Iterator[Problem]:
    groups: dict[tuple[Any, ...], list[Record]] = defaultdict(list)
    for record in part.records:
        groups[tuple(record.values[name] for name in part.file.key)].append(record)
    for group in groups.values():
        ordered = sorted(group, key=lambda record: (span(record.values), record.row))
        for before, after in itertools.pairwise(ordered):
            if span(after.values)[0] <= span(before.values)[1]:
                yield part.problem(after, part.file.key[-1], _repeated(part, before, after), OVERLAP)


def _repeated(part: Loaded, before: Record, after: Record) -> Remedy:
    if part.file is HOLIDAYS and before.values["is_workday"] != after.values["is_workday"]:
        return Remedy(
            f"Row {before.row} says the opposite of this day. Keep the one the notice says.",
            f"与第{before.row}行对同一天的说法相反，请按放假通知保留一行。",
        )
    if part.file.has_validity:
        return Remedy(
            f"Its validity overlaps that of row {before.row} already. Keep one.",
            f"有效期与第{before.row}行重叠，请保留一行或更正有效期。",
        )
    return Remedy(
        f"It stands in row {before.row} already. Keep one.", f"与第{before.row}行重复，请保留一行。"
    )


def _validity(part: Loaded, record: Record) -> Iterator[Problem]:
    first, last = span(record.values)
    if last < first:
        remedy = Remedy("It lies before valid_from. Correct one of the two.", "止日早于起日，请更正。")
        yield part.problem(record, "valid_to", remedy, CONTRADICTION)


def _references(world: World, part: Loaded, record: Record) -> Iterator[Problem]:
    division, agency = record.values.get("division_code"), record.values.get("agency_code")
    if division and division not in world.codes(DIVISIONS):
        yield part.problem(record, "division_code", _UNKNOWN_DIVISION, REFERENCE)
    if agency and agency not in world.codes(AGENCIES):
        yield part.problem(record, "agency_code", _UNKNOWN_AGENCY, REFERENCE)


def _divisions(world: World, part: Loaded) -> Iterator[Problem]:
    order = [*LEVELS, ZONE]
    levels = {r.values["code"]: order.index(r.values["level"]) for r in part.records}
    for record in part.records:
        code, parent = record.values["code"], record.values["parent_code"]
        level = order.index(record.values["level"])
        if (len(code) > 6) != (record.values["level"] == ZONE):
            remedy = Remedy(
                "Nine digits are a zone's, six those of any other division.",
                "9位代码只用于开发区，其他区划为6位。",
            )
            yield part.problem(record, "code", remedy, CONTRADICTION)
        if parent is None and level > 0:
            yield part.problem(
                record,
                "parent_code",
                Remedy("Name the division above it.", "请填写上级区划代码。"),
                REFERENCE,
            )
        elif parent is not None and levels.get(parent, len(order)) >= level:
            remedy = Remedy(
                "It is no division of this file above the row's own.",
                "上级区划不在本文件中，或级别不高于本区划。",
            )
            yield part.problem(record, "parent_code", remedy, REFERENCE)


def _contacts(world: World, part: Loaded) -> Iterator[Problem]:
    for record in part.records:
        role = record.values["role"]
        if role != _OFFICE_ROLES[0] and not record.values["name"]:
            yield part.problem(record, "name", Remedy("Fill it in.", "请填写姓名。"))
        if role == _OFFICE_ROLES[0] and not record.values["office"]:
            yield part.problem(record, "office", Remedy("Name the office.", "请填写内设机构名称。"))


def _items(world: World, part: Loaded) -> Iterator[Problem]:
    for record in part.records:
        values = record.values
        if bool(values["secrecy_reviewed_on"]) != bool(values["secrecy_result"]):
            remedy = Remedy(
                "Give the day of the secrecy review and its result, or neither.",
                "保密审查日期和结果须同时填写。",
            )
            yield part.problem(record, "secrecy_result", remedy, CONTRADICTION)
        if values["publication"] == "已公开" and values["secrecy_result"] != "通过":
            remedy = Remedy(
                "A published item has passed its secrecy review (Articles 5, 6).",
                "已公开的事项须已通过保密审查。",
            )
            yield part.problem(record, "publication", remedy, CONTRADICTION)


def _duties(world: World, part: Loaded) -> Iterator[Problem]:
    items = {(row["agency_code"], row["kind"], row["item_code"]) for row in world.rows(ITEMS)}
    others = {row["kind"] for row in world.rows(REPORTED_KINDS)} or set(DEFAULT_REPORTED_KINDS)
    for record in part.records:
        agency, kind, item = (record.values[name] for name in ("agency_code", "kind", "item_code"))
        if kind not in others | _PUBLISHED_KINDS:
            remedy = Remedy(
                "The kind is none of reported_kinds.csv.",
                "该类别不在“其他5类”（reported_kinds）中，请更正或先登记。",
            )
            yield part.problem(record, "kind", remedy, REFERENCE)
        elif item and (agency, kind, item) not in items:
            remedy = Remedy(
                "The agency's list has no such item of this kind: add it to item_lists.csv or correct the code.",
                "本单位事项目录中没有该类别的这一事项，请先在item_lists中登记或更正代码。",
            )
            yield part.problem(record, "item_code", remedy, REFERENCE)


def _backlogs(world: World, part: Loaded) -> Iterator[Problem]:
    for record in part.records:
        if record.values["decided_to"] < record.values["decided_from"]:
            remedy = Remedy("It lies before decided_from. Correct one of the two.", "止日早于起日，请更正。")
            yield part.problem(record, "decided_to", remedy, CONTRADICTION)


def _holidays(world: World, part: Loaded) -> Iterator[Problem]:
    """A notice speaks of its own year or the next; the year in its number is that of its date."""
    for record in part.records:
        day, notice = record.values["date"], record.values["notice_date"]
        number = re.search(r"〔(\d{4})〕", record.values["source_notice"])
        if not notice.year <= day.year <= notice.year + 1:
            remedy = Remedy(
                "A notice speaks of its own year or the next. Correct the date or notice_date.",
                "放假通知只安排当年或次年，请更正日期或通知日期。",
            )
            yield part.problem(record, "date", remedy, CONTRADICTION)
        elif number and int(number[1]) != notice.year:
            remedy = Remedy(
                "Its number is of another year than notice_date.", "通知文号的年份与通知日期不一致，请更正。"
            )
            yield part.problem(record, "source_notice", remedy, CONTRADICTION)


def _rule_settings(world: World, part: Loaded) -> Iterator[Problem]:
    return setting_problems(part, shipped())


def setting_problems(part: Loaded, book: Rulebook) -> Iterator[Problem]:
    """Each setting names a rule of the book and something of it that can be set, to a value it can have."""
    for record in part.records:
        fault = fault_of(book, rule_setting(record.values))
        if fault:
            yield part.problem(record, "setting", Remedy(fault, _UNUSABLE_SETTING), REFERENCE)


_OF_FILE: dict[str, Callable[[World, Loaded], Iterator[Problem]]] = {
    DIVISIONS.name: _divisions,
    CONTACTS.name: _contacts,
    ITEMS.name: _items,
    DUTIES.name: _duties,
    BACKLOGS.name: _backlogs,
    HOLIDAYS.name: _holidays,
    RULE_SETTINGS.name: _rule_settings,
}
