"""The rule book as agencies read it, in Chinese and by field: one content, written as page, workbook and Markdown.

Everything follows from the `Rulebook` given; examples come from outside, from rows that are run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from gongshi.respond.rulebook_words import basis_zh, conditions, effects, field_note, message
from gongshi.standard.model import OPERATION_CODES, OPERATION_LABELS, Field, Kind
from gongshi.standard.periods import SHANGHAI
from gongshi.standard.rulebook import FIELD_GUARDS, RELEASED_AT, Rulebook

COMMON = {"TX": "各字段通用", "PI": "个人信息与保密"}
"""Rules about many fields stand once, by the first letters of their id."""

COMMON_FROM = 8
"""So many fields are many."""

Cells = Sequence[tuple[str, str]]
Own = Sequence[tuple[Kind, Field]]


class Example(Protocol):
    """A row the rule speaks of and one it stays silent on: (column, text as shown)."""

    @property
    def bad(self) -> Cells:
        """Cells it speaks of."""

    @property
    def good(self) -> Cells:
        """Cells it stays silent on."""


Examples = Mapping[tuple[str, str, str], Example]
"""By kind, rule id and official code of the field; the code is empty for the row as a whole, kind and code for a file."""

Validity = Mapping[str, tuple[date, date | None]]
"""Rule id → first and, if known, last day of a setting in force."""


@dataclass(frozen=True)
class Entry:
    """A rule under one field.

    Attributes:
        rule_id: the rule.
        effect: in Chinese; of the cases about this field, the heaviest first.
        kinds: names of the kinds it holds for.
        message: as a receipt says it, `…` for what only a row can fill.
        remedy: what to do.
        conditions: which rows, which numbers and lists.
        bad: cells it speaks of.
        good: cells it stays silent on.
        basis: what it rests on, marked as national or provincial.
        since: first day in force, and the last one where it is known.
        after: ids of the rules that are told first.
    """

    rule_id: str
    effect: str
    kinds: tuple[str, ...]
    message: str
    remedy: str
    conditions: str
    bad: str
    good: str
    basis: str
    since: str
    after: str


@dataclass(frozen=True)
class Section:
    """A field, or what is no field, with its rules."""

    title: str
    codes: tuple[str, ...]
    note: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Mistake:
    """How often a rule was told of a field in real deliveries, and to how many agencies."""

    rule_id: str
    field: str
    message: str
    findings: int
    agencies: int


@dataclass(frozen=True)
class Book:
    """What page, workbook and Markdown show.

    Attributes:
        version: of the rule book.
        rules: how many it has.
        kinds: name → Chinese name.
        sections: in the order of the templates.
        mistakes: the most frequent ones of real deliveries; empty when none were counted.
        counted_until: the instant they were counted as of.
    """

    version: str
    rules: int
    kinds: Mapping[str, str]
    sections: tuple[Section, ...]
    mistakes: tuple[Mistake, ...] = ()
    counted_until: datetime | None = None


def book_of(
    book: Rulebook,
    examples: Examples,
    validity: Validity | None = None,
    mistakes: Iterable[Mistake] = (),
    counted_until: datetime | None = None,
) -> Book:
    """The content of a rule book.

    Args:
        book: its rules; those switched off are left out.
        examples: of rules by kind and field.
        validity: of settings laid over the shipped rules; other rules hold since the release.
        mistakes: the most frequent ones.
        counted_until: when they were counted.
    """
    sections = tuple(
        section for section in _sections(_Writer(book, examples, validity or {})) if section.entries
    )
    shown = {entry.rule_id for section in sections for entry in section.entries}
    kinds = {kind.name: kind.label_zh for kind in book.kinds.values()}
    return Book(book.version, len(shown), kinds, sections, tuple(mistakes), counted_until)


def _sections(writer: _Writer) -> Iterator[Section]:
    live = [rule_id for rule_id, rule in writer.book.all_rules.items() if rule.enabled]
    told: set[str] = set()

    def section(title: str, note: str, ids: Sequence[str], own: Own = ()) -> Section:
        told.update(ids)
        codes = tuple(dict.fromkeys(field.code for _, field in own))
        return Section(title, codes, note, tuple(writer.entry(rule_id, own) for rule_id in ids))

    yield section("文件", "文件整体和零报送。", [rule_id for rule_id in live if rule_id.startswith("BT-")])
    for prefix, title in COMMON.items():
        ids = [rule_id for rule_id in live if rule_id.startswith(prefix) and writer.is_common(rule_id)]
        yield section(title, "对许多字段都适用，不在各字段下重复。", ids)
    common = frozenset(told)
    for title, own in writer.fields.items():
        ids = [rule_id for rule_id in live if rule_id not in common and writer.is_about(rule_id, own)]
        yield section(title, field_note(field for _, field in own), ids, own)
    yield section("操作与记录", "入库和比对时的规则。", [rule_id for rule_id in live if rule_id not in told])


class _Writer:
    """Words for rules of one book."""

    def __init__(self, book: Rulebook, examples: Examples, validity: Validity) -> None:
        self.book, self._examples, self._validity = book, examples, validity
        self.fields = _fields(book)
        self._names = {(kind, id_): self._named(kind, id_) for kind in book.kinds for id_ in book.rules(kind)}

    def is_about(self, rule_id: str, own: Own) -> bool:
        """Findings of the rule name the field."""
        return any(field.code in self._names.get((kind.name, rule_id), ()) for kind, field in own)

    def is_common(self, rule_id: str) -> bool:
        """The rule is about many fields, or mends texts of any."""
        mends = rule_id.startswith("TX-") and not self.book.all_rules[rule_id].cases
        return mends or sum(self.is_about(rule_id, own) for own in self.fields.values()) >= COMMON_FROM

    def entry(self, rule_id: str, own: Own = ()) -> Entry:
        """The rule as it stands under a field, or as a whole."""
        holders = [kind for kind in self.book.kinds.values() if rule_id in self.book.rules(kind.name)]
        rule = self.book.rules(holders[0].name)[rule_id]
        named = [one for one in own if self.is_about(rule_id, [one])]
        cases = [
            (kind, case)
            for kind in holders
            for case in self.book.rules(kind.name)[rule_id].cases
            if not own or any(kind is k and case.fields[0] == f.name for k, f in named)
        ]
        example = self._example(rule_id, holders, named)
        of_kinds = tuple(dict.fromkeys(kind.name for kind, _ in named)) or tuple(
            kind.name for kind in holders
        )
        return Entry(
            rule_id,
            "，".join(effects(rule, [case for _, case in cases])),
            of_kinds,
            message(rule, named[0][1] if named else None),
            rule.suggestion_zh,
            "；".join(conditions(cases)),
            _cells(example.bad if example else (), named),
            _cells(example.good if example else (), named),
            basis_zh(rule.basis),
            self._since(rule_id),
            "、".join(sorted({r for _, case in cases for r in case.requires} - set(FIELD_GUARDS))),
        )

    def _named(self, kind_name: str, rule_id: str) -> set[str]:
        """Codes of the fields findings name; of a rule that only mends those it is shown mending."""
        kind, rule = self.book.kinds[kind_name], self.book.rules(kind_name)[rule_id]
        known = {f.name for f in (*kind.fields, *kind.legacy_fields)} | OPERATION_CODES.keys()
        if rule.cases or rule_id.startswith("TX-"):
            return {kind.official(case.fields[0]) for case in rule.cases if case.fields[0] in known}
        return {code for one, id_, code in self._examples if (one, id_) == (kind_name, rule_id)}

    def _example(self, rule_id: str, holders: Sequence[Kind], named: Own) -> Example | None:
        keys = [(kind.name, rule_id, field.code) for kind, field in named]
        more = [key for kind in holders for key in self._examples if key[:2] == (kind.name, rule_id)]
        keys += sorted(more, key=lambda key: not key[2])  # of the row as a whole only when there is no other
        return next(
            (self._examples[key] for key in (*keys, ("", rule_id, "")) if key in self._examples), None
        )

    def _since(self, rule_id: str) -> str:
        since, until = self._validity.get(rule_id, (RELEASED_AT.astimezone(SHANGHAI).date(), None))
        return f"{since:%Y-%m-%d}起" + (f"，至{until:%Y-%m-%d}" if until else "")


def _fields(book: Rulebook) -> dict[str, list[tuple[Kind, Field]]]:
    """Chinese name → where it is a field, in template order; the two operation columns at the end."""
    found: dict[str, list[tuple[Kind, Field]]] = {}
    for kind in book.kinds.values():
        for field in (*kind.fields, *kind.legacy_fields):
            found.setdefault(field.label_zh, []).append((kind, field))
    for name, label in OPERATION_LABELS.items():
        column = Field(name, OPERATION_CODES[name], label, "text", None, "o", "standard 4.10")
        found[label] = [(kind, column) for kind in book.kinds.values()]
    return found


def _cells(cells: Cells, named: Own) -> str:
    """Cells as text; the field they stand under needs no name."""
    own = {field.label_zh for _, field in named}
    return "；".join(text if not label or label in own else f"{label}：{text}" for label, text in cells)
