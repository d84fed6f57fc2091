"""CSV: UTF-8 with and without BOM, GB18030; comma separated, double quotes.

Nearly all files take one threaded pass of pyarrow's parser. A file with broken quoting has its broken records replaced
by one-cell marks first, and a file with any irregular row is parsed again by one thread, which knows record numbers.
A record's number is what a spreadsheet shows: header = 1, blank lines counted, a cell with line breaks is one record.
"""

from __future__ import annotations

import csv
import io
import mmap
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from gongshi.intake import headers
from gongshi.intake.readers import csv_quotes, tables
from gongshi.intake.readers.tables import UnreadableError
from gongshi.standard.messages import ReadBatch

Bytes = bytes | mmap.mmap
_BOM = b"\xef\xbb\xbf"
_OTHER_FORMATS = (
    b"%PDF",
    b"{\\rtf",
    b"\x89PNG",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"GIF8",
    b"\xff\xd8\xff",
)
_BLOCK = 1 << 24
_MAX_BLOCK = (1 << 31) - 1
_MEANT_AS_UTF8 = 16
_MARK = b"\0"  # stands for a broken record; no accepted file holds a NUL
csv.field_size_limit(_MAX_BLOCK)  # the default refuses cells a decision may well have


def read(data: Bytes) -> list[ReadBatch]:
    """Read a CSV file: one batch.

    Raises:
        UnreadableError: another format, or not decodable in an accepted encoding.
    """
    data, encoding, begin = _as_utf8(data)
    found = _find_header(data, begin)
    if found is None:
        return [tables.refused("BT-04")]
    header = headers.recognise(found.cells)
    if header.refusal:
        rows, blank = tables.empty_rows(), list[int]()
    else:
        rows, blank = _read_rows(data, found, list(header.columns))
    blank = [*range(1, found.row), *blank]
    return [tables.read_batch(header, found.cells, found.row, rows, blank, encoding=encoding)]


def _as_utf8(data: Bytes) -> tuple[Bytes, str, int]:
    """The same text in UTF-8, the encoding it came in, and where it begins behind a BOM. Strict: nothing is replaced."""
    if data[:8].startswith(_OTHER_FORMATS) or data.find(b"\0") >= 0:
        raise UnreadableError("the file is no text: it opens like another format, or holds NUL bytes.")
    has_bom = data[:3] == _BOM
    if _is_utf8(data):
        return data, "utf-8-sig" if has_bom else "utf-8", 3 if has_bom else 0
    raw = data[:]
    if not has_bom and not _is_damaged_utf8(raw):
        try:
            return raw.decode("gb18030").encode(), "gb18030", 0
        except UnicodeDecodeError:
            pass
    raise UnreadableError("the file is neither UTF-8 nor GB18030.")


def _is_utf8(data: Bytes) -> bool:
    """Validate without making a copy: the whole file as one Arrow string."""
    ends = pa.py_buffer(np.array([0, len(data)], dtype=np.int64))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _is_damaged_utf8(raw: bytes) -> bool:
    """True when so much non-ASCII text is sound UTF-8 before the first bad byte that it was meant as UTF-8."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return sum(byte > 0x7F for byte in raw[: error.start][:65536]) >= _MEANT_AS_UTF8
    return False


@dataclass(frozen=True)
class _Found:
    """The header: its cells, its record number, and where the data rows begin."""

    cells: list[str]
    row: int
    end: int


def _find_header(data: Bytes, begin: int) -> _Found | None:
    """The first record that is not blank; None when there is none."""
    for number, (record, end) in enumerate(_leading_records(data, begin), start=1):
        cells = next(csv.reader(io.StringIO(record, newline="")), [])
        if any(cell.strip() for cell in cells):
            return _Found(cells, number, end)
    return None


def _leading_records(data: Bytes, begin: int) -> Iterator[tuple[str, int]]:
    """Records with their ends, from the top; a header cell may hold line breaks."""
    position = begin
    while position < len(data):
        end = first_end = _next_line(data, position)
        while data[position:end].count(b'"') % 2 and end < min(len(data), position + 65536):
            end = _next_line(data, end)
        if data[position:end].count(b'"') % 2:
            end = first_end
        yield data[position:end].decode("utf-8"), end
        position = end


def _next_line(data: Bytes, position: int) -> int:
    feed = data.find(b"\n", position)
    limit = feed if feed >= 0 else len(data)
    mark = data.find(b"\r", position, limit)
    if mark < 0:
        return min(limit + 1, len(data))
    return mark + 2 if mark + 1 == feed else mark + 1


def _read_rows(data: Bytes, found: _Found, columns: list[str]) -> tuple[pa.Table, list[int]]:
    """Rows and the numbers of blank ones."""
    quoted = data.find(b'"', found.end) >= 0
    broken: list[bytes] = []
    body = pa.py_buffer(data)[found.end :]
    if quoted and not csv_quotes.is_sound(data, found.end):
        body, broken = _with_marks(data, found.end, len(columns))
    table, irregular = _parse(body, columns)
    if quoted and not broken and _has_breaks_in_cells(body, table) and _may_have_swallowed_rows(table):
        body, broken = _with_marks(data, found.end, len(columns))
        table, irregular = _parse(body, columns) if broken else (table, irregular)
    return _assemble(table, irregular, broken, found.row)


def _with_marks(data: Bytes, start: int, expected_cells: int) -> tuple[pa.Buffer, list[bytes]]:
    """The data rows with each broken record replaced by a one-cell mark, and the broken records."""
    pieces: list[bytes] = []
    position = start
    ranges = csv_quotes.broken_ranges(data, start, expected_cells)
    for number, (begin, end) in enumerate(ranges):
        pieces += [data[position:begin], _MARK, str(number).encode()]
        position = end
    pieces.append(data[position:])
    return pa.py_buffer(b"".join(pieces)), [data[begin:end] for begin, end in ranges]


def _has_breaks_in_cells(body: pa.Buffer, table: pa.Table) -> bool:
    """There are more line breaks than rows, or stray carriage returns: counting is a tenth of looking into each cell."""
    text = np.frombuffer(body, dtype=np.uint8)
    feeds, returns = (
        sum(int(np.count_nonzero(text[at : at + _BLOCK] == mark)) for at in range(0, len(text), _BLOCK))
        for mark in b"\n\r"
    )
    return feeds > table.num_rows or returns not in (0, feeds)


def _may_have_swallowed_rows(table: pa.Table) -> bool:
    """A sound cell with line breaks and as many commas as a row has separators deserves a closer look."""
    for column in table.columns:
        several_lines = pc.match_substring_regex(column, r"[\r\n]")
        if pc.any(several_lines).as_py():
            commas = pc.count_substring(column.filter(several_lines), ",")
            if pc.max(commas).as_py() >= table.num_columns - 1:
                return True
    return False


def _parse(body: pa.Buffer, columns: list[str]) -> tuple[pa.Table, dict[int, str]]:
    """Rows that fit the header, and the others by record number (first data record = 1)."""
    if body.size == 0:
        return pa.table({name: pa.array([], pa.string()) for name in columns}), {}
    block = _BLOCK
    while True:
        irregular: list[pacsv.InvalidRow] = []
        try:
            return _parse_once(body, columns, block, None, irregular), {}
        except pa.ArrowInvalid as error:
            if irregular:
                break
            if "straddling" not in str(error) or block == _MAX_BLOCK:
                raise UnreadableError(f"the file cannot be parsed as CSV: {error}") from error
            block = min(block * 16, _MAX_BLOCK)
    numbered: dict[int, str] = {}
    return _parse_once(body, columns, block, numbered, []), numbered


def _parse_once(
    body: pa.Buffer, columns: list[str], block: int, numbered: dict[int, str] | None, seen: list[pacsv.InvalidRow]
) -> pa.Table:  # fmt: skip
    """One pass; with threads it stops at the first irregular row, without it collects them in `numbered`."""

    def on_irregular(row: pacsv.InvalidRow) -> str:
        if numbered is None:
            seen.append(row)
            return "error"
        numbered[row.number] = row.text
        return "skip"

    return pacsv.read_csv(
        pa.BufferReader(body),
        pacsv.ReadOptions(use_threads=numbered is None, block_size=block, column_names=columns),
        pacsv.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=on_irregular
        ),
        pacsv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False),
    )


def _assemble(
    table: pa.Table, irregular: dict[int, str], broken: list[bytes], header_row: int
) -> tuple[pa.Table, list[int]]:
    """Number all records, take blank ones out, add the irregular ones."""
    taken = np.array(sorted(irregular), dtype=np.int64)
    numbers = (
        np.setdiff1d(np.arange(1, table.num_rows + len(taken) + 1), taken, assume_unique=True) + header_row
    )
    blank = tables.blank_mask(table)
    blank_rows = numbers[blank.to_numpy(zero_copy_only=False)].tolist()
    regular = tables.regular_rows(table, pa.array(numbers))
    if blank_rows:
        regular = regular.filter(pc.invert(blank))
    cells = {number + header_row: _cells(text, broken) for number, text in irregular.items()}
    others = {number: row for number, row in cells.items() if any(cell.strip() for cell in row)}
    blank_rows = sorted([*blank_rows, *(cells.keys() - others.keys())])
    return tables.in_row_order(regular, tables.irregular_rows(table.column_names, others)), blank_rows


def _cells(text: str, broken: list[bytes]) -> list[str]:
    """The cells of an irregular record as read; a broken one is split at every comma, quotes left in place."""
    if text.startswith(_MARK.decode()):
        return broken[int(text[1:])].decode("utf-8").split(",")
    return next(csv.reader(io.StringIO(text, newline="")), [])
