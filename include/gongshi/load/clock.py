"""Transaction time never runs backwards (architecture, section 1)."""

from __future__ import annotations

from datetime import datetime

from gongshi.errors import UsageError
from gongshi.platform.database import Connection, fetch

_NEWEST = """SELECT greatest((SELECT max(received_at) FROM intake.delivery), (SELECT max(loaded_at) FROM intake.batch)) AS at"""


class ClockBehindError(UsageError):
    """Raised when `at` lies before data that was already recorded."""


def demand_not_behind(connection: Connection, at: datetime) -> None:
    """Refuse an `at` before the newest delivery."""
    newest = fetch(connection, _NEWEST)[0]["at"]
    if newest is not None and at < newest:
        raise ClockBehindError(
            f"at {at.isoformat()} lies before the newest delivery ({newest.astimezone(at.tzinfo).isoformat()}). "
            "Transaction time never runs backwards: use that instant or a later one."
        )
