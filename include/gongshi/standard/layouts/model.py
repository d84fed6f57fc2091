"""The shape of a layout: which columns a generation of templates has, and how it is told from the others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from gongshi.standard.model import Requirement

Generation = Literal["L2015", "S2018"]


@dataclass(frozen=True)
class LayoutColumn:
    """One column of a layout.

    Attributes:
        name: our name in the rows as read. A column that means what a field of the kind means has the field's name,
            whatever its code; a column only this layout has gets a name of its own (`project_name`).
        code: official column code (XK_XMMC).
        label_zh: official Chinese name.
        required: as the layout's own table marks it; a missing column marked R refuses the file (BT-01).
        max_length: characters by the layout's own table, None when it names none.
        feeds: the kind's field its values end in, empty when they end in none.
    """

    name: str
    code: str
    label_zh: str
    required: Requirement
    max_length: int | None = None
    feeds: str = ""


@dataclass(frozen=True)
class Layout:
    """A layout of one kind (standard 1.1).

    Attributes:
        id: S2018b, S2018b-ZRR (the form for natural persons), S2018a, L2015.
        kind: name of the kind.
        generation: by which a state is read: `1` means opposite things in the two (standard 2.5).
        columns: in template order.
        signature: names of which some must be present for a header to be of this layout; empty = no such demand.
        without: names none of which may be present.
        category: what every row's 行政相对人类别 is when the layout has no such column but one kind of counterpart.
    """

    id: str
    kind: str
    generation: Generation
    columns: tuple[LayoutColumn, ...]
    signature: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    category: str = ""

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of the columns; any other name is an extra column to this layout."""
        return frozenset(column.name for column in self.columns)

    @cached_property
    def required(self) -> tuple[LayoutColumn, ...]:
        """Columns whose absence refuses the file."""
        return tuple(column for column in self.columns if column.required == "R")

    def missing(self, present: Collection[str]) -> tuple[LayoutColumn, ...]:
        """Required columns that are not among the names present."""
        return tuple(column for column in self.required if column.name not in present)

    def may_be(self, present: Collection[str]) -> bool:
        """A header with these names can be of this layout."""
        return not self.without & set(present) and (not self.signature or bool(self.signature & set(present)))
