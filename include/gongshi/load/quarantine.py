"""The quarantine: rejected rows with their cells as read. Restricted: the cells hold personal data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

import numpy as np
import pyarrow as pa

from gongshi.platform.database import Cursor, copy_table
from gongshi.standard.dates import parse_dates
from gongshi.standard.messages import CELL_COUNT, EXTRA_PREFIX, RAW_CELLS, ROW_NO, JudgedBatch
from gongshi.standard.normalise import TEXT

_CHUNK = 50_000
_NOT_CELLS = (ROW_NO, CELL_COUNT, RAW_CELLS)


def add(cursor: Cursor, judged: JudgedBatch, rows: pa.Table, refused: Mapping[int, str], at: datetime) -> int:
    """Store the rows rejected by row rules and those `refused` by the merge, recorded at `at`; their number."""
    mask = judged.rejected.copy()
    if refused:
        mask |= np.isin(rows.column(ROW_NO).to_numpy(), list(refused))
    positions = np.flatnonzero(mask)
    for start in range(0, len(positions), _CHUNK):
        chunk = pa.array(positions[start : start + _CHUNK])
        copy_table(
            cursor, _table(judged, rows.take(chunk), judged.due.take(chunk), chunk, at), "quality.quarantine"
        )
    return len(positions)


def _table(judged: JudgedBatch, rows: pa.Table, due: pa.Array, positions: pa.Array, at: datetime) -> pa.Table:
    count = rows.num_rows
    read = judged.read.rows.take(positions)
    days = parse_dates(rows.column("decision_date")).days
    return pa.table(
        {
            "batch_id": pa.repeat(pa.scalar(judged.batch_id, TEXT), count),
            ROW_NO: rows.column(ROW_NO),
            "sheet": pa.repeat(pa.scalar(judged.read.sheet, TEXT), count),
            "kind": pa.repeat(pa.scalar(judged.kind, TEXT), count),
            "cells": pa.array(_cells(read), TEXT),
            "identity_key": rows.column("identity_key"),
            "decision_key": rows.column("decision_key"),
            "organ_code": rows.column("organ_code"),
            "document_no": rows.column("document_no"),
            "decision_date": days,
            "due_date": due,
            "recorded_at": pa.repeat(pa.scalar(at.isoformat(), TEXT), count),
        }
    )


def _cells(read: pa.Table) -> list[str]:
    """Per row its cells as JSON: field or header name → text as read; of a broken row the list of its cells."""
    names = [name for name in read.column_names if name not in _NOT_CELLS]
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
