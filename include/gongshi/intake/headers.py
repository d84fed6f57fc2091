"""Header recognition: which kind of record a table holds, and which field stands in which column.

A header cell is a field's Chinese label, its official column code (any case, with or without underscores), or an
alias of `standard/codes/header_aliases.csv`. 行政相对人代码_n is told by the text in brackets, never by the number:
layout generations number these columns differently (standard 1.3, numbering trap; 10.2, header variants).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import islice

from gongshi.intake.header_forms import form as normalise
from gongshi.intake.header_forms import with_code, without_unit
from gongshi.standard import layouts
from gongshi.standard.kinds import KINDS
from gongshi.standard.layouts import Layout
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

_USUAL_LENGTH = 40


@dataclass(frozen=True)
class Header:
    """A recognised header.

    Attributes:
        kind: licence, penalty, `zero`, or None.
        layout: id of a layout of the kind (`standard.layouts`), `zero`, or None.
        columns: per header cell the field name, or `x:<header as written>` for an unknown column.
        refusal: why the table cannot be read (BT-01, BT-02), else None.
        in_yuan: amount fields whose header says 元 where the standard has 万元.
        remarks: what the agency should know of its header.
    """

    kind: str | None
    layout: str | None
    columns: tuple[str, ...]
    refusal: Refusal | None = None
    in_yuan: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Known:
    """What a header text means.

    Attributes:
        field: our name of the column.
        is_weak: it names the field only when no other column does (单位名称).
        in_yuan: an amount in 元.
    """

    field: str
    is_weak: bool = False
    in_yuan: bool = False


def recognise(cells: Sequence[str]) -> Header:
    """Decide kind, layout and columns from the header cells as written.

    Refused with BT-02 when a column stands twice, with BT-01 when nothing is recognised or a column that everybody
    must fill (R) is missing; Org, Nat, conditional and optional columns may be missing (standard 4.1).
    """
    forms = [normalise(cell) for cell in cells]
    if is_zero_report(cells):
        names = _names(cells, [_zero_names().get(form) for form in forms])
        return Header(ZERO, ZERO, names, _duplicates(cells, names))
    kind = _decide(forms)
    if kind is None:
        missing = "、".join(f"{known.label_zh}模板的必填列" for known in KINDS.values())
        return Header(None, None, _names(cells, [None] * len(cells)), Refusal("BT-01", {"columns": missing}))
    layout = layouts.recognise(kind.name, _fields(kind.name, forms))
    found = [_look_up(kind.name, form, layout.id) for form in forms]
    kept, remarks = _without_weak(cells, found)
    names = _names(cells, [known.field if known else None for known in kept])
    in_yuan = tuple(known.field for known in kept if known and known.in_yuan)
    refusal = _duplicates(cells, names) or _missing(layout, names)
    return Header(kind.name, layout.id, names, refusal, in_yuan, remarks)


def is_zero_report(cells: Sequence[str]) -> bool:
    """A zero report says so in its header and names at least unit or kind beside it."""
    forms = {normalise(cell) for cell in cells}
    known = {normalise(label) for label in (ZERO_COLUMNS["unit_code"], ZERO_COLUMNS["kind"])}
    return normalise(ZERO_COLUMNS["zero"]) in forms and bool(known & forms)


def hits(cells: Sequence[str]) -> int:
    """How many fields of one kind the cells name at most."""
    forms = [normalise(cell) for cell in cells]
    return max(len(_fields(name, forms)) for name in KINDS)


def is_known(text: str) -> bool:
    """The text names a field of any kind."""
    form = normalise(text)
    return any(_look_up(name, form) for name in KINDS)


def may_be_header(texts: Collection[str], fewest: int) -> bool:
    """Cheap, for many lines: enough texts, or of the first ones, name a field of any kind."""
    if len(_as_written().intersection(texts)) >= fewest:
        return True
    if any(text[:4].isdecimal() and len(text) > 3 for text in texts):
        return False  # a date, a code
    short = [text for text in islice(texts, 2 * fewest) if 0 < len(text) <= _USUAL_LENGTH]
    return len(short) >= fewest and sum(map(is_known, short)) >= fewest


def _fields(kind: str, forms: Sequence[str]) -> set[str]:
    """The fields of a kind, of whichever layout, that are named."""
    found = (_look_up(kind, form) for form in forms)
    return {known.field for known in found if known} - {*OPERATION_CODES}


def _decide(forms: Sequence[str]) -> Kind | None:
    """The kind most of whose columns are here; None when none or several fit equally."""
    scores = {name: len(_fields(name, forms)) for name in KINDS}
    best = max(scores.values())
    winners = [name for name, score in scores.items() if score == best]
    return KINDS[winners[0]] if best and len(winners) == 1 else None


@lru_cache(maxsize=1 << 15)
def _look_up(kind: str, form: str, layout: str = "") -> _Known | None:
    """What a normalised header text means in a layout of a kind, or in any of its layouts."""
    if not form:
        return None
    names = _field_names(kind, layout)
    if form in names:
        return names[form]
    base, unit = without_unit(form)
    amount = names.get(base) if unit else None
    if amount and amount.field in _amounts(kind):
        return _Known(amount.field, amount.is_weak, in_yuan=unit == "元")
    both = with_code(form)
    if both:
        label, code = (names.get(part) for part in both)
        return code if label and code and label.field == code.field else None
    return None


def _without_weak(
    cells: Sequence[str], found: Sequence[_Known | None]
) -> tuple[list[_Known | None], tuple[str, ...]]:
    """A weak name is an extra column where another column names its field for certain."""
    certain = {known.field for known in found if known and not known.is_weak}
    yielding = [bool(known and known.is_weak and known.field in certain) for known in found]
    kept = [None if gives_way else known for known, gives_way in zip(found, yielding, strict=True)]
    names = [cell.strip() for cell, gives_way in zip(cells, yielding, strict=True) if gives_way]
    remark = f"列“{'”“'.join(names)}”与已识别的列含义相近，作为附加列保留，未作为标准列读取。"
    return kept, (remark,) if names else ()


def _names(cells: Sequence[str], known: Sequence[str | None]) -> tuple[str, ...]:
    """Field name per cell; an unknown one keeps its header, an empty one its position."""
    return tuple(
        name or EXTRA_PREFIX + (cell.strip() or f"({place})")
        for place, (cell, name) in enumerate(zip(cells, known, strict=True), start=1)
    )


def _duplicates(cells: Sequence[str], names: Sequence[str]) -> Refusal | None:
    counts = Counter(names)
    twice = [cell.strip() for cell, name in zip(cells, names, strict=True) if counts[name] > 1]
    return Refusal("BT-02", {"columns": "、".join(dict.fromkeys(twice))}) if twice else None


def _missing(layout: Layout, names: Sequence[str]) -> Refusal | None:
    absent = layout.missing(names)
    if not absent:
        return None
    return Refusal(
        "BT-01", {"columns": "、".join(f"{column.label_zh}（{column.code}）" for column in absent)}
    )


@cache
def _field_names(kind_name: str, layout_id: str = "") -> dict[str, _Known]:
    """Normalised label, code or alias → what it means in a layout; without one, in whichever layout knows it.

    A layout's own columns come first, then aliases, then columns other layouts have for the same fields: 处罚结果 is a
    column of L2015, and another word for 处罚内容 elsewhere.
    """
    kind = KINDS[kind_name]
    fields = {f.name for f in kind.fields}
    own = layouts.layout_of(kind_name, layout_id).columns if layout_id else layouts.columns_of(kind_name)
    known = {column.name for column in own} | fields
    names: dict[str, _Known] = {}
    for column in own:
        for text in (column.code, column.label_zh):
            names.setdefault(normalise(text), _Known(column.name))
    for field, code in OPERATION_CODES.items():
        names[normalise(code)] = names[normalise(OPERATION_LABELS[field])] = _Known(field)
    for field, alias, of_kind, is_weak in _aliases():
        if of_kind in ("", kind_name) and field in known | {*OPERATION_CODES}:
            names.setdefault(normalise(alias), _Known(field, is_weak))
    for column in layouts.columns_of(kind_name):
        for text in (column.code, column.label_zh):
            if column.name in fields:
                names.setdefault(normalise(text), _Known(column.name, is_weak=True))
    for form, meant in list(names.items()):
        if meant.field in _amounts(kind_name):
            names.setdefault(without_unit(form)[0], meant)
    return names


@cache
def _amounts(kind_name: str) -> frozenset[str]:
    return frozenset(f.name for f in KINDS[kind_name].fields if f.dtype == "amount")


@cache
def _zero_names() -> dict[str, str]:
    return {normalise(label): name for name, label in ZERO_COLUMNS.items()}


@cache
def _as_written() -> frozenset[str]:
    texts = {alias for _, alias, _, _ in _aliases()} | {*OPERATION_CODES.values(), *OPERATION_LABELS.values()}
    for name in KINDS:
        texts |= {text for column in layouts.columns_of(name) for text in (column.code, column.label_zh)}
    forms = {normalise(text) for text in texts}
    return frozenset({*texts, *forms, *(f"*{text}" for text in texts), *(f"{text}*" for text in texts)})


@cache
def _aliases() -> tuple[tuple[str, str, str, bool], ...]:
    """(field, alias, kind or empty for every kind, is weak); an alias like a column code is of the kind with its prefix."""
    source = resources.files("gongshi.standard").joinpath("codes", "header_aliases.csv")
    of_prefix = {f"{kind.prefix}_": name for name, kind in KINDS.items()}
    return tuple(
        (row["field"], row["alias"], of_prefix.get(row["alias"][:3], row["kind"]), row["weak"] == "weak")
        for row in csv.DictReader(source.read_text("utf-8").splitlines())
    )
