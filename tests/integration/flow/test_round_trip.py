"""The round trip of 需修改.xlsx (Article 12): handed out, mended, dropped back, matched by its keys alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongshi import flow
from gongshi.documents.workbook import KEY_COLUMN, RETURN_COLUMNS
from gongshi.oversee.snapshot import snapshot
from gongshi.platform.database import connect
from gongshi.respond.trace import trace
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import parse_period

House = Any
Sheet = Any
CODES = {field.label_zh: field.code for field in KINDS["licence"].fields}


def workbook(house: House, file: str, agency: str = "") -> openpyxl.Workbook:
    """The correction workbook of the last batch of a file, as the agency opens it."""
    receipt = [one for one in house.receipts() if one["file"] == file][-1]
    folder = house.settings.feedback(agency or house.agencies[0].code) / receipt["batch_id"]
    return openpyxl.load_workbook(folder / "需修改.xlsx")


def cell(sheet: Sheet, row: int, title: str) -> Any:
    titles = [one.value for one in sheet[1]]
    return sheet.cell(row, titles.index(title) + 1)


def send(house: House, book: openpyxl.Workbook, name: str, hours: float, agency: str = "") -> dict[str, Any]:
    """Drop a workbook back and collect; its receipt."""
    content = io.BytesIO()
    book.save(content)
    house.drop(name, content.getvalue(), agency)
    house.collect(hours)
    return house.receipt(name)


def faulty(house: House, count: int, agency: Any = None) -> list[dict[str, str]]:
    """Rows without 许可内容."""
    return [row | {"content": ""} for row in house.rows("licence", count, agency)]


def test_a_faulty_file_is_mended_in_its_workbook_and_keeps_its_clock(house: House) -> None:
    """Faulty file → workbook → mended → accepted: differences told, findings closed, first arrival kept."""
    good, *bad = house.rows("licence", 3)
    bad = [bad[0] | {"content": ""}, bad[1] | {"party_uscc": bad[1]["party_uscc"][:-1] + "?", "content": ""}]
    house.drop("许可.csv", house.csv("licence", [good, *bad]))
    house.collect()
    first = house.receipt("许可.csv")
    assert (first["rows"]["rejected"], first["returned"]) == (2, None)

    book = workbook(house, "许可.csv")
    sheet = book["行政许可"]
    assert sheet.protection.sheet
    for title in RETURN_COLUMNS:
        assert cell(sheet, 2, title).protection.locked
    content, code = cell(sheet, 2, "许可内容"), cell(sheet, 3, "行政相对人代码_1(统一社会信用代码)")
    assert not content.protection.locked
    assert cell(sheet, 2, "原文书号").value == bad[0]["document_no"]
    assert {cell(sheet, row, KEY_COLUMN).value.split("/")[1] for row in (2, 3)} == {"3", "4"}
    content.value, code.value = "准予从事餐饮服务", house.rows("licence", 1)[0]["party_uscc"]

    second = send(house, book, "改好.xlsx", hours=30)
    told = second["returned"]
    assert second["status"] == "partly_accepted"
    assert (told["rows"], told["rejected"], told["batches"]) == (2, 1, [first["batch_id"]])
    assert told["closed_findings"] == first["errors"]
    assert [(c["row"], c["origin_row"], c["field"], c["before"], c["after"]) for c in told["changes"]] == [
        (2, 3, "XK_NR", "", "准予从事餐饮服务"),
        (3, 4, "XK_XDR_SHXYM", bad[1]["party_uscc"], code.value),
    ]
    assert {c["first_received_at"] for c in told["changes"]} == {first["received_at"]}

    book = workbook(house, "改好.xlsx")
    sheet = book["行政许可"]
    assert sheet.max_row == 2
    cell(sheet, 2, "许可内容").value = "准予从事食品经营"
    number = cell(sheet, 2, "行政许可决定文书号")
    number.value = number.value.replace("号", "0号")  # another decision by its number, the same by its key
    third = send(house, book, "再改.xlsx", hours=31)
    assert (third["status"], third["returned"]["rows"], third["returned"]["rejected"]) == ("accepted", 1, 0)
    assert third["returned"]["first_received_at"] == first["received_at"]

    with connect(house.settings) as connection:
        (record,) = trace(connection, number.value)["records"]
    assert record["first_arrived_at"] == first["received_at"]
    assert record["first_accepted_at"] == third["received_at"]
    assert house.fetch("SELECT count(*) AS n FROM quality.answered_row") == [{"n": 3}]
    page = (house.settings.feedback(house.agencies[0].code) / "index.html").read_text("utf-8")
    assert "尚有" not in page
    with snapshot(house.settings, parse_period("2026-W27"), house.at + timedelta(days=3)) as view:
        assert view.rows("weekly/open_problem") == []
    assert house.ledger().problems == []
    anew = flow.revalidate(house.settings, first["batch_id"], None, house.at + timedelta(days=3))
    assert anew["facts"] == {}  # judged anew, all of it is the same


def test_what_a_restricted_row_holds_is_told_nowhere(house: House) -> None:
    """PI-07: a mended row that now bears a secrecy mark; the differences of the other row are told."""
    house.drop("许可.csv", house.csv("licence", faulty(house, 2)))
    house.collect()
    book = workbook(house, "许可.csv")
    sheet = book["行政许可"]
    cell(sheet, 2, "许可内容").value = "机密★三年 准予建设"
    cell(sheet, 3, "许可内容").value = "准予从事餐饮服务"
    receipt = send(house, book, "改好.xlsx", hours=1)
    assert receipt["finding_counts"].get("PI-07") == 1
    assert [change["row"] for change in receipt["returned"]["changes"]] == [3]
    assert house.fetch("SELECT count(*) AS n FROM quality.returned_change WHERE after LIKE '%机密%'") == [
        {"n": 0}
    ]


def test_lines_that_are_no_correction_are_answered_and_never_guessed(house: House) -> None:
    """RT-01, RT-02, RT-03: an added line, a changed key, the same key twice; a line left out stays open."""
    house.drop("许可.csv", house.csv("licence", faulty(house, 6)))
    house.collect()
    first = house.receipt("许可.csv")
    book = workbook(house, "许可.csv")
    sheet = book["行政许可"]
    for row in range(2, 8):
        cell(sheet, row, "许可内容").value = f"准予从事餐饮服务{row}"
    keys = [cell(sheet, row, KEY_COLUMN).value for row in range(2, 8)]
    cell(sheet, 3, KEY_COLUMN).value = None  # cleared, as of an added line
    cell(sheet, 4, KEY_COLUMN).value = keys[3].replace("/5/", "/4/")  # a series dragged down
    cell(sheet, 6, KEY_COLUMN).value = keys[5]  # copied; row 7 has it too
    cell(sheet, 5, KEY_COLUMN).value = f" {keys[3]} "  # a blank more does no harm
    receipt = send(house, book, "改好.xlsx", hours=1)
    found = [(f["row"], f["rule"]) for f in receipt["findings"] if f["severity"] == "error"]
    assert found == [(3, "RT-01"), (4, "RT-02"), (6, "RT-03"), (7, "RT-03")]
    assert receipt["rows"]["accepted"] == 2
    assert receipt["returned"]["rows"] == 2
    assert f"批次{first['batch_id']}的《需修改》中还有3行不在本文件中（原第3-4、6行）" in "".join(
        receipt["remarks"]
    )

    sheet = workbook(house, "改好.xlsx")["行政许可"]
    assert sheet.max_row == 5  # handed out again, with keys of their own


def test_an_old_workbook_after_a_newer_one_changes_nothing(house: House) -> None:
    """RT-04: rows that came back already are out of date in the older workbook; there is nothing to correct in them."""
    house.drop("许可.csv", house.csv("licence", faulty(house, 2)))
    house.collect()
    old, new = workbook(house, "许可.csv"), workbook(house, "许可.csv")
    cell(new["行政许可"], 2, "许可内容").value = "准予从事餐饮服务"
    newer = send(house, new, "新.xlsx", hours=1)
    for row in (2, 3):
        cell(old["行政许可"], row, "许可内容").value = "旧表中的内容"
    receipt = send(house, old, "旧.xlsx", hours=2)
    assert receipt["status"] == "rejected"
    assert receipt["finding_counts"].get("RT-04") == 2
    assert f"原第2-3行已在批次{newer['batch_id']}中改正后报送" in "".join(receipt["remarks"])
    assert "未采用" in receipt["next_step"]
    assert house.fetch("SELECT count(*) AS n FROM core.licence WHERE content = '旧表中的内容'") == [{"n": 0}]
    folder = house.settings.feedback(house.agencies[0].code) / receipt["batch_id"]
    assert not (folder / "需修改.xlsx").exists()


def test_another_agency_s_key_opens_nothing(house: House) -> None:
    """RT-02: a key is sealed for the agency it was given to; another one learns nothing and corrects nothing."""
    mine, other = house.agencies[:2]
    house.drop("甲.csv", house.csv("licence", faulty(house, 1, mine)), mine.code)
    house.drop("乙.csv", house.csv("licence", faulty(house, 1, other)), other.code)
    house.collect()
    book, stolen = workbook(house, "乙.csv", other.code), workbook(house, "甲.csv", mine.code)
    sheet = book["行政许可"]
    cell(sheet, 2, "许可内容").value = "准予从事餐饮服务"
    cell(sheet, 2, KEY_COLUMN).value = cell(stolen["行政许可"], 2, KEY_COLUMN).value
    receipt = send(house, book, "改好.xlsx", hours=1, agency=other.code)
    assert receipt["finding_counts"].get("RT-02") == 1
    assert receipt["returned"] is None
    assert house.fetch("SELECT count(*) AS n FROM intake.returned_row") == [{"n": 0}]


def test_a_workbook_without_its_keys_is_a_new_delivery_and_says_so(house: House) -> None:
    house.drop("许可.csv", house.csv("licence", faulty(house, 1)))
    house.collect()
    book = workbook(house, "许可.csv")
    sheet = book["行政许可"]
    cell(sheet, 2, "许可内容").value = "准予从事餐饮服务"
    sheet.delete_cols([one.value for one in sheet[1]].index(KEY_COLUMN) + 1)
    receipt = send(house, book, "改好.xlsx", hours=1)
    assert (receipt["status"], receipt["returned"]) == ("accepted", None)
    assert "不能与原退回的行对应" in "".join(receipt["remarks"])


@pytest.fixture(scope="module")
def handed_out(module_house: Any) -> Callable[[int], tuple[House, openpyxl.Workbook]]:
    """A house, and for each call another workbook of four faulty rows."""
    desk = module_house.rows("licence", 400)

    def make(number: int) -> tuple[House, openpyxl.Workbook]:
        rows = [row | {"content": ""} for row in desk[4 * number : 4 * number + 4]]
        module_house.drop(f"许可{number}.csv", module_house.csv("licence", rows))
        module_house.collect(2 * number)
        return module_house, workbook(module_house, f"许可{number}.csv")

    return make


NUMBERS = iter(range(100))
FIELDS = ("许可内容", "备注", "许可证书名称", "许可编号")


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(
    changes=st.dictionaries(
        st.tuples(st.integers(2, 5), st.sampled_from(FIELDS)),
        st.text(alphabet="改正内容甲乙丙丁0123", min_size=1, max_size=12).map("更正后".__add__),
        max_size=8,
    )
)
def test_any_changed_cells_are_exactly_the_differences_told(
    handed_out: Callable[[int], tuple[House, openpyxl.Workbook]], changes: dict[tuple[int, str], str]
) -> None:
    number = next(NUMBERS)
    house, book = handed_out(number)
    sheet = book["行政许可"]
    for (row, title), text in changes.items():
        cell(sheet, row, title).value = text
    receipt = send(house, book, f"改好{number}.xlsx", hours=2 * number + 1)
    told = {(c["row"], c["field"]): c["after"] for c in receipt["returned"]["changes"]}
    assert told == {(row, CODES[title]): text for (row, title), text in changes.items()}
    assert receipt["returned"]["rows"] == 4
