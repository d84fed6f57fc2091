"""Whatever stands in a cell is judged, merged or quarantined, and answered: one odd cell never stops a run."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from gongshi import flow
from gongshi.intake.batches import Delivery, enter
from gongshi.platform.database import connect
from gongshi.standard import rulebook
from gongshi.standard.messages import CELL_COUNT, RAW_CELLS, ROW_NO, ReadBatch

ODD = [
    "", " ", "\x00", "\u200b", "\ufffd", "0", "-0", "-1", "1e5", "1e400", "9" * 13, "9" * 40, "0." + "0" * 30 + "1", ".5", "5.",
    "1,2,3", "00000.10", "٣", "２０２６／０１／０２", "0000/00/00", "0001/01/01", "9999/12/31", "10000/01/01", "2026/13/45", "99999",
    "20260101", "∞", "½", "NaN", "None", "true", "𠮷𠮷", "😀", "\u202eabc", "א", "(" * 300, "[2026]", "〔", "\\", "\\N", "\\.", '"', "'",
    "a\nb", "a\tb", "<", "&#;", "%s", "{value}", "{0}", "$1", "长期", "其他", "其他-", "；；", "、", "甲" * 5001,
    "530102199003071238" * 3, "9" * 18, "X" * 18, "\u3000\u00a0",
]  # fmt: skip


EMPTY_ROW = {"operation": "撤销", "remark": "误报"}


def test_no_cell_stops_a_run(house: Any) -> None:
    """Every odd text in every field: of a good row, of an empty one, of a withdrawal, and in rows that do not fit."""
    land(house, "0", "licence", [{"party_name": ""}] * len(ODD), [json.dumps([text, "多"]) for text in ODD])
    read = len(ODD)
    for kind in ("licence", "penalty"):
        (good,) = house.rows(kind, 1)
        good |= {"operation": "", "record_ref": ""}
        empty = dict.fromkeys(good, "")
        for number, base in enumerate((good, empty, empty | EMPTY_ROW)):
            odd = [base | {name: text} for name in base for text in ODD]
            rows = [
                good,
                *odd,
            ]  # the first names the sender: of a file that does not, nothing would be looked at
            land(house, f"{kind}{number}", kind, rows)
            read += len(rows)
    flow.load(house.settings, house.at)
    flow.answer(house.settings, house.at)
    ledger = house.ledger()
    assert ledger.problems == []
    assert ledger.totals["rows_read"] == read
    receipts = house.receipts()
    assert len(receipts) == 7
    assert [
        receipt["rows"]
        for receipt in receipts
        if receipt["rows"]["read"] != sum(list(receipt["rows"].values())[1:])
    ] == []
    (broken,) = [receipt for receipt in receipts if receipt["file"] == "0"]
    assert broken["finding_counts"] == {"BT-09": 1, "BT-10": len(ODD)}
    kept = house.fetch(
        f"SELECT cells FROM quality.quarantine WHERE batch_id = '{broken['batch_id']}' ORDER BY row_no"
    )
    assert [row["cells"] for row in kept] == [
        {"_cells": [text.replace("\x00", "\ufffd"), "多"]} for text in ODD
    ]


def land(house: Any, name: str, kind: str, rows: list[dict[str, str]], raw: list[str] | None = None) -> None:
    """A batch as some reader might hand it over, also with characters no file format of ours can carry."""
    names, count, sender = list(rows[0]), len(rows), house.agencies[0].code
    columns = {field: pa.array([row[field] for row in rows], pa.string()) for field in names}
    columns |= {
        ROW_NO: pa.array(range(2, count + 2), pa.int32()),
        CELL_COUNT: pa.repeat(pa.scalar(len(names), pa.int32()), count),
        RAW_CELLS: pa.array(raw or [None] * count, pa.string()),
    }
    batch = ReadBatch(kind, "S2018b", pa.table(columns), header=tuple(names), expected_cells=len(names))
    (house.settings.archive).mkdir(exist_ok=True)
    (house.settings.archive / name).write_bytes(b"x")
    with connect(house.settings) as connection, connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO intake.delivery (delivery_id, agency_code, channel, file_name, sha256, size_bytes, received_at, status)
               VALUES (%(name)s, %(sender)s, 'drop_folder', %(name)s, %(name)s, 1, %(at)s, 'read')""",
            {"name": name, "sender": sender, "at": house.at},
        )
        enter(
            house.settings, cursor, Delivery(name, sender, name, house.at), batch, rulebook.shipped().version
        )
