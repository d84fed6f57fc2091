"""What leaves the warehouse on request: exports and the life of a decision."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pyarrow.parquet as pq
import pytest

from gongshi.platform import database
from gongshi.respond.export import ExportError, export
from gongshi.respond.trace import is_record_id, trace
from gongshi.standard.kinds import KINDS

if TYPE_CHECKING:
    from tests.integration.respond.conftest import Warehouse

AT = datetime(2026, 5, 12, 9, 30, tzinfo=timezone(timedelta(hours=8)))
AGENCY = "11530100015100012A"


def penalties(warehouse: Warehouse) -> str:
    batch_id = warehouse.batch("penalty", rows_read=3, rows_accepted=3)
    warehouse.accepted(
        batch_id,
        2,
        "penalty",
        document_no="昆市监罚〔2026〕1号",
        facts="当事人,\n“张三丰”\t电话13812345678",
        fine_yuan="12345.60",
    )
    warehouse.accepted(
        batch_id, 3, "penalty", document_no="昆市监罚〔2026〕2号", party_category="法人及非法人组织",
        party_name="昆明某公司", party_id_no=None, fine_yuan="0.01", remark="=1+1", decision_date=date(2026, 4, 30),
    )  # fmt: skip
    warehouse.accepted(batch_id, 4, "penalty", document_no="昆市监罚〔2026〕3号", is_withdrawn=True)
    warehouse.connection.commit()
    return batch_id


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))


def test_a_full_export_has_the_columns_and_forms_of_a_delivery(warehouse: Warehouse, tmp_path: Path) -> None:
    penalties(warehouse)
    path = tmp_path / "out.csv"
    assert export(warehouse.settings, "penalty", path, at=AT, user="李静", full=True) == 2
    rows = read_csv(path)
    assert list(rows[0]) == [*(field.code for field in KINDS["penalty"].fields), "JLBH"]
    assert (rows[0]["CF_NR_FK"], rows[1]["CF_NR_FK"], rows[0]["CF_JDRQ"]) == (
        "1.23456",
        "0.000001",
        "2026/05/05",
    )
    assert rows[0]["CF_SY"] == "当事人,\n“张三丰”\t电话13812345678"
    assert (rows[0]["CF_XDR_MC"], rows[0]["CF_XDR_ZJHM"]) == ("张三丰", "530102199003071238")
    assert rows[1]["BZ"] == "'=1+1"
    assert is_record_id(rows[0]["JLBH"])
    assert path.stat().st_mode & 0o077 == 0
    logged = database.fetch(
        warehouse.connection, "SELECT operating_user, rows, selection FROM audit.full_export"
    )
    assert [(row["operating_user"], row["rows"], row["selection"]["kind"]) for row in logged] == [
        ("李静", 2, "penalty")
    ]


def test_personal_data_is_masked_and_nothing_logged_without_full(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    penalties(warehouse)
    export(warehouse.settings, "penalty", tmp_path / "out.csv", at=AT, user="李静")
    person, company = read_csv(tmp_path / "out.csv")
    assert (person["CF_XDR_MC"], person["CF_XDR_ZJHM"]) == ("张*", "530102********1238")
    assert "13812345678" not in person["CF_SY"]
    assert company["CF_XDR_MC"] == "昆明某公司"
    assert database.fetch(warehouse.connection, "SELECT * FROM audit.full_export") == []


def test_workbook_and_parquet_hold_the_same_text(warehouse: Warehouse, tmp_path: Path) -> None:
    penalties(warehouse)
    for ending in ("xlsx", "parquet"):
        assert export(warehouse.settings, "penalty", tmp_path / f"out.{ending}", at=AT, user="x") == 2
    table = pq.read_table(tmp_path / "out.parquet").to_pylist()
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    header, *lines = sheet.iter_rows(values_only=True)
    assert [dict(zip(header, (cell or "" for cell in line), strict=True)) for line in lines] == table
    assert table[1]["BZ"] == "=1+1"


def test_export_can_be_narrowed_to_batch_agency_and_period(warehouse: Warehouse, tmp_path: Path) -> None:
    batch_id = penalties(warehouse)
    path = tmp_path / "out.csv"
    common = {"at": AT, "user": "x"}
    assert export(warehouse.settings, "penalty", path, batch=batch_id, **common) == 2
    assert export(warehouse.settings, "penalty", path, agency="11530000000000000X", **common) == 0
    assert export(warehouse.settings, "penalty", path, agency=AGENCY, period="2026-04", **common) == 1
    assert export(warehouse.settings, "licence", tmp_path / "none.parquet", **common) == 0


@pytest.mark.parametrize(("kind", "name"), [("award", "x.csv"), ("licence", "x.pdf")])
def test_what_cannot_be_exported_is_refused(
    warehouse: Warehouse, tmp_path: Path, kind: str, name: str
) -> None:
    with pytest.raises(ExportError):
        export(warehouse.settings, kind, tmp_path / name, at=AT, user="x")


def test_trace_tells_the_life_of_a_decision(warehouse: Warehouse) -> None:
    batch_id = warehouse.usual_batch()
    told = trace(warehouse.connection, "昆市监许(2026)1号")
    assert json.loads(json.dumps(told)) == told
    (record,) = told["records"]
    assert [version["version"] for version in record["versions"]] == [1, 2]
    second = record["versions"][1]
    assert (second["batch_id"], second["row"], second["changed"]) == (batch_id, 3, ["BZ"])
    assert second["sender"] == {"code": AGENCY, "name": "昆明市市场监督管理局"}
    assert second["people"] == [{"role": "联络员", "office": "审批科", "name": "李静"}]
    assert record["repeats"][0]["outcome"] == "superseded"
    assert told["publication"] == "not kept yet"
    assert trace(warehouse.connection, record["record_id"])["records"] == told["records"]


def test_trace_finds_rejected_rows_with_what_was_wrong(warehouse: Warehouse) -> None:
    warehouse.usual_batch()
    (row,) = trace(warehouse.connection, "昆市监许〔2026〕4号")["rejected"]
    assert (row["row"], row["due"], row["findings"][0]["rule"]) == (4, "2026-05-14", "ID-03")


def test_trace_of_an_unknown_number_is_empty(warehouse: Warehouse) -> None:
    told = trace(warehouse.connection, "没有这个号")
    assert (told["records"], told["rejected"]) == ([], [])
