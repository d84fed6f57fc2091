"""Facts of the organs a row names, as columns of the frame: what the registry knows of name, code, item and sender.

Everything is asked once per distinct value; only rows the day's registry does not explain are looked at by their own
decision date.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.registry.facts import ListedItem, RegistryFacts
from gongshi.standard.columns import as_numpy
from gongshi.standard.normalise import FIX_SCHEMA, TEXT

YES, NO = "yes", "no"
FORMER, SHORT, UNIT = "former", "short", "unit"
"""`organ_pair_registered`: the name ended before the decision; abbreviates the registered one; is a unit within it."""
NO_LIST = "none"

_ROLES = ("organ", "source")
_UNIT_ENDINGS = ("科", "股", "大队", "中队")
_SHORTEST = 4
"""A shorter title says too little to be looked for in a list."""

_NO_TEXT = r"[\pP\pS\pZ\s]+"
Columns = Mapping[str, pa.Array]


def fill_full_names(
    columns: Columns, row_numbers: pa.Array, facts: RegistryFacts
) -> tuple[dict[str, pa.Array], pa.Table]:
    """Replace short names the registry knows under their code by the full ones (AG-05).

    Returns:
        The name columns, and the changes in `FIX_SCHEMA`.
    """
    filled, fixes = {}, []
    for role in _ROLES:
        name = columns[f"{role}_name"]
        full = _asked((name, columns[f"{role}_code"]), lambda n, c: facts.aliases.get((n or "", c or "")))
        changed = full.is_valid()
        filled[f"{role}_name"] = pc.if_else(changed, full, name)
        if pc.any(changed).as_py():
            count = pc.sum(changed).as_py()
            same = [pa.repeat(pa.scalar(text, TEXT), count) for text in (f"{role}_name", "AG-05")]
            told = [row_numbers.filter(changed), *same, name.filter(changed), full.filter(changed)]
            fixes.append(pa.table(told, schema=FIX_SCHEMA))
    return filled, pa.concat_tables(fixes) if fixes else FIX_SCHEMA.empty_table()


def organ_facts(
    columns: Columns, kind: str, received_on: date, facts: RegistryFacts, sender: str | None
) -> Columns:
    """The fact columns.

    Args:
        columns: the frame's.
        kind: of record.
        received_on: day of report.
        facts: what the registry knew.
        sender: the reporting agency; None leaves its rights out.

    Returns:
        `organ_code_registered`, `source_code_registered` yes or no; `organ_pair_registered`, `source_pair_registered`
        yes, no, former, short or unit; `organ_item_listed` yes, no or none (no list); `sender_may_report` yes, no or
        null.
    """
    codes, dates = columns["organ_code"], columns["decision_date"]
    found = {}
    for role in _ROLES:
        code = columns[f"{role}_code"]
        found[f"{role}_code_registered"] = _asked((code,), lambda c: YES if c in facts.codes_ever else NO)
        has_units = kind == "penalty" and role == "organ"
        found[f"{role}_pair_registered"] = _pairs(
            (columns[f"{role}_name"], code, dates), received_on, facts, has_units=has_units
        )
    found["organ_item_listed"] = _listed(columns, kind, received_on, facts)
    found["sender_may_report"] = _asked((codes,), lambda c: _may_report(facts, sender, c, kind))
    return found


def _may_report(facts: RegistryFacts, sender: str | None, organ: str | None, kind: str) -> str | None:
    if sender is None or organ is None or organ not in facts.rights.places:
        return None
    rights = facts.rights
    return YES if rights.same_area(sender, organ) or rights.may_report(sender, organ, kind) else NO


def _pairs(
    parts: tuple[pa.Array, pa.Array, pa.Array], received_on: date, facts: RegistryFacts, *, has_units: bool
) -> pa.Array:
    """What the registry says of name and code; a pair of other days is looked at by the decision's date."""

    def of_pair(name: str | None, code: str | None) -> str:
        if (name, code) in facts.pairs:
            return YES
        if (name, code) in facts.former:
            return FORMER
        return _nearly(name or "", facts.names.get(code or "", ""), has_units=has_units)

    def at_decision(name: str, code: str, decided: str | None) -> str:
        day = _day(decided)
        spans = facts.former[name, code]
        if day is None or any(first <= day <= last for first, last in spans):
            return YES
        return FORMER if any(last < day for _, last in spans) else NO

    answers = _asked(parts[:2], of_pair)
    rows = pa.array(np.flatnonzero(as_numpy(pc.equal(answers, FORMER))))
    if not len(rows):
        return answers
    own = _asked(tuple(part.take(rows) for part in parts), at_decision)
    return pc.replace_with_mask(answers, pc.equal(answers, FORMER), own)


def _nearly(name: str, full: str, *, has_units: bool) -> str:
    """An unregistered name beside the full name of its code."""
    if full and has_units and name.startswith(full) and name.endswith(_UNIT_ENDINGS):
        return UNIT
    rest = iter(full)
    return SHORT if 2 <= len(name) < len(full) and all(character in rest for character in name) else NO


def _listed(columns: Columns, kind: str, received_on: date, facts: RegistryFacts) -> pa.Array:
    """The decision is about an item of its organ's list: by its title, else by its content."""
    title, code = columns["document_name" if kind == "licence" else "violation_type"], columns["organ_code"]
    lists: dict[str | None, tuple[ListedItem, ...]] = {
        organ: items
        for organ in pc.unique(code).to_pylist()
        if (items := facts.items.get((organ or "", kind)))
    }
    if not lists:
        return pa.repeat(pa.scalar(NO_LIST, TEXT), len(code))
    current = {
        organ: [_plain(item.name) for item in items if item.span[0] <= received_on <= item.span[1]]
        for organ, items in lists.items()
    }

    def by_title(title: str | None, organ: str | None) -> str:
        if not (names := current.get(organ)):
            return NO_LIST
        own = _plain(title or "")
        return YES if 0 < len(own) < _SHORTEST or _named(own, names) else NO

    answers = _asked((title, code), by_title)
    rows = np.flatnonzero(as_numpy(pc.equal(answers, NO)))
    if not len(rows):
        return answers
    open_ = pa.table(
        {n: columns[n].take(pa.array(rows)) for n in ("content", "organ_code", "decision_date")}
        | {"title": title.take(pa.array(rows))}
    )
    own = _by_content(open_, current, lists)
    return pc.replace_with_mask(answers, pc.equal(answers, NO), own)


def _by_content(
    rows: pa.Table,
    current: Mapping[str | None, list[str]],
    lists: Mapping[str | None, tuple[ListedItem, ...]],
) -> pa.Array:
    """Rows whose title names no item of today's list: by their content, and by items listed when they were decided."""
    codes = rows.column("organ_code").combine_chunks()
    both = [rows.column(name).fill_null("").cast(TEXT) for name in ("title", "content")]
    written = pc.binary_join_element_wise(*both, pa.scalar("", TEXT)).combine_chunks()
    texts = pc.replace_substring_regex(written, _NO_TEXT, "")
    named = np.zeros(len(codes), dtype=bool)
    for organ in pc.unique(codes).to_pylist():
        places = np.flatnonzero(as_numpy(pc.equal(codes, organ)))
        own = texts.take(pa.array(places))
        for name in current[organ]:
            named[places] |= as_numpy(pc.match_substring(own, name))
        past = [item for item in lists[organ] if _plain(item.name) not in current[organ]]
        if past:
            dates = rows.column("decision_date").combine_chunks().take(pa.array(places)).to_pylist()
            for item in past:
                in_list = np.fromiter((_within(text, item) for text in dates), dtype=bool)
                named[places] |= in_list & as_numpy(pc.match_substring(own, _plain(item.name)))
    return pa.array(np.where(named, YES, NO), TEXT)


def _within(decided: str | None, item: ListedItem) -> bool:
    day = _day(decided)
    return day is not None and item.span[0] <= day <= item.span[1]


def _named(title: str, items: list[str]) -> bool:
    """An item stands in the title, or the title (long enough to say something) in an item."""
    return any(item in title or (len(title) >= _SHORTEST and title in item) for item in items)


def _plain(text: str) -> str:
    """Without blanks, punctuation and brackets, which lists and documents set differently."""
    return "".join(character for character in text if character.isalnum())


def _day(text: str | None) -> date | None:
    try:
        return datetime.strptime(text or "", "%Y/%m/%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _asked(parts: tuple[pa.Array, ...], answer: Callable[..., str | None]) -> pa.Array:
    """Per row the answer to the combination of its parts, asked once per distinct combination."""
    encoded = [part.dictionary_encode() for part in parts]
    combined = np.zeros(len(parts[0]), dtype=np.int64)
    for e in encoded:
        codes = e.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        combined = combined * (len(e.dictionary) + 1) + codes + 1
    inverse, distinct = pd.factorize(combined)
    values = [[None, *e.dictionary.to_pylist()] for e in encoded]
    answers = []
    for key in distinct.tolist():
        places = []
        for column in reversed(values):
            key, place = divmod(key, len(column))
            places.append(column[place])
        answers.append(answer(*reversed(places)))
    return pa.array(answers, TEXT).take(pa.array(inverse))
