"""Header recognition: which kind of record a table holds, and which field stands in which column.

A header cell is a field's Chinese label, its official column code (any case, with or without underscores), or an
alias of `standard/codes/header_aliases.csv`. 行政相对人代码_n is told by the text in brackets, never by the number:
layout generations number these columns differently (standard 1.3, numbering trap; 10.2, header variants).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import EXTRA_PREFIX, Refusal
from gongshi.standard.model import OPERATION_CODES, OPERATION_LABELS, Kind

ZERO = "zero"
ZERO_COLUMNS = {
    "unit_code": "报送单位代码",
    "kind": "信息类别",
    "period_start": "期间起",
    "period_end": "期间止",
    "zero": "零报送",
    "reported_by": "填报人",
    "responsible": "负责人",
    "reason": "原因",
}
"""Columns of a zero report: our name → header (architecture, section 3)."""

_BRACKETS = str.maketrans("【[〔〖{】]〕〗}", "((((()))))")
_NOISE = re.compile(r"[\s*\u200b-\u200f\u2060\ufeff]+|\((?:必填|选填)\)")
_PARTY_CODE = re.compile(r"行政相对人代码[-—]?\d*(?=\()")
_KIND_PREFIX = re.compile(r"[A-Z]{2}_")


@dataclass(frozen=True)
class Header:
    """A recognised header.

    Attributes:
        kind: licence, penalty, `zero`, or None.
        layout: the kind's layout, `zero`, or None.
        columns: per header cell the field name, or `x:<header as written>` for an unknown column.
        refusal: why the table cannot be read (BT-01, BT-02), else None.
    """

    kind: str | None
    layout: str | None
    columns: tuple[str, ...]
    refusal: Refusal | None = None


def normalise(text: str) -> str:
    """The comparable form of a header cell.

    NFKC, brackets round, no blanks, `*`, （必填） or `_`, upper case, and 行政相对人代码 without its number.
    """
    text = unicodedata.normalize("NFKC", text).translate(_BRACKETS)
    return _PARTY_CODE.sub("行政相对人代码", _NOISE.sub("", text).upper().replace("_", ""))


def recognise(cells: Sequence[str]) -> Header:
    """Decide kind and columns from the header cells as written.

    Refused with BT-02 when a column stands twice, with BT-01 when nothing is recognised or a column that everybody
    must fill (R) is missing; Org, Nat, conditional and optional columns may be missing (standard 4.1).
    """
    forms = [normalise(cell) for cell in cells]
    if _is_zero_report(forms):
        names = _names(cells, forms, _zero_names())
        return Header(ZERO, ZERO, names, _duplicates(cells, names))
    kind = _decide(forms)
    if kind is None:
        missing = "、".join(f"{known.label_zh}模板的必填列" for known in KINDS.values())
        return Header(None, None, _names(cells, forms, {}), Refusal("BT-01", {"columns": missing}))
    names = _names(cells, forms, _field_names(kind.name))
    return Header(kind.name, kind.layout, names, _duplicates(cells, names) or _missing(kind, names))


def _is_zero_report(forms: Sequence[str]) -> bool:
    """A zero report says so in its header and names at least unit or kind beside it."""
    known = {normalise(label) for label in (ZERO_COLUMNS["unit_code"], ZERO_COLUMNS["kind"])}
    return normalise(ZERO_COLUMNS["zero"]) in forms and bool(known & set(forms))


def _decide(forms: Sequence[str]) -> Kind | None:
    """The kind most of whose columns are here; None when none or several fit equally."""
    scores = {
        name: len({_field_names(name).get(form) for form in forms} - {None, *OPERATION_CODES})
        for name in KINDS
    }
    best = max(scores.values())
    winners = [name for name, score in scores.items() if score == best]
    return KINDS[winners[0]] if best and len(winners) == 1 else None


def _names(cells: Sequence[str], forms: Sequence[str], known: dict[str, str]) -> tuple[str, ...]:
    """Field name per cell; an unknown one keeps its header, an empty one its position."""
    return tuple(
        known.get(form) or EXTRA_PREFIX + (cell.strip() or f"({place})")
        for place, (cell, form) in enumerate(zip(cells, forms, strict=True), start=1)
    )


def _duplicates(cells: Sequence[str], names: Sequence[str]) -> Refusal | None:
    counts = Counter(names)
    twice = [cell.strip() for cell, name in zip(cells, names, strict=True) if counts[name] > 1]
    return Refusal("BT-02", {"columns": "、".join(dict.fromkeys(twice))}) if twice else None


def _missing(kind: Kind, names: Sequence[str]) -> Refusal | None:
    absent = [f for f in kind.fields if f.required == "R" and f.name not in names]
    if not absent:
        return None
    return Refusal("BT-01", {"columns": "、".join(f"{f.label_zh}（{f.code}）" for f in absent)})


@cache
def _field_names(kind_name: str) -> dict[str, str]:
    """Normalised label, code or alias → field name, for one kind."""
    kind = KINDS[kind_name]
    own = {f.name for f in kind.fields}
    names = {}
    for field, alias in _aliases():
        other_kind = _KIND_PREFIX.match(alias) and not alias.startswith(f"{kind.prefix}_")
        if field in own and not other_kind:
            names[normalise(alias)] = field
    for f in kind.fields:
        names[normalise(f.label_zh)] = names[normalise(f.code)] = f.name
    for field, code in OPERATION_CODES.items():
        names[normalise(code)] = names[normalise(OPERATION_LABELS[field])] = field
    return names


@cache
def _zero_names() -> dict[str, str]:
    return {normalise(label): name for name, label in ZERO_COLUMNS.items()}


@cache
def _aliases() -> tuple[tuple[str, str], ...]:
    source = resources.files("gongshi.standard").joinpath("codes", "header_aliases.csv")
    return tuple(
        (row["field"], row["alias"]) for row in csv.DictReader(source.read_text("utf-8").splitlines())
    )
