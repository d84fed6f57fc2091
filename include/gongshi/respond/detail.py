"""明细.csv: what became of every row of a batch. The server sorts and writes it; a million rows need no memory here."""

from __future__ import annotations

from pathlib import Path

from gongshi.documents.plain import FORMULA
from gongshi.platform.database import Connection, statement
from gongshi.respond.receipt import of_kind, read_batch
from gongshi.standard.kinds import KINDS

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Excel takes a CSV for UTF-8 only when it starts with this."""


def write_detail(connection: Connection, batch_id: str, path: Path) -> int:
    """Write `row,sheet,outcome,record_no,record_id,version,due,late_days`, by row; returns the number of rows.

    `due` and `late_days` are those of the record; `late_days` stands on the row that opened it. A text a
    spreadsheet would take for a formula gets a leading apostrophe.

    Raises:
        UnknownBatchError: there is no such batch.
    """
    kind = read_batch(connection, batch_id)["kind"]
    query = (
        of_kind(statement("respond/detail"), kind)
        if kind in KINDS
        else statement("respond/detail_without_kind")
    )
    with connection.cursor() as cursor, path.open("wb") as sink:
        sink.write(BYTE_ORDER_MARK)
        cursor.execute(
            "SET LOCAL work_mem = '128MB'"
        )  # a million rows are joined and sorted without spilling
        bound = cursor.mogrify(query, {"batch_id": batch_id, "formula": FORMULA}).decode("utf-8").rstrip()
        cursor.copy_expert(f"COPY ({bound}) TO STDOUT (FORMAT csv, HEADER)", sink, size=1 << 20)
        return cursor.rowcount
