"""Workbooks as agencies save them."""

from __future__ import annotations

import io
import json
from datetime import date, datetime

import openpyxl
import pytest

from gongshi.documents.workbook import NOTES_SHEET, WARNINGS_SHEET
from gongshi.intake import readers
from gongshi.standard.kinds import LICENCE, PENALTY

COLUMNS = [f.label_zh for f in LICENCE.fields]
PLACE = {f.name: n for n, f in enumerate(LICENCE.fields)}


def row(**cells):
    values = [None] * len(COLUMNS)
    for name, value in cells.items():
        values[PLACE[name]] = value
    return values


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for line in rows:
            sheet.append(line)
    return saved(book)


def test_stored_values_become_text():
    cells = {
        "party_name": "  云南\n公司 ",
        "party_registration_no": 530100000012345,
        "party_uscc": 915301021234567890,
        "certificate_no": 0.2,
        "document_no": 1e-05,
        "decision_date": date(2026, 5, 6),
        "valid_from": datetime(2026, 5, 6, 1, 2, 3),  # noqa: DTZ001 - a cell has no zone
        "valid_to": datetime(2099, 12, 31),  # noqa: DTZ001
        "state": 1,
        "remark": True,
    }
    (batch,) = readers.read(workbook(许可=[COLUMNS, row(**cells)]))
    (got,) = batch.rows.select(list(cells)).to_pylist()
    assert got == {
        "party_name": "  云南\n公司 ",
        "party_registration_no": "530100000012345",
        "party_uscc": "9.15301021234568E+17",
        "certificate_no": "0.2",
        "document_no": "0.00001",
        "decision_date": "2026/05/06",
        "valid_from": "2026/05/06 01:02:03",
        "valid_to": "2099/12/31",
        "state": "1",
        "remark": "TRUE",
    }
    assert (batch.sheet, batch.kind, batch.expected_cells) == ("许可", "licence", 28)
    assert batch.rows["content"].to_pylist() == [""]


def test_errors_and_formulas_without_a_value_are_seen():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(COLUMNS)
    sheet.append(row(party_name="#N/A", content="=A1&B1", remark="=1+1"))
    sheet.cell(2, PLACE["content"]).number_format = "@"  # an empty cell with a format, right before
    (batch,) = readers.read(saved(book))
    assert batch.rows.select(["party_name", "content", "remark"]).to_pylist() == [
        {"party_name": "#N/A", "content": "#VALUE!", "remark": "#VALUE!"}
    ]


def test_rows_are_numbered_as_the_sheet_shows_them():
    lines = [
        [],
        COLUMNS,
        row(party_name="a"),
        [],
        row(party_name="b"),
        [*row(party_name="c"), None, "beyond"],
    ]
    (batch,) = readers.read(workbook(许可=lines))
    assert (batch.header_row, batch.blank_rows) == (2, (1, 4))
    assert batch.rows["row_no"].to_pylist() == [3, 5, 6]
    assert batch.rows["party_name"].to_pylist() == ["a", "b", ""]
    assert batch.rows["cell_count"].to_pylist() == [28, 28, 30]
    raw = json.loads(batch.rows["raw_cells"].to_pylist()[2])
    assert (raw[0], raw[-1]) == ("c", "beyond")


def test_every_sheet_is_a_batch_but_empty_hidden_and_accompanying_ones():
    book = openpyxl.load_workbook(
        io.BytesIO(
            workbook(
                **{
                    "许可": [COLUMNS, row(party_name="a")],
                    "空": [],
                    "处罚": [[f.code for f in PENALTY.fields], ["b"]],
                    "列表": [["普通"], ["特许"]],
                    NOTES_SHEET: [["说明"]],
                    WARNINGS_SHEET: [["行", "提示"]],
                    "其他": [["姓名"], ["张三"]],
                }
            )
        )
    )
    book["列表"].sheet_state = "hidden"
    batches = readers.read(saved(book))
    assert [(b.sheet, b.kind, b.refusal and b.refusal.rule_id) for b in batches] == [
        ("许可", "licence", None),
        ("处罚", "penalty", None),
        ("其他", None, "BT-01"),
    ]


def test_a_template_without_data_is_bt_04():
    assert [b.refusal.rule_id for b in readers.read(workbook(许可=[COLUMNS, [None, " "]]))] == ["BT-04"]
    assert [b.refusal.rule_id for b in readers.read(workbook(a=[], b=[]))] == ["BT-04"]


GOOD = workbook(许可=[COLUMNS, row(party_name="a")])


@pytest.mark.parametrize(
    "data",
    [
        GOOD[:-30],
        GOOD[: len(GOOD) // 2],
        GOOD[:40],
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    ],
    ids=["tail", "half", "head", "mark", "encrypted"],
)
def test_truncated_and_encrypted_workbooks_are_bt_03(data):
    assert [b.refusal.rule_id for b in readers.read(data)] == ["BT-03"]


@pytest.mark.parametrize("place", range(40, len(GOOD), 401))
def test_a_damaged_byte_never_breaks_the_reader(place):
    damaged = bytearray(GOOD)
    damaged[place] ^= 0xFF
    assert readers.read(bytes(damaged))
