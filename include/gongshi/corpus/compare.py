"""No altered cell: what an own file says against what `gongshi export` gives back of it, cell by cell.

A cell may differ by what the standard's fix rules changed and recorded, by the writing of a date (YYYY/MM/DD) and by
zeros at the end of an amount. Everything else is an alteration.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from gongshi.corpus.own import OwnFile
from gongshi.corpus.results import FileResult
from gongshi.platform.database import connect, fetch
from gongshi.platform.settings import Settings
from gongshi.respond.export import export
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import OPERATION_CODES, Field, Kind

_ENDINGS = (".parquet", ".csv", ".xlsx")
_TAKEN = ("accepted", "unchanged")
_PARTS = re.compile(r"(\d{4})\D*(\d{1,2})\D*(\d{1,2})(?:\D.*)?", re.DOTALL)
Fixes = Mapping[tuple[int, str], Sequence[tuple[str, str]]]
"""(row, field name) → (text before, text after), as recorded."""


def alterations(
    settings: Settings, file: OwnFile, result: FileResult, at: datetime, folder: Path
) -> Iterator[str]:
    """What is not as written in the only batch of a file, one sentence a cell; nothing when all is."""
    if len(result.batches) != 1:
        yield f"{len(result.batches)} batches, 1 expected"
        return
    (batch_id,) = result.batches
    ending = _ENDINGS[sum(batch_id.encode()) % len(_ENDINGS)]
    target = folder / f"export{ending}"
    export(settings, file.kind, target, at=at, user="corpus", batch=batch_id, full=True)
    exported = {row[OPERATION_CODES["record_ref"]]: row for row in _read(target)}
    placed = _detail(settings, batch_id)
    if len(placed) != len(file.rows):
        yield f"{len(file.rows)} rows were written, {len(placed)} read"
        return
    fixes = _fixes(settings, KINDS[file.kind], batch_id)
    for written, told in zip(file.rows, placed, strict=True):
        where = f"row {told['row']} ({written['document_no']})"
        if told["outcome"] not in _TAKEN or told["record_id"] not in exported:
            yield f"{where}: {told['outcome']}, not exported"
            continue
        row = exported[told["record_id"]]
        for field in KINDS[file.kind].fields:
            wanted = expected(field, written[field.name], fixes.get((int(told["row"]), field.name), ()))
            if row[field.code] != wanted:
                yield f"{where} {field.code}: {row[field.code]!r}, expected {wanted!r}"


def expected(field: Field, written: str, fixes: Sequence[tuple[str, str]]) -> str:
    """The text an export must show for a cell as written."""
    text, left = written, list(fixes)
    while step := next((fix for fix in left if fix[0] == text), None):
        left.remove(step)
        text = step[1]
    if field.dtype == "date" and (parts := _PARTS.fullmatch(text)):
        year, month, day = map(int, parts.groups())
        return f"{year:04d}/{month:02d}/{day:02d}"
    if field.dtype == "amount" and text:
        try:
            amount = f"{Decimal(text):f}"
        except InvalidOperation:
            return text
        return amount.rstrip("0").rstrip(".") if "." in amount else amount
    return text


def _read(path: Path) -> list[dict[str, str]]:
    if path.suffix == ".parquet":
        return [dict(row) for row in pq.read_table(path).to_pylist()]
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return [dict(zip(map(str, header), map(str, row), strict=True)) for row in rows]


def _detail(settings: Settings, batch_id: str) -> list[dict[str, str]]:
    (path,) = settings.dropbox.glob(f"*/feedback/{batch_id}/明细.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: int(row["row"]))


def _fixes(settings: Settings, kind: Kind, batch_id: str) -> Fixes:
    names = {field.code: field.name for field in kind.fields}
    query = "SELECT row_no, field, original, fixed FROM quality.fix WHERE batch_id = %(id)s"
    found: dict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
    with connect(settings) as connection:
        for row in fetch(connection, query, {"id": batch_id}):
            name = names.get(row["field"], row["field"])
            found[row["row_no"], name].append((row["original"] or "", row["fixed"] or ""))
    return found
