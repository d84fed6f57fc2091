"""What was changed in the rows of a correction workbook, against the rows as they were sent (Article 12)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from gongshi.documents.workbook import RETURN_COLUMNS
from gongshi.intake.landing import landed_rows_at
from gongshi.load.staging import StagedPart
from gongshi.platform.database import Connection, copy_table, fetch
from gongshi.platform.settings import Settings
from gongshi.standard.layouts import column_of
from gongshi.standard.masking import mask_field
from gongshi.standard.messages import BESIDE_CELLS, EXTRA_PREFIX, RAW_CELLS, ROW_NO, JudgedBatch
from gongshi.standard.model import OPERATION_CODES

_SHOWN = 120
_OURS = {EXTRA_PREFIX + title for title in RETURN_COLUMNS}
Row = Mapping[str, Any]


def add_changes(
    settings: Settings, connection: Connection, judged: JudgedBatch, parts: Sequence[StagedPart]
) -> None:
    """Write each cell that differs, masked, in the transaction that merges the batch.

    Of a refused batch and of restricted rows nothing is written: they are disclosed nowhere.
    """
    sealed = {row for part in parts for row in (*part.sealed, *part.restricted.column(ROW_NO).to_pylist())}
    matches = fetch(
        connection,
        """SELECT row_no, origin_batch_id, origin_row_no FROM intake.returned_row
           WHERE batch_id = %(id)s AND NOT row_no = ANY(%(sealed)s) ORDER BY row_no""",
        {"id": judged.batch_id, "sealed": sorted(sealed)},
    )
    if judged.refusal or not matches:
        return
    now = _rows(settings, judged.batch_id, [match["row_no"] for match in matches])
    numbers: dict[str, list[int]] = defaultdict(list)
    for match in matches:
        numbers[match["origin_batch_id"]].append(match["origin_row_no"])
    sent = {batch_id: _rows(settings, batch_id, rows) for batch_id, rows in numbers.items()}
    found = [
        {"batch_id": judged.batch_id, ROW_NO: match["row_no"], **change}
        for match in matches
        for change in _changes(
            judged.kind, sent[match["origin_batch_id"]][match["origin_row_no"]], now[match["row_no"]]
        )
    ]
    if found:
        with connection.cursor() as cursor:
            copy_table(cursor, pa.Table.from_pylist(found), "quality.returned_change")


def _rows(settings: Settings, batch_id: str, numbers: list[int]) -> dict[int, Row]:
    rows = landed_rows_at(settings, batch_id, numbers)
    return {row[ROW_NO]: row for row in rows.to_pylist()}


def _changes(kind: str, sent: Row, now: Row) -> Iterator[dict[str, str]]:
    """Cells that differ; a row that did not fit its header was handed out with its cells laid out from the left."""
    names = [name for name in now if name not in BESIDE_CELLS and name not in _OURS]
    before = sent
    if sent[RAW_CELLS] is not None:
        cells = json.loads(sent[RAW_CELLS])
        before = dict(zip(names, [*cells, *[""] * len(names)], strict=False))
    for name in names:
        old, new = before.get(name) or "", now[name] or ""
        if old != new:
            yield {
                "field": _official(kind, name),
                "before": mask_field(name, old, before)[:_SHOWN],
                "after": mask_field(name, new, now)[:_SHOWN],
            }


def _official(kind: str, name: str) -> str:
    column = column_of(kind, name)
    return column.code if column else OPERATION_CODES.get(name) or name.removeprefix(EXTRA_PREFIX)
