"""A small hand-made warehouse: every helper writes the rows a load of that outcome would leave behind."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from zoneinfo import ZoneInfo

import psycopg2
import pytest

from gongshi.platform.database import Connection, database_url, libpq_dsn
from gongshi.platform.settings import Settings
from gongshi.standard.working_days import shipped_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG_AGO = datetime(2025, 1, 1, tzinfo=SHANGHAI)

# The agencies of the tests: code, name, division, level, central.
HEALTH, EDUCATION, TAX, KUNMING, WUHUA, LEAD = "HEALTH", "EDUCATION", "TAX", "KUNMING", "WUHUA", "LEAD"
AGENCIES = (
    (LEAD, "云南省发展和改革委员会", "530000", "province", False),
    (HEALTH, "云南省卫生健康委员会", "530000", "province", False),
    (EDUCATION, "云南省教育厅", "530000", "province", False),
    (TAX, "国家税务总局云南省税务局", "530000", "province", True),
    (KUNMING, "昆明市市场监督管理局", "530100", "prefecture", False),
    (WUHUA, "昆明市五华区市场监督管理局", "530102", "county", False),
)
DIVISIONS = (
    ("530000", "云南省", None, "province"),
    ("530100", "昆明市", "530000", "prefecture"),
    ("530300", "曲靖市", "530000", "prefecture"),
    ("530102", "五华区", "530100", "county"),
    ("530103", "盘龙区", "530100", "county"),
)


def day(text: str, hour: int = 10) -> datetime:
    """An instant on a day, Asia/Shanghai."""
    return datetime.fromisoformat(f"{text}T{hour:02d}:00:00").replace(tzinfo=SHANGHAI)


def key(text: str) -> str:
    """Stands for the keyed hash of a decision."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, text))


def identity(decision: str, party: str) -> str:
    """Stands for the keyed identity of a record: begins like its decision's key."""
    return key(decision)[:18] + key(decision + party)[18:]


@dataclass
class Batch:
    """One batch being filled."""

    batch_id: str
    sender: str
    kind: str
    received_at: datetime
    rows: count = field(default_factory=lambda: count(2))


class Warehouse:
    """Writes rows over one connection that commits each statement."""

    HEALTH, EDUCATION, TAX, KUNMING, WUHUA, LEAD = HEALTH, EDUCATION, TAX, KUNMING, WUHUA, LEAD
    day = staticmethod(day)

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.numbers = count(1)
        self._records = count(1)

    def sql(self, query: str, *values: object) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(query, values)

    def registry(self) -> None:
        """Divisions, agencies, the shipped holiday table of 2026, the lead department and its liaison."""
        for number, row in enumerate(DIVISIONS, 1):
            self.sql(
                "INSERT INTO ref.division VALUES (%s, %s, %s, %s, %s, '[2020-01-01,)', %s)",
                number,
                *row,
                LONG_AGO,
            )
        for code, *rest in AGENCIES:
            self.sql("INSERT INTO ref.agency_key (code) VALUES (%s)", code)
            self.sql(
                "INSERT INTO ref.agency SELECT agency_id, code, %s, NULL, %s, %s, %s, '[2020-01-01,)', %s "
                "FROM ref.agency_key WHERE code = %s",
                *rest, LONG_AGO, code,
            )  # fmt: skip
        calendar = shipped_calendar()
        first = date(2026, 1, 1).toordinal()
        for d in map(date.fromordinal, range(first, first + 365)):
            if calendar.is_workday(d) != (d.weekday() < 5):
                self.sql(
                    "INSERT INTO ref.holiday VALUES (%s, %s, '节假日', '通知', %s)",
                    d,
                    calendar.is_workday(d),
                    LONG_AGO,
                )
        self.sql(
            "INSERT INTO ref.lead_department VALUES (1, '530000', %s, '[2020-01-01,)', %s)", LEAD, LONG_AGO
        )
        self.contact(LEAD, "联络员", "李雪梅", LONG_AGO, phone="0871-63110001")

    def contact(
        self, agency: str, role: str, name: str, recorded: datetime, phone: str | None = None
    ) -> None:
        """A contact, valid since 2020."""
        self.sql(
            "INSERT INTO ref.contact SELECT agency_id, code, %s, NULL, %s, %s, '[2020-01-01,)', %s "
            "FROM ref.agency_key WHERE code = %s",
            role, name, phone, recorded, agency,
        )  # fmt: skip

    def delivery(self, sender: str, at: datetime, status: str = "read", channel: str = "drop_folder") -> str:
        """A delivery and nothing else."""
        number = next(self.numbers)
        self.sql(
            "INSERT INTO intake.delivery (delivery_id, agency_code, channel, file_name, sha256, size_bytes, received_at,"
            " status) VALUES (%s, %s, %s, %s, %s, 1, %s, %s)",
            f"D{number}", sender, channel, f"报送{number}.csv", f"sha{number}", at, status,
        )  # fmt: skip
        return f"D{number}"

    def batch(self, sender: str, kind: str, at: datetime, refused: str | None = None) -> Batch:
        """A delivery with one batch."""
        delivery = self.delivery(sender, at)
        batch = Batch(f"B{delivery[1:]}", sender, kind, at)
        self.sql(
            "INSERT INTO intake.batch (batch_id, delivery_id, agency_code, kind, rulebook_version, received_at, status,"
            " refused_rule) VALUES (%s, %s, %s, %s, '1', %s, 'answered', %s)",
            batch.batch_id, delivery, sender, kind, at, refused,
        )  # fmt: skip
        return batch

    def accepted(self, batch: Batch, organ: str, document_no: str, decided: str, party: str = "甲") -> int:
        """A row that opens a record; its id."""
        record = next(self._records) * 100
        self.sql(
            "INSERT INTO core.record VALUES (%s, %s, %s, 'k', %s, %s, %s)",
            record, batch.kind, identity(f"{batch.kind}{organ}{document_no}", party), batch.batch_id, batch.received_at,
            decided,
        )  # fmt: skip
        self.version(batch, record, 1, organ, document_no, decided)
        return record

    def version(
        self, batch: Batch, record: int, version: int, organ: str, document_no: str, decided: str
    ) -> None:
        """A version of a record; the one before is retired."""
        self.sql(
            f"UPDATE core.{batch.kind} SET retired_at = %s WHERE record_id = %s AND retired_at IS NULL",
            batch.received_at, record,
        )  # fmt: skip
        self.sql(
            f"INSERT INTO core.{batch.kind} (record_id, version, batch_id, row_no, agency_code, is_withdrawn,"
            " decision_key, recorded_at, document_no, decision_date, organ_name, organ_code)"
            " VALUES (%s, %s, %s, %s, %s, false, %s, %s, %s, %s, %s, %s)",
            record, version, batch.batch_id, next(batch.rows), batch.sender, key(f"{batch.kind}{organ}{document_no}"),
            batch.received_at, document_no, decided, organ, organ,
        )  # fmt: skip

    def many(self, batch: Batch, organ: str, records: int, late: int) -> None:
        """`records` records of a batch of mid-May, the first `late` of them decided too early for it."""
        names = {"kind": batch.kind, "batch": batch.batch_id, "organ": organ, "at": batch.received_at}
        names |= {"records": records, "late": late, "offset": 1_000_000 * int(batch.batch_id[1:])}
        with self.connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core.record SELECT n + %(offset)s, %(kind)s, md5(%(batch)s || n)::uuid, 'k', %(batch)s,"
                " %(at)s, CASE WHEN n <= %(late)s THEN date '2026-04-20' ELSE date '2026-05-08' END"
                " FROM generate_series(1, %(records)s) AS n",
                names,
            )
            cursor.execute(
                f"INSERT INTO core.{batch.kind} (record_id, version, batch_id, row_no, agency_code, is_withdrawn,"
                " decision_key, recorded_at, document_no, decision_date, organ_name, organ_code)"
                " SELECT n + %(offset)s, 1, %(batch)s, n, %(organ)s, false, md5('d' || n)::uuid, %(at)s, n || '号',"
                " CASE WHEN n <= %(late)s THEN date '2026-04-20' ELSE date '2026-05-08' END, %(organ)s, %(organ)s"
                " FROM generate_series(1, %(records)s) AS n",
                names,
            )

    def repeated(self, batch: Batch, record: int, outcome: str) -> None:
        """A row that changed nothing."""
        self.sql(
            "INSERT INTO intake.row_outcome VALUES (%s, %s, %s, NULL, %s)",
            batch.batch_id, next(batch.rows), outcome, record,
        )  # fmt: skip

    def rejected(
        self,
        batch: Batch,
        organ: str | None,
        document_no: str | None,
        decided: str | None,
        *,
        party: str | None = "甲",
        rule: str = "ID-03",
        message: str = "统一社会信用代码校验位错误",
    ) -> None:
        """A rejected row with one finding; without number or party it has no key."""
        row = next(batch.rows)
        whole = organ and document_no
        self.sql(
            "INSERT INTO quality.quarantine VALUES (%s, %s, NULL, %s, %s, %s, %s, %s, %s, %s, NULL, %s)",
            batch.batch_id, row, batch.kind, json.dumps({}),
            identity(f"{batch.kind}{organ}{document_no}", party) if whole and party else None,
            key(f"{batch.kind}{organ}{document_no}") if whole else None,
            organ, document_no, decided, batch.received_at,
        )  # fmt: skip
        self.sql(
            "INSERT INTO quality.finding VALUES (%s, %s, NULL, 'XK_XDR_SHXYM', %s, 'error', %s, '9153***', NULL, %s,"
            " NULL, 'agency')",
            batch.batch_id, row, rule, message, document_no,
        )  # fmt: skip

    def refused(self, sender: str, kind: str, at: datetime, rule: str, message: str) -> None:
        """A batch refused before its rows were read."""
        batch = self.batch(sender, kind, at, refused=rule)
        self.sql(
            "INSERT INTO quality.finding VALUES (%s, NULL, NULL, NULL, %s, 'batch', %s, NULL, NULL, NULL, NULL,"
            " 'agency')",
            batch.batch_id, rule, message,
        )  # fmt: skip

    def zero_report(self, sender: str, kind: str, first: str, last: str, at: datetime) -> None:
        """A declared zero report."""
        batch = self.batch(sender, kind, at)
        self.sql(
            "INSERT INTO intake.zero_report VALUES (%s, 2, %s, %s, %s, %s, '张', '李', '无', %s)",
            batch.batch_id, sender, kind, first, last, at,
        )  # fmt: skip


@pytest.fixture
def warehouse(settings: Settings) -> Iterator[Warehouse]:
    """A migrated warehouse with the registry of the tests and no deliveries."""
    with closing(psycopg2.connect(libpq_dsn(database_url(settings)))) as connection:
        connection.autocommit = True
        made = Warehouse(connection)
        made.registry()
        yield made
