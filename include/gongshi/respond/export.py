"""`gongshi export`: current records under their official column codes, as an agency could send them again.

All values are text: dates YYYY/MM/DD, amounts in 万元 without trailing zeros, line breaks kept, `JLBH` last. Without
`full`, personal data is masked (standard 11.3), and such a file cannot be sent again (PE-08 refuses masked numbers).
In CSV a text that a spreadsheet takes for a formula gets one leading apostrophe (TX-13). One that starts with = + @ is
refused on its way in, so of what agencies send only some texts that start with a dash are concerned; numbers are not.
Workbooks and Parquet store text as text, unprefixed.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gongshi.documents.columns import Column
from gongshi.documents.files import write_atomically
from gongshi.documents.plain import csv_text
from gongshi.documents.workbook import Sheet, write_workbook
from gongshi.errors import UsageError
from gongshi.platform.database import Connection, connect, statement
from gongshi.platform.settings import Settings
from gongshi.respond.receipt import of_kind
from gongshi.standard.kinds import KINDS
from gongshi.standard.masking import mask_id_no, mask_person_name, mask_text
from gongshi.standard.model import OPERATION_CODES, PERSON, Field, Kind
from gongshi.standard.periods import parse_period

Row = list[str]
Rows = Iterator[Row]
CHUNK = 20_000
MOST_SHEET_ROWS = 1_048_575


class ExportError(UsageError):
    """Raised when an export is asked for that cannot be written: unknown kind or ending, more rows than a sheet holds."""


def export(
    settings: Settings,
    kind: str,
    path: Path,
    *,
    at: datetime,
    user: str,
    batch: str | None = None,
    agency: str | None = None,
    period: str | None = None,
    full: bool = False,
) -> int:
    """Write current, not withdrawn records to a .csv, .xlsx or .parquet; returns how many.

    Args:
        settings: where the warehouse is.
        kind: licence or penalty.
        path: file to create or replace; its ending decides the format.
        at: when, for the log (aware).
        user: who, for the log.
        batch: only records whose current version came from this batch.
        agency: only records this agency reported.
        period: only decisions of this period (`2026-05`, `2026-Q2` …).
        full: unmasked; logged in `audit.full_export` before the file appears, which only its owner can read.

    Raises:
        ExportError: unknown kind or ending, or too many rows for a workbook.
        InvalidPeriodError: `period` is none.
    """
    if kind not in KINDS or path.suffix.lower() not in _WRITERS:
        raise ExportError(
            f"cannot export {kind!r} to {path.name!r}; kinds: {', '.join(KINDS)}; endings: {', '.join(_WRITERS)}."
        )
    chosen = parse_period(period) if period else None
    selection = {
        "batch": batch,
        "agency": agency,
        "first_day": chosen.first_day if chosen else None,
        "last_day": chosen.last_day if chosen else None,
    }
    codes = [*(field.code for field in KINDS[kind].fields), OPERATION_CODES["record_ref"]]
    counted = [0]

    def write(target: Path) -> None:
        with connect(settings) as connection:
            rows = _counting(_rows(connection, KINDS[kind], selection, full=full), counted)
            _WRITERS[path.suffix.lower()](target, codes, rows, at)
            if full:
                target.chmod(0o600)
                asked = {"kind": kind, "batch": batch, "agency": agency, "period": period}
                _log(connection, at, user, asked, counted[0])

    write_atomically(path, write)
    return counted[0]


def _rows(connection: Connection, kind: Kind, selection: Mapping[str, Any], *, full: bool) -> Rows:
    columns = ", ".join(_expression(field) for field in kind.fields)
    query = of_kind(statement("respond/export"), kind.name).replace("SELECT ", f"SELECT {columns}, ", 1)
    mask = (lambda row: row) if full else _masker(kind)
    with connection.cursor(name="export") as cursor:
        cursor.itersize = CHUNK
        cursor.execute(query, selection)
        for row in cursor:
            yield mask(["" if value is None else str(value) for value in row])


def _expression(field: Field) -> str:
    """The column as text in the form agencies send."""
    if field.dtype == "date":
        return f"to_char(v.{field.column}, 'YYYY/MM/DD')"
    if field.dtype == "amount":
        return f"trim_scale(v.{field.column} / 10000)::text"
    return f"v.{field.column}"


def _masker(kind: Kind) -> Callable[[Row], Row]:
    """A function that masks one row in place: identity numbers, persons' names in penalties, hits in free text."""
    place = {field.name: position for position, field in enumerate(kind.fields)}
    numbers = [(place[f"{who}_id_no"], place[f"{who}_id_type"]) for who in ("party", "representative")]
    texts = [place[field.name] for field in kind.fields if field.dtype == "text"]
    name, category = place["party_name"], place["party_category"]

    def mask(row: Row) -> Row:
        for number, type_ in numbers:
            if row[number]:
                row[number] = mask_id_no(row[type_], row[number])
        if kind.name == "penalty" and row[category] == PERSON:
            row[name] = mask_person_name(row[name])
        for text in texts:
            if row[text]:
                row[text] = mask_text(row[text])
        return row

    return mask


def _counting(rows: Rows, counted: list[int]) -> Rows:
    for row in rows:
        counted[0] += 1
        yield row


def _write_csv(target: Path, codes: list[str], rows: Rows, _at: datetime) -> None:
    with target.open("w", encoding="utf-8-sig", newline="") as sink:
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(codes)
        writer.writerows([csv_text(text) for text in row] for row in rows)


def _write_xlsx(target: Path, codes: list[str], rows: Rows, at: datetime) -> None:
    def limited() -> Rows:
        for number, row in enumerate(rows, 1):
            if number > MOST_SHEET_ROWS:
                raise ExportError(
                    f"more than {MOST_SHEET_ROWS:,} records do not fit a sheet; export .csv or .parquet."
                )
            yield row

    sheet = Sheet("数据", [Column(code, 18) for code in codes], limited(), freeze_columns=1)
    write_workbook(target, [sheet], at)


def _write_parquet(target: Path, codes: list[str], rows: Rows, _at: datetime) -> None:
    schema = pa.schema([(code, pa.string()) for code in codes])
    with pq.ParquetWriter(target, schema) as writer:
        while chunk := [row for _, row in zip(range(CHUNK), rows, strict=False)]:
            writer.write_table(
                pa.table(
                    [pa.array(column, pa.string()) for column in zip(*chunk, strict=True)], schema=schema
                )
            )


def _log(connection: Connection, at: datetime, user: str, selection: Mapping[str, Any], rows: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit.full_export (at, operating_user, selection, rows) VALUES (%s, %s, %s, %s)",
            (at, user, json.dumps(selection, ensure_ascii=False), rows),
        )


_WRITERS: dict[str, Callable[[Path, list[str], Rows, datetime], None]] = {
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
    ".parquet": _write_parquet,
}
