"""Cells of xlsx against the value they store."""

from __future__ import annotations

import json
import re

import pytest

from gongshi.intake import readers
from gongshi.intake.readers import sheet_repair, sheet_scan
from tests.unit.intake.sheets import NAMES, book, header, row, sheet, styles, text


def read(*rows, look=b"", strings="", properties="", before="", after=""):
    """The one batch of a sheet with a header and these rows."""
    (batch,) = readers.read(
        book(
            sheet(header() + "".join(rows), before, after),
            look=look,
            strings=strings,
            properties=properties,
        )
    )
    assert batch.refusal is None
    return batch


def cell(name, xml, **more):
    """The text of one cell."""
    batch = read(row(2, **{name: xml, "source_name": text("x")}), **more)
    return batch.rows[name].to_pylist()[0]


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ("<c @><v>530100000012345</v></c>", "530100000012345"),
        ("<c @><v>9007199254740991</v></c>", "9007199254740991"),
        ("<c @><v>9007199254740993</v></c>", "9.00719925474099E+15"),
        ("<c @><v>9.1530102123456794E+17</v></c>", "9.15301021234568E+17"),
        ("<c @><v>0.1</v></c>", "0.1"),
        ('<c @ t="b"><v>1</v></c>', "TRUE"),
        ('<c @ t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c @ t="e"/>', "#VALUE!"),
        ('<c @ t="e"></c>', "#VALUE!"),
        ("<c @><f>1+1</f></c>", "#VALUE!"),
        ("<c @><f>1+1</f><v></v></c>", "#VALUE!"),
        ('<c @><f t="shared" si="0"/></c>', "#VALUE!"),
        ("<c @><f>1+1</f><v>2</v></c>", "2"),
        ('<c @ t="str"><f>A1</f><v>云</v></c>', "云"),
        ('<c @ t="str"><f>""</f><v></v></c>', ""),
        (text(" 两 空 格 "), " 两 空 格 "),
        (text("a_x000D_b_x005F_x0041_"), "a\rb_x0041_"),
        (text("'530"), "'530"),
        (
            '<c @ t="inlineStr"><is><r><t>富</t></r><r><rPr><b/></rPr><t>文本</t></r>'
            '<rPh sb="0" eb="1"><t>フ</t></rPh></is></c>',
            "富文本",
        ),
    ],
)
def test_a_cell_is_the_value_it_stores(xml, expected):
    assert cell("remark", xml) == expected


def test_shared_texts_are_put_together_without_their_reading_aids():
    strings = "<si><r><t>昆</t></r><r><t xml:space='preserve'> 明</t></r><rPh sb='0' eb='1'><t>K</t></rPh></si><si><t>b</t></si>"
    batch = read(
        row(2, party_name='<c @ t="s"><v>0</v></c>', remark='<c @ t="s"><v>1</v></c>'), strings=strings
    )
    assert batch.rows.select(["party_name", "remark"]).to_pylist() == [{"party_name": "昆 明", "remark": "b"}]


@pytest.mark.parametrize(
    ("number_format", "padded"),
    [("000000", "000123"), ("[$-804]0000;@", "0123"), ("0", "123"), ("000-000", "123"), ("@", "123")],
)
def test_zero_padding_belongs_to_codes_and_is_recorded(number_format, padded):
    number = '<c @ s="1"><v>123</v></c>'
    batch = read(
        row(2, party_registration_no=number, document_no=number, content=number, remark=text("x")),
        row(3, party_registration_no='<c @ s="1" t="inlineStr"><is><t>7</t></is></c>'),
        look=styles(number_format),
    )
    first, second = batch.rows.to_pylist()
    assert (first["party_registration_no"], first["document_no"], first["content"]) == (padded, padded, "123")
    assert second["party_registration_no"] == "7"
    fixes = json.loads(first["cell_fixes"]) if first.get("cell_fixes") else []
    expected = [[name, "TX-12", "123", padded] for name in ("party_registration_no", "document_no")]
    assert sorted(fixes) == sorted(expected if padded != "123" else [])


@pytest.mark.parametrize(
    ("look", "serial", "properties", "expected"),
    [
        (14, "46148", "", "2026/05/06"),
        (31, "46148", "", "2026/05/06"),
        ('yyyy"年"m"月"d"日";@', "46148", "", "2026/05/06"),
        (14, "44686", 'date1904="1"', "2026/05/06"),
        (22, "46148.4375", "", "2026/05/06 10:30:00"),
        (20, "0.4375", "", "10:30:00"),
        (14, "73050", "", "2099/12/31"),
        (14, "60", "", "60"),
        (14, "-3", "", "-3"),
        (46, "1.5", "", "1.5"),
        (1, "46148", "", "46148"),
        (10, "0.05", "", "0.05"),
        ('"第"0"日"', "46148", "", "46148"),
    ],
)
def test_date_formats_and_both_date_bases(look, serial, properties, expected):
    xml = f'<c @ s="1"><v>{serial}</v></c>'
    assert cell("decision_date", xml, look=styles(look), properties=properties) == expected


@pytest.mark.parametrize("serial", ["46148", "500.55", "-500", "0.5", "46148.123456", "60"])
def test_a_number_in_a_column_of_numbers_is_its_digits_whatever_date_it_looks_like(serial):
    batch = read(row(2, document_no=f'<c @ s="1"><v>{serial}</v></c>', party_name=text("x")), look=styles(14))
    assert batch.rows["document_no"].to_pylist() == [serial]


def test_an_uncalculated_array_formula_marks_all_its_cells():
    formula = '<c @ t="str"><f t="array" ref="A2:A4">X</f></c>'
    batch = read(row(2, party_name=formula), row(3, remark=text("b")), row(4, remark=text("c")))
    assert batch.rows["party_name"].to_pylist() == ["#VALUE!"] * 3


def test_uncalculated_cells_below_and_beside_all_others_are_read():
    batch = read(row(2, party_name=text("a")), row(700, remark="<c @><f>1</f></c>"))
    assert batch.rows["row_no"].to_pylist() == [2, 700]
    assert batch.rows["remark"].to_pylist() == ["", "#VALUE!"]


def test_hidden_rows_and_columns_and_merged_data_are_read_and_told():
    batch = read(
        row(2, party_name=text("a"), content=text("m")),
        row(3, hidden=True, party_name=text("b")),
        row(4, hidden=True, party_name=text("c")),
        before='<cols><col min="2" max="3" hidden="1"/><col min="90" max="16384" hidden="1"/></cols>',
        after='<mergeCells count="2"><mergeCell ref="A1:B1"/><mergeCell ref="M2:M3"/></mergeCells>',
    )
    assert batch.rows["party_name"].to_pylist() == ["a", "b", "c"]
    assert batch.rows["content"].to_pylist() == ["m", "", ""]
    assert batch.remarks == (
        "第3-4行为隐藏行，已按数据读取。",
        "第B、C列为隐藏列，已按数据读取。",
        "第2-3行有合并单元格，只有左上角的单元格有值，其余按空单元格读取。",
    )


def test_hidden_sheets_with_a_table_are_read_and_told():
    data = sheet(header() + row(2, party_name=text("a")))
    lists = sheet(f'<row r="1">{text("普通").replace("@", "")}</row>')
    batches = readers.read(
        book(data, data, data, lists, states=("visible", "hidden", "veryHidden", "hidden"))
    )
    assert [batch.sheet for batch in batches] == ["表1", "表2", "表3"]
    assert [batch.remarks for batch in batches] == [
        (),
        ("工作表“表2”为隐藏工作表，已读取。",),
        ("工作表“表3”为隐藏工作表，已读取。",),
    ]


def _places_left_out(xml: str) -> str:
    return re.sub(r' r="[A-Z]*\d+"', "", xml)


def _prefixed(xml: str) -> str:
    return re.sub(r"<(/?)(\w+)(?=[ >/])", r"<\1x:\2", xml).replace('xmlns="', 'xmlns:x="')


UNUSUAL = {
    "places left out": _places_left_out,
    "prefix": _prefixed,
    "comment": lambda xml: xml.replace("<sheetData>", '<!-- <c r="XFD1"><v>1</v></c> --><sheetData>'),
    "cdata": lambda xml: xml.replace("<t xml:space=\"preserve\">云", "<t xml:space=\"preserve\"><![CDATA[云]]>"),
    "single quotes": lambda xml: re.sub(r'="([^"]*)"', r"='\1'", xml),
    "utf-16": lambda xml: xml.replace("UTF-8", "UTF-16").encode("utf-16"),
    "gb18030": lambda xml: xml.replace("UTF-8", "GB18030").encode("gb18030"),
    "r last": lambda xml: re.sub(r"<c (r=\"\w+\")([^>/]*)>", r"<c\2 \1>", xml),
}  # fmt: skip


@pytest.mark.parametrize("change", UNUSUAL.values(), ids=UNUSUAL)
def test_unusual_xml_says_the_same(change):
    rows = "".join(
        row(number, **{name: text(f"云{number}{name}") for name in NAMES[: 27 - number % 2]}) for number in range(2, 9)
    )  # fmt: skip
    plain = sheet(header() + rows + row(9, party_name="<c @><f>1</f></c>"))
    changed = change(plain.decode())
    changed = changed if isinstance(changed, bytes) else changed.encode()
    assert changed != plain
    (expected,), (got,) = readers.read(book(plain)), readers.read(book(changed))
    assert got.rows.equals(expected.rows)
    assert got.rows.num_rows == 8


def test_the_scan_finds_every_cell_whatever_lies_between():
    rows = [(n, n * 37 % 700 + 1) for n in range(1, 2000, 7)]
    cells = "".join(
        f'<row r="{n}"><c r="{sheet_repair.column_letters(column)}{n}"><v>1</v></c><c r="XFD{n}" s="1"/></row>'
        for n, column in rows
    )
    found = sheet_scan.scan(sheet(cells, "<cols><col min='1' max='2'/></cols>".replace("'", '"')))
    filled = [(r + 1, c + 1) for r, c, f in zip(found.rows, found.columns, found.filled, strict=True) if f]
    assert filled == rows
    assert found.extent == (rows[-1][0], max(column for _, column in rows))
    assert len(found.at) == 2 * len(rows)


def test_columns_are_lettered_both_ways():
    for number in (1, 26, 27, 52, 702, 703, 16384):
        assert sheet_repair.column_number(sheet_repair.column_letters(number)) == number
