"""The days of the replay, all in the second quarter of 2026: when files are dropped, when the source is pulled."""

from __future__ import annotations

from datetime import date

ARRIVAL_DAYS = tuple(
    date(2026, month, day)
    for month, day in (
        (4, 8), (4, 15), (4, 22), (4, 29), (5, 8), (5, 15), (5, 22), (6, 1), (6, 8), (6, 17), (6, 30),
    )
)  # fmt: skip
PULL_DAYS = (date(2026, 4, 23), date(2026, 5, 21), date(2026, 6, 24))
