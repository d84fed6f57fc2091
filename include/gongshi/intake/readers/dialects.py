"""How a text file separates and quotes its cells: decided by which way yields the header with most known columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gongshi.intake import headers
from gongshi.intake.readers import header_place
from gongshi.intake.readers.encodings import Bytes, Text
from gongshi.intake.readers.header_place import HeaderPlace
from gongshi.intake.readers.limits import LIMITS
from gongshi.intake.readers.tables import UnsafeError

csv.field_size_limit((1 << 31) - 1)  # the default refuses cells a decision may well have
DELIMITERS = ",\t;|^"
"""What may stand between cells; full-width ，；、 are text. The first wins where several fit equally."""

LONGEST_HEAD = 1 << 20
"""Bytes looked through for a header; a file without a line end in so many is no table."""

_LONGEST_RECORD, _MOST_LINES = 1 << 16, 200  # of one record at the top: else its quote is a stray one
_MOST_RECORDS = 1000  # at the top, blank ones counted
_QUOTES = ('"', "'")
_BLANK = re.compile(rb"[\s,;|^]*")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_SEP_LINE = re.compile(rb'"?sep=([^\r\n"])"?(?:\r\n|\r|\n|$)', re.IGNORECASE)
_ZH = {"\t": "制表符", ";": "分号", "|": "竖线", "^": "“^”"}


@dataclass(frozen=True)
class Dialect:
    """Delimiter (one ASCII character) and quote (`"`, `'`, or None: quotes are plain text)."""

    delimiter: str = ","
    quote: str | None = '"'

    def records(self, text: str, *, strict: bool = False) -> Iterator[list[str]]:
        """The records of a text, each by cells; strict: a broken quote is a `csv.Error`."""
        return csv.reader(
            io.StringIO(text, newline=""),
            delimiter=self.delimiter,
            quotechar=self.quote,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            strict=strict,
        )

    def cells(self, record: str) -> list[str]:
        """The cells of one record, which may hold line breaks."""
        return next(self.records(record), [])

    def is_open(self, record: str) -> bool:
        """A quoted cell opens and does not close: the record goes on behind the line end."""
        if self.quote is None or self.quote not in record:
            return False
        try:
            next(self.records(record, strict=True), None)
        except csv.Error as error:
            return "unexpected end" in str(error)
        return False

    def remarks(self) -> tuple[str, ...]:
        """What is unusual, for the receipt."""
        found = []
        if self.delimiter not in ",\t":
            found.append(f"文件以{_ZH.get(self.delimiter, self.delimiter)}分隔各列。")
        if self.quote == "'":
            found.append("文件以单引号括起单元格内容，读取时已去掉。")
        return tuple(found)


@dataclass(frozen=True)
class Head:
    """The top of a text file.

    Attributes:
        dialect: how its cells are told apart.
        records: its first records, by cells; the first is record `first_row`.
        ends: where each record ends, in bytes.
        first_row: number of the first record, as the clerk sees it.
        place: where the header stands in `records`; None when there is none.
        begin: where the first record begins, in bytes.
        said: the line above that names the delimiter, as Excel writes it; it counts as no record.
    """

    dialect: Dialect
    records: list[list[str]]
    ends: list[int]
    first_row: int
    place: HeaderPlace | None
    begin: int
    said: str = ""

    @property
    def is_blank(self) -> bool:
        """There is nothing but blanks."""
        return not any(map(header_place.is_filled, self.records))

    @property
    def widths(self) -> tuple[int, ...]:
        """How many cells a data row may have, likeliest first: as the header, delimiters at its end counted.

        Some programs end each row with a delimiter, but not the header, or the other way round.
        """
        place = self.place
        if place is None:
            return (max(map(len, self.records), default=1),)
        own = max(len(self.records[line]) for line in (place.first, place.last))
        below = [row for row in self.records[place.last + 1 :] if 2 * sum(map(bool, row)) > len(place.cells)]
        for other in {own + 1, len(place.cells)} - {own}:
            if len(below) > 1 and all(
                len(row) == other and not any(row[len(place.cells) :]) for row in below
            ):
                return other, own
        return (own,)


def look(text: Text) -> Head:
    """Read the top of a file in every usual way and take the way whose header names most columns.

    Raises:
        UnsafeError: no line end where a table would have many, or too many columns.
    """
    data, begin, chosen = text.data, text.begin, DELIMITERS
    said = _SEP_LINE.match(data, begin)
    if said and said[1].isascii():
        begin, chosen = said.end(), said[1].decode() + DELIMITERS
    first = _first_filled_line(data, begin)
    if len(data) - first > LONGEST_HEAD and not _LINE_END.search(data, first, first + LONGEST_HEAD):
        raise UnsafeError("文件没有换行，或单行过长，无法按行读取")
    row = 1 + len(_LINE_END.findall(data, begin, first))
    top = bytes(data[first : first + LONGEST_HEAD])
    heads = [
        _read(data, first, row, Dialect(delimiter, quote))
        for delimiter in dict.fromkeys(chosen)
        if delimiter == chosen[0] or delimiter.encode() in top
        for quote in _QUOTES
        if quote == '"' or b"'" in top
    ]
    head = max(heads, key=_score)  # the first of the best
    if any(len(record) > LIMITS.columns for record in head.records):
        raise UnsafeError(f"一张表的列数超过{LIMITS.columns:,}")
    return replace(head, said=said[0].decode().strip()) if said else head


def _score(head: Head) -> tuple[int, int]:
    """Known columns of the header, quotes left around few; without one, cells of the fullest record (for the answer)."""
    if head.place:
        cells = head.place.cells
        wrapped = sum(1 for cell in cells if cell[:1] in _QUOTES and cell[:1] == cell[-1:])
        return headers.hits(cells) or len(cells), -wrapped
    return 0, max((sum(map(bool, map(str.strip, record))) for record in head.records), default=0)


def _first_filled_line(data: Bytes, begin: int) -> int:
    """Start of the first line that is not blank; the end of the data when there is none."""
    found = _BLANK.match(data, begin)
    filled = found.end() if found else begin
    if filled == len(data):
        return filled
    return max(begin, 1 + max(data.rfind(b"\n", begin, filled), data.rfind(b"\r", begin, filled)))


def _read(data: Bytes, first: int, row: int, dialect: Dialect) -> Head:
    records: list[list[str]] = []
    ends: list[int] = []
    filled = 0
    for record, end in leading_records(data, first, dialect):
        records.append(dialect.cells(record)[: LIMITS.columns + 1])
        ends.append(end)
        filled += header_place.is_filled(records[-1])
        is_enough = filled > header_place.MOST_LINES or len(records) == _MOST_RECORDS
        if is_enough or end - first > LONGEST_HEAD:
            break
    return Head(dialect, records, ends, row, header_place.find_header(records), first)


def leading_records(data: Bytes, begin: int, dialect: Dialect) -> Iterator[tuple[str, int]]:
    """Records with their ends, from `begin` on; a cell may hold line breaks, a stray quote swallows no line."""
    position = begin
    while position < len(data):
        end = next_line(data, position)
        record = _decoded(data, position, end)
        if dialect.is_open(record):
            end, record = _continued(data, position, end, record, dialect)
        yield record, end
        position = end


def _continued(data: Bytes, begin: int, first_end: int, first: str, dialect: Dialect) -> tuple[int, str]:
    """The record that begins with an open quote: down to the line that closes it, or its first line alone."""
    record, end = first, first_end
    for _ in range(_MOST_LINES):
        if end >= min(len(data), begin + _LONGEST_RECORD):
            break
        end, start = next_line(data, end), end
        added = _decoded(data, start, end)
        record += added
        if (dialect.quote or "") in added and not dialect.is_open(record):
            return end, record
    return first_end, first


def _decoded(data: Bytes, begin: int, end: int) -> str:
    """A very long line is cut: it is no header, and its cells are read elsewhere."""
    return data[begin : min(end, begin + LONGEST_HEAD)].decode("utf-8", "ignore")


def next_line(data: Bytes, position: int) -> int:
    """Where the next line begins, behind any kind of line end."""
    feed = data.find(b"\n", position)
    limit = feed if feed >= 0 else len(data)
    mark = data.find(b"\r", position, limit)
    if mark < 0:
        return min(limit + 1, len(data))
    return mark + 2 if mark + 1 == feed else mark + 1
