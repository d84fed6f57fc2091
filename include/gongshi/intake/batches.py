"""Entering batches: their row in `intake.batch`, their landed rows, the reason when they are refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2 import sql

from gongshi.intake.headers import ZERO
from gongshi.intake.ids import next_id, stamp
from gongshi.intake.landing import land
from gongshi.platform import database
from gongshi.platform.database import Connection, Cursor
from gongshi.platform.settings import Settings
from gongshi.standard import rulebook
from gongshi.standard.messages import Finding, ReadBatch, Refusal


@dataclass(frozen=True)
class Delivery:
    """One taken delivery, a row of `intake.delivery`; `sha256` is None when it was refused unopened, for `refusal`."""

    delivery_id: str
    agency_code: str
    sha256: str | None
    received_at: datetime
    refusal: str | None = None


def lock_reading(cursor: Cursor) -> None:
    """One transaction at a time reads deliveries: landed files without a batch are then a killed run's."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('gongshi.read_delivery'))")


def delete_orphans(settings: Settings, connection: Connection, received_at: datetime) -> None:
    """Delete landed files of this second that no batch owns; needs `lock_reading`."""
    landed = {path.name.split(".")[0]: path for path in settings.landing.glob(f"{stamp(received_at)}-*.p*")}
    known = database.fetch(
        connection, "SELECT batch_id FROM intake.batch WHERE batch_id = ANY(%(ids)s)", {"ids": list(landed)}
    )
    for batch_id in landed.keys() - {row["batch_id"] for row in known}:
        landed[batch_id].unlink()


def insert(cursor: Cursor, table: sql.Identifier, values: dict[str, Any]) -> None:
    """Insert one row, columns by name."""
    cursor.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            table,
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(sql.Placeholder() * len(values)),
        ),
        list(values.values()),
    )


def enter(
    settings: Settings, cursor: Cursor, delivery: Delivery, batch: ReadBatch, rulebook_version: str, *, final: bool = False
) -> str:  # fmt: skip
    """Enter one batch and land its rows; its id.

    A refused batch is final (`merged`, nothing landed) and has its reason in `quality.finding`; otherwise it waits as
    `landed`, unless `final`.
    """
    word = batch.kind or "unknown"
    batch_id = next_id(cursor, delivery.received_at, word)
    insert(
        cursor,
        sql.Identifier("intake", "batch"),
        {
            "batch_id": batch_id,
            "delivery_id": delivery.delivery_id,
            "agency_code": delivery.agency_code,
            "kind": None if batch.kind == ZERO else batch.kind,
            "layout": batch.layout,
            "member": batch.member,
            "sheet": batch.sheet,
            "template_form": _template_form(batch.rows.column_names),
            "header_row": batch.header_row if batch.header else None,
            "rulebook_version": rulebook_version,
            "received_at": delivery.received_at,
            "status": "merged" if batch.refusal or final else "landed",
            "refused_rule": batch.refusal.rule_id if batch.refusal else None,
            "rows_read": batch.rows.num_rows,
            "blank_rows": len(batch.blank_rows),
            "remarks": list(batch.remarks),
        },
    )
    if batch.refusal:
        add_findings(cursor, batch_id, [finding(batch.refusal, batch.sheet)])
    else:
        land(settings, batch_id, batch)
    return batch_id


def _template_form(columns: Sequence[str]) -> str | None:
    """The template a sheet follows (standard 10.2): the one without, or the one with columns of organisations only."""
    of_organisations, of_persons = "party_uscc" in columns, "party_id_no" in columns
    if of_organisations == of_persons:
        return None
    return "org" if of_organisations else "person"


def finding(refusal: Refusal, sheet: str | None = None, row_no: int | None = None) -> Finding:
    """A refusal as people read it."""
    return Finding(
        rule_id=refusal.rule_id,
        severity="batch",
        message_zh=rulebook.shipped().message(refusal.rule_id, **refusal.details),
        row_no=row_no,
        sheet=sheet,
        suggestion_zh=rulebook.shipped().suggestion(refusal.rule_id),
    )


def add_findings(cursor: Cursor, batch_id: str, findings: Sequence[Finding]) -> None:
    """Store findings about a batch as a whole."""
    for found in findings:
        insert(cursor, sql.Identifier("quality", "finding"), found.as_row(batch_id))
