"""Everything the monthly bulletin and its annexes are written from, read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gongshi.oversee.naming import named_units
from gongshi.oversee.people import People
from gongshi.oversee.snapshot import Province, Snapshot, province


@dataclass(frozen=True)
class Material:
    """The figures and lists of one month.

    Attributes:
        view: the snapshot they were read from.
        figures: all counts.
        rules: rows of `monthly/rule_count.sql`.
        problems: rows of `monthly/problem_record.sql`.
        contradictions: rows of `monthly/zero_contradiction.sql`.
        units: province-level and central units that are named: code, name, reasons.
        people: who signs and who answers.
    """

    view: Snapshot
    figures: Province
    rules: list[dict[str, Any]]
    problems: list[dict[str, Any]]
    contradictions: list[dict[str, Any]]
    units: list[tuple[str, str, str]]
    people: People


def gather(view: Snapshot) -> Material:
    """Read it."""
    figures = province(view)
    return Material(
        view,
        figures,
        rules=view.rows("monthly/rule_count"),
        problems=view.rows("monthly/problem_record"),
        contradictions=view.rows("monthly/zero_contradiction"),
        units=named_units(figures),
        people=People(view),
    )
