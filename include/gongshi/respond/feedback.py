"""The answers an agency finds in its folder: one folder a batch, and a page that lists them.

A batch's folder is written aside and appears by one rename; its status changes in the same transaction that follows.
Killed anywhere and run again, the result is the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from gongshi.documents import html
from gongshi.documents.files import publish_folder, temporary_folder, write_atomically
from gongshi.platform.database import Connection, connect, fetch, statement
from gongshi.platform.settings import Settings
from gongshi.respond.correction import write_corrections
from gongshi.respond.detail import write_detail
from gongshi.respond.people import agency_office, lead_office
from gongshi.respond.receipt import build_receipt
from gongshi.respond.receipt_page import receipt_page
from gongshi.respond.self_check_page import RESULTS, TONES
from gongshi.respond.wording import STATUS_LABELS, STATUS_TONES, WORKBOOK, kind_label
from gongshi.standard.periods import SHANGHAI

RECEIPT, PAGE, DETAIL = "receipt.json", "回执.html", "明细.csv"
MOST_LISTED = 500
MOST_SELF_CHECKS = 50
MOST_REMARKS = 2
"""Remarks of a batch on the agency's page; its receipt has them all."""

_LARGE = 100_000


def answer_all(settings: Settings, at: datetime) -> dict[str, int]:
    """Answer every merged batch, agency by agency, then refresh each of these agencies' page.

    Args:
        settings: where the folders and the warehouse are.
        at: the clock, for the page ("as of").

    Returns:
        `{"batches": answered, "agencies": pages written}`.
    """
    with connect(settings) as connection:
        waiting = fetch(
            connection,
            "SELECT agency_code FROM intake.batch WHERE status = 'merged' GROUP BY agency_code ORDER BY min(seq)",
        )
    answered = [len(_answer_agency(settings, row["agency_code"], at)) for row in waiting]
    return {"batches": sum(answered), "agencies": sum(1 for number in answered if number)}


def answer_batch(settings: Settings, connection: Connection, batch_id: str) -> Path:
    """Write the folder of one batch and mark the batch answered (the caller commits); returns the folder.

    Answering again gives byte-identical files.

    Raises:
        UnknownBatchError: there is no such batch.
    """
    receipt = build_receipt(connection, batch_id)
    final = settings.feedback(receipt["agency"]) / batch_id
    folder = temporary_folder(final)
    workbooks = _write_tables(
        settings, connection, batch_id, folder, is_large=receipt["rows"]["read"] > _LARGE
    )
    (folder / RECEIPT).write_text(json.dumps(receipt, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / PAGE).write_text(receipt_page(connection, receipt, workbooks), encoding="utf-8")
    publish_folder(folder, final)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE intake.batch SET status = 'answered' WHERE batch_id = %s AND status = 'merged'",
            (batch_id,),
        )
    return final


def _write_tables(
    settings: Settings, connection: Connection, batch_id: str, folder: Path, *, is_large: bool
) -> list[str]:
    """明细.csv and the correction workbooks; of a large batch the server writes the one while we write the others."""
    if not is_large:
        write_detail(connection, batch_id, folder / DETAIL)
        return write_corrections(connection, settings.identity_key_file, batch_id, folder)
    with connect(settings) as own, ThreadPoolExecutor(1) as pool:
        detail = pool.submit(write_detail, own, batch_id, folder / DETAIL)
        workbooks = write_corrections(connection, settings.identity_key_file, batch_id, folder)
        detail.result()
    return workbooks


def refresh_index(settings: Settings, connection: Connection, agency_code: str, at: datetime) -> Path:
    """Write `feedback/index.html` of one agency as of `at`; returns its path."""
    office = agency_office(connection, agency_code, at)
    bound = {"agency_code": agency_code, "most": MOST_LISTED, "day": at.astimezone(SHANGHAI).date()}
    rows = fetch(connection, statement("respond/agency_batches"), bound)
    batches = [_listed(row, settings.feedback(agency_code) / row["batch_id"]) for row in rows]
    page = html.render(
        "gongshi.respond",
        "index.html.j2",
        agency_code=agency_code,
        office=office,
        lead=lead_office(connection, office.division_code if office else None, at),
        at=at.astimezone(SHANGHAI),
        batches=batches,
        open_rows=sum(batch["open"] for batch in batches),
        overdue_rows=sum(batch["overdue"] for batch in batches),
        next_due=min((batch["next_due"] for batch in batches if batch["next_due"]), default=None),
        most_listed=MOST_LISTED,
        self_checks=_self_checks(connection, agency_code),
        most_remarks=MOST_REMARKS,
    )
    path = settings.feedback(agency_code) / "index.html"
    write_atomically(path, page)
    return path


def _self_checks(connection: Connection, agency_code: str) -> list[dict[str, Any]]:
    """The last self-checks with the words of their lines on the page."""
    bound = {"agency_code": agency_code, "most": MOST_SELF_CHECKS}
    return [
        {
            **row,
            "received_at": row["received_at"].astimezone(SHANGHAI),
            "result_zh": RESULTS[row["result"]],
            "tone": TONES[row["result"]],
        }
        for row in fetch(connection, statement("respond/agency_self_checks"), bound)
    ]


def _answer_agency(settings: Settings, agency_code: str, at: datetime) -> list[Path]:
    """Answer an agency's merged batches in one transaction: they count as answered once its page lists them."""
    with connect(settings) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"gongshi.answer.{agency_code}",))
        batches = fetch(
            connection,
            "SELECT batch_id FROM intake.batch WHERE agency_code = %(code)s AND status = 'merged' ORDER BY seq",
            {"code": agency_code},
        )
        folders = [answer_batch(settings, connection, batch["batch_id"]) for batch in batches]
        if folders:
            refresh_index(settings, connection, agency_code, at)
    return folders


def _listed(row: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """A batch with the words of its line on the page."""
    if row["first_delivery_id"]:
        status = "duplicate_delivery"
    elif row["refused_rule"] or (row["rows_read"] and row["rows_rejected"] == row["rows_read"]):
        status = "rejected"
    else:
        status = "partly_accepted" if row["rows_rejected"] else "accepted"
    return {
        **row,
        "received_at": row["received_at"].astimezone(SHANGHAI),
        "status_zh": STATUS_LABELS[status],
        "tone": STATUS_TONES[status],
        "has_workbook": (folder / WORKBOOK).exists(),
        "kind_zh": kind_label("zero" if row["is_zero_report"] else row["kind"]),
    }
