"""No text file loses or changes a cell, however it is written: read back identical, or answered by a rule."""

from __future__ import annotations

import codecs
import csv
import io
import json
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gongshi.intake import readers
from gongshi.intake.readers import csv_text, dialects, encodings, shapes
from gongshi.standard.kinds import LICENCE
from gongshi.standard.messages import ReadBatch

FIELDS = [f for f in LICENCE.fields if f.required == "R"]
NAMES = [f.name for f in FIELDS]
WIDTH = len(FIELDS)
ENCODINGS = {
    "utf-8": ("utf-8", b""),
    "utf-8-sig": ("utf-8", codecs.BOM_UTF8),
    "gb18030": ("gb18030", b""),
    "utf-16-le": ("utf-16-le", codecs.BOM_UTF16_LE),
    "utf-16-be": ("utf-16-be", codecs.BOM_UTF16_BE),
    "utf-16-le without BOM": ("utf-16-le", b""),
    "utf-16-be without BOM": ("utf-16-be", b""),
}

CELL = st.text(st.sampled_from("ab中𠮷 \u3000，、（\"',;|^\t\n\r=\\0"), max_size=8)
PLAIN = st.text(st.sampled_from("ab中𠮷，、（=\\0"), max_size=8)
ANY = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
HEADERS = st.sampled_from([[f.code for f in FIELDS], [f.label_zh for f in FIELDS]])


def tables(cell: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    return st.lists(st.lists(cell, min_size=WIDTH, max_size=WIDTH), min_size=1, max_size=5)


def write(rows: list[list[str]], encoding: str, **dialect) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, **dialect).writerows(rows)
    name, bom = ENCODINGS[encoding]
    return bom + text.getvalue().encode(name)


def assert_nothing_lost(batch: ReadBatch, rows: list[list[str]]) -> None:
    """Each row is read as written, answered (BT-10), or blank; no row is there that was not written."""
    expected = {n: r for n, r in enumerate(rows, start=2) if any(cell.strip() for cell in r)}
    if batch.refusal:
        assert batch.refusal.rule_id == "BT-04"
        assert expected == {}
        return
    read = {r["row_no"]: r for r in batch.rows.to_pylist()}
    assert read.keys() == expected.keys()
    for number, row in read.items():
        if row["raw_cells"] is None:
            assert [row[name] for name in NAMES] == expected[number]
        else:
            assert row["cell_count"] != WIDTH
            assert json.loads(row["raw_cells"])
    assert set(batch.blank_rows) == set(range(2, len(rows) + 2)) - set(expected)


def all_read(batch: ReadBatch) -> bool:
    return batch.refusal is not None or batch.rows["raw_cells"].null_count == batch.rows.num_rows


@settings(deadline=None)
@given(
    HEADERS,
    tables(CELL) | tables(ANY),
    st.sampled_from(",\t;|^"),
    st.sampled_from("\"'"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(list(ENCODINGS)),
)
def test_fully_quoted_tables_are_read_back(header, rows, delimiter, quote, end, encoding):
    data = write(
        [header, *rows],
        encoding,
        delimiter=delimiter,
        quotechar=quote,
        lineterminator=end,
        quoting=csv.QUOTE_ALL,
    )
    (batch,) = readers.read(data)
    assert_nothing_lost(batch, rows)
    assert all_read(batch)
    assert batch.refusal or batch.encoding == encoding.removesuffix(" without BOM")


@settings(deadline=None)
@given(HEADERS, tables(CELL), st.sampled_from(",\t;|^"), st.sampled_from(list(ENCODINGS)))
@example(
    [f.code for f in FIELDS], [["'a'", *"b" * (WIDTH - 1)], ["'a''b'", *"b" * (WIDTH - 1)]], ",", "utf-8"
)
def test_tables_quoted_where_needed_are_read_back(header, rows, delimiter, encoding):
    (batch,) = readers.read(write([header, *rows], encoding, delimiter=delimiter))
    assert_nothing_lost(batch, rows)
    assert all_read(batch)


@settings(deadline=None)
@given(HEADERS, tables(PLAIN), st.sampled_from(",\t;|^"), st.sampled_from(["\n", "\r\n", "\r"]))
def test_tables_without_quotes_are_read_back(header, rows, delimiter, end):
    data = write(
        [header, *rows],
        "utf-8",
        delimiter=delimiter,
        quoting=csv.QUOTE_NONE,
        quotechar=None,
        lineterminator=end,
    )
    (batch,) = readers.read(data)
    assert_nothing_lost(batch, rows)
    assert all_read(batch)


@settings(deadline=None)
@given(HEADERS, tables(st.text(st.sampled_from("ab中'，"), max_size=6)), st.sampled_from(",\t;|"))
def test_apostrophes_are_text_or_the_row_is_answered(header, rows, delimiter):
    """A header without quotes does not say whether '…' is quoting."""
    data = write([header, *rows], "utf-8", delimiter=delimiter, quotechar="'")
    (batch,) = readers.read(data)
    plain = [[cell.strip() for cell in row] for row in rows]
    written = [line.split(delimiter) for line in data.decode().splitlines()[1:]]
    read = {} if batch.refusal else {r["row_no"]: [r[n] for n in NAMES] for r in batch.rows.to_pylist()}
    for number, cells in read.items():
        assert cells in (plain[number - 2], written[number - 2], [""] * WIDTH)


@settings(deadline=None)
@given(st.text(st.sampled_from('ab中,,," \n\n\r'), max_size=300), st.sampled_from(["", "标题\n\n", "a,b\n"]))
def test_the_fast_way_and_the_way_for_several_tables_agree(body, above):
    """Whatever the quoting and the shape of the rows."""
    data = f"{above}{','.join(f.code for f in FIELDS)}\n{body}".encode()
    text = encodings.as_utf8(data)
    head = dialects.look(text)
    (fast,) = csv_text.read(data)
    (other,) = shapes.batches(csv_text._whole(text, head, head.dialect))
    assert fast.rows.equals(other.rows)
    assert replace(fast, rows=None) == replace(other, rows=None)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(data):
    for batch in readers.read(data):
        assert batch.refusal or batch.rows.num_rows


@settings(deadline=None)
@given(
    tables(PLAIN), st.sampled_from(list(ENCODINGS)), st.integers(0, 3000), st.integers(0, 255), st.booleans()
)
def test_damaged_files_get_an_answer(rows, encoding, place, byte, cut):
    data = write([[f.code for f in FIELDS], *rows], encoding)
    place %= len(data)
    damaged = data[:place] if cut else data[:place] + bytes([byte]) + data[place + 1 :]
    assert all(batch.refusal or batch.rows.num_rows for batch in readers.read(damaged))
