"""What the registry knew when a batch arrived, made ready for judging: names and codes, item lists, rights, 法人库."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gongshi.registry.entities import Entities
from gongshi.registry.files import AGENCIES, ALIASES, DIVISIONS, ITEMS, RIGHTS, SUCCESSIONS, RegistryFile
from gongshi.registry.rights import Rights

Span = tuple[date, date]
Pair = tuple[str, str]
Rows = Iterable[Mapping[str, Any]]


@dataclass(frozen=True)
class ListedItem:
    """An item of a 事项目录 and the days it stands in it."""

    name: str
    span: Span


@dataclass(frozen=True)
class RegistryFacts:
    """What the registry knew of organs and parties when a batch arrived, about the day it arrived.

    Attributes:
        pairs: registered (name, code) pairs of that day.
        codes: codes registered on that day.
        divisions: codes of administrative divisions, past ones too; empty = not known.
        former: pairs of other days with the days they held; a predecessor's name also under its successor's code.
        aliases: (short name, code) → full name.
        items: (code, kind) → 事项目录, items of all days.
        rights: who may report for whom.
        entities: 法人库.
    """

    pairs: frozenset[Pair]
    codes: frozenset[str]
    divisions: frozenset[str] = frozenset()
    former: Mapping[Pair, tuple[Span, ...]] = field(default_factory=dict)
    aliases: Mapping[Pair, str] = field(default_factory=dict)
    items: Mapping[Pair, tuple[ListedItem, ...]] = field(default_factory=dict)
    rights: Rights = field(default_factory=Rights)
    entities: Entities = field(default_factory=Entities)

    @cached_property
    def names(self) -> dict[str, str]:
        """Full name by code on the day of report."""
        return {code: name for name, code in self.pairs}

    @cached_property
    def codes_ever(self) -> frozenset[str]:
        """Codes registered on any day: an old one stays valid for decisions of its time."""
        return self.codes | {code for _, code in self.former}

    @cached_property
    def _codes_by_name(self) -> dict[str, set[str]]:
        by_name: dict[str, set[str]] = {}
        for name, code in self.pairs:
            by_name.setdefault(name, set()).add(code)
        return by_name

    def code_of(self, name: str) -> str | None:
        """The code registered for exactly this name; None when there is none, or more than one."""
        codes = self._codes_by_name.get(name, set())
        return next(iter(codes)) if len(codes) == 1 else None

    def may_report(self, sender: str | None, kind: str, organ: str) -> bool:
        """The sender is the organ, took over from it, or holds a right for it (Article 8); False without a sender."""
        return sender is not None and self.rights.may_report(sender, organ, kind)

    def codes_of(self, names: Iterable[pa.ChunkedArray]) -> list[pa.Array]:
        """Codes of the organs some columns name, each once; a name nobody registered says nothing."""
        written = {text.strip() for column in names for text in pc.unique(column).to_pylist() if text}
        return [pa.array(sorted(filter(None, map(self.code_of, written))), pa.string())]


def make_facts(on: date, rows: Callable[[RegistryFile], Rows], entities: Entities) -> RegistryFacts:
    """Facts from the rows of the registry.

    Args:
        on: the day of report.
        rows: rows of a registry file that are believed, valid or not, by the file's columns.
        entities: 法人库.
    """
    divisions, agencies = list(rows(DIVISIONS)), list(rows(AGENCIES))
    now = [row for row in agencies if _holds(_span(row), on)]
    followers = _followers(rows(SUCCESSIONS))
    pairs = {(row["name"], row["code"]) for row in now}
    rights = [row for row in rows(RIGHTS) if _holds(_span(row), on)]
    return RegistryFacts(
        frozenset(pairs),
        frozenset(row["code"] for row in now),
        frozenset(row["code"] for row in divisions),
        _former(agencies, followers, pairs),
        _full_names(rows(ALIASES), {row["code"]: row["name"] for row in now}),
        _lists(rows(ITEMS)),
        Rights.of(on, divisions, agencies, followers, rights),
        entities,
    )


def _span(row: Mapping[str, Any]) -> Span:
    return row.get("valid_from") or date.min, row.get("valid_to") or date.max


def _holds(span: Span, on: date) -> bool:
    return span[0] <= on <= span[1]


def _followers(successions: Rows) -> dict[str, set[str]]:
    """All who took over from an agency, directly or not."""
    direct: dict[str, set[str]] = defaultdict(set)
    for row in successions:
        direct[row["agency_code"]].add(row["successor_code"])
    found: dict[str, set[str]] = {}
    for start in direct:
        reached: set[str] = set()
        waiting = [start]
        while waiting:
            new = direct.get(waiting.pop(), set()) - reached
            reached |= new
            waiting += new
        found[start] = reached
    return found


def _former(
    agencies: Rows, followers: Mapping[str, set[str]], pairs: set[Pair]
) -> dict[Pair, tuple[Span, ...]]:
    """Names of other days, under their own code and those of the successors."""
    former: dict[Pair, list[Span]] = defaultdict(list)
    for row in agencies:
        for code in (row["code"], *followers.get(row["code"], ())):
            if (row["name"], code) not in pairs:
                former[row["name"], code].append(_span(row))
    return {pair: tuple(spans) for pair, spans in former.items()}


def _full_names(aliases: Rows, names: Mapping[str, str]) -> dict[Pair, str]:
    return {
        (row["alias"], row["agency_code"]): names[row["agency_code"]]
        for row in aliases
        if row["agency_code"] in names and row["alias"] != names[row["agency_code"]]
    }


def _lists(items: Rows) -> dict[Pair, tuple[ListedItem, ...]]:
    lists: dict[Pair, list[ListedItem]] = defaultdict(list)
    for row in items:
        lists[row["agency_code"], row["kind"]].append(ListedItem(row["item_name"], _span(row)))
    return {key: tuple(found) for key, found in lists.items()}
