"""Ids of deliveries and batches: sortable by time, unique by a sequence of the database."""

from __future__ import annotations

from datetime import datetime

from gongshi.platform.database import Cursor
from gongshi.standard.periods import SHANGHAI

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def stamp(at: datetime) -> str:
    """The time part of an id, Asia/Shanghai."""
    return f"{at.astimezone(SHANGHAI):%Y%m%d-%H%M%S}"


def next_id(cursor: Cursor, at: datetime, word: str = "") -> str:
    """`YYYYMMDD-HHMMSS-[word-]xxxx`, the last part from `intake.batch_number` in base 36."""
    cursor.execute("SELECT nextval('intake.batch_number')")
    ((number,),) = cursor.fetchall()
    digits = "".join(_DIGITS[number // 36**place % 36] for place in (3, 2, 1, 0))
    return "-".join(filter(None, [stamp(at), word, digits]))
