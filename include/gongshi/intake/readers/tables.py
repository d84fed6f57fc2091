"""From header and rows to a `ReadBatch`, whatever the format they came in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gongshi.errors import GongshiError
from gongshi.intake.headers import Header
from gongshi.intake.readers import yuan
from gongshi.standard.messages import CELL_COUNT, RAW_CELLS, ROW_NO, ReadBatch, Refusal
from gongshi.standard.periods import SHANGHAI

EXACT = 1 << 53  # beyond, a floating number no longer holds every digit


@dataclass(frozen=True)
class Grid:
    """Cells as stored, as text, before any header is known: a sheet, or a text file too irregular for a fast parser.

    Attributes:
        rows: cells by line; lines may differ in length.
        first_line: number of the first line, as the clerk sees it.
        fixes: (index into rows, column), both 0-based → (rule id, original): what the reader changed in a cell.
        sheet: sheet name in a workbook.
        encoding: as decoded, for text files.
        remarks: what the reader has to say of this table already.
        ragged: a line shorter or longer than its header does not fit it (BT-10), as in text files, where a cell more
            or less shifts the others; False where lines have one width by nature.
        broken: indexes of rows whose quoting is broken: they do not fit, whatever their number of cells.
    """

    rows: Sequence[Sequence[str]]
    first_line: int = 1
    fixes: Mapping[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    sheet: str | None = None
    encoding: str | None = None
    remarks: tuple[str, ...] = ()
    ragged: bool = False
    broken: frozenset[int] = frozenset()


class UnreadableError(GongshiError):
    """Raised when the bytes are no readable table: other format, encrypted, truncated, undecodable (BT-03).

    Attributes:
        reason_zh: what was received and what to send instead, for the receipt; may be empty.
    """

    def __init__(self, message: str, reason_zh: str = "") -> None:
        super().__init__(message)
        self.reason_zh = reason_zh


class UnsafeError(GongshiError):
    """Raised when a file is over a limit or holds unsafe content (BT-11).

    Attributes:
        reason_zh: which limit, or what content, for the receipt.
    """

    def __init__(self, reason_zh: str) -> None:
        super().__init__(f"over a limit, or unsafe content: {reason_zh}")
        self.reason_zh = reason_zh


def refused_for(error: UnreadableError | UnsafeError) -> ReadBatch:
    """The refused batch an error of a reader stands for; its reason follows the standard's message."""
    if isinstance(error, UnsafeError):
        return refused("BT-11", reason=error.reason_zh)
    return refused("BT-03", reason=f"。{error.reason_zh}" if error.reason_zh else "")


def refused(rule_id: str, **details: str) -> ReadBatch:
    """A batch refused before any header was understood."""
    return ReadBatch(None, None, empty_rows(), refusal=Refusal(rule_id, details))


def empty_rows() -> pa.Table:
    """The rows of a refused batch: none."""
    return pa.table({ROW_NO: pa.array([], pa.int32()), CELL_COUNT: pa.array([], pa.int32())})


def read_batch(
    header: Header, cells: Sequence[str], header_row: int, rows: pa.Table, blank_rows: Sequence[int],
    *, sheet: str | None = None, encoding: str | None = None, remarks: Sequence[str] = (),
) -> ReadBatch:  # fmt: skip
    """Put a batch together; refused as its header says, or with BT-04 when it has no data row."""
    refusal = header.refusal or (None if rows.num_rows else Refusal("BT-04"))
    remarks = [*remarks, *header.remarks]
    if header.in_yuan and not refusal:
        rows, converted = yuan.in_wan(rows, header)
        remarks += converted
    return ReadBatch(
        kind=header.kind,
        layout=header.layout,
        rows=empty_rows() if refusal else rows,
        header=tuple(cells),
        header_row=header_row,
        expected_cells=len(cells),
        blank_rows=tuple(blank_rows),
        sheet=sheet,
        refusal=refusal,
        encoding=encoding,
        remarks=tuple(remarks),
    )


def irregular_rows(columns: Sequence[str], rows: Mapping[int, Sequence[str]]) -> pa.Table:
    """Rows that do not fit the header (BT-10), by row number: their cells in `raw_cells`, empty fields.

    A row with as many cells as the header is here because its quoting is broken: its cells cannot be counted, so
    `cell_count` is 0.
    """
    counts = [len(cells) if len(cells) != len(columns) else 0 for cells in rows.values()]
    empty = pa.array([""] * len(rows), pa.string())
    return pa.table(
        dict.fromkeys(columns, empty)
        | {
            ROW_NO: pa.array(list(rows), pa.int32()),
            CELL_COUNT: pa.array(counts, pa.int32()),
            RAW_CELLS: pa.array(
                [json.dumps(list(c), ensure_ascii=False) for c in rows.values()], pa.string()
            ),
        }
    )


def regular_rows(table: pa.Table, row_numbers: pa.Array) -> pa.Table:
    """Add the metadata columns to rows that fit the header; `table` has one column a header cell."""
    count, expected = table.num_rows, table.num_columns
    return (
        table.append_column(ROW_NO, row_numbers.cast(pa.int32()))
        .append_column(CELL_COUNT, pa.repeat(pa.scalar(expected, pa.int32()), count))
        .append_column(RAW_CELLS, pa.nulls(count, pa.string()))
    )


def in_row_order(regular: pa.Table, irregular: pa.Table) -> pa.Table:
    """Both kinds of rows together, by row number."""
    if irregular.num_rows == 0:
        return regular
    return pa.concat_tables([regular, irregular.select(regular.column_names)]).sort_by(ROW_NO)


def blank_mask(table: pa.Table) -> pa.Array:
    """Per row: every cell empty or whitespace. Looks at further columns only where all before were blank."""
    candidates = pa.array(range(0))
    for place, column in enumerate(table.columns):
        looked_at = column if place == 0 else column.take(candidates)
        blank = pc.indices_nonzero(pc.equal(pc.utf8_trim_whitespace(looked_at), ""))
        candidates = blank if place == 0 else candidates.take(blank)
        if len(candidates) == 0:
            break
    return pc.is_in(pa.array(range(table.num_rows), pa.uint64()), candidates.cast(pa.uint64()))


def cell_text(value: Any) -> str:
    """A stored value as text: whole numbers below 2^53 by their digits, dates as YYYY/MM/DD, instants in local time."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case float() if abs(value) >= EXACT:
            return f"{value:.14E}"
        case float():
            return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"
        case datetime() if value.tzinfo:
            return cell_text(value.astimezone(SHANGHAI).replace(tzinfo=None))
        case datetime() if value.time() == time():
            return f"{value:%Y/%m/%d}"
        case datetime():
            return f"{value:%Y/%m/%d %H:%M:%S}"
        case date():
            return f"{value:%Y/%m/%d}"
        case time() | timedelta():
            return str(value)
    raise TypeError(f"a cell holds a {type(value).__name__}, which no known workbook does: {value!r}")
