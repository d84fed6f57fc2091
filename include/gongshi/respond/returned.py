"""What a receipt says of rows that came back in a correction workbook (Article 12)."""

from __future__ import annotations

from typing import Any

from gongshi.platform.database import Connection, fetch, statement
from gongshi.standard.periods import local_time

MOST_CHANGES = 1_000


def returned(connection: Connection, batch_id: str) -> dict[str, Any] | None:
    """The part `returned` of a receipt; None when no row of the batch is a correction of one sent before.

    Returns:
        `rows` that came back, `rejected` of them again, `closed_findings` (errors of the rows as sent), `batches` they were
        sent in, `first_received_at` (the earliest arrival, the clock a correction does not reset), and `changes`: each
        cell that differs, `before` and `after` masked; at most 1,000 are shown.
    """
    (whole,) = fetch(connection, statement("respond/returned"), {"batch_id": batch_id})
    if not whole["rows"]:
        return None
    bound = {"batch_id": batch_id, "most": MOST_CHANGES}
    changes = [
        {
            "row": row["row_no"],
            "origin_batch": row["origin_batch_id"],
            "origin_row": row["origin_row_no"],
            "first_received_at": local_time(row["first_received_at"]),
            "field": row["field"],
            "before": row["before"],
            "after": row["after"],
        }
        for row in fetch(connection, statement("respond/returned_changes"), bound)
    ]
    return {
        **{name: whole[name] for name in ("rows", "rejected", "closed_findings", "batches")},
        "first_received_at": local_time(whole["first_received_at"]),
        "changes": changes,
        "changes_shown": len(changes),
        "changes_total": whole["changes_total"],
    }
