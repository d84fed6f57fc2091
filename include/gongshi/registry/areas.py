"""Which division lies in which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Areas:
    """Divisions with the one above each (None above the province)."""

    parents: Mapping[str, str | None]

    def holds(self, above: str, code: str | None) -> bool:
        """The division `code` is `above` or lies somewhere below it."""
        seen = 0
        while code is not None and code != above and seen <= len(self.parents):
            code, seen = self.parents.get(code), seen + 1
        return code == above
