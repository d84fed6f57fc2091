"""CSV as it really comes: encodings, blank and ragged rows, broken quoting."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.intake import readers
from gongshi.standard.kinds import LICENCE
from gongshi.standard.messages import ReadBatch

COLUMNS = [f.code for f in LICENCE.fields if f.required == "R"]
NAMES = [f.name for f in LICENCE.fields if f.required == "R"]
HEADER = ",".join(COLUMNS)
WIDTH = len(COLUMNS)


def row(first: str, *, last: str = "z", width: int = WIDTH) -> str:
    return ",".join([first, *["x"] * (width - 2), last])


def read(*lines: str, end: str = "\n", encoding: str = "utf-8") -> ReadBatch:
    (batch,) = readers.read(end.join(lines).encode(encoding))
    return batch


def firsts(batch: ReadBatch) -> dict[int, str]:
    """Row number → first cell of the rows that fit the header."""
    rows = batch.rows.select(["row_no", "party_name", "raw_cells"]).to_pylist()
    return {r["row_no"]: r["party_name"] for r in rows if r["raw_cells"] is None}


def broken(batch: ReadBatch) -> dict[int, list[str]]:
    rows = batch.rows.select(["row_no", "raw_cells"]).to_pylist()
    return {r["row_no"]: json.loads(r["raw_cells"]) for r in rows if r["raw_cells"] is not None}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding, end):
    batch = read(
        HEADER, row("云南昭通𠮷某公司"), row("(云南) Co.", last=" z "), "", end=end, encoding=encoding
    )
    assert (batch.kind, batch.layout, batch.encoding) == ("licence", "S2018b", encoding)
    assert firsts(batch) == {2: "云南昭通𠮷某公司", 3: "(云南) Co."}
    assert batch.rows["source_code"].to_pylist() == ["z", " z "]
    assert batch.rows["cell_count"].to_pylist() == [WIDTH, WIDTH]
    assert batch.expected_cells == WIDTH


def test_blank_and_ragged_rows_keep_the_line_numbers_of_the_others():
    batch = read(
        "",
        HEADER,
        row("a"),
        "",
        row("b", width=WIDTH - 1),
        " , ",
        row("c"),
        "," * (WIDTH - 1),
        row("d", width=WIDTH + 2),
    )
    assert batch.header_row == 2
    assert firsts(batch) == {3: "a", 7: "c"}
    assert batch.blank_rows == (1, 4, 6, 8)
    assert {n: len(cells) for n, cells in broken(batch).items()} == {5: WIDTH - 1, 9: WIDTH + 2}
    assert batch.rows["row_no"].to_pylist() == [3, 5, 7, 9]
    assert batch.rows["cell_count"].to_pylist() == [WIDTH, WIDTH - 1, WIDTH, WIDTH + 2]
    assert batch.rows["party_name"].to_pylist() == ["a", "", "c", ""]


def test_line_breaks_and_quotes_inside_cells_are_kept():
    batch = read(HEADER, row('"第一行\r\n第二行，""引""用"'), row('关于"某某"的决定'), row("c"))
    assert firsts(batch) == {2: '第一行\r\n第二行，"引"用', 3: '关于"某某"的决定', 4: "c"}
    assert broken(batch) == {}


@pytest.mark.parametrize(
    "bad",
    [
        row('"opens'),
        row('closes"'),
        row('"closes" too early'),
        row('5" pipe'),
        row('"two"', last='"opens'),
        row('"a""'),
    ],
)
@pytest.mark.parametrize("quoted_rows", [True, False])
def test_a_broken_quote_never_swallows_the_rows_behind_it(bad, quoted_rows):
    good = [row(f'"{n},""q"""' if quoted_rows else n) for n in "bcd"]
    batch = read(HEADER, row("a"), bad, *good[:2], bad, good[2])
    value = '{},"q"' if quoted_rows else "{}"
    assert firsts(batch) == {2: "a", 4: value.format("b"), 5: value.format("c"), 7: value.format("d")}
    assert broken(batch) == {3: bad.split(","), 6: bad.split(",")}
    assert batch.rows["cell_count"].to_pylist().count(WIDTH) == 4


def test_two_rows_that_lost_a_quote_each_are_not_taken_for_one_with_line_breaks():
    batch = read(HEADER, row('"opens'), row("b"), row('closes"'), row("d"))
    assert firsts(batch) == {3: "b", 5: "d"}
    assert sorted(broken(batch)) == [2, 4]


def test_a_quote_opened_in_the_last_cell_and_closed_rows_later():
    batch = read(HEADER, row("a", last='"opens'), row("b"), row("c", last='z"'), row("d"))
    assert firsts(batch) == {3: "b", 5: "d"}
    assert sorted(broken(batch)) == [2, 4]


def test_extra_columns_are_kept_under_their_header():
    batch = read(HEADER + ",经办人", row("a") + ",李四")
    assert batch.rows["x:经办人"].to_pylist() == ["李四"]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "BT-04"),
        (b"\xef\xbb\xbf", "BT-04"),
        (b" \r\n,,\n", "BT-04"),
        (HEADER.encode(), "BT-04"),
        (f"{HEADER}\n\n,,,\n".encode(), "BT-04"),
        (b"%PDF-1.7\nsome text\n", "BT-03"),
        (f"{HEADER}\n{row('乱' * 30)}\n".encode() + b"\xff,\n", "BT-03"),
        (f"{HEADER}\n{row('a')}\n".encode() + b"\x81\xff,\n", "BT-03"),
        (f"{HEADER}\n{row('a')}\0\n".encode(), "BT-03"),
        ("姓名,电话\n张三,1\n".encode(), "BT-01"),
        (f"{HEADER},XK_WSH\n{row('a')},b\n".encode(), "BT-02"),
    ],
)
def test_refusals(data, rule):
    (batch,) = readers.read(data)
    assert batch.refusal.rule_id == rule
    assert batch.rows.num_rows == 0


def test_a_path_reads_like_its_bytes(tmp_path):
    path = tmp_path / "任意名.pdf"
    path.write_text(f"{HEADER}\n{row('a')}\n", encoding="utf-8")
    assert readers.read(path)[0].rows.equals(readers.read(path.read_bytes())[0].rows)
    path.write_bytes(b"")
    assert readers.read(path)[0].refusal.rule_id == "BT-04"


def test_record_numbers_are_right_across_parser_blocks(monkeypatch):
    monkeypatch.setattr("gongshi.intake.readers.csv_parse.BLOCK", 4096)
    lines = [row(str(n)) for n in range(1000)]
    lines[700] = "one cell"
    lines[900] = row('"opens')
    batch = read(HEADER, *lines)
    assert {n: int(v) for n, v in firsts(batch).items()} == {
        n + 2: n for n in range(1000) if n not in (700, 900)
    }
    assert sorted(broken(batch)) == [702, 902]


CELL = st.text(st.sampled_from('ab," \n\r中'), max_size=6)


@given(st.lists(st.lists(CELL, min_size=WIDTH, max_size=WIDTH), min_size=1, max_size=6))
def test_what_a_correct_writer_wrote_is_read_back(rows):
    """No soundly quoted file loses or changes a cell."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([COLUMNS, *rows])
    (batch,) = readers.read(text.getvalue().encode())
    expected = {n: r for n, r in enumerate(rows, start=2) if any(cell.strip() for cell in r)}
    got = {} if batch.refusal else {r["row_no"]: [r[name] for name in NAMES] for r in batch.rows.to_pylist()}
    assert got == expected
    assert set(batch.blank_rows) == set(range(2, len(rows) + 2)) - set(expected)
