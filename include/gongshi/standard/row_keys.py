"""Keys of rows handed out for correction: batch, row, and a seal only this installation can make for one agency.

`20260408-180000-licence-000d/37/K7Q2M5RWZA3E`: it holds no personal data, refers to a row already sent, and a changed
character, a series dragged down or another agency's key does not fit its seal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

Seal = Callable[..., str]
"""Makes the seal of (agency code, batch id, row number)."""

_KEY = re.compile(r"(?P<batch>\d{8}-\d{6}-[a-z]+-[0-9a-z]{4,})/(?P<row>[1-9]\d{0,9})/(?P<seal>[A-Z2-7]+)")


class Place(NamedTuple):
    """A row as read, in its batch."""

    batch_id: str
    row_no: int


def row_key(seal: Seal, agency_code: str, place: Place) -> str:
    """The key of a row, for the agency that sent it."""
    return f"{place.batch_id}/{place.row_no}/{seal(agency_code, *place)}"


def place_of(seal: Seal, agency_code: str, key: str) -> Place | None:
    """The row a key stands for; None when it is not the key this agency was given."""
    found = _KEY.fullmatch(key.strip())
    if found is None:
        return None
    place = Place(found["batch"], int(found["row"]))
    return place if row_key(seal, agency_code, place) == key.strip() else None
