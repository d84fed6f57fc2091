"""One near miss = one change of a good row that almost breaks a rule and must be found faultless.

The lists are in `near_misses_*.py`.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from gongshi.sample.decisions import Desk
from gongshi.sample.faults import market_bureau
from gongshi.sample.names import chance
from gongshi.sample.near_misses_decision import DECISION_NEAR_MISSES
from gongshi.sample.near_misses_organ import ORGAN_NEAR_MISSES
from gongshi.sample.near_misses_party import PARTY_NEAR_MISSES
from gongshi.sample.near_misses_privacy import PRIVACY_NEAR_MISSES
from gongshi.sample.near_misses_row import ROW_NEAR_MISSES
from gongshi.sample.near_misses_text import TEXT_NEAR_MISSES
from gongshi.sample.planted import Near, SampleRow


@cache
def near_misses(kind: str) -> tuple[Near, ...]:
    """All near misses of a kind, in the order of the rule book's sections."""
    listed = (
        *ROW_NEAR_MISSES,
        *TEXT_NEAR_MISSES,
        *PARTY_NEAR_MISSES,
        *DECISION_NEAR_MISSES,
        *ORGAN_NEAR_MISSES,
        *PRIVACY_NEAR_MISSES,
    )
    return tuple(near for near in listed if kind in near.kinds)


def near_rows(kind: str, *, on: date = date(2026, 6, 30), seed: int = 2026) -> list[tuple[SampleRow, str]]:
    """Rows of 昆明市市场监督管理局 with one near miss each, decided two days before the report: (row, rule id)."""
    desk = Desk(chance(f"near-{kind}", seed))
    decided = on - timedelta(days=2)
    return [(near.plant(kind, desk, market_bureau(), decided), near.rule) for near in near_misses(kind)]
