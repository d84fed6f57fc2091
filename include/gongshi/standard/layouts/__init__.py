"""Layouts: which columns each generation of templates has (standard 1.1, 1.4), as data.

A header is read in two steps: every code and label of every layout of a kind names a column (`columns_of`), and the
names present tell the layout (`recognise`). What the layouts before S2018b hold is brought to S2018b by `convert`.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from gongshi.standard.kinds import KINDS
from gongshi.standard.layouts import l2015
from gongshi.standard.layouts.model import Layout, LayoutColumn
from gongshi.standard.model import PERSON, Kind

__all__ = ["Layout", "LayoutColumn", "column_of", "columns_of", "layout_of", "layouts_of", "recognise"]

_ORGANISATION_ONLY = (
    "party_uscc", "party_registration_no", "party_organisation_code", "party_tax_no", "party_institution_no",
    "party_society_no", "representative_name", "representative_id_type", "representative_id_no",
)  # fmt: skip


@cache
def layouts_of(kind_name: str) -> tuple[Layout, ...]:
    """The layouts of a kind, the one in use first."""
    kind = KINDS[kind_name]
    current = _columns(kind)
    no_person = frozenset({"party_category", *_ORGANISATION_ONLY})
    no_a = frozenset({"party_category", "representative_id_type"})
    layouts = (
        Layout("S2018b", kind_name, "S2018", current),
        Layout("S2018b-ZRR", kind_name, "S2018", _for_persons(current, no_person),
               frozenset({"party_id_type", "party_id_no"}), no_person, PERSON),
        Layout("S2018a", kind_name, "S2018", _one_id_column(kind, current, no_a), frozenset({"representative_id_no"}), no_a),
    )  # fmt: skip
    if kind_name not in l2015.COLUMNS:
        return layouts
    old = l2015.COLUMNS[kind_name]
    return (*layouts, Layout("L2015", kind_name, "L2015", old, l2015.SIGNATURE))


def layout_of(kind_name: str, layout_id: str | None) -> Layout:
    """A layout by its id; None is the one in use.

    Raises:
        KeyError: the kind has no such layout.
    """
    layouts = {layout.id: layout for layout in layouts_of(kind_name)}
    return layouts[layout_id or KINDS[kind_name].layout]


def recognise(kind_name: str, present: Collection[str]) -> Layout:
    """The layout a header is of: of those it may be, the one with the fewest required columns missing.

    Args:
        kind_name: kind of record.
        present: names of the columns the header has (`LayoutColumn.name`); others do not matter.
    """
    candidates = [layout for layout in layouts_of(kind_name) if layout.may_be(present)]
    return min(candidates, key=lambda layout: len(layout.missing(present)))


@cache
def columns_of(kind_name: str) -> tuple[LayoutColumn, ...]:
    """The columns of all layouts of a kind, each code and label once; the layout in use first."""
    columns = (column for layout in layouts_of(kind_name) for column in layout.columns)
    return tuple({(column.name, column.code, column.label_zh): column for column in columns}.values())


def column_of(kind_name: str, name: str, layout_id: str | None = None) -> LayoutColumn | None:
    """What a name stands for: a column of that layout, else of any other, else None."""
    own = layout_of(kind_name, layout_id).columns
    return next((column for column in (*own, *columns_of(kind_name)) if column.name == name), None)


def _columns(kind: Kind) -> tuple[LayoutColumn, ...]:
    return tuple(LayoutColumn(f.name, f.code, f.label_zh, f.required, f.max_length) for f in kind.fields)


def _for_persons(current: tuple[LayoutColumn, ...], left_out: frozenset[str]) -> tuple[LayoutColumn, ...]:
    """Name, ID type, ID number, then the decision (standard 10.2)."""
    return tuple(column for column in current if column.name not in left_out)


def _one_id_column(
    kind: Kind, current: tuple[LayoutColumn, ...], left_out: frozenset[str]
) -> tuple[LayoutColumn, ...]:
    """No category, and one column for the ID number of the legal representative (standard 1.1)."""
    one = LayoutColumn("representative_id_no", f"{kind.prefix}_FR_SFZH", "法定代表人身份证号", "o", 18)
    kept = (column for column in current if column.name not in left_out)
    return tuple(one if column.name == one.name else column for column in kept)
