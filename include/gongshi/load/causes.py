"""The causes of a batch's findings, kept so that answering again says the same."""

from __future__ import annotations

from collections.abc import Sequence

from gongshi.platform.database import Connection
from gongshi.standard.messages import Cause

_INSERT = """INSERT INTO quality.cause (batch_id, place, cause, message_zh, suggestion_zh, findings, rows)
             VALUES (%(batch_id)s, %(place)s, %(cause)s, %(message_zh)s, %(suggestion_zh)s, %(findings)s, %(rows)s)"""


def add_causes(connection: Connection, batch_id: str, causes: Sequence[Cause]) -> None:
    """Write the causes of a batch in the order they are told, in the transaction that merges it."""
    with connection.cursor() as cursor:
        for place, cause in enumerate(causes, 1):
            cursor.execute(
                _INSERT, {**vars(cause), "rows": list(cause.rows), "batch_id": batch_id, "place": place}
            )
