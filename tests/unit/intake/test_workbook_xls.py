"""Workbooks of the older format."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from datetime import date

import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongshi.intake import readers
from tests.unit.intake.sheets import LABELS, NAMES


def style(number_format):
    look = xlwt.XFStyle()
    look.num_format_str = number_format
    return look


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook(*rows, prepare=lambda book, sheet: None):
    """One sheet with a header and rows of (field, value, number format)."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("许可")
    for place, label in enumerate(LABELS):
        sheet.write(0, place, label)
    for line, cells in enumerate(rows, 1):
        for name, value, number_format in cells:
            sheet.write(line, NAMES.index(name), value, style(number_format))
    prepare(book, sheet)
    return saved(book)


def test_stored_values_become_text():
    (batch,) = readers.read(
        workbook(
            [
                ("party_name", "  云南\n公司𠮷 ", "General"),
                ("party_registration_no", 123, "000000"),
                ("party_uscc", 915301021234567890, "0"),
                ("party_tax_no", 530100000012345, "General"),
                ("document_no", 46148, "yyyy/mm/dd"),
                ("certificate_no", 0.2, "0%"),
                ("content", 12, "0000"),
                ("decision_date", 46148, "yyyy-mm-dd"),
                ("valid_from", 46148.4375, 'yyyy"年"m"月"d"日"'),
                ("valid_to", 73050, "General"),
                ("state", 1, "yyyy/mm/dd"),
                ("remark", True, "General"),
                ("organ_name", -5, "yyyy/mm/dd"),
            ]
        )
    )
    (got,) = batch.rows.to_pylist()
    assert json.loads(got["cell_fixes"]) == [["party_registration_no", "TX-12", "123", "000123"]]
    assert {name: got[name] for name in NAMES if got[name]} == {
        "party_name": "  云南\n公司𠮷 ",
        "party_registration_no": "000123",
        "party_uscc": "9.15301021234568E+17",
        "party_tax_no": "530100000012345",
        "document_no": "46148",
        "certificate_no": "0.2",
        "content": "12",
        "decision_date": "2026/05/06",
        "valid_from": "2026/05/06 10:30:00",
        "valid_to": "73050",
        "state": "1",
        "remark": "TRUE",
        "organ_name": "-5",
    }


def test_the_1904_date_base():
    def prepare(book, sheet):
        book.dates_1904 = True

    cells = [("decision_date", 44686, "yyyy/mm/dd"), ("document_no", 44686, "yyyy/mm/dd")]
    (batch,) = readers.read(workbook(cells, prepare=prepare))
    assert batch.rows.select(["decision_date", "document_no"]).to_pylist() == [
        {"decision_date": "2026/05/06", "document_no": "44686"}
    ]


def test_hidden_rows_columns_and_sheets_and_merged_cells_are_told():
    def prepare(book, sheet):
        sheet.write_merge(1, 2, NAMES.index("content"), NAMES.index("content"), "m")
        sheet.row(2).hidden = True
        sheet.col(1).hidden = True
        sheet.visibility = 1
        book.add_sheet("列表").write(0, 0, "普通")
        book.get_sheet(1).visibility = 2

    rows = [[("party_name", letter, "General")] for letter in "ab"]
    (batch,) = readers.read(workbook(*rows, prepare=prepare))
    assert batch.rows.select(["party_name", "content"]).to_pylist() == [
        {"party_name": "a", "content": "m"},
        {"party_name": "b", "content": ""},
    ]
    assert batch.remarks == (
        "工作表“许可”为隐藏工作表，已读取。",
        "第3行为隐藏行，已按数据读取。",
        "第B列为隐藏列，已按数据读取。",
        "第2-3行有合并单元格，只有左上角的单元格有值，其余按空单元格读取。",
    )


GOOD = workbook(
    *([("party_name", f"名{n}", "General"), ("decision_date", 46000 + n, "0")] for n in range(50))
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    length=st.integers(600, len(GOOD)), changes=st.dictionaries(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
)  # fmt: skip
def test_damage_never_breaks_the_reader(length, changes):
    damaged = bytearray(GOOD)
    for place, byte in changes.items():
        damaged[place] = byte
    assert readers.read(bytes(damaged[:length]))


def test_a_truncated_workbook_is_bt_03():
    assert [batch.refusal.rule_id for batch in readers.read(GOOD[: len(GOOD) // 2])] == ["BT-03"]


@pytest.mark.slow
def test_what_libreoffice_saves_as_xls_reads_like_the_xlsx(tmp_path):
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(LABELS)
    sheet.append([f"值{name}" for name in NAMES])
    sheet.append([place * 1_000_003 for place in range(28)])
    sheet.cell(3, 1 + NAMES.index("decision_date")).value = date(2026, 5, 6)
    sheet.cell(3, 1 + NAMES.index("party_registration_no")).number_format = "000000000000"
    sheet.row_dimensions[3].hidden = True
    sheet.merge_cells("M3:M4")
    sheet["A4"] = "尾"
    path = tmp_path / "book.xlsx"
    book.save(path)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [soffice, profile, "--headless", "--convert-to", "xls", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=250)
    (expected,), (got,) = readers.read(path), readers.read(tmp_path / "book.xls")
    assert got.rows.equals(expected.rows)
    assert got.remarks == expected.remarks != ()
