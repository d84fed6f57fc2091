"""Rejected rows: the quarantine keeps their cells as read; they hold personal data.

Of restricted rows nothing but their place and keys is kept: their cells stand in the archived file and in landing alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from gongshi.platform.database import Cursor, copy_table
from gongshi.standard.dates import parse_dates
from gongshi.standard.messages import BESIDE_CELLS, EXTRA_PREFIX, RAW_CELLS, ROW_NO, JudgedBatch
from gongshi.standard.normalise import TEXT

_FACTS = {
    "identity_key": TEXT,
    "decision_key": TEXT,
    "organ_code": TEXT,
    "document_no": TEXT,
    "decision_date": pa.date32(),
    "due_date": pa.date32(),
}
_PLACE = pa.schema([(ROW_NO, pa.int32()), ("identity_key", TEXT), ("decision_key", TEXT)])


def rows_of(judged: JudgedBatch, rows: pa.Table, at: datetime) -> pa.Table:
    """The rejected rows of a part that are not restricted, columns of `quality.quarantine`, recorded at `at`.

    Args:
        judged: the part.
        rows: its normalised rows with `identity_key` and `decision_key` beside them.
        at: the clock.
    """
    positions = pa.array(np.flatnonzero(judged.rejected & ~judged.restricted))
    chosen = rows.take(positions)
    facts = {
        "identity_key": chosen.column("identity_key"),
        "decision_key": chosen.column("decision_key"),
        "organ_code": chosen.column("organ_code"),
        "document_no": chosen.column("document_no"),
        "decision_date": parse_dates(chosen.column("decision_date")).days,
        "due_date": judged.due.take(positions),
    }
    return _table(judged, judged.read.rows.take(positions), facts, at)


def restricted_rows_of(judged: JudgedBatch, rows: pa.Table, at: datetime) -> pa.Table:
    """The rejected rows of a part that are restricted, columns of `quality.restricted`; arguments as `rows_of`."""
    chosen = rows.take(pa.array(np.flatnonzero(judged.rejected & judged.restricted)))
    return _restricted(judged, chosen.select(_PLACE.names), at)


def keep_refused(
    cursor: Cursor,
    judged: JudgedBatch,
    read_rows: Callable[[list[int]], pa.Table],
    facts: list[dict[str, Any]],
    sealed: Collection[int],
    at: datetime,
) -> None:
    """Write the rows the merge refused.

    Args:
        cursor: of the merge.
        judged: any part of the batch, for what it says of the batch.
        read_rows: gives the rows with these numbers as read, in file order.
        facts: the refused rows as staged, by number: keys, organ_code, document_no, decision_date, due_date.
        sealed: numbers of restricted rows.
        at: the clock.
    """
    open_facts = [row for row in facts if row[ROW_NO] not in sealed]
    if open_facts:
        columns = {name: pa.array([row[name] for row in open_facts], kind) for name, kind in _FACTS.items()}
        read = read_rows([row[ROW_NO] for row in open_facts])
        copy_table(cursor, _table(judged, read, columns, at), "quality.quarantine")
    closed = [{name: row[name] for name in _PLACE.names} for row in facts if row[ROW_NO] in sealed]
    if closed:
        copy_table(
            cursor, _restricted(judged, pa.Table.from_pylist(closed, _PLACE), at), "quality.restricted"
        )


def _restricted(judged: JudgedBatch, rows: pa.Table, at: datetime) -> pa.Table:
    for name, value in (
        ("batch_id", judged.batch_id),
        ("kind", judged.kind),
        ("recorded_at", at.isoformat()),
    ):
        rows = rows.append_column(name, pa.repeat(pa.scalar(value, TEXT), rows.num_rows))
    return rows


def _table(judged: JudgedBatch, read: pa.Table, facts: dict[str, pa.Array], at: datetime) -> pa.Table:
    count = read.num_rows
    constant = {
        "batch_id": judged.batch_id,
        "sheet": judged.read.sheet,
        "kind": judged.kind,
        "recorded_at": at.isoformat(),
    }
    return pa.table(
        {name: pa.repeat(pa.scalar(value, TEXT), count) for name, value in constant.items()}
        | {ROW_NO: read.column(ROW_NO), "cells": pa.array(_cells(read), TEXT), **facts}
    )


def _cells(read: pa.Table) -> list[str]:
    """Per row its cells as JSON: field or header name → text as read; of a broken row the list of its cells."""
    names = [name for name in read.column_names if name not in BESIDE_CELLS]
    raw = read.column(RAW_CELLS).to_pylist() if RAW_CELLS in read.column_names else [None] * read.num_rows
    rows = read.select(names).to_pylist()
    return [
        json.dumps({"_cells": _storable(json.loads(cells))} if cells else _named(row), ensure_ascii=False)
        for row, cells in zip(rows, raw, strict=True)
    ]


def _named(row: dict[str, str | None]) -> dict[str, str]:
    """Filled cells only; unknown columns under the header as written."""
    filled = {name.removeprefix(EXTRA_PREFIX): text for name, text in row.items() if text}
    return dict(zip(_storable(filled), _storable(filled.values()), strict=True))


def _storable(texts: Iterable[str]) -> list[str]:
    """PostgreSQL holds no NUL."""
    return [text.replace("\x00", "\ufffd") for text in texts]
