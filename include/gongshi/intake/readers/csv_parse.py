"""The data rows of a delimited text, parsed by pyarrow: those that fit the header as columns, the others by cells.

Nearly all files take one threaded pass. A file with broken quoting has its broken records replaced by one-cell marks
first, and a file with any irregular row is parsed again by one thread, which knows record numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from gongshi.intake.readers import csv_quotes
from gongshi.intake.readers.dialects import Dialect
from gongshi.intake.readers.encodings import Bytes
from gongshi.intake.readers.limits import LIMITS
from gongshi.intake.readers.tables import UnreadableError, UnsafeError

BLOCK = 1 << 24
LONGEST_RECORD = 1 << 28
MOST_MISFITS = 200_000
"""Rows that do not fit, each looked at by itself; beyond, the file is answered as a whole."""

_MARK = "\0"  # stands for a broken record; no accepted text holds a NUL
_UNQUOTED = "\t|^"  # delimiters of programs that write no quotes at all


@dataclass(frozen=True)
class Parsed:
    """What pyarrow made of the data rows.

    Attributes:
        table: rows that fit, one text column a header cell, named "0", "1", ….
        irregular: record number (first data record = 1) → cells of those that do not.
        broken: those of them whose quoting is broken: split at every delimiter, quotes left in place.
        dialect: how they were read.
    """

    table: pa.Table
    irregular: dict[int, list[str]]
    broken: frozenset[int]
    dialect: Dialect


def parse(data: Bytes, start: int, widths: Sequence[int], dialect: Dialect) -> Parsed:
    """Parse the records from `start` on.

    Args:
        data: UTF-8.
        start: where the data rows begin.
        widths: how many cells a row may have, likeliest first; the last is the header's own.
        dialect: as the header tells it; quotes may turn out to be others than the header, without any, tells.

    Raises:
        UnsafeError: a record or a cell over the limit.
    """
    *likelier, width = widths
    found = next(_trailing(data, start, likelier, width, dialect), None) or _parse(
        data, start, width, dialect
    )
    width = found.table.num_columns
    for other in _other_quotes(data, start, dialect) if found.irregular else ():
        again = _try(data, start, width, other, most=0)
        if again and (other.quote or not _any_wrapped(again.table)):
            found = again
            break
    _demand_short_cells(found.table)
    return found


def _trailing(
    data: Bytes, start: int, likelier: Sequence[int], width: int, dialect: Dialect
) -> Iterator[Parsed]:
    """Rows that all differ from the header by delimiters at the end; one that fits the header speaks against it."""
    for other in likelier:
        found = _try(data, start, other, dialect, MOST_MISFITS)
        if found is None:
            continue
        beyond = found.table.columns[min(width, other) :]
        if all(len(row) != width for row in found.irregular.values()) and not any(map(_any_filled, beyond)):
            yield found


def marked(data: Bytes, start: int, width: int, dialect: Dialect) -> tuple[bytes, list[bytes]]:
    """The data rows with each broken record replaced by a one-cell mark, and the broken records."""
    if dialect.quote is None:
        return data[start:], []
    pieces: list[bytes] = []
    position = start
    ranges = csv_quotes.broken_ranges(data, start, width, dialect)
    for number, (begin, end) in enumerate(ranges):
        pieces += [data[position:begin], _MARK.encode(), str(number).encode()]
        position = end
    pieces.append(data[position:])
    return b"".join(pieces), [data[begin:end] for begin, end in ranges]


def broken_cells(record: Sequence[str], broken: Sequence[bytes], dialect: Dialect) -> list[str] | None:
    """The cells of the broken record a mark stands for; None when `record` is no mark."""
    if len(record) == 1 and record[0].startswith(_MARK):
        return broken[int(record[0][1:])].decode().split(dialect.delimiter)
    return None


def _other_quotes(data: Bytes, start: int, dialect: Dialect) -> list[Dialect]:
    """Other ways to quote that would explain irregular rows; each must explain all of them to be believed."""
    if dialect.quote != '"':
        return []
    single = data.find(b"'", start) >= 0 and data.find(b'"', start) < 0
    none = dialect.delimiter in _UNQUOTED and data.find(b'"', start) >= 0
    return [replace(dialect, quote=quote) for quote, fits in (("'", single), (None, none)) if fits]


class _MisfitsError(UnsafeError):
    """Raised when more rows than may be do not fit the header."""

    def __init__(self) -> None:
        super().__init__(f"列数与表头不一致的行超过{MOST_MISFITS:,}行，请核对分隔符和模板")


def _try(data: Bytes, start: int, width: int, dialect: Dialect, most: int) -> Parsed | None:
    """Parse another way; None when more rows than `most` do not fit."""
    try:
        return _parse(data, start, width, dialect, most)
    except _MisfitsError:
        return None


def _parse(data: Bytes, start: int, width: int, dialect: Dialect, most: int = MOST_MISFITS) -> Parsed:
    quoted = dialect.quote is not None and data.find(dialect.quote.encode(), start) >= 0
    broken: list[bytes] = []
    body = pa.py_buffer(data)[start:]
    if quoted and not csv_quotes.is_sound(data, start, dialect):
        body, broken = _marked(data, start, width, dialect)
    table, irregular = _read(body, width, dialect, most)
    if quoted and not broken and _has_breaks_in_cells(body, table) and _may_have_swallowed(table, dialect):
        body, broken = _marked(data, start, width, dialect)
        table, irregular = _read(body, width, dialect, most) if broken else (table, irregular)
    _demand_short(max(map(len, (*irregular.values(), *broken)), default=0))
    cells = {number: dialect.cells(text) for number, text in irregular.items()}
    split = {
        number: row for number, record in cells.items() if (row := broken_cells(record, broken, dialect))
    }
    return Parsed(table, cells | split, frozenset(split), dialect)


def _marked(data: Bytes, start: int, width: int, dialect: Dialect) -> tuple[pa.Buffer, list[bytes]]:
    body, broken = marked(data, start, width, dialect)
    return pa.py_buffer(body), broken


def _has_breaks_in_cells(body: pa.Buffer, table: pa.Table) -> bool:
    """There are more line breaks than rows, or stray carriage returns: counting is a tenth of looking into each cell."""
    text = np.frombuffer(body, dtype=np.uint8)
    feeds, returns = (
        sum(int(np.count_nonzero(text[at : at + BLOCK] == mark)) for at in range(0, len(text), BLOCK))
        for mark in b"\n\r"
    )
    return feeds > table.num_rows or returns not in (0, feeds)


def _may_have_swallowed(table: pa.Table, dialect: Dialect) -> bool:
    """A sound cell with line breaks and as many delimiters as a row has deserves a closer look."""
    for column in table.columns:
        several_lines = pc.match_substring_regex(column, r"[\r\n]")
        if pc.any(several_lines).as_py():
            delimiters = pc.count_substring(column.filter(several_lines), dialect.delimiter)
            if pc.max(delimiters).as_py() >= table.num_columns - 1:
                return True
    return False


def _read(body: pa.Buffer, width: int, dialect: Dialect, most: int) -> tuple[pa.Table, dict[int, str]]:
    """Rows that fit the header, and the others by record number (first data record = 1); at most `most` of these."""
    if body.size == 0:
        return pa.table({str(place): pa.array([], pa.string()) for place in range(width)}), {}
    block, threads = BLOCK, True
    while True:
        irregular = _Irregular(1 if threads else most + 1)
        try:
            return _read_once(body, width, dialect, block, irregular), irregular.found
        except pa.ArrowInvalid as error:
            if len(irregular.found) > most:
                raise _MisfitsError from error
            if threads and irregular.found:
                threads = False
            else:
                block = _larger(block, error)


class _Irregular:
    """Keeps rows that do not fit, up to the one it stops at; a pass with threads does not know their numbers."""

    def __init__(self, stops_at: int) -> None:
        self.stops_at = stops_at
        self.found: dict[int, str] = {}

    def __call__(self, row: pacsv.InvalidRow) -> str:
        self.found[row.number or 0] = row.text
        return "error" if len(self.found) >= self.stops_at else "skip"


def _larger(block: int, error: pa.ArrowInvalid) -> int:
    """The block to try next: a record must fit into one."""
    if "straddling" not in str(error):
        raise UnreadableError(f"the text cannot be parsed: {error}") from error
    if block >= LONGEST_RECORD:
        raise UnsafeError(f"有一行的内容超过{LONGEST_RECORD >> 20}MB")
    return min(block * 16, LONGEST_RECORD)


def _read_once(body: pa.Buffer, width: int, dialect: Dialect, block: int, irregular: _Irregular) -> pa.Table:
    names = [str(place) for place in range(width)]
    return pacsv.read_csv(
        pa.BufferReader(body),
        pacsv.ReadOptions(use_threads=irregular.stops_at == 1, block_size=block, column_names=names),
        pacsv.ParseOptions(
            delimiter=dialect.delimiter, quote_char=dialect.quote or False, newlines_in_values=True,
            ignore_empty_lines=False, invalid_row_handler=irregular,
        ),
        pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )  # fmt: skip


def _any_filled(column: pa.ChunkedArray) -> bool:
    return bool(pc.any(pc.not_equal(column, "")).as_py())


def _any_wrapped(table: pa.Table) -> bool:
    """A whole cell stands in quotes: they may mean something after all."""
    return any(
        pc.any(pc.match_substring_regex(column, r'(?s)^".*"$')).as_py() or False for column in table.columns
    )


def _demand_short_cells(table: pa.Table) -> None:
    for column in table.columns:
        for chunk in column.chunks:
            if chunk.nbytes > LIMITS.value_chars:
                _demand_short(pc.max(pc.binary_length(chunk)).as_py())


def _demand_short(longest: int) -> None:
    if longest > LIMITS.value_chars:
        raise UnsafeError(f"有单元格或残缺行的内容超过{LIMITS.value_chars:,}个字节")
