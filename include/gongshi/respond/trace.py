"""`gongshi trace`: the life of a decision, from the file it came in to the people answerable on that day (Article 14).

It names columns that changed, never what they hold: a trace can be printed and passed on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gongshi.platform.database import Connection, fetch, statement
from gongshi.respond.people import agency_office, people_of
from gongshi.respond.receipt import of_kind
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import SHANGHAI, local_time

NOT_KEPT = "not kept yet"
NOT_KEPT_PARTS = ("publication", "acknowledgements", "objections", "repairs")
MOST_RECORDS = 100
_YEAR_BRACKETS = re.compile(r"[\[(（【〔]\s*(\d{4})\s*[\])）】〕]")


def trace(connection: Connection, number: str) -> dict[str, Any]:
    """Everything kept about a 文书号 or 记录编号, ready for JSON.

    Args:
        connection: open transaction on the warehouse.
        number: a record_id, or a document number with its year in any brackets.

    Returns:
        `number`, `records` (each with `versions`: file, row, sender, people answerable on the day of receipt, findings,
        changed columns; and `repeats`: rows that named it again), `rejected` (quarantined rows with this number), and
        the parts of a life the warehouse does not keep yet, by name. Both lists are empty when nothing is known.
    """
    number = number.strip()
    bound = {"record_id": _record_id(number), "numbers": _spellings(number)}
    records = fetch(connection, statement("respond/trace_records"), bound)
    rejected = fetch(connection, statement("respond/trace_rejected"), bound)
    return {
        "number": number,
        "records": [_record(connection, record) for record in records[:MOST_RECORDS]],
        "records_total": len(records),
        "rejected": [_rejected(connection, row) for row in rejected[:MOST_RECORDS]],
        "rejected_total": len(rejected),
        **dict.fromkeys(NOT_KEPT_PARTS, NOT_KEPT),
    }


def is_record_id(number: str) -> bool:
    """True when the last two digits are the check digits of the rest (98 - n*100 mod 97)."""
    if not re.fullmatch(r"[1-9]\d{2,17}", number):
        return False
    body = int(number) // 100 * 100
    return int(number) - body == 98 - body % 97


def _record_id(number: str) -> int | None:
    return int(number) if is_record_id(number) else None


def _spellings(number: str) -> list[str]:
    """The number as typed, and with its year in the brackets the warehouse stores (XK-03)."""
    return list(dict.fromkeys((number, _YEAR_BRACKETS.sub(r"〔\1〕", number))))


def _record(connection: Connection, record: Mapping[str, Any]) -> dict[str, Any]:
    query = of_kind(statement("respond/trace_versions"), record["kind"])
    versions = fetch(connection, query, {"record_id": record["record_id"]})
    repeats = fetch(connection, statement("respond/trace_repeats"), {"record_id": record["record_id"]})
    current = versions[-1]
    return {
        "record_id": str(record["record_id"]),
        "kind": record["kind"],
        "document_no": current["document_no"],
        "organ": {"code": current["organ_code"], "name": current["organ_name"]},
        "state": "withdrawn" if current["is_withdrawn"] else "in force",
        "decision_date": record["decision_date"].isoformat(),
        "first_arrived_at": local_time(record["first_arrived_at"]),
        "first_accepted_at": local_time(record["first_accepted_at"]),
        "due": _day(record["due_date"]),
        "late_days": record["late_days"],
        "versions": _versions(connection, record["kind"], versions),
        "repeats": [
            {
                "batch_id": row["batch_id"],
                "file": row["file_name"],
                "row": row["row_no"],
                "outcome": row["outcome"],
                "received_at": local_time(row["received_at"]),
            }
            for row in repeats
        ],
    }


def _versions(
    connection: Connection, kind: str, versions: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    told = []
    for before, version in zip((None, *versions[:-1]), versions, strict=True):
        told.append(
            {
                "version": version["version"],
                "recorded_at": local_time(version["recorded_at"]),
                "retired_at": local_time(version["retired_at"]) if version["retired_at"] else None,
                "is_withdrawal": version["is_withdrawn"],
                "changed": _changed(kind, before["content"], version["content"]) if before else [],
                **_origin(connection, version),
            }
        )
    return told


def _rejected(connection: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "document_no": row["document_no"],
        "decision_date": _day(row["decision_date"]),
        "due": _day(row["due_date"]),
        "corrected_in": {"batch_id": row["by_batch_id"], "row": row["by_row_no"]}
        if row["by_batch_id"]
        else None,
        **_origin(connection, row),
    }


def _origin(connection: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
    """Batch, delivery and file row of something, who sent it, who answered for the sender that day, what was found."""
    at = row["received_at"].astimezone(SHANGHAI)
    sender = agency_office(connection, row["agency_code"], at)
    people = people_of(connection, row["agency_code"], at, roles=None)
    place = {"batch_id": row["batch_id"], "row_no": row["row_no"]}
    return {
        "batch_id": row["batch_id"],
        "received_at": local_time(at),
        "delivery_id": row["delivery_id"],
        "channel": row["channel"],
        "file": row["file_name"],
        "sha256": row["sha256"],
        "sheet": row["sheet"],
        "row": row["row_no"],
        "sender": {"code": row["agency_code"], "name": sender.name if sender else None},
        "people": [{"role": person.role, "office": person.office, "name": person.name} for person in people],
        "findings": [
            {"field": f["field"], "rule": f["rule_id"], "severity": f["severity"], "message": f["message_zh"]}
            for f in fetch(connection, statement("respond/trace_findings"), place)
        ],
    }


def _changed(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Official codes of the columns whose content differs."""
    return [field.code for field in KINDS[kind].fields if before.get(field.column) != after.get(field.column)]


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None
