"""Who may report whose decisions (the Measure, Article 8): rights granted, areas, predecessors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gongshi.registry.areas import Areas

Row = Mapping[str, Any]


@dataclass(frozen=True)
class _Place:
    division: str
    line: str | None


@dataclass(frozen=True)
class Rights:
    """Rights in force on the day of report.

    Attributes:
        granted: agency that may report → its rights (rows of `reporting_rights`).
        places: code → division and 条线 of agencies, dissolved ones too.
        areas: which division lies in which.
        zones: zone → division it lies in.
        followers: dissolved agency → those who took over its powers.
    """

    granted: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    places: Mapping[str, _Place] = field(default_factory=dict)
    areas: Areas = field(default_factory=lambda: Areas({}))
    zones: Mapping[str, str] = field(default_factory=dict)
    followers: Mapping[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, on: date, divisions: Iterable[Row], agencies: Iterable[Row], followers: Mapping[str, set[str]], rights: Iterable[Row]
    ) -> Rights:  # fmt: skip
        """Rights from rows of the registry; of an agency with several rows the one of the day, else the latest, tells its place."""
        granted: dict[str, tuple[Row, ...]] = {}
        for right in rights:
            granted[right["agency_code"]] = (*granted.get(right["agency_code"], ()), right)

        def order(row: Row) -> tuple[bool, date]:
            last = row.get("valid_to") or date.max
            return (row.get("valid_from") or date.min) <= on <= last, last

        places = {
            row["code"]: _Place(row["division_code"], row.get("line")) for row in sorted(agencies, key=order)
        }
        parents = {row["code"]: row["parent_code"] for row in divisions}
        zones = {row["code"]: row["parent_code"] for row in divisions if row["level"] == "zone"}
        return cls(granted, places, Areas(parents), zones, followers)

    def may_report(self, sender: str, organ: str, kind: str) -> bool:
        """The sender is the organ, or took over from it, or holds a right for it and this kind of record."""
        return (
            sender == organ
            or sender in self.followers.get(organ, ())
            or any(self._covers(right, organ, kind) for right in self.granted.get(sender, ()))
        )

    def same_area(self, sender: str, organ: str) -> bool:
        """The organ's division is the sender's, or a zone within it."""
        own, other = self.places.get(sender), self.places.get(organ)
        if own is None or other is None:
            return False
        return own.division in (other.division, self.zones.get(other.division))

    def _covers(self, right: Row, organ: str, kind: str) -> bool:
        if right["kinds"] and kind not in right["kinds"].split(";"):
            return False
        if right["scope"] == "agency":
            return bool(right["granted_for"] == organ)
        place, holder = self.places.get(organ), self.places.get(right["agency_code"])
        if place is None or holder is None:
            return False
        if right["scope"] == "division":
            return self.areas.holds(right["granted_for"], place.division)
        return place.line == right["granted_for"] and self.areas.holds(holder.division, place.division)
