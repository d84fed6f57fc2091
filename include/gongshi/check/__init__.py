"""The self-check (Article 13): judged like a delivery, loaded never; `folder.py` answers files in `selfcheck/`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from gongshi.intake import readers, zero_report
from gongshi.intake.archive import RefusedUnreadError, archive_file, archived
from gongshi.intake.batches import finding
from gongshi.intake.drop_folder import printable
from gongshi.intake.headers import ZERO
from gongshi.intake.landing import columns_beside, organ_codes, organ_names
from gongshi.intake.readers.tables import refused
from gongshi.platform.settings import Settings
from gongshi.registry.facts import RegistryFacts
from gongshi.respond.receipt import build_self_check_receipt, finding_of
from gongshi.standard.messages import JudgedBatch, ReadBatch, Refusal
from gongshi.standard.rulebook import Rulebook
from gongshi.standard.working_days import WorkingCalendar
from gongshi.validate.causes import find_causes, judge_again
from gongshi.validate.causes.material import Material
from gongshi.validate.judge import judge, sender_refusal


def check_file(
    settings: Settings,
    path: Path,
    agency_code: str | None,
    at: datetime,
    facts: RegistryFacts,
    calendar: WorkingCalendar,
    book: Rulebook,
) -> list[dict[str, Any]]:
    """Judge one file.

    Args:
        settings: with a home that may be thrown away.
        path: the file.
        agency_code: the sender, or None to leave its rights out.
        at: day of report.
        facts: what the registry knows at `at`.
        calendar: working days as known at `at`.
        book: the rule book in force at `at`.

    Returns:
        One receipt a batch, mode self_check.
    """
    batches, sha256 = _read(settings, path)
    return receipts_of(
        settings, batches, printable(path.name), sha256, agency_code, at, facts, calendar, book
    )


def receipts_of(
    settings: Settings,
    batches: list[ReadBatch],
    file_name: str,
    sha256: str | None,
    agency_code: str | None,
    at: datetime,
    facts: RegistryFacts,
    calendar: WorkingCalendar,
    book: Rulebook,
) -> list[dict[str, Any]]:
    """Judge a file as read; arguments and result as `check_file`."""
    if agency_code is not None and agency_code not in facts.codes:
        batches = [refused("BT-06", agency=agency_code)]
    header = {
        "file": file_name,
        "sha256": sha256,
        "agency": agency_code,
        "rulebook": book.version,
        "received_at": at,
    }
    return [
        _receipt(settings, header, number, batch, facts, calendar, book)
        for number, batch in enumerate(batches)
    ]


def _read(settings: Settings, path: Path) -> tuple[list[ReadBatch], str | None]:
    """Batches and digest of a copy of the file, as a delivery would be read; a link given by name is meant to be followed.

    Raises:
        StillChangingError: somebody is writing to it.
    """
    try:
        sha256, _ = archive_file(settings, path.resolve(), settings.most_file_bytes)
    except RefusedUnreadError as error:
        return [refused("BT-11", reason=error.reason_zh)], None
    return readers.read(archived(settings, sha256)), sha256


def _receipt(
    settings: Settings,
    header: Mapping[str, Any],
    number: int,
    batch: ReadBatch,
    facts: RegistryFacts,
    calendar: WorkingCalendar,
    book: Rulebook,
) -> dict[str, Any]:
    kind = None if batch.kind == ZERO else batch.kind
    own = {
        **header,
        "kind": kind,
        "layout": batch.layout,
        "sheet": batch.sheet,
        "member": batch.member,
        "remarks": batch.remarks,
    }
    counts = {"read": batch.rows.num_rows, "blank_rows": len(batch.blank_rows)}
    if batch.refusal:
        own["refused_rule"] = batch.refusal.rule_id
        return build_self_check_receipt(own, counts, [finding(batch.refusal, batch.sheet)])
    if batch.kind == ZERO:
        return _zero_receipt(own, counts, batch)
    at = header["received_at"]
    facts_by_instant, calendars = {at: facts}, {at: calendar}
    codes = [*organ_codes(batch.rows), *facts.codes_of(organ_names(batch.rows))]
    may_report = partial(facts.may_report, header["agency"], str(batch.kind))
    row = {
        "batch_id": f"check-{number}",
        "seq": number,
        "agency_code": header["agency"],
        "received_at": at,
        "refusal": sender_refusal(
            codes, header["agency"], lambda: columns_beside(batch.rows), book, may_report
        ),
    }
    (judged,) = judge(settings, [(row, batch)], facts_by_instant, calendars, at, book)
    if not judged.refusal:
        again = judge_again(settings, row, batch, facts, book)
        own["causes"] = find_causes(Material.of(batch, judged.findings, facts), again)
    return _judged_receipt(own, counts, judged, is_refusable=header["agency"] is not None)


def _zero_receipt(header: Mapping[str, Any], counts: Mapping[str, int], batch: ReadBatch) -> dict[str, Any]:
    """Of a zero report; without a sender each unit may speak for itself. What contradicts it only the warehouse knows."""
    rows = zero_report.judge(batch.rows, header["agency"])
    faults = [
        finding(Refusal("BT-12", {"item": "、".join(row.faults)}), batch.sheet, row.row_no)
        for row in rows
        if row.faults
    ]
    if faults:
        own = {**header, "refused_rule": "BT-12"}
        return build_self_check_receipt(own, {**counts, "rejected": counts["read"]}, faults)
    told = [{"row": row.row_no, **_told(row.values), "existing_records": None} for row in rows]
    return build_self_check_receipt({**header, "zero_report": {"rows": told}}, counts, [])


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """As the receipt of a delivery names them; days in ISO form."""
    told = {name.removesuffix("_code"): value for name, value in values.items()}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}


def _judged_receipt(
    header: Mapping[str, Any], counts: Mapping[str, int], judged: JudgedBatch, *, is_refusable: bool
) -> dict[str, Any]:
    own = {**header, "refused_rule": judged.refusal.rule_id if judged.refusal and is_refusable else None}
    cells = set(
        zip(judged.fixes.column("row_no").to_pylist(), judged.fixes.column("field").to_pylist(), strict=True)
    )
    more = {"rejected": int(judged.rejected.sum()), "fixes": len(cells)}
    found = judged.findings.to_pylist()
    lost = set(judged.table.column("row_no").filter(pa.array(judged.rejected)).to_pylist())
    own["restricted"] = 0 if judged.refusal else int((judged.restricted & judged.rejected).sum())
    own["withheld"] = len({row["row_no"] for row in found if row["publication"] != "none"} - lost)
    return build_self_check_receipt(own, {**counts, **more}, [finding_of(row) for row in found])
