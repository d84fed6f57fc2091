"""Settings of the rule book: switches and thresholds as data, laid over the shipped rules.

A setting names a rule, optionally a kind and a field, what it sets (`enabled`, `effect`, `publication`, `check`, or a
parameter of the rule's check) and the value as text. Which settings hold on which day is the registry's to say.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from gongshi.standard.model import Case, Kind, Publication, Rule
from gongshi.standard.rulebook.book import Rulebook, case_data
from gongshi.standard.rulebook.data import RulebookError, case_faults

WITHOUT_THEM_NO_ROW = (
    "BT-01",
    "BT-02",
    "BT-03",
    "BT-04",
    "BT-07",
    "BT-10",
    "BT-11",
    "BT-12",
    "XR-03",
    "XR-04",
    "XR-07",
)
"""Rules that cannot be switched off: without them there is no row to judge, or no record it could mean."""

_OF_THE_RULE = ("enabled", "effect", "publication")
_ROW_EFFECTS = ("reject_row", "warn")


@dataclass(frozen=True)
class Setting:
    """One switch or threshold.

    Attributes:
        rule_id: the rule.
        kind: kind of record it holds for; None = all that have the rule.
        field: our name or the official code of a field: only the rule's cases about it; None = all cases.
        name: `enabled`, `effect`, `publication`, `check`, or a parameter.
        value: as text: 0 or 1, a word, a number, a day; several words separated by "、" or as a JSON list.
    """

    rule_id: str
    kind: str | None
    field: str | None
    name: str
    value: str


def with_settings(book: Rulebook, settings: Sequence[Setting], source: str = "rule settings") -> Rulebook:
    """The book with the settings laid over it, in their order.

    Raises:
        RulebookError: naming each setting that cannot be laid over the book.
    """
    faults = [f"{s.rule_id} {s.name}: {fault}" for s in settings if (fault := fault_of(book, s))]
    if faults:
        raise RulebookError(source, faults)
    if not settings:
        return book
    kinds = {
        name: replace(kind, rules=tuple(_laid_over(kind, rule, settings) for rule in kind.rules))
        for name, kind in book.kinds.items()
    }
    return Rulebook(kinds)


def fault_of(book: Rulebook, setting: Setting) -> str | None:
    """What is wrong with a setting and what to write instead; None when it fits the book."""
    if setting.rule_id not in book.all_rules:
        return f"the rule book has no rule {setting.rule_id!r}. `gongshi rules` lists them."
    if setting.kind is not None and setting.kind not in book.kinds:
        return (
            f"unknown kind {setting.kind!r}. Write one of {', '.join(book.kinds)}, or leave it empty for all."
        )
    places = [(kind, rule) for kind, rule in _places(book, setting)]
    if not places:
        return f"{setting.kind} has no rule {setting.rule_id}."
    if setting.name in _OF_THE_RULE:
        return next(filter(None, (_rule_fault(rule, setting) for _, rule in places)), None)
    cases = [case for kind, rule in places for case in rule.cases if _is_about(kind, case, setting)]
    fitting = [case for case in cases if setting.name == "check" or setting.name in case.params]
    if not fitting:
        known = sorted({name for _, rule in places for case in rule.cases for name in case.params})
        return f"the rule has no such parameter there. Write one of {', '.join(('enabled', 'effect', 'publication', *known))}."
    return next(filter(None, (_case_fault(case, setting) for case in fitting)), None)


def _rule_fault(rule: Rule, setting: Setting) -> str | None:
    if setting.field is not None:
        return "it is set for the whole rule: leave the field empty."
    if setting.name == "enabled":
        if setting.value not in ("0", "1"):
            return "write 0 or 1."
        if setting.value == "0" and rule.id in WITHOUT_THEM_NO_ROW:
            return "without this rule no row could be read or placed: it cannot be switched off."
    if setting.name == "publication" and setting.value not in get_args(Publication):
        return f"write one of {', '.join(get_args(Publication))}."
    if setting.name == "effect":
        if rule.scope not in ("row", "registry") or rule.effect not in _ROW_EFFECTS:
            return f"the effect of a rule that {rule.effect}s in scope {rule.scope} is fixed; switch it off instead."
        if setting.value not in _ROW_EFFECTS:
            return f"write one of {', '.join(_ROW_EFFECTS)}."
    return None


def _case_fault(case: Case, setting: Setting) -> str | None:
    try:
        changed = _with_parameter(case, setting)
    except ValueError as error:
        return str(error)
    return next(case_faults(case_data(changed)), None)


def _places(book: Rulebook, setting: Setting) -> Iterator[tuple[Kind, Rule]]:
    for kind in book.kinds.values():
        if setting.kind in (None, kind.name):
            yield from ((kind, rule) for rule in kind.rules if rule.id == setting.rule_id)


def _is_about(kind: Kind, case: Case, setting: Setting) -> bool:
    names = {f.code: f.name for f in (*kind.fields, *kind.legacy_fields)}
    return setting.field is None or names.get(setting.field, setting.field) in case.fields


def _laid_over(kind: Kind, rule: Rule, settings: Iterable[Setting]) -> Rule:
    for setting in settings:
        if setting.rule_id == rule.id and setting.kind in (None, kind.name):
            rule = _with(kind, rule, setting)
    return rule


def _with(kind: Kind, rule: Rule, setting: Setting) -> Rule:
    if setting.name == "enabled":
        return replace(rule, enabled=setting.value == "1")
    if setting.name == "publication":
        return replace(rule, publication=setting.value)  # type: ignore[arg-type]
    if setting.name == "effect":  # of every case that rejected or warned as the rule did
        cases = tuple(
            replace(case, effect=None) if case.effect == setting.value else case for case in rule.cases
        )
        return replace(rule, effect=setting.value, cases=cases)  # type: ignore[arg-type]
    fits = [
        _is_about(kind, case, setting) and (setting.name == "check" or setting.name in case.params)
        for case in rule.cases
    ]
    return replace(
        rule,
        cases=tuple(
            _with_parameter(c, setting) if fit else c for c, fit in zip(rule.cases, fits, strict=True)
        ),
    )


def _with_parameter(case: Case, setting: Setting) -> Case:
    if setting.name == "check":
        return replace(case, check=setting.value)
    value = _read(setting.value, case.params[setting.name])
    return replace(case, params={**case.params, setting.name: value})


def _read(text: str, old: Any) -> Any:
    """A value of the same type as the one it replaces; ValueError says what to write."""
    if isinstance(old, str):
        return text
    if isinstance(old, bool):
        if text not in ("0", "1"):
            raise ValueError("write 0 or 1.")
        return text == "1"
    if isinstance(old, list | tuple) and not text.lstrip().startswith("["):
        return tuple(word.strip() for word in text.split("、") if word.strip())
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        raise ValueError(f"{text!r} cannot be read. Write it like {_shown(old)}.") from None
    if not isinstance(value, _types(old)) or isinstance(value, bool):
        raise ValueError(f"{text!r} is no value of this kind. Write it like {_shown(old)}.")
    return value


def _types(old: Any) -> tuple[type, ...]:
    if isinstance(old, int | float):
        return (int, float) if isinstance(old, float) else (int,)
    return (Mapping, dict) if isinstance(old, Mapping) else (list,)


def _shown(old: Any) -> str:
    return json.dumps(list(old) if isinstance(old, tuple) else old, ensure_ascii=False)[:80]
