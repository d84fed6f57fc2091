"""One rule book as an object: its rules by kind, what a suite is made of, its messages, its version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
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


@dataclass(frozen=True, eq=False)
class Rulebook:
    """All rules at one time; two books with the same version say the same.

    Attributes:
        kinds: by name; their rules in rule-book order. Rules of one id mean the same in every kind.
    """

    kinds: Mapping[str, Kind]

    @cached_property
    def version(self) -> str:
        """Release month and a digest of the content."""
        text = json.dumps(self._content, ensure_ascii=False, sort_keys=True)
        return f"{RELEASED_AT:%Y.%m}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"

    @cached_property
    def all_rules(self) -> dict[str, Rule]:
        """Rules of all kinds by id."""
        return {rule.id: rule for kind in self.kinds.values() for rule in kind.rules}

    @cached_property
    def switched_off(self) -> frozenset[str]:
        """Ids of the rules that judge nothing."""
        return frozenset(rule_id for rule_id, rule in self.all_rules.items() if not rule.enabled)

    def rules(self, kind: str) -> dict[str, Rule]:
        """Rules of a kind by id."""
        return {rule.id: rule for rule in self.kinds[kind].rules}

    def parameter(self, kind: str, rule_id: str, name: str) -> Any:
        """A threshold of a rule of a kind, as its first case that has one says.

        Raises:
            KeyError: the kind has no such rule, or the rule no such parameter.
        """
        cases = self.rules(kind)[rule_id].cases
        return next(
            iter([case.params[name] for case in cases if name in case.params] or [cases[0].params[name]])
        )

    def message(self, rule_id: str, **details: object) -> str:
        """The Chinese message of a rule with its placeholders filled."""
        return self.all_rules[rule_id].message_zh.format_map(_Blank(details))

    def suggestion(self, rule_id: str) -> str:
        """What the clerk should do."""
        return self.all_rules[rule_id].suggestion_zh

    def row_cases(self, kind: str) -> Iterator[RowCase]:
        """The expectations of a kind's row suite, in rule-book order; a rule switched off has none."""
        by_id = self.rules(kind)
        for rule in by_id.values():
            if not rule.enabled or rule.scope not in ("row", "registry"):
                continue
            for number, case in enumerate(rule.cases):
                judged = spec(case)
                judged["when"]["row_state"] = list(_ROW_STATES.get(rule.id, (COMPLETE,)))
                unless = tuple(_unless(by_id, rule, case))
                yield RowCase(rule, number, case.fields[0], case.effect or rule.effect, judged, unless)

    def as_data(self) -> dict[str, Any]:
        """The rule book as `gongshi rules` prints it (architecture, section 3)."""
        return {"version": self.version, "rules": self._content}

    @cached_property
    def _content(self) -> list[dict[str, Any]]:
        return [_rule_data(rule, self.kinds) for rule in self.all_rules.values()]


@cache
def shipped() -> Rulebook:
    """The rule book that comes with the product."""
    return Rulebook(KINDS)


def requires(rule: Rule, case: Case) -> tuple[str, ...]:
    """Ids of the rules that must be silent before `case` is judged, as printed in the rule book.

    A restricted rule waits for no other: what they say of the row would be written down.
    """
    if rule.restricted:
        return case.requires
    guards = FIELD_GUARDS[: FIELD_GUARDS.index(rule.id)] if rule.id in FIELD_GUARDS else FIELD_GUARDS
    return (*guards, *(required for required in case.requires if required not in guards))


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
            if set(required.fields) & set(case.fields) and _silences(by_id[required_id], required):
                yield spec(required)


def _silences(rule: Rule, case: Case) -> bool:
    """A rule that only warns silences those that require it; the warning half of a refusing rule does not."""
    return rule.effect == "warn" or case.effect != "warn"


def _rule_data(rule: Rule, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    own = {kind.name: r for kind in kinds.values() for r in kind.rules if r.id == rule.id}
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
        "params": {name: [case_data(case) for case in r.cases] for name, r in own.items()},
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


def case_data(case: Case) -> dict[str, Any]:
    """A case as the rule book prints it: enough to make it again."""
    own = {"fields": list(case.fields), "requires": list(case.requires)}
    return {**own, **spec(case), "effect": case.effect, "note_zh": case.note_zh}


def _plain(value: Any) -> Any:
    """Tuples as lists, all the way down: what JSON gives back."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value


class _Blank(dict[str, object]):
    """Placeholders without a value stay empty."""

    def __missing__(self, key: str) -> str:
        return ""
