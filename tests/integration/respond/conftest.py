"""A small warehouse filled by hand: two agencies, a lead department, and batches a test shapes row by row."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from gongshi.platform import database
from gongshi.platform.settings import Settings
from gongshi.standard.kinds import KINDS

CHINA = timezone(timedelta(hours=8))
AT = datetime(2026, 5, 12, 9, 30, tzinfo=CHINA)
AGENCY, OTHER_AGENCY, LEAD, UNKNOWN = (
    "11530100015100012A",
    "11530100015100034B",
    "11530100015100056C",
    "11530100015100078D",
)
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Warehouse:
    """Inserts rows; every method returns what later rows refer to."""

    settings: Settings
    connection: database.Connection
    numbers: dict[str, int] = field(default_factory=dict)

    def insert(self, table: str, **values: Any) -> None:
        names, marks = ", ".join(values), ", ".join(f"%({name})s" for name in values)
        with self.connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)

    def next(self, name: str) -> int:
        self.numbers[name] = self.numbers.get(name, 0) + 1
        return self.numbers[name]

    def registry(self) -> None:
        people = (
            (AGENCY, "联络员", "审批科", "李静", "0871-63330001"),
            (LEAD, "联络员", "信用科", "王芳", "0871-63330002"),
        )
        self.insert("ref.division", division_id=1, code="530000", name="云南省", level="province", **_known())
        self.insert(
            "ref.division",
            division_id=2,
            code="530100",
            name="昆明市",
            parent_code="530000",
            level="prefecture",
            **_known(),
        )
        for code, name in (
            (AGENCY, "昆明市市场监督管理局"),
            (OTHER_AGENCY, "昆明市水务局"),
            (LEAD, "昆明市发展和改革委员会"),
        ):
            with self.connection.cursor() as cursor:
                cursor.execute("INSERT INTO ref.agency_key (code) VALUES (%s) RETURNING agency_id", (code,))
                number = cursor.fetchone()[0]
            self.numbers[code] = number
            self.insert(
                "ref.agency", agency_id=number, code=code, name=name, division_code="530100", level="prefecture",
                is_central=False, **_known(),
            )  # fmt: skip
        self.insert(
            "ref.lead_department", division_id=2, division_code="530100", agency_code=LEAD, **_known()
        )
        for code, role, office, name, phone in people:
            self.insert(
                "ref.contact", agency_id=self.numbers[code], agency_code=code, role=role, office=office, name=name,
                phone=phone, **_known(),
            )  # fmt: skip

    def batch(
        self, kind: str | None = "licence", at: datetime = AT, agency: str = AGENCY, **values: Any
    ) -> str:
        number = self.next("batch")
        batch_id = f"{at:%Y%m%d-%H%M%S}-{kind or 'unknown'}-{number:04d}"
        delivery = {"status": "read", "file_name": f"报送{number}.csv"} | values.pop("delivery", {})
        self.insert(
            "intake.delivery", delivery_id=f"D{number:04d}", agency_code=agency, channel="drop_folder",
            sha256=f"{number:064x}", size_bytes=10, received_at=at, **delivery,
        )  # fmt: skip
        self.insert(
            "intake.batch",
            **{
                "batch_id": batch_id, "delivery_id": f"D{number:04d}", "agency_code": agency, "kind": kind,
                "layout": "S2018b" if kind else None, "rulebook_version": "2026.1", "received_at": at, "status": "merged",
            } | values,
        )  # fmt: skip
        return batch_id

    def accepted(
        self, batch_id: str, row_no: int, kind: str = "licence", at: datetime = AT, **values: Any
    ) -> int:
        """A row that opened a record; returns its record_id."""
        late_days, due = values.pop("late_days", 0), values.pop("due_date", date(2026, 5, 14))
        n = self.next("record") * 100
        record_id = n + 98 - n % 97
        content = _content(kind) | {"decision_key": str(uuid.UUID(int=record_id << 64))} | values
        self.insert(
            "core.record", record_id=record_id, kind=kind, identity_key=_identity(content["decision_key"], record_id), key_id="k",
            batch_id=batch_id, first_accepted_at=at, decision_date=content["decision_date"], due_date=due,
            late_days=late_days,
        )  # fmt: skip
        self.version(record_id, 1, batch_id, row_no, kind, at, **content)
        return record_id

    def version(
        self,
        record_id: int,
        version: int,
        batch_id: str,
        row_no: int,
        kind: str = "licence",
        at: datetime = AT,
        **values: Any,
    ) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE core.{kind} SET retired_at = %s WHERE record_id = %s AND retired_at IS NULL",
                (at, record_id),
            )
        content = (
            {"is_withdrawn": False, "decision_key": str(uuid.UUID(int=record_id << 64))}
            | _content(kind)
            | values
        )
        self.insert(
            f"core.{kind}", record_id=record_id, version=version, batch_id=batch_id, row_no=row_no, agency_code=AGENCY,
            recorded_at=at, **content,
        )  # fmt: skip

    def rejected(
        self, batch_id: str, row_no: int, cells: dict[str, Any], kind: str = "licence", **values: Any
    ) -> None:
        defaults = {
            "document_no": cells.get("document_no"), "decision_date": date(2026, 5, 6), "due_date": date(2026, 5, 14),
            "decision_key": str(uuid.uuid5(uuid.NAMESPACE_OID, str(cells.get("document_no") or row_no))),
        }  # fmt: skip
        self.insert(
            "quality.quarantine", batch_id=batch_id, row_no=row_no, kind=kind, cells=json.dumps(cells),
            recorded_at=AT, **(defaults | values),
        )  # fmt: skip

    def finding(
        self, batch_id: str, rule: str, row_no: int | None = None, severity: str = "error", **values: Any
    ) -> None:
        defaults = {"message_zh": f"规则{rule}的说明", "responsible": "agency"}
        self.insert(
            "quality.finding",
            batch_id=batch_id,
            rule_id=rule,
            row_no=row_no,
            severity=severity,
            **(defaults | values),
        )

    def cause(self, batch_id: str, place: int, **values: Any) -> None:
        defaults = {
            "cause": "shifted_columns", "message_zh": "各列整体错位", "suggestion_zh": "请改正", "findings": 5, "rows": [2, 3],
        }  # fmt: skip
        self.insert("quality.cause", batch_id=batch_id, place=place, **(defaults | values))

    def usual_batch(self) -> str:
        """Eight rows: two accepted (one late, one a correction), three rejected, one of each other outcome."""
        old = self.batch(at=AT - timedelta(days=5), status="answered", rows_read=2, rows_accepted=2)
        first = self.accepted(old, 2, at=AT - timedelta(days=5), document_no="昆市监许〔2026〕1号")
        second = self.accepted(old, 3, at=AT - timedelta(days=5), document_no="昆市监许〔2026〕2号")
        batch_id = self.batch(
            rows_read=8, rows_accepted=2, rows_rejected=3, rows_unchanged=1, rows_duplicate=1, rows_superseded=1,
            fix_count=4, blank_rows=1, warning_count=2, error_count=4, late_rows=1,
        )  # fmt: skip
        late = self.accepted(
            batch_id, 2, document_no="昆市监许〔2026〕3号", late_days=2, due_date=date(2026, 5, 8)
        )
        self.version(first, 2, batch_id, 3, document_no="昆市监许〔2026〕1号", remark="更正")
        for row_no, outcome, record_id in (
            (5, "unchanged", second),
            (6, "duplicate", late),
            (7, "superseded", first),
        ):
            self.insert(
                "intake.row_outcome", batch_id=batch_id, row_no=row_no, outcome=outcome, record_id=record_id
            )
        sent = {
            "party_name": "昆明测试商贸有限公司",
            "party_uscc": "91530100MA6K8X2N0J",
            "document_no": "昆市监许〔2026〕4号",
        }
        self.rejected(batch_id, 4, sent)
        self.rejected(batch_id, 8, sent | {"document_no": "=HYPERLINK(1)"}, due_date=date(2026, 5, 11))
        self.rejected(
            batch_id, 9, {"_cells": ["某公司", "自然人"]}, decision_date=None, due_date=None, document_no=None
        )
        self.finding(
            batch_id, "ID-03", 4, field="XK_XDR_SHXYM", value_masked="91530100MA6K8X2N0J", due_date=date(2026, 5, 14),
            message_zh="统一社会信用代码校验位错误", suggestion_zh="请对照营业执照核对。", record_no="昆市监许〔2026〕4号",
        )  # fmt: skip
        self.finding(batch_id, "TX-13", 8, field="XK_WSH", message_zh="文书号以公式符号开头")
        self.finding(batch_id, "ID-03", 8, field="XK_XDR_SHXYM", message_zh="统一社会信用代码校验位错误")
        self.finding(batch_id, "BT-10", 9, message_zh="第9行列数与表头不一致")
        self.finding(batch_id, "XR-15", 2, "warning", field="XK_JDRQ", message_zh="迟报：迟2个工作日")
        self.finding(
            batch_id, "NM-04", 2, "warning", field="XK_XDR_MC", message_zh="行政相对人名称包含特殊字符"
        )
        return batch_id


@pytest.fixture
def warehouse(settings: Settings) -> Iterator[Warehouse]:
    with database.connect(settings) as connection:
        made = Warehouse(settings, connection)
        made.registry()
        connection.commit()
        yield made


def _known() -> dict[str, Any]:
    return {"valid": "[2020-01-01,)", "recorded_at": EPOCH}


def _identity(decision_key: str, number: int) -> str:
    """An identity of a decision: begins with its key."""
    return f"{decision_key[:18]}-0000-{number:012x}"


def _content(kind: str) -> dict[str, Any]:
    """Every column of a kind: a plain value."""
    content: dict[str, Any] = {f.column: f"{f.label_zh}值" for f in KINDS[kind].fields}
    content |= {"organ_code": AGENCY, "decision_date": date(2026, 5, 5), "valid_to": date(2099, 12, 31)}
    if kind == "licence":
        return content | {"valid_from": date(2026, 5, 5), "state": "1", "party_category": "法人及非法人组织"}
    return content | {
        "publish_until": None, "fine_yuan": "12345.60", "confiscated_yuan": None, "party_category": "自然人",
        "party_name": "张三丰", "party_id_type": "身份证", "party_id_no": "530102199003071238",
    }  # fmt: skip
