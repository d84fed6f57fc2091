"""Reading a rule book back from the data `gongshi rules` prints, with everything wrong in it named."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from gongshi.errors import UsageError
from gongshi.standard import checks
from gongshi.standard.checks import DECIDED_ELSEWHERE, IS_EMPTY
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import Case, Effect, Kind, Publication, Rule, Scope
from gongshi.standard.rulebook.book import Rulebook

_SHOWN = 20
_REQUIRED = ("id", "effect", "kinds", "params", "message_zh", "basis", "scope")


class RulebookError(UsageError):
    """Raised when a rule book or its settings cannot be used; each fault with its place and remedy."""

    def __init__(self, source: str, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        more = [f"… and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
        super().__init__("\n".join([f"{source}: the rule book cannot be used:", *faults[:_SHOWN], *more]))


def from_data(content: Mapping[str, Any], source: str = "rule book") -> Rulebook:
    """The rule book that data of `Rulebook.as_data` describes.

    Args:
        content: `{"rules": […]}`; the version is computed anew.
        source: how errors name it, for example the file.

    Raises:
        RulebookError: an unknown kind, effect, check, field or parameter, a rule twice, or a key missing.
    """
    listed = content.get("rules")
    if not isinstance(listed, list) or not listed:
        raise RulebookError(source, ["no list `rules` in it. Start from what `gongshi rules --json` prints."])
    faults = [
        f"rule {number} ({_id(item)}): {fault}"
        for number, item in enumerate(listed, 1)
        for fault in _faults(item)
    ]
    ids = [_id(item) for item in listed]
    faults += [
        f"{rule_id}: listed twice. Keep one." for rule_id in sorted({i for i in ids if ids.count(i) > 1})
    ]
    if faults:
        raise RulebookError(source, faults)
    kinds = {
        name: replace(
            kind, rules=tuple(_in_order(kind, [_rule(i, name) for i in listed if name in i["kinds"]]))
        )
        for name, kind in KINDS.items()
    }
    return Rulebook(kinds)


def _id(item: Any) -> str:
    return str(item.get("id", "without id")) if isinstance(item, Mapping) else "no object"


def _in_order(kind: Kind, rules: Sequence[Rule]) -> list[Rule]:
    """As the kind lists them; data lists the rules of all kinds in one row."""
    places = {rule.id: place for place, rule in enumerate(kind.rules)}
    return sorted(rules, key=lambda rule: places.get(rule.id, len(places)))


def _rule(item: Mapping[str, Any], kind: str) -> Rule:
    return Rule(
        id=item["id"],
        effect=item["effect"],
        scope=item["scope"],
        message_zh=item["message_zh"],
        basis=item["basis"],
        suggestion_zh=item.get("suggestion_zh", ""),
        cases=tuple(_case(case) for case in item["params"].get(kind, ())),
        publication=item.get("publication", "none"),
        responsible=item.get("responsible", "agency"),
        enabled=item.get("enabled", True),
        restricted=item.get("restricted", False),
    )


def _case(data: Mapping[str, Any]) -> Case:
    fields, columns = tuple(data["fields"]), tuple(data["columns"])
    return Case(
        fields=fields,
        check=data["check"],
        params=data.get("params", {}),
        when={name: tuple(values) for name, values in data.get("when", {}).items()},
        requires=tuple(data.get("requires", ())),
        effect=data.get("effect"),
        reads=() if columns == fields else columns,
        note_zh=data.get("note_zh", ""),
    )


def _faults(item: Any) -> Iterator[str]:
    """What is wrong with one rule."""
    if not isinstance(item, Mapping) or not all(name in item for name in _REQUIRED):
        yield f"it must be an object with {', '.join(_REQUIRED)}."
        return
    for name, allowed in (("effect", Effect), ("scope", Scope), ("publication", Publication)):
        if item.get(name, "none") not in get_args(allowed):
            yield f"unknown {name} {item[name]!r}. Write one of {', '.join(get_args(allowed))}."
    for kind in item["kinds"]:
        if kind not in KINDS:
            yield f"unknown kind {kind!r}. Write one of {', '.join(KINDS)}."
    for kind, cases in item["params"].items():
        for number, case in enumerate(cases):
            for fault in case_faults(case):
                yield f"{kind}, case {number}: {fault}"


def case_faults(case: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with one case: its check, its columns, its parameters."""
    missing = [name for name in ("fields", "check", "columns") if not case.get(name)]
    if missing:
        yield f"{', '.join(missing)} missing."
        return
    if not checks.exists(case["check"]):
        yield f"unknown check {case['check']!r}. Write one of {', '.join(checks.names())}."
    elif case["check"] not in (IS_EMPTY, DECIDED_ELSEWHERE):
        yield from _call_faults(case["check"], len(case["columns"]), case.get("params", {}))
    if case.get("effect") not in (None, *get_args(Effect)):
        yield f"unknown effect {case['effect']!r}. Write one of {', '.join(get_args(Effect))}."


def _call_faults(check: str, columns: int, params: Mapping[str, Any]) -> Iterator[str]:
    one = checks.VALUE_CHECKS.get(check)
    values = [None] if one else [None] * columns
    try:
        inspect.signature(one or (checks.ROW_CHECKS | checks.COLUMN_CHECKS)[check]).bind(*values, **params)
    except TypeError as error:
        yield f"check {check!r} cannot be asked so: {error}."
