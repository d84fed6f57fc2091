"""Delimited text: csv, tsv, txt, in any usual encoding, delimiter and quoting.

Encoding, delimiter and header are told from the top of the file; pyarrow parses the rows below; what is no data among
them and how a batch is put together is told as for workbooks (`shapes`). A file that holds several tables is read
line by line instead. A record's number is what a spreadsheet shows: blank lines counted, a cell with line breaks is one
record, the `sep=` line is none.
"""

from __future__ import annotations

from gongshi.intake.readers import csv_parse, dialects, encodings, grid_rows, lines, shapes, tables
from gongshi.intake.readers.csv_lines import CsvLines
from gongshi.intake.readers.dialects import Dialect, Head
from gongshi.intake.readers.encodings import Bytes, Text
from gongshi.intake.readers.header_place import HeaderPlace
from gongshi.intake.readers.lines import Line
from gongshi.intake.readers.tables import Grid, UnreadableError, UnsafeError
from gongshi.standard.messages import ReadBatch

LARGEST_GRID = 1 << 27
"""Bytes of a text read line by line: each of its cells is an object in memory."""

_REMARKED = ("utf-16-le", "utf-16-be")


def read(data: Bytes) -> list[ReadBatch]:
    """Read a text file: one batch a table, at least one.

    Raises:
        UnreadableError: not decodable in an accepted encoding.
        UnsafeError: a line or a cell over the limits.
    """
    text = encodings.as_utf8(data)
    head = dialects.look(text)
    if head.is_blank:
        return [tables.refused("BT-04")]
    if head.place is None:
        return _without_header(data, text, head)
    if head.place.header.refusal:
        return shapes.batches(_whole(text, head, head.dialect) if _is_small(text) else _top(text, head))
    return _read(text, head, head.place)


def _read(text: Text, head: Head, place: HeaderPlace) -> list[ReadBatch]:
    """The table below a header; line by line when another one follows."""
    parsed = csv_parse.parse(text.data, head.ends[place.last], head.widths, head.dialect)
    grid = _top(text, head, parsed.dialect)
    body = CsvLines(grid, place.header, place.last + 1, parsed.table.num_columns, parsed)
    header_lines = head.records[place.first : place.last + 1]
    found = lines.not_data(body.table, place.header.columns, body.row_of, header_lines)
    if Line.TABLE in found.values():
        if not _is_small(text):
            raise UnsafeError(f"文件超过{LARGEST_GRID >> 20}MB且含有多个表，请将各表分成单独的文件")
        return shapes.batches(_whole(text, head, parsed.dialect))
    rows = grid_rows.rows_of(body, body.table.num_rows, found)
    told = _above(head, place) | {body.first + line: what for line, what in found.items()}
    return [shapes.batch_of(grid, place, rows, told)]


def _above(head: Head, place: HeaderPlace) -> dict[int, Line]:
    """The lines above the header, by index into the records of the head."""
    blank = dict.fromkeys(range(1 - head.first_row, 0), Line.BLANK)
    return blank | {
        line: Line.ABOVE if any(map(str.strip, head.records[line])) else Line.BLANK
        for line in range(place.first)
    }


def _without_header(data: Bytes, text: Text, head: Head) -> list[ReadBatch]:
    if text.encoding == "gb18030" and (other := encodings.guess(data)):
        raise UnreadableError(f"no header; probably {other}, not GB18030.", encodings.refused_as(other))
    return shapes.batches(_top(text, head))


def _is_small(text: Text) -> bool:
    return len(text.data) <= LARGEST_GRID


def _top(text: Text, head: Head, dialect: Dialect | None = None) -> Grid:
    """The first records as a grid."""
    remarks = (dialect or head.dialect).remarks()
    if text.encoding in _REMARKED:
        remarks = (f"文件为{text.encoding.upper()}编码。", *remarks)
    if head.said:
        remarks = (*remarks, f"首行“{head.said}”说明分隔符，行号从其下一行起算。")
    return Grid(head.records, head.first_row, encoding=text.encoding, remarks=remarks, ragged=True)


def _whole(text: Text, head: Head, dialect: Dialect) -> Grid:
    """All records as a grid."""
    width = max(head.widths)
    content, broken = csv_parse.marked(text.data, head.begin, width, dialect)
    rows, split = [], set()
    for place, record in enumerate(dialect.records(content.decode())):
        cells = csv_parse.broken_cells(record, broken, dialect)
        rows.append(record if cells is None else cells)
        if cells is not None:
            split.add(place)
    top = _top(text, head, dialect)
    return Grid(
        rows, top.first_line, encoding=top.encoding, remarks=top.remarks, ragged=True, broken=frozenset(split)
    )
