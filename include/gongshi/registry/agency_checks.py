"""What agencies may not be: successors of themselves, reporters for themselves in a circle, dissolved with open contacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gongshi.registry.areas import Areas
from gongshi.registry.errors import CIRCLE, CONTRADICTION, REFERENCE, Problem, Remedy
from gongshi.registry.files import AGENCIES, CONTACTS, DIVISIONS, RIGHTS, SUCCESSIONS
from gongshi.registry.world import Loaded, Record, Values, World, overlap, span

_CIRCLE = Remedy(
    "The right leads back to its holder in a circle. Keep one direction.",
    "代报权限形成循环，请只保留一个方向。",
)
_ITSELF = Remedy(
    "An agency needs no right to report for itself. Remove the row.",
    "本单位报送本单位数据无需授权，请删除该行。",
)


def problems(world: World) -> Iterator[Problem]:
    """Everything wrong with the agencies of a load, and with what other files say of them."""
    if part := world.parts.get(SUCCESSIONS.name):
        yield from _successions(world, part)
    if part := world.parts.get(RIGHTS.name):
        yield from _rights(world, part)
    if world.parts.keys() & {AGENCIES.name, CONTACTS.name}:
        yield from _contacts_of_the_dissolved(world)


def _successions(world: World, part: Loaded) -> Iterator[Problem]:
    spans = world.agency_spans()
    edges: dict[str, set[str]] = {}
    for record in part.records:
        old, new, on = (record.values[name] for name in ("agency_code", "successor_code", "took_over_on"))
        edges.setdefault(old, set()).add(new)
        if new not in spans:
            remedy = Remedy(
                "Add the successor to agencies.csv or correct the code.",
                "继任单位未登记，请先登记或更正代码。",
            )
            yield part.problem(record, "successor_code", remedy, REFERENCE)
        elif old in spans and record.values["manner"] in ("合并", "撤销") and spans[old][1] >= on:
            remedy = Remedy(
                "The predecessor is still valid then: end its row in agencies.csv the day before.",
                "原单位在该日仍有效，请在agencies中将其有效期截至前一日。",
            )
            yield part.problem(record, "took_over_on", remedy, CONTRADICTION)
    for record in part.records:
        old, new = record.values["agency_code"], record.values["successor_code"]
        if old == new or _reaches(new, old, edges):
            remedy = Remedy(
                "The successors lead back to the agency in a circle.", "继任关系形成循环，请更正。"
            )
            yield part.problem(record, "successor_code", remedy, CIRCLE)


def _rights(world: World, part: Loaded) -> Iterator[Problem]:
    agencies, divisions = world.codes(AGENCIES), world.codes(DIVISIONS)
    lines = {row["line"] for row in world.rows(AGENCIES) if row["line"]}
    known = {"agency": agencies, "division": divisions, "line": lines}
    words = {"agency": ("agency", "单位"), "division": ("division", "区划"), "line": ("line", "条线")}
    sound = []
    for record in part.records:
        scope, target = record.values["scope"], record.values["granted_for"]
        if target not in known[scope]:
            english, chinese = words[scope]
            remedy = Remedy(f"No {english} of the registry. Correct it.", f"该{chinese}未登记，请更正。")
            yield part.problem(record, "granted_for", remedy, REFERENCE)
        elif scope == "agency" and target == record.values["agency_code"]:
            yield part.problem(record, "granted_for", _ITSELF, CIRCLE)
        elif record.values["agency_code"] in agencies:
            sound.append(record)
    yield from _circles(world, part, sound)


def _circles(world: World, part: Loaded, records: Sequence[Record]) -> Iterator[Problem]:
    """Rights that lead back to their holder on some day; looked at on the day each of them begins."""
    agencies = {row["code"]: row for row in world.rows(AGENCIES)}
    areas = Areas({row["code"]: row["parent_code"] for row in world.rows(DIVISIONS)})
    holders = {record.values["agency_code"] for record in records}
    reached = {
        id(record): {code for code in holders if _covers(record.values, agencies, areas, code)}
        for record in records
    }
    for record in records:
        held: dict[str, set[str]] = {}
        for other in records:
            if overlap(span(record.values), span(other.values)):
                held.setdefault(other.values["agency_code"], set()).update(reached[id(other)])
        own = record.values["agency_code"]
        if any(code == own or _reaches(code, own, held) for code in reached[id(record)]):
            yield part.problem(record, "granted_for", _CIRCLE, CIRCLE)


def _covers(right: Values, agencies: Mapping[str, Values], areas: Areas, code: str) -> bool:
    """The right is for another agency's decisions; a line or division of its own holder is no circle by itself."""
    holder, other = agencies[right["agency_code"]], agencies[code]
    if code == right["agency_code"]:
        return False
    if right["scope"] == "agency":
        return bool(right["granted_for"] == code)
    if right["scope"] == "division":
        return areas.holds(right["granted_for"], other["division_code"])
    return bool(other["line"] == right["granted_for"]) and areas.holds(
        holder["division_code"], other["division_code"]
    )


def _reaches(start: str, target: str, edges: Mapping[str, set[str]]) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        for reached in edges.get(waiting.pop(), ()):
            if reached == target:
                return True
            if reached not in seen:
                seen.add(reached)
                waiting.append(reached)
    return False


def _contacts_of_the_dissolved(world: World) -> Iterator[Problem]:
    """Nobody answers for an agency after its last day; told where the load can mend it."""
    spans = world.agency_spans()
    contacts = world.parts.get(CONTACTS.name)
    if contacts:
        remedy = Remedy(
            "The agency is dissolved before: end the contact with it.",
            "单位已撤销，请将联系人有效期截至撤销之日。",
        )
        for record in contacts.records:
            last = spans.get(record.values["agency_code"], span({}))[1]
            if span(record.values)[1] > last:
                yield contacts.problem(record, "valid_to", remedy, CONTRADICTION)
        return
    agencies = world.parts[AGENCIES.name]
    open_until: dict[str, Any] = {}
    for row in world.rows(CONTACTS):
        code = row["agency_code"]
        open_until[code] = max(open_until.get(code, span(row)[1]), span(row)[1])
    remedy = Remedy(
        "It has contacts after that day: end them in contacts.csv, loaded together.",
        "该单位在此日之后仍有联系人，请同时报送截止其有效期的contacts文件。",
    )
    for record in agencies.records:
        last = span(record.values)[1]
        if last == spans[record.values["code"]][1] and open_until.get(record.values["code"], last) > last:
            yield agencies.problem(record, "valid_to", remedy, CONTRADICTION)
