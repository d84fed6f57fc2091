"""Renderers: what people see, and the same bytes for the same content."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from gongshi.documents import files, html, plain, word
from gongshi.documents.columns import Column
from gongshi.documents.workbook import Marked, Sheet, write_workbook

AWKWARD = ["=1+1", "007", "a&b<c>", " 两端 ", "行1\n行2", "\x01控制", "_x0041_", "12E5", "x" * 40_000]


def write(path: Path, sheets: list[Sheet]) -> openpyxl.Workbook:
    write_workbook(path, sheets)
    return openpyxl.load_workbook(path)


def test_text_stays_text_whatever_it_looks_like(tmp_path: Path) -> None:
    sheet = write(tmp_path / "a.xlsx", [Sheet("表", [Column("文")], [[text] for text in AWKWARD])]).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells[:5]] == AWKWARD[:5]
    assert "_x005F_x0041_" in cells[6].value  # as spreadsheets escape it; they show _x0041_
    assert len(cells[8].value) == 32_767
    read = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_index(0).to_python()
    assert [row[0] for row in read[1:6]] == AWKWARD[:5]


def test_numbers_dates_and_marks(tmp_path: Path) -> None:
    columns = [
        Column("数", style="integer"),
        Column("率", style="percent"),
        Column("日", style="date"),
        Column("文"),
    ]
    rows = [
        [1234, Decimal("0.0034"), date(2026, 5, 12), Marked("坏", "为什么")],
        [None, None, None, Marked("", "空")],
    ]
    sheet = write(tmp_path / "a.xlsx", [Sheet("表", columns, rows, heading=("标题", "注"))]).active
    assert [cell.value for cell in sheet[3]] == ["数", "率", "日", "文"]
    values = sheet[4]
    assert (values[0].value, values[0].number_format) == (1234, "#,##0")
    assert (values[1].value, values[1].number_format) == (0.0034, "0.00%")
    assert values[2].value.date() == date(2026, 5, 12)
    assert (values[3].value, values[3].comment.text) == ("坏", "为什么")
    assert sheet[5][3].comment.text == "空"
    assert sheet.freeze_panes == "A4"


def test_drop_downs_reach_the_rows_to_fill_in(tmp_path: Path) -> None:
    columns = [Column("类", choices=("甲", "乙"), strict_choices=False, hint="选一个")]
    sheet = write(tmp_path / "a.xlsx", [Sheet("表", columns, blank_rows=10)]).active
    (rule,) = sheet.data_validations.dataValidation
    assert (str(rule.sqref), rule.formula1, rule.errorStyle, rule.prompt) == (
        "A2:A11",
        '"甲,乙"',
        "information",
        "选一个",
    )


def test_several_sheets_come_out_in_order_and_equal_calls_give_equal_bytes(tmp_path: Path) -> None:
    def sheets() -> list[Sheet]:
        return [Sheet(f"表{n}", [Column("文")], ([f"{n}-{row}"] for row in range(300))) for n in range(3)]

    book = write(tmp_path / "a.xlsx", sheets())
    assert book.sheetnames == ["表0", "表1", "表2"]
    assert [sheet.max_row for sheet in book] == [301, 301, 301]
    write_workbook(tmp_path / "b.xlsx", sheets())
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_word_document_has_official_fonts_repeated_headers_and_page_numbers(tmp_path: Path) -> None:
    made = word.new_document("通报", "2026年5月")
    word.heading(made, "一、总体情况")
    word.paragraph(made, "正文。")
    word.table(made, ["单位", "数量"], [["甲", 1], ["乙", None]], [3, 1], ["left", "right"])
    word.save(made, tmp_path / "a.docx")
    read = docx.Document(str(tmp_path / "a.docx"))
    assert [p.text for p in read.paragraphs] == ["通报", "2026年5月", "一、总体情况", "正文。"]
    assert [[cell.text for cell in row.cells] for row in read.tables[0].rows] == [
        ["单位", "数量"],
        ["甲", "1"],
        ["乙", ""],
    ]
    assert read.tables[0].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    fonts = {name: read.styles[name].element.rPr.rFonts for name in ("Normal", "Title", "Heading 1")}
    assert {name: f.get(qn("w:eastAsia")) for name, f in fonts.items()} == {
        "Normal": "仿宋", "Title": "宋体", "Heading 1": "黑体",
    }  # fmt: skip
    assert all(f.get(qn("w:eastAsiaTheme")) is None for f in fonts.values())
    assert "PAGE" in read.sections[0].footer._element.xml
    assert (round(read.sections[0].page_width.mm), round(read.sections[0].page_height.mm)) == (210, 297)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    files.write_atomically(target, "旧")

    def fail(path: Path) -> None:
        path.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        files.write_atomically(target, fail)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("a.txt", "旧")]


def test_a_folder_is_published_whole_and_republished_file_by_file(tmp_path: Path) -> None:
    final = tmp_path / "批次"
    for names in (("a", "b"), ("a", "c")):
        folder = files.temporary_folder(final)
        for name in names:
            (folder / name).write_text(name + names[1])
        files.publish_folder(folder, final)
    assert {path.name: path.read_text() for path in final.iterdir()} == {"a": "ac", "c": "cc"}
    assert [path.name for path in tmp_path.iterdir()] == ["批次"]


def test_pages_escape_what_they_print() -> None:
    template = html.environment("gongshi.documents").from_string("{{ name }} {{ 1234567 | number }}")
    assert template.render(name="<script>") == "&lt;script&gt; 1,234,567"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+8613812345678", "@SUM(A1)", "-2+3+cmd|' /C calc'!A0", "-已送达", "\t=1", "\r\n=1", " @x", "\x01=1", "＝1", "-5-cmd|x"],
)  # fmt: skip
def test_a_text_that_starts_a_formula_gets_an_apostrophe_in_csv(text: str) -> None:
    assert plain.csv_text(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["-5", "-0.25", "-", "——", "1-2", "a=b", "", "'=1", "昆市监〔2026〕1号", "\t已送达"]
)
def test_what_is_no_formula_stays_as_it_is_in_csv(text: str) -> None:
    assert plain.csv_text(text) == text


def test_what_is_unseen_is_shown_in_pages_and_documents(tmp_path: Path) -> None:
    name, shown = "表\u202excod.exe\x07\x00", "表[U+202E]xcod.exe[U+0007][U+0000]"
    assert plain.printable(name) == shown
    assert plain.printable("行1\n行2\t列") == "行1\n行2\t列"
    page = html.environment("gongshi.documents").from_string("<p>{{ name }}</p>").render(name=f"{name}<b>")
    assert page == f"<p>{shown}&lt;b&gt;</p>"
    made = word.new_document(name, name)
    word.heading(made, name)
    word.paragraph(made, name)
    word.table(made, [name], [[name]])
    word.save(made, tmp_path / "a.docx")
    read = docx.Document(str(tmp_path / "a.docx"))
    assert {p.text for p in read.paragraphs} | {c.text for c in read.tables[0]._cells} == {shown}


def test_a_drop_down_offers_no_formula_and_no_torn_name(tmp_path: Path) -> None:
    columns = [Column("类", choices=("=1+1", "甲,乙", '丙"', "丁")), Column("空", choices=("=1",))]
    sheet = write(tmp_path / "a.xlsx", [Sheet("表", columns, blank_rows=1)]).active
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == ['"丁"']
