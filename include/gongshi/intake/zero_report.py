"""Zero reports: an agency states that it decided nothing of a kind in a period (architecture, section 3; BT-12)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from psycopg2 import sql

from gongshi.intake.batches import Delivery, add_findings, finding, insert
from gongshi.intake.headers import ZERO_COLUMNS
from gongshi.platform.database import Cursor
from gongshi.standard.dates import parse_dates
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import RAW_CELLS, ROW_NO, ReadBatch, Refusal

_YES = {"", "是", "1", "Y", "YES", "TRUE", "√", "零报送"}
_KINDS = {form: kind.name for kind in KINDS.values() for form in (kind.name.upper(), kind.label_zh)}
_OPTIONAL = ("reported_by", "responsible", "reason")


@dataclass(frozen=True)
class ZeroRow:
    """One row of a zero report, judged.

    Attributes:
        row_no: line as the clerk sees it.
        cells: all cells as read.
        values: columns of `intake.zero_report`; not complete when `faults` is not empty.
        faults: headers of what is missing or invalid.
    """

    row_no: int
    cells: dict[str, Any]
    values: dict[str, Any]
    faults: list[str]


def judge(rows: pa.Table, agency_code: str | None) -> list[ZeroRow]:
    """Check every row: the unit is the sender (any, when None), the kind is known, the period two real days in order."""
    starts, ends = (_days(rows, name) for name in ("period_start", "period_end"))
    cells = rows.to_pylist()
    return [_judge(row, agency_code, *days) for row, *days in zip(cells, starts, ends, strict=True)]


def store(cursor: Cursor, batch_id: str, delivery: Delivery, batch: ReadBatch) -> None:
    """Store a zero report, or refuse it as a whole with BT-12 and keep its rows in the quarantine."""
    rows = judge(batch.rows, delivery.agency_code)
    faulty = [row for row in rows if row.faults]
    at = delivery.received_at
    for row in rows:
        if faulty:
            _insert(
                cursor, "quality.quarantine", batch_id, row.row_no, at, sheet=batch.sheet, cells=_cells(row)
            )
        else:
            _insert(cursor, "intake.zero_report", batch_id, row.row_no, at, **row.values)
    refusals = [(Refusal("BT-12", {"item": "、".join(row.faults)}), row.row_no) for row in faulty]
    add_findings(cursor, batch_id, [finding(refusal, batch.sheet, row_no) for refusal, row_no in refusals])
    cursor.execute(
        "UPDATE intake.batch SET refused_rule = %s, rows_accepted = %s, rows_rejected = %s WHERE batch_id = %s",
        ("BT-12" if faulty else None, 0 if faulty else len(rows), len(rows) if faulty else 0, batch_id),
    )


def _judge(cells: dict[str, Any], agency_code: str | None, start: date | None, end: date | None) -> ZeroRow:
    text = {name: _text(cells, name) for name in ZERO_COLUMNS}
    kind = _KINDS.get(text["kind"].upper())
    backwards = start is not None and end is not None and end < start
    unit = text["unit_code"].upper()
    faults = {
        "unit_code": not unit or agency_code not in (None, unit),
        "kind": kind is None,
        "period_start": start is None,
        "period_end": end is None or backwards,
        "zero": text["zero"].upper() not in _YES,
    }
    values = {"agency_code": unit, "kind": kind, "period_start": start, "period_end": end}
    values |= {name: text[name] or None for name in _OPTIONAL}
    return ZeroRow(cells[ROW_NO], cells, values, [ZERO_COLUMNS[name] for name, bad in faults.items() if bad])


def _text(cells: dict[str, Any], name: str) -> str:
    return str(cells.get(name) or "").strip()


def _days(rows: pa.Table, name: str) -> Iterator[date | None]:
    if name not in rows.column_names:
        return iter([None] * rows.num_rows)
    trimmed = pa.array([text.strip() for text in rows[name].to_pylist()], pa.string())
    return iter(parse_dates(trimmed).days.to_pylist())


def _cells(row: ZeroRow) -> str:
    raw = row.cells.get(RAW_CELLS)
    known = {k: v for k, v in row.cells.items() if isinstance(v, str) and k != RAW_CELLS}
    return json.dumps({"_cells": json.loads(raw)} if raw else known, ensure_ascii=False)


def _insert(cursor: Cursor, table: str, batch_id: str, row_no: int, at: datetime, **values: Any) -> None:
    keys = {"batch_id": batch_id, "row_no": row_no, "recorded_at": at}
    insert(cursor, sql.Identifier(*table.split(".")), keys | values)
