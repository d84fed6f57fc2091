"""The rule book: every rule of every kind, its preconditions spelled out, its version.

What a suite checks (`row_cases`), what `gongshi rules` prints (`as_data`) and what receipts say (`message`) all come
from here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from gongshi.standard.checks import IS_EMPTY
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import Case, Effect, Kind, Rule
from gongshi.standard.periods import SHANGHAI

RELEASED_AT = datetime(2026, 1, 1, tzinfo=SHANGHAI)
"""Since when the shipped rule book is in force: recorded at its release, never at migration time."""

SEVERITY = {"reject_batch": "batch", "reject_row": "error", "warn": "warning", "fix": "fix"}

# A value caught by one of these is judged by no rule after it: mojibake only TX-07, spreadsheet artefacts only TX-12,
# placeholder words only TX-09, a masked number only PE-08, a line break or formula sign is a form of its own.
FIELD_GUARDS = ("TX-07", "TX-12", "TX-09", "TX-02", "TX-13", "PE-08")

# Which rows a rule judges, by the frame's column `row_state`: a row that does not fit its header is answered by BT-10
# alone, a withdrawal needs its reason and nothing else (standard 4.10). What must not be kept is told of every row.
COMPLETE, WITHDRAWAL, BROKEN = "complete", "withdrawal", "broken"
_ROW_STATES = {
    "BT-10": (BROKEN,),
    "XR-19": (COMPLETE, WITHDRAWAL),
    "PI-07": (COMPLETE, WITHDRAWAL, BROKEN),
    "PI-10": (COMPLETE, BROKEN),
}


@dataclass(frozen=True)
class RowCase:
    """One expectation: a case of a rule with its preconditions as check specifications.

    Attributes:
        rule: the rule it belongs to.
        number: position among the rule's cases, 0-based.
        field: field a finding names.
        effect: of this case.
        spec: `{check, columns, params, when}`.
        unless: specifications of the checks that must be silent on the row.
    """

    rule: Rule
    number: int
    field: str
    effect: Effect
    spec: dict[str, Any]
    unless: tuple[dict[str, Any], ...]


def rules(kind: str) -> dict[str, Rule]:
    """Rules of a kind by id."""
    return {rule.id: rule for rule in KINDS[kind].rules}


@cache
def all_rules() -> dict[str, Rule]:
    """Rules of all kinds by id; rules of one id mean the same in every kind."""
    return {rule.id: rule for kind in KINDS.values() for rule in kind.rules}


def message(rule_id: str, **details: object) -> str:
    """The Chinese message of a rule with its placeholders filled."""
    return all_rules()[rule_id].message_zh.format_map(_Blank(details))


def suggestion(rule_id: str) -> str:
    """What the clerk should do."""
    return all_rules()[rule_id].suggestion_zh


def requires(rule: Rule, case: Case) -> tuple[str, ...]:
    """Ids of the rules that must be silent before `case` is judged, as printed in the rule book.

    A restricted rule waits for no other: what they say of the row would be written down.
    """
    if rule.restricted:
        return case.requires
    guards = FIELD_GUARDS[: FIELD_GUARDS.index(rule.id)] if rule.id in FIELD_GUARDS else FIELD_GUARDS
    return (*guards, *(required for required in case.requires if required not in guards))


def row_cases(kind: Kind) -> Iterator[RowCase]:
    """The expectations of a kind's row suite, in rule-book order."""
    by_id = {rule.id: rule for rule in kind.rules}
    for rule in kind.rules:
        if not rule.enabled or rule.scope not in ("row", "registry"):
            continue
        for number, case in enumerate(rule.cases):
            judged = spec(case)
            judged["when"]["row_state"] = list(_ROW_STATES.get(rule.id, (COMPLETE,)))
            unless = tuple(_unless(by_id, rule, case))
            yield RowCase(rule, number, case.fields[0], case.effect or rule.effect, judged, unless)


def spec(case: Case) -> dict[str, Any]:
    """A case as plain data: what the suite's JSON names."""
    return {
        "check": case.check,
        "columns": list(case.reads or case.fields),
        "params": _plain(case.params),
        "when": _plain(case.when),
    }


def _unless(by_id: Mapping[str, Rule], rule: Rule, case: Case) -> Iterator[dict[str, Any]]:
    needed = (
        case.requires if case.check == IS_EMPTY else requires(rule, case)
    )  # a value check is silent on null
    for required_id in needed:
        for required in by_id[required_id].cases if required_id in by_id else ():
            if (
                set(required.fields) & set(case.fields)
                and (required.effect or by_id[required_id].effect) != "warn"
            ):
                yield spec(required)


def as_data(kinds: Mapping[str, Kind] = KINDS) -> dict[str, Any]:
    """The rule book as `gongshi rules` prints it (architecture, section 3)."""
    content = [_rule_data(rule, kinds) for rule in _distinct(kinds).values()]
    return {"version": _version(content), "rules": content}


@cache
def version() -> str:
    """Version of the shipped rule book: its release month and a digest of its content."""
    return str(as_data()["version"])


def _distinct(kinds: Mapping[str, Kind]) -> dict[str, Rule]:
    return {rule.id: rule for kind in kinds.values() for rule in kind.rules}


def _rule_data(rule: Rule, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    holders = [kind for kind in kinds.values() if any(r.id == rule.id for r in kind.rules)]
    own = {kind.name: next(r for r in kind.rules if r.id == rule.id) for kind in holders}
    return {
        "id": rule.id,
        "effect": rule.effect,
        "publication": rule.publication,
        "kinds": list(own),
        "fields": {name: _fields(kinds[name], r) for name, r in own.items()},
        "requires": sorted(
            {required for r in own.values() for case in r.cases for required in requires(r, case)}
        ),
        "message_zh": rule.message_zh,
        "basis": rule.basis,
        "params": {name: [_case_data(case) for case in r.cases] for name, r in own.items()},
        "scope": rule.scope,
        "suggestion_zh": rule.suggestion_zh,
        "responsible": rule.responsible,
        "enabled": rule.enabled,
        "restricted": rule.restricted,
    }


def _fields(kind: Kind, rule: Rule) -> list[str]:
    known = {f.name for f in (*kind.fields, *kind.legacy_fields)} | {"operation", "record_ref"}
    names = dict.fromkeys(case.fields[0] for case in rule.cases)
    return [kind.official(name) for name in names if name in known]


def _case_data(case: Case) -> dict[str, Any]:
    return {**spec(case), "effect": case.effect, "note_zh": case.note_zh}


def _version(content: list[dict[str, Any]]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return f"{RELEASED_AT:%Y.%m}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _plain(value: Any) -> Any:
    """Tuples as lists, all the way down: what JSON gives back."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value


class _Blank(dict[str, object]):
    """Placeholders without a value stay empty."""

    def __missing__(self, key: str) -> str:
        return ""
