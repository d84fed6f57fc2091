"""Counts and rates as they are printed, and the `figures.json` beside each report.

No figure ever passes through a float: a rate is two integers until it is printed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from gongshi.documents.files import write_atomically
from gongshi.standard.kinds import KINDS

ALL = "all"
KIND_LABELS: dict[str, str] = {kind.name: kind.label_zh for kind in KINDS.values()} | {ALL: "合计"}
NONE_ZH = "—"
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Rate:
    """A share; both numbers are printed with it, a denominator of 0 prints “—” (standard 6.1)."""

    numerator: int
    denominator: int

    @property
    def fraction(self) -> Fraction | None:
        """Exact value, None for a denominator of 0."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def percent(self) -> Decimal | None:
        """Percent with two decimals, half up; None for a denominator of 0."""
        return None if self.fraction is None else half_up(self.fraction * 100)

    def above(self, percent: int) -> bool:
        """Strictly more than `percent`, by the exact value; a denominator of 0 is above nothing."""
        return self.numerator * 100 > percent * self.denominator

    def below(self, percent: int) -> bool:
        """Strictly less than `percent`, by the exact value; a denominator of 0 is below nothing."""
        return self.numerator * 100 < percent * self.denominator

    def __str__(self) -> str:
        return NONE_ZH if self.percent is None else f"{self.percent}%"

    @property
    def full(self) -> str:
        """With both numbers: `3.60%（332/9,220）`."""
        return f"{self}（{self.numerator:,}/{self.denominator:,}）"

    def as_figures(self) -> dict[str, str]:
        """Texts for figures.json."""
        percent = NONE_ZH if self.percent is None else str(self.percent)
        return {"numerator": str(self.numerator), "denominator": str(self.denominator), "percent": percent}


def half_up(value: Fraction) -> Decimal:
    """Two decimals; a half goes away from zero."""
    thousandths = (
        Decimal(abs(value.numerator) * 1000 // value.denominator) / 1000
    )  # floor keeps every exact half
    rounded = thousandths.quantize(_CENT, ROUND_HALF_UP)
    return -rounded if value < 0 else rounded


@dataclass(frozen=True)
class Counts:
    """What is counted for one place and one kind (standard 6.0).

    Attributes:
        reported: 上报量, identities with a row in the period.
        accepted: 入库量, those with an accepted version at the as-of instant.
        first_passed: those whose first row in the period was not rejected.
        first_accepted: records first accepted in the period whose due day is known.
        late: those accepted after it.
        provisional: records first accepted whose due day lies in a year without holiday table; in no rate.
        overdue: reported, not accepted, due day before the as-of day.
        rows_read: rows of the period.
        rows_repeated: of these duplicate, superseded or unchanged.
        unregistered: identities whose deciding organ is not registered; counted with the sender.
    """

    reported: int = 0
    accepted: int = 0
    first_passed: int = 0
    first_accepted: int = 0
    late: int = 0
    provisional: int = 0
    overdue: int = 0
    rows_read: int = 0
    rows_repeated: int = 0
    unregistered: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Counts:
        """Counts of one row of `sql/oversee/figures/by_place.sql` or `by_sender.sql`."""
        return cls(**{field.name: int(row[field.name]) for field in fields(cls)})

    @property
    def compliance(self) -> Rate:
        """合规率."""
        return Rate(self.accepted, self.reported)

    @property
    def first_compliance(self) -> Rate:
        """首次合规率."""
        return Rate(self.first_passed, self.reported)

    @property
    def lateness(self) -> Rate:
        """迟报率."""
        return Rate(self.late, self.first_accepted)

    @property
    def repetition(self) -> Rate:
        """重复率."""
        return Rate(self.rows_repeated, self.rows_read)

    def as_figures(self) -> dict[str, Any]:
        """Texts for figures.json."""
        numbers: dict[str, Any] = {field.name: str(getattr(self, field.name)) for field in fields(self)}
        for name in ("compliance", "first_compliance", "lateness", "repetition"):
            numbers[name] = getattr(self, name).as_figures()
        return numbers


@dataclass(frozen=True)
class Line:
    """One place or organ with its counts by kind (`licence`, `penalty`, `all`)."""

    code: str
    name: str
    counts: Mapping[str, Counts]

    def of(self, kind: str) -> Counts:
        """Its counts of one kind; zeros when it has none."""
        return self.counts.get(kind, Counts())

    def as_figures(self) -> dict[str, Any]:
        """Texts for figures.json."""
        return {"code": self.code, "name": self.name} | {
            kind: self.of(kind).as_figures() for kind in KIND_LABELS
        }


def ranks(rates: Mapping[str, Rate], least: int, *, best_high: bool) -> dict[str, int]:
    """Places by rate, equal rates share one; lines with a denominator below `least` have none (standard 6.0)."""
    values = {
        code: rate.fraction
        for code, rate in rates.items()
        if rate.fraction is not None and rate.denominator >= least
    }
    ordered = sorted(values.values(), reverse=best_high)
    return {code: ordered.index(value) + 1 for code, value in values.items()}


def texts(value: Any) -> Any:
    """The same structure with every number as text."""
    if isinstance(value, Mapping):
        return {str(key): texts(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [texts(part) for part in value]
    return value if isinstance(value, bool) or value is None else str(value)


def write_figures(path: Path, content: Mapping[str, Any]) -> None:
    """Write figures.json: keys sorted, numbers as text, nothing that depends on when or where it was written."""
    text = json.dumps(texts(content), ensure_ascii=False, sort_keys=True, indent=1)
    write_atomically(path, text + "\n")


def named(lines: Iterable[Line], kind: str = ALL) -> list[Line]:
    """The lines that have anything to show for a kind."""
    return [line for line in lines if line.of(kind).reported or line.of(kind).first_accepted]
