"""Rows that come back in a correction workbook: which row handed out each of them is (Article 12).

A row is known by its key alone, never by what it says. Whose key does not hold is told why (`RETURN_STATE`, rules RT-…),
and is no correction of anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from gongshi.documents.workbook import KEY_COLUMN, RETURN_COLUMNS
from gongshi.intake.batches import Delivery
from gongshi.intake.readers.lines import ranges
from gongshi.platform.database import Connection, Cursor, copy_table, fetch, statement
from gongshi.platform.identity_key import IdentityKey
from gongshi.standard.messages import EXTRA_PREFIX, RAW_CELLS, RETURN_STATE, ROW_NO, ReadBatch
from gongshi.standard.row_keys import Place, place_of

ADDED, FORGED, TWICE, ANSWERED = "RT-01", "RT-02", "RT-03", "RT-04"
_KEYS = EXTRA_PREFIX + KEY_COLUMN
_BESIDE = {EXTRA_PREFIX + title for title in RETURN_COLUMNS[-3:]}
_MOST_TOLD = 20


@dataclass(frozen=True)
class Match:
    """A returned row, the row it was handed out for, and where that first arrived."""

    row_no: int
    origin: Place
    first: Place


def is_returned(batch: ReadBatch) -> bool:
    """The header has the column of keys."""
    return _KEYS in batch.rows.column_names


def match(
    connection: Connection, key: IdentityKey, delivery: Delivery, batch: ReadBatch
) -> tuple[ReadBatch, list[Match]]:
    """Find the rows handed out for the rows of a batch that has keys.

    Returns:
        The batch with `RETURN_STATE` beside its rows and remarks about lines that are missing or out of date; and the
        rows that are corrections.
    """
    numbers = batch.rows.column(ROW_NO).to_pylist()
    broken = batch.rows.column(RAW_CELLS).is_valid().to_pylist()
    places = [
        place_of(key.tag, delivery.agency_code, text or "") for text in batch.rows.column(_KEYS).to_pylist()
    ]
    is_blank = [not (text or "").strip() for text in batch.rows.column(_KEYS).to_pylist()]
    known = _known(connection, [place for place in places if place], batch.kind)
    copies = Counter(place for place in places if place)
    states: list[str | None] = []
    matches: list[Match] = []
    late: dict[tuple[str, str], list[int]] = {}
    for number, place, blank, is_broken in zip(numbers, places, is_blank, broken, strict=True):
        row = known.get(place) if place else None
        if is_broken:
            states.append(None)
        elif blank:
            states.append(ADDED)
        elif place is None or row is None:
            states.append(FORGED)
        elif row["answered_by"]:
            states.append(ANSWERED)
            late.setdefault((place.batch_id, row["answered_by"]), []).append(place.row_no)
        elif copies[place] > 1:
            states.append(TWICE)
        else:
            states.append(None)
            matches.append(Match(number, place, Place(row["first_batch_id"], row["first_row_no"])))
    rows = batch.rows.append_column(RETURN_STATE, pa.array(states, pa.string()))
    remarks = [*_outdated(late), *_missing(connection, {place for place in places if place} & known.keys())]
    return replace(batch, rows=rows, remarks=(*batch.remarks, *remarks)), matches


def remark_without_keys(batch: ReadBatch) -> ReadBatch:
    """Say so when a sheet is a correction workbook by its other columns, and its keys are gone."""
    if not set(batch.rows.column_names) >= _BESIDE:
        return batch
    told = f"本文件像是《需修改》工作簿，但没有“{KEY_COLUMN}”一列：各行按新报送处理，不能与原退回的行对应。"
    return replace(batch, remarks=(*batch.remarks, told))


def store(cursor: Cursor, batch_id: str, matches: Sequence[Match]) -> None:
    """Keep which row each returned one is."""
    if not matches:
        return
    columns = {
        "batch_id": [batch_id] * len(matches),
        "row_no": [one.row_no for one in matches],
        "origin_batch_id": [one.origin.batch_id for one in matches],
        "origin_row_no": [one.origin.row_no for one in matches],
        "first_batch_id": [one.first.batch_id for one in matches],
        "first_row_no": [one.first.row_no for one in matches],
    }
    copy_table(cursor, pa.table(columns), "intake.returned_row")


def _known(connection: Connection, places: Sequence[Place], kind: str | None) -> dict[Place, dict[str, Any]]:
    bound = {**_bound(places), "kind": kind}
    rows = fetch(connection, statement("intake/handed_out"), bound)
    return {Place(row["batch_id"], row["row_no"]): row for row in rows}


def _bound(places: Sequence[Place]) -> dict[str, list[str] | list[int]]:
    return {"batch_ids": [place.batch_id for place in places], "row_nos": [place.row_no for place in places]}


def _outdated(late: dict[tuple[str, str], list[int]]) -> list[str]:
    return [
        f"批次{origin}原第{_short(rows)}行已在批次{newer}中改正后报送，本文件中是旧的内容，未采用："
        f"如仍需修改，请使用反馈目录中批次{newer}的《需修改》，已入库的请凭记录编号报送更正。"
        for (origin, newer), rows in sorted(late.items())
    ]


def _missing(connection: Connection, here: set[Place]) -> list[str]:
    """Lines of the same workbooks that did not come back; they stay open."""
    rows = fetch(connection, statement("intake/not_returned"), _bound(sorted(here)))
    return [
        f"批次{row['batch_id']}的《需修改》中还有{len(row['row_nos']):,}行不在本文件中（原第{_short(row['row_nos'])}行）：未作处理，仍待改正。"
        for row in rows
    ]


def _short(numbers: Sequence[int]) -> str:
    parts = ranges(sorted(numbers)).split("、")
    return "、".join(parts[:_MOST_TOLD]) + ("等" if len(parts) > _MOST_TOLD else "")
