"""Examples for the published rule book: cells of rows that were planted and are run, bad ones and good ones of each rule.

The bad one is a fault or an untidy cell, the good one a near miss or what the untidy cell is mended to; nothing is
written for the page alone. Rules of files and records are shown by deliveries: `data/shown_by_deliveries.csv` says in
Chinese what is sent, and which test sends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from gongshi.sample.blemishes import planted_blemishes
from gongshi.sample.decisions import Row
from gongshi.sample.fault_files import REPORTED_ON
from gongshi.sample.faults import faulty_rows
from gongshi.sample.faults_legacy import faulty_legacy_rows, near_legacy_rows
from gongshi.sample.names import with_check
from gongshi.sample.near_misses import near_rows
from gongshi.sample.planted import SampleRow
from gongshi.sample.province import table
from gongshi.standard.layouts import layout_of
from gongshi.standard.masking import HIDDEN, mask_id_card, mask_text
from gongshi.standard.model import OPERATION_LABELS, Case, Kind, Rule

LONGEST = 48
MOST_CELLS = 4
EMPTY = "（空）"
_ID_NUMBER = re.compile(r"\d{17}[\dXx]|\d{15}")
_BLANKS = " \t\n\u3000\u00a0\u200b"
_UNSEEN = str.maketrans(
    {"\n": "⏎", "\t": "⇥", "\u200b": "〔不可见字符〕", "\u00a0": "〔空格〕", "　": "〔空格〕"}
)

Cells = tuple[tuple[str, str], ...]
"""(Chinese name of the column, text as shown)."""
Key = tuple[str, str]
"""(rule id, official code of the field; empty for the row as a whole)."""


@dataclass(frozen=True)
class Example:
    """One row a rule speaks of and one it stays silent on.

    Attributes:
        bad: its cells, those the rule looks at.
        good: the same cells of another row, or of the mended one; empty when none comes close.
    """

    bad: Cells
    good: Cells = ()


def examples(kind: Kind) -> dict[Key, Example]:
    """Examples of the rules of a kind that judge or mend rows, one a rule and field."""
    rules, found = {rule.id: rule for rule in kind.rules}, {}
    near: dict[str, list[SampleRow]] = {}
    for row, rule_id in near_rows(kind.name):
        near.setdefault(rule_id, []).append(row)
    for row in faulty_rows(kind.name):
        code, rule_id = (row.errors + row.warnings)[0]
        if rule_id in rules and (rule_id, code) not in found:
            found[rule_id, code] = _planted(kind, rules[rule_id], code, row, near.get(rule_id, []))
    for row in planted_blemishes(kind.name):
        for code, rule_id in row.fixes:
            names = list(row.sent)
            mended = Example(_cells(kind, names, row.cells), _cells(kind, names, row.values))
            found.setdefault((rule_id, code), mended)
    return {**_of_l2015(kind), **found}


def of_all(kinds: Mapping[str, Kind]) -> dict[tuple[str, str, str], Example]:
    """Examples by kind, rule and column code; of the rules of files and records by the rule alone, in words."""
    found = {
        (name, rule_id, code): example
        for name, kind in kinds.items()
        for (rule_id, code), example in examples(kind).items()
    }
    sent = {
        ("", row["rule"], ""): Example((("", row["bad_zh"]),), (("", row["good_zh"]),))
        for row in table("shown_by_deliveries")
    }
    return found | sent


def _planted(kind: Kind, rule: Rule, code: str, row: SampleRow, near: list[SampleRow]) -> Example:
    cells = row.cells | {"operation": row.operation}
    if code:
        names = _looked_at(kind, rule, code, row)
        return Example(_cells(kind, names, cells, row.good), _closest(kind, names, near))
    words = (
        f"比表头多出{row.extra_cells}个单元格"
        if row.extra_cells > 0
        else f"比表头少{-row.extra_cells}个单元格"
    )
    good = _cells(kind, near[0].changed, near[0].cells, near[0].good) if near else ()
    return Example((("", words), *_cells(kind, row.changed, cells, row.good)), good)


def _looked_at(kind: Kind, rule: Rule, code: str, row: SampleRow) -> list[str]:
    """The fields of the case that speaks, the one it names first; then what else makes the row what it is."""
    known = {f.name for f in kind.fields} | OPERATION_LABELS.keys()
    cases = [c for c in rule.cases if c.fields[0] in known and kind.official(c.fields[0]) == code]
    of_cases = [name for case in cases[:1] for name in _columns(case)]
    changed = [name for name in row.changed if row.cells.get(name)]
    return [name for name in dict.fromkeys((*of_cases, *changed)) if name in known][:MOST_CELLS]


def _columns(case: Case) -> tuple[str, ...]:
    return (*case.fields, *case.reads, *case.when)


def _closest(kind: Kind, names: list[str], near: list[SampleRow]) -> Cells:
    """The near miss about the same field, else the first one with the cells that make it one; best one without masks."""
    about = [row for row in near if names[0] in row.changed]
    found = [
        _near(kind, names if row in about or not row.changed else row.changed, row) for row in about or near
    ]
    return next(
        (cells for cells in found if not any(HIDDEN in text for _, text in cells)), found[0] if found else ()
    )


def _near(kind: Kind, names: Sequence[str], row: SampleRow) -> Cells:
    """Cells of a near miss, without the blanks that are taken off its ends."""
    tidy = {name: text.strip(_BLANKS) for name, text in row.cells.items()}
    return _cells(kind, names[:MOST_CELLS], tidy, row.good)


def _of_l2015(kind: Kind) -> dict[Key, Example]:
    """Of the rules that only L2015 can break; what it tells of every row is no example."""
    labels = {column.code: column.label_zh for column in layout_of(kind.name, "L2015").columns}
    near: dict[str, Cells] = {}
    for cells, rule_id, _, changed in near_legacy_rows(kind.name):
        for key in (rule_id, *changed):
            near.setdefault(key, _labelled(labels, changed, cells))
    return {
        told[0][:2]: Example(
            _labelled(labels, changed, cells), near.get(told[0][0], near.get(told[0][1], ()))
        )
        for cells, told, changed in reversed(faulty_legacy_rows(kind.name))
        if changed
    }


def _cells(kind: Kind, names: Iterable[str], cells: Row, good: Row | None = None) -> Cells:
    labels = {f.name: f.label_zh for f in kind.fields} | OPERATION_LABELS
    return _labelled(labels, names, cells, good)


def _labelled(labels: Mapping[str, str], names: Iterable[str], cells: Row, good: Row | None = None) -> Cells:
    return tuple((labels[name], _shown(cells.get(name, ""), (good or {}).get(name, ""))) for name in names)


def _shown(text: str, good: str = "") -> str:
    """A cell as a page shows it: personal numbers masked, what nobody sees named, of long texts what differs from a good one."""
    if _ID_NUMBER.fullmatch(text):
        return mask_id_card(text) if _may_be_somebodys(text) else text
    if text.strip(" ") != text:
        text = re.sub("^ | $", "\u00a0", text)
    shown = mask_text(text).translate(_UNSEEN)
    if len(shown) <= LONGEST:
        return shown or EMPTY
    common = next(
        (n for n, (one, other) in enumerate(zip(text, good, strict=False)) if one != other), len(good)
    )
    start = max(0, min(common - 6, len(shown) - LONGEST))
    end = start + LONGEST
    return f"{'……' if start else ''}{shown[start:end]}{'……' if end < len(shown) else ''}（共{len(text)}字）"


def _may_be_somebodys(number: str) -> bool:
    """An ID number with a right check character (15 digits have none) and a birth date that can be."""
    written = number[6:14] if len(number) == 18 else f"19{number[6:12]}"
    with suppress(ValueError):
        born = date(int(written[:4]), int(written[4:6]), int(written[6:]))
        is_right = len(number) == 15 or with_check(number[:17]) == number.upper()
        return is_right and date(1900, 1, 1) <= born <= REPORTED_ON
    return False
