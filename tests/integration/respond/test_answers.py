"""One batch through receipt, page, detail, correction workbook and the agency's page."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from gongshi.documents.workbook import RETURN_COLUMNS
from gongshi.platform import database
from gongshi.respond import feedback
from gongshi.respond.receipt import build_receipt

if TYPE_CHECKING:
    from tests.integration.respond.conftest import Warehouse

CHINA = timezone(timedelta(hours=8))
AT = datetime(2026, 5, 12, 9, 30, tzinfo=CHINA)
AGENCY, OTHER_AGENCY, UNKNOWN = "11530100015100012A", "11530100015100034B", "11530100015100078D"


def answer(warehouse: Warehouse, batch_id: str) -> Path:
    warehouse.connection.commit()
    folder = feedback.answer_batch(warehouse.settings, warehouse.connection, batch_id)
    warehouse.connection.commit()
    return folder


def test_receipt_has_the_contract_keys_in_order_and_counts_from_the_tables(warehouse: Warehouse) -> None:
    receipt = build_receipt(warehouse.connection, warehouse.usual_batch())
    assert list(receipt) == [
        "schema", "batch_id", "delivery_id", "first_delivery_id", "file", "member", "sheet", "sha256", "agency", "kind",
        "layout", "rulebook", "mode", "received_at", "status", "rows", "blank_rows", "remarks", "errors", "warnings",
        "fixes", "late", "zero_report", "returned", "self_check", "next_step", "causes", "finding_counts", "findings", "findings_shown", "findings_total",
    ]  # fmt: skip
    assert receipt["status"] == "partly_accepted"
    assert receipt["received_at"] == "2026-05-12T09:30:00+08:00"
    assert receipt["rows"] == {
        "read": 8, "accepted": 2, "rejected": 3, "unchanged": 1, "duplicate": 1, "superseded": 1,
    }  # fmt: skip
    assert (receipt["errors"], receipt["warnings"], receipt["fixes"], receipt["late"]) == (4, 2, 4, 1)
    assert receipt["finding_counts"] == {"BT-10": 1, "ID-03": 2, "NM-04": 1, "TX-13": 1, "XR-15": 1}
    assert [(f["row"], f["rule"]) for f in receipt["findings"]] == [
        (2, "XR-15"), (2, "NM-04"), (4, "ID-03"), (8, "TX-13"), (8, "ID-03"), (9, "BT-10"),
    ]  # fmt: skip
    assert receipt["findings"][2] == {
        "row": 4, "sheet": None, "field": "XK_XDR_SHXYM", "rule": "ID-03", "severity": "error",
        "message": "统一社会信用代码校验位错误", "value": "91530100MA6K8X2N0J", "suggestion": "请对照营业执照核对。",
        "record_no": "昆市监许〔2026〕4号", "record_id": None, "due": "2026-05-14", "responsible": "agency",
    }  # fmt: skip
    assert receipt["findings"][0]["record_id"] is not None


def test_more_than_a_thousand_findings_are_counted_but_not_shown(warehouse: Warehouse) -> None:
    batch_id = warehouse.batch(rows_read=1, rows_accepted=1)
    for row_no in range(2, 1105):
        warehouse.finding(batch_id, "NM-04", row_no, "warning")
    receipt = build_receipt(warehouse.connection, batch_id)
    assert (receipt["findings_shown"], receipt["findings_total"], receipt["warnings"]) == (1000, 1103, 1103)
    assert receipt["findings"][-1]["row"] == 1001


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"rows_read": 2, "rows_unchanged": 2}, "accepted"),
        ({"rows_read": 2, "rows_rejected": 2}, "rejected"),
        ({"rows_read": 0, "refused_rule": "BT-04"}, "rejected"),
    ],
)
def test_status_follows_the_rows(warehouse: Warehouse, values: dict[str, object], status: str) -> None:
    assert build_receipt(warehouse.connection, warehouse.batch(**values))["status"] == status


def test_a_duplicate_delivery_names_the_first_one(warehouse: Warehouse) -> None:
    first = warehouse.batch(rows_read=1, rows_accepted=1)
    second = warehouse.batch(
        None, refused_rule="BT-05", delivery={"status": "duplicate", "first_delivery_id": "D0001"}
    )
    warehouse.finding(second, "BT-05", None, "batch", message_zh="该文件已于2026-05-12报送，请勿重复上传")
    receipt = build_receipt(warehouse.connection, second)
    assert receipt["status"] == "duplicate_delivery"
    assert receipt["first_delivery_id"] == build_receipt(warehouse.connection, first)["delivery_id"]
    assert set(receipt["rows"].values()) == {0}


def test_detail_names_what_became_of_every_row(warehouse: Warehouse) -> None:
    folder = answer(warehouse, warehouse.usual_batch())
    raw = (folder / "明细.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfrow,sheet,outcome,record_no,record_id,version,due,late_days\n")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert [(r["row"], r["outcome"]) for r in rows] == [
        ("2", "accepted"), ("3", "accepted"), ("4", "rejected"), ("5", "unchanged"), ("6", "duplicate"),
        ("7", "superseded"), ("8", "rejected"), ("9", "rejected"),
    ]  # fmt: skip
    assert (rows[0]["due"], rows[0]["late_days"]) == ("2026-05-08", "2")
    assert (rows[1]["version"], rows[1]["late_days"]) == ("2", "")
    assert (rows[3]["version"], rows[4]["version"], rows[5]["version"]) == ("1", "1", "")
    assert rows[6]["record_no"] == "'=HYPERLINK(1)"


def test_a_later_version_does_not_change_an_old_detail(warehouse: Warehouse) -> None:
    batch_id = warehouse.usual_batch()
    before = (answer(warehouse, batch_id) / "明细.csv").read_bytes()
    later = warehouse.batch(at=AT + timedelta(days=1), rows_read=1, rows_accepted=1)
    records = [
        int(r["record_id"])
        for r in csv.DictReader(before.decode("utf-8-sig").splitlines())
        if r["row"] == "5"
    ]
    warehouse.version(records[0], 2, later, 2, at=AT + timedelta(days=1), document_no="昆市监许〔2026〕2号")
    assert (answer(warehouse, batch_id) / "明细.csv").read_bytes() == before


def test_correction_workbook_gives_back_the_rows_as_sent(warehouse: Warehouse) -> None:
    folder = answer(warehouse, warehouse.usual_batch())
    book = openpyxl.load_workbook(folder / "需修改.xlsx")
    assert book.sheetnames == ["行政许可", "提示", "填写说明"]
    notes = dict(book["填写说明"].iter_rows(min_row=2, max_col=2, values_only=True))
    version = json.loads((folder / "receipt.json").read_text("utf-8"))["rulebook"]
    assert notes["规则库版本"] == version
    assert f"规则版本 {version}" in (folder / "回执.html").read_text("utf-8")
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    assert header[0] == "行政相对人名称"
    assert header[-4:] == ["原行号", "规则", "问题说明", "修改建议"]
    first = dict(zip(header, sheet[2], strict=True))
    assert first["行政相对人代码_1(统一社会信用代码)"].value == "91530100MA6K8X2N0J"
    assert "ID-03" in first["行政相对人代码_1(统一社会信用代码)"].comment.text
    assert (first["原行号"].value, first["规则"].value) == ("4", "ID-03")
    formula = dict(zip(header, sheet[3], strict=True))["行政许可决定文书号"]
    assert (formula.value, formula.data_type) == ("=HYPERLINK(1)", "s")
    ragged = dict(zip(header, sheet[4], strict=True))
    assert (ragged["行政相对人名称"].value, ragged["行政相对人类别"].value) == ("某公司", "自然人")
    warnings = list(book.worksheets[1].iter_rows(min_row=2, values_only=True))
    assert [(row[0], row[5]) for row in warnings] == [("2", "NM-04")]


def test_no_workbook_when_there_is_nothing_to_correct(warehouse: Warehouse) -> None:
    batch_id = warehouse.batch(rows_read=1, rows_accepted=1)
    warehouse.accepted(batch_id, 2, document_no="昆市监许〔2026〕9号", late_days=1)
    warehouse.finding(batch_id, "XR-15", 2, "warning")
    folder = answer(warehouse, batch_id)
    assert sorted(path.name for path in folder.iterdir()) == ["receipt.json", "回执.html", "明细.csv"]


def test_page_says_what_why_by_when_and_whom_to_call(warehouse: Warehouse) -> None:
    page = (answer(warehouse, warehouse.usual_batch()) / "回执.html").read_text(encoding="utf-8")
    for text in (
        "昆明市市场监督管理局", "部分接收", "统一社会信用代码校验位错误", "2026年5月14日", "已超过决定之日起 7 个工作日",
        "未能读出决定日期", "昆明市发展和改革委员会", "王芳", "0871-63330002", "李静", "2026.1", "需修改.xlsx",
    ):  # fmt: skip
        assert text in page


def test_a_file_in_the_wrong_folder_is_refused_without_a_word_on_its_content(warehouse: Warehouse) -> None:
    batch_id = warehouse.batch(
        agency=OTHER_AGENCY,
        refused_rule="BT-06",
        rows_read=1,
        rows_rejected=1,
        sheet="密表",
        member="密件.csv",
        remarks=["隐藏的工作表“密页”已读取。"],
    )
    warehouse.finding(
        batch_id, "BT-06", None, "batch", message_zh="报送单位未登记或无权代报", value_masked="密值"
    )
    warehouse.finding(batch_id, "ID-03", 2, message_zh="密行")
    warehouse.rejected(batch_id, 2, {"party_name": "密公司", "document_no": "密号"})
    warehouse.cause(batch_id, 1, message_zh="“密词”不在规定范围")
    folder = answer(warehouse, batch_id)
    assert sorted(path.name for path in folder.iterdir()) == ["receipt.json", "回执.html", "明细.csv"]
    assert all("密" not in path.read_text(encoding="utf-8") for path in folder.iterdir())
    receipt = json.loads((folder / "receipt.json").read_text(encoding="utf-8"))
    assert (receipt["status"], receipt["rows"]["rejected"], receipt["findings_total"]) == ("rejected", 1, 1)
    assert (receipt["remarks"], receipt["causes"]) == ([], [])
    page = feedback.refresh_index(warehouse.settings, warehouse.connection, OTHER_AGENCY, AT)
    assert "密" not in page.read_text(encoding="utf-8")


def test_remarks_and_causes_stand_in_the_receipt_and_on_both_pages(warehouse: Warehouse) -> None:
    remarks = ["隐藏的工作表“附表”已读取。", "第1行为标题，未作为数据。", "第9行为合计，未作为数据。"]
    batch_id = warehouse.batch(rows_read=9, rows_rejected=9, remarks=remarks)
    warehouse.cause(batch_id, 2, cause="yuan_for_wan", message_zh="金额以元填写", findings=6, rows=[2, 4])
    warehouse.cause(batch_id, 1, message_zh="整体错位一列", suggestion_zh="删除多出的一列", findings=1234)
    folder = answer(warehouse, batch_id)
    receipt = json.loads((folder / "receipt.json").read_text(encoding="utf-8"))
    assert receipt["remarks"] == remarks
    assert [cause["cause"] for cause in receipt["causes"]] == ["shifted_columns", "yuan_for_wan"]
    assert receipt["causes"][1] == {
        "cause": "yuan_for_wan", "message": "金额以元填写", "suggestion": "请改正", "findings": 6, "rows": [2, 4],
    }  # fmt: skip
    page = (folder / "回执.html").read_text(encoding="utf-8")
    for text in (*remarks, "整体错位一列", "删除多出的一列", "1,234 条问题", "2、4"):
        assert text in page
    index = feedback.refresh_index(warehouse.settings, warehouse.connection, AGENCY, AT)
    told = index.read_text(encoding="utf-8")
    assert [remark in told for remark in remarks] == [True, True, False]
    assert "另有 1 条读取说明" in told


def test_a_zero_report_is_registered_and_contradictions_become_a_question(warehouse: Warehouse) -> None:
    other = warehouse.batch(at=AT - timedelta(days=1), status="answered", rows_read=1, rows_accepted=1)
    warehouse.accepted(other, 2, at=AT - timedelta(days=1), document_no="昆市监许〔2026〕7号")
    batch_id = warehouse.batch(None, rows_read=2, rows_accepted=2)
    for row_no, kind in ((2, "licence"), (3, "penalty")):
        warehouse.insert(
            "intake.zero_report", batch_id=batch_id, row_no=row_no, agency_code=AGENCY, kind=kind,
            period_start="2026-05-01", period_end="2026-05-31", reported_by="李静", recorded_at=AT,
        )  # fmt: skip
    receipt = build_receipt(warehouse.connection, batch_id)
    assert [row["existing_records"] for row in receipt["zero_report"]["rows"]] == [1, 0]
    assert "已有1条记录" in receipt["next_step"]
    assert "零报送" in (answer(warehouse, batch_id) / "回执.html").read_text(encoding="utf-8")


def test_answering_again_gives_the_same_bytes_and_leaves_nothing_behind(warehouse: Warehouse) -> None:
    batch_id = warehouse.usual_batch()
    folder = answer(warehouse, batch_id)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder.parent / f".{batch_id}.tmp").mkdir()  # a killed run left this
    (folder.parent / f".{batch_id}.tmp" / "half.csv").write_text("x")
    assert answer(warehouse, batch_id) == folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == [batch_id]


def test_answer_all_answers_each_batch_once_and_lists_newest_first(warehouse: Warehouse) -> None:
    usual = warehouse.usual_batch()
    foreign = warehouse.batch(agency=UNKNOWN, kind=None, refused_rule="BT-06", at=AT + timedelta(hours=1))
    warehouse.finding(foreign, "BT-06", None, "batch", message_zh="报送单位未登记或无权代报")
    warehouse.connection.commit()
    at: datetime = AT + timedelta(hours=2)
    assert feedback.answer_all(warehouse.settings, at) == {"batches": 2, "agencies": 2}
    assert feedback.answer_all(warehouse.settings, at) == {"batches": 0, "agencies": 0}
    states = database.fetch(warehouse.connection, "SELECT DISTINCT status FROM intake.batch")
    assert states == [{"status": "answered"}]
    page = (warehouse.settings.feedback(AGENCY) / "index.html").read_text(encoding="utf-8")
    assert page.index(usual) < page.index("报送1.csv")
    assert "尚有 3 行退回数据没有改正" in page
    assert "未登记单位" in (warehouse.settings.feedback(UNKNOWN) / "index.html").read_text(encoding="utf-8")


def test_a_row_sent_again_and_accepted_is_no_longer_open(warehouse: Warehouse) -> None:
    batch_id = warehouse.usual_batch()
    keys = database.fetch(
        warehouse.connection, "SELECT decision_key::text AS key FROM quality.quarantine WHERE batch_id = %(b)s AND row_no = 4",
        {"b": batch_id},
    )  # fmt: skip
    again = warehouse.batch(at=AT + timedelta(days=1), rows_read=1, rows_accepted=1)
    warehouse.accepted(again, 2, document_no="昆市监许〔2026〕4号", decision_key=keys[0]["key"])
    page = feedback.refresh_index(warehouse.settings, warehouse.connection, AGENCY, AT + timedelta(days=1))
    assert "尚有 2 行退回数据没有改正" in page.read_text(encoding="utf-8")


def test_a_correction_sheet_sent_back_does_not_get_our_columns_twice(warehouse: Warehouse) -> None:
    batch_id = warehouse.batch(rows_read=1, rows_rejected=1)
    warehouse.rejected(
        batch_id,
        2,
        {"party_name": "某公司", "原行号": "4", "规则": "ID-03", "自有列": "x", "record_ref": "123"},
    )
    sheet = openpyxl.load_workbook(answer(warehouse, batch_id) / "需修改.xlsx").worksheets[0]
    header = [cell.value for cell in sheet[1]]
    assert len(header) == len(set(header))
    assert header[-9:] == ["记录编号", "自有列", *RETURN_COLUMNS]
    assert [cell.value for cell in sheet[2]][-9:-7] == ["123", "x"]
    assert [cell.value for cell in sheet[2]][-4] == "2"
