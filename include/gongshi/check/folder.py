"""Files in `selfcheck/` answered: a receipt as a delivery would get it, and a slip that the later delivery refers to."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gongshi.check import receipts_of
from gongshi.documents.files import publish_folder, temporary_folder
from gongshi.intake import readers
from gongshi.intake.archive import archived
from gongshi.intake.readers.tables import refused
from gongshi.platform.database import Connection, fetch
from gongshi.platform.settings import Settings
from gongshi.registry.facts_read import registry_facts
from gongshi.registry.read import calendar
from gongshi.registry.rulebook import enter_in_force
from gongshi.respond.people import people_of
from gongshi.respond.self_check_page import PAGE, self_check_page
from gongshi.respond.wording import kind_label
from gongshi.standard.periods import SHANGHAI, local_time

RECEIPT = "receipt.json"
SIGNER_ROLE = "责任处（科）室负责人"


def answer_all(settings: Settings, connection: Connection) -> list[str]:
    """Answer every file taken and not answered yet (the caller commits); agencies that got an answer.

    Killed anywhere and run again, the result is the same: each is judged by what was known when it arrived.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('gongshi.self_check'))")
    waiting = fetch(connection, "SELECT * FROM intake.self_check WHERE status = 'taken' ORDER BY seq")
    for row in waiting:
        _answer(settings, connection, row)
    return sorted({row["agency_code"] for row in waiting})


def _answer(settings: Settings, connection: Connection, row: Mapping[str, Any]) -> None:
    at = row["received_at"]
    facts, days, book = (
        registry_facts(connection, at),
        calendar(connection, at),
        enter_in_force(connection, at),
    )
    batches = (
        readers.read(archived(settings, row["sha256"]))
        if row["sha256"]
        else [refused("BT-11", reason=str(row["refusal"]))]
    )
    with tempfile.TemporaryDirectory() as scratch:
        own = replace(settings, home=Path(scratch))
        receipts = receipts_of(
            own, batches, row["file_name"], row["sha256"], row["agency_code"], at, facts, days, book
        )
    record = _record(connection, row, receipts)
    slip = {
        "check_id": row["check_id"],
        "sha256": row["sha256"],
        "rulebook": book.version,
        "result": record["result"],
        "checked_at": local_time(at),
        "scope": record["scope"],
        "signer": record["signer"],
    }
    _publish(settings.feedback(row["agency_code"]) / row["check_id"], receipts, slip)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE intake.self_check SET status = 'answered', rulebook_version = %(rulebook)s, result = %(result)s,
                   rows_read = %(rows_read)s, rows_rejected = %(rows_rejected)s, errors = %(errors)s,
                   warnings = %(warnings)s, scope = %(scope)s, signer = %(signer)s
               WHERE check_id = %(check_id)s""",
            {**record, "rulebook": book.version, "check_id": row["check_id"]},
        )


def _record(
    connection: Connection, row: Mapping[str, Any], receipts: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What the record of self-inspection says: date (of receipt), scope, result, and who answers for it on that day."""
    errors = sum(receipt["errors"] for receipt in receipts)
    is_refused = all(receipt["status"] == "rejected" and not receipt["rows"]["read"] for receipt in receipts)
    day = row["received_at"].astimezone(SHANGHAI)
    heads = people_of(connection, row["agency_code"], day, roles=(SIGNER_ROLE,))
    return {
        "result": "refused" if is_refused else "errors" if errors else "passed",
        "rows_read": sum(receipt["rows"]["read"] for receipt in receipts),
        "rows_rejected": sum(receipt["rows"]["rejected"] for receipt in receipts),
        "errors": errors,
        "warnings": sum(receipt["warnings"] for receipt in receipts),
        "scope": "；".join(f"{kind_label(one['kind'])}{one['rows']['read']:,}行" for one in receipts),
        "signer": heads[0].name if heads else None,
    }


def _publish(final: Path, receipts: Sequence[Mapping[str, Any]], slip: Mapping[str, Any]) -> None:
    """One folder: the page of the slip, and a receipt for each table of the file."""
    folder = temporary_folder(final)
    for number, receipt in enumerate(receipts, 1):
        name = RECEIPT if number == 1 else f"receipt-{number}.json"
        told = {**receipt, "batch_id": slip["check_id"], "self_check": slip}
        (folder / name).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / PAGE).write_text(self_check_page(receipts, slip), encoding="utf-8")
    publish_folder(folder, final)
