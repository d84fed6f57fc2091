"""receipt.json: the answer to one batch, in the form of the contract (`schema` 1).

Everything is read from the tables as they were left by the merge, so that answering again gives the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from gongshi.errors import GongshiError
from gongshi.platform.database import Connection, fetch, statement
from gongshi.respond.returned import returned
from gongshi.respond.wording import next_step
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import OUTCOMES, Cause, Finding
from gongshi.standard.periods import local_time

MOST_FINDINGS = 1_000
FOREIGN_FOLDER = "BT-06"
"""Refused because the folder is not the right one: its receipt must not disclose what the file holds."""

LATE_RULE = "XR-15"
OUTDATED_RULE = "RT-04"
"""A row of a correction workbook that a newer one answered: there is nothing to correct in it."""


class UnknownBatchError(GongshiError):
    """Raised when a batch is asked for that the warehouse does not have."""

    exit_code = 2

    def __init__(self, batch_id: str) -> None:
        super().__init__(
            f"no batch {batch_id!r} in the warehouse; `feedback/index.html` lists an agency's batches."
        )


def build_receipt(connection: Connection, batch_id: str) -> dict[str, Any]:
    """The receipt of a batch that was merged or refused.

    Raises:
        UnknownBatchError: there is no such batch.
    """
    batch = read_batch(connection, batch_id)
    is_foreign = batch["refused_rule"] == FOREIGN_FOLDER
    totals = fetch(connection, statement("respond/finding_totals"), {"batch_id": batch_id})
    stored = fetch(connection, statement("respond/findings"), {"batch_id": batch_id, "most": MOST_FINDINGS})
    findings = [finding_of(row) for row in stored]
    if is_foreign:
        findings = [_without_content(f) for f in findings if f.severity == "batch"]
        totals = [row for row in totals if row["severity"] == "batch"]
    rows = [f.row_no for f in findings if f.row_no is not None]
    return assemble(
        _header(connection, batch, is_foreign=is_foreign),
        _counts(connection, batch),
        findings,
        totals={(row["rule_id"], row["severity"]): row["findings"] for row in totals},
        record_ids=_record_ids(connection, batch, rows),
    )


def assemble(
    header: Mapping[str, Any],
    counts: Mapping[str, int],
    findings: Sequence[Finding],
    totals: Mapping[tuple[str, str], int] | None = None,
    record_ids: Mapping[int, int] | None = None,
) -> dict[str, Any]:
    """Put a receipt together; key order is the contract's.

    Args:
        header: batch_id, delivery_id, first_delivery_id, file, member, sheet, sha256, agency, kind, layout, rulebook,
            mode (load | self_check), received_at (aware datetime), refused_rule (None unless the batch was refused as
            a whole), zero_report (None, or `{"rows": [...]}`), returned
            (None, or what `respond.returned` says), remarks (sentences about the file; left out of a receipt
            that must not disclose what the file holds), causes (`Cause`s in the order they are told),
            withheld (rows that are not published), restricted (rows that must not be sent).
        counts: read, accepted, rejected, unchanged, duplicate, superseded, blank_rows, fixes, late.
        findings: those to show; any order, more than 1,000 are cut.
        totals: number of findings by (rule, severity) over all of them; counted from `findings` when None.
        record_ids: row number → record_id of rows that have a record.
    """
    if totals is None:
        totals = Counter((finding.rule_id, finding.severity) for finding in findings)
    shown = sorted(findings, key=_order)[:MOST_FINDINGS]
    rows = {name: counts[name] for name in ("read", *OUTCOMES)}
    severities: Counter[str] = Counter()
    by_rule: Counter[str] = Counter()
    for (rule, severity), number in totals.items():
        severities[severity] += number
        by_rule[rule] += number
    status, is_foreign = _status(header, rows), header["refused_rule"] == FOREIGN_FOLDER
    tally = {"errors": severities["error"], "warnings": severities["warning"]}
    lateness = {"late": counts["late"], "hints": severities["warning"] - by_rule[LATE_RULE]}
    lateness["outdated"] = by_rule[OUTDATED_RULE]
    refusals = [finding for finding in shown if finding.severity == "batch"]
    copied = (
        "batch_id",
        "delivery_id",
        "first_delivery_id",
        "file",
        "member",
        "sheet",
        "sha256",
        "agency",
        "kind",
    )
    return {
        "schema": 1,
        **{key: header[key] for key in (*copied, "layout", "rulebook", "mode")},
        "received_at": local_time(header["received_at"]),
        "status": status,
        "rows": rows,
        "blank_rows": counts["blank_rows"],
        "remarks": [] if is_foreign else list(header["remarks"]),
        **tally,
        "fixes": counts["fixes"],
        "late": counts["late"],
        "zero_report": header["zero_report"],
        "returned": header["returned"],
        "self_check": header["self_check"],
        "next_step": next_step(status, {**header, **tally, **lateness}, rows, refusals),
        "causes": [] if is_foreign else [cause.as_json() for cause in header["causes"]],
        "finding_counts": dict(sorted(by_rule.items())),
        "findings": [_as_json(finding, record_ids or {}) for finding in shown],
        "findings_shown": len(shown),
        "findings_total": sum(by_rule.values()),
    }


def build_self_check_receipt(
    header: Mapping[str, Any], counts: Mapping[str, int], findings: Sequence[Finding]
) -> dict[str, Any]:
    """The same receipt for a file that was only checked: nothing stored, no record ids, no ids of ours.

    Args:
        header: as `assemble`; what is not known of a file that was only checked may be missing.
        counts: read, rejected and what else is known; missing ones are 0, accepted = read - rejected.
        findings: all of them.
    """
    blank = dict.fromkeys(
        (
            "batch_id",
            "delivery_id",
            "first_delivery_id",
            "member",
            "sheet",
            "refused_rule",
            "zero_report",
            "returned",
            "self_check",
        )
    )
    nothing: dict[str, Any] = {"remarks": (), "causes": (), "withheld": 0, "restricted": 0}
    known = dict.fromkeys((*OUTCOMES, "blank_rows", "fixes", "late"), 0)
    known["accepted"] = counts["read"] - counts.get("rejected", 0)
    return assemble({**blank, **nothing, **header, "mode": "self_check"}, {**known, **counts}, findings)


def read_batch(connection: Connection, batch_id: str) -> dict[str, Any]:
    """The batch and its delivery as one row (sql/respond/batch.sql).

    Raises:
        UnknownBatchError: there is no such batch.
    """
    rows = fetch(connection, statement("respond/batch"), {"batch_id": batch_id})
    if not rows:
        raise UnknownBatchError(batch_id)
    return rows[0]


def of_kind(query: str, kind: str) -> str:
    """A query written for core.licence, for the table of another kind; KeyError when there is no such kind."""
    return query.replace("core.licence", f"core.{KINDS[kind].name}")


def _header(connection: Connection, batch: Mapping[str, Any], *, is_foreign: bool) -> dict[str, Any]:
    return {
        "batch_id": batch["batch_id"],
        "delivery_id": batch["delivery_id"],
        "first_delivery_id": batch["first_delivery_id"],
        "file": batch["file_name"],
        "member": None if is_foreign else batch["member"],
        "sheet": None if is_foreign else batch["sheet"],
        "sha256": batch["sha256"],
        "agency": batch["agency_code"],
        "kind": batch["kind"],
        "layout": batch["layout"],
        "rulebook": batch["rulebook_version"],
        "mode": "load",
        "received_at": batch["received_at"],
        "refused_rule": batch["refused_rule"],
        "zero_report": None if is_foreign else _zero_report(connection, batch["batch_id"]),
        "returned": None if is_foreign else returned(connection, batch["batch_id"]),
        "self_check": None if is_foreign else _self_check(connection, batch["batch_id"]),
        "remarks": batch["remarks"],
        **fetch(connection, statement("respond/withheld"), {"batch_id": batch["batch_id"]})[0],
        "causes": [
            Cause(**row)
            for row in fetch(connection, statement("respond/causes"), {"batch_id": batch["batch_id"]})
        ],
    }


def _self_check(connection: Connection, batch_id: str) -> dict[str, Any] | None:
    """The slip of the last self-check of the same bytes (Article 13)."""
    rows = fetch(connection, statement("respond/self_check"), {"batch_id": batch_id})
    return (
        {
            "check_id": rows[0]["check_id"],
            "checked_at": local_time(rows[0]["received_at"]),
            "rulebook": rows[0]["rulebook_version"],
            "result": rows[0]["result"],
        }
        if rows
        else None
    )


def _zero_report(connection: Connection, batch_id: str) -> dict[str, Any] | None:
    rows = fetch(connection, statement("respond/zero_reports"), {"batch_id": batch_id})
    if not rows:
        return None
    return {
        "rows": [
            {
                "row": row["row_no"],
                "agency": row["agency_code"],
                "kind": row["kind"],
                "period_start": row["period_start"].isoformat(),
                "period_end": row["period_end"].isoformat(),
                "reported_by": row["reported_by"],
                "responsible": row["responsible"],
                "reason": row["reason"],
                "existing_records": row["existing_records"],
            }
            for row in rows
        ]
    }


def _counts(connection: Connection, batch: Mapping[str, Any]) -> dict[str, int]:
    late = (
        fetch(connection, statement("respond/late"), {"batch_id": batch["batch_id"]})
        if batch["kind"]
        else [{"late": 0}]
    )
    return {
        **{name: batch[f"rows_{name}"] for name in ("read", *OUTCOMES)},
        "blank_rows": batch["blank_rows"],
        "fixes": batch["fix_count"],
        "late": late[0]["late"],
    }


def _record_ids(connection: Connection, batch: Mapping[str, Any], rows: Sequence[int]) -> dict[int, int]:
    if not rows or batch["kind"] not in KINDS:
        return {}
    query = of_kind(statement("respond/row_records"), batch["kind"])
    found = fetch(connection, query, {"batch_id": batch["batch_id"], "rows": sorted(set(rows))})
    return {row["row_no"]: row["record_id"] for row in found}


def _status(header: Mapping[str, Any], rows: Mapping[str, int]) -> str:
    if header["first_delivery_id"]:
        return "duplicate_delivery"
    if header["refused_rule"] or (rows["read"] and rows["rejected"] == rows["read"]):
        return "rejected"
    return "partly_accepted" if rows["rejected"] else "accepted"


def _order(finding: Finding) -> tuple[Any, ...]:
    """By row, field, rule; what has no row or no field comes first."""
    return (
        finding.row_no is not None,
        finding.row_no or 0,
        finding.field is not None,
        finding.field or "",
        finding.rule_id,
        finding.severity,
        finding.message_zh,
        finding.value or "",
    )


def finding_of(row: Mapping[str, Any]) -> Finding:
    """A row with the columns of `quality.finding` as a finding."""
    return Finding(
        rule_id=row["rule_id"],
        severity=row["severity"],
        message_zh=row["message_zh"],
        row_no=row["row_no"],
        sheet=row["sheet"],
        field=row["field"],
        value=row["value_masked"],
        suggestion_zh=row["suggestion_zh"],
        record_no=row["record_no"],
        due=row["due_date"].isoformat() if row["due_date"] else None,
        responsible=row["responsible"],
    )


def _without_content(finding: Finding) -> Finding:
    return Finding(
        finding.rule_id,
        finding.severity,
        finding.message_zh,
        suggestion_zh=finding.suggestion_zh,
        responsible=finding.responsible,
    )


def _as_json(finding: Finding, record_ids: Mapping[int, int]) -> dict[str, Any]:
    record_id = None if finding.row_no is None else record_ids.get(finding.row_no)
    return {
        "row": finding.row_no,
        "sheet": finding.sheet,
        "field": finding.field,
        "rule": finding.rule_id,
        "severity": finding.severity,
        "message": finding.message_zh,
        "value": finding.value,
        "suggestion": finding.suggestion_zh,
        "record_no": finding.record_no,
        "record_id": str(record_id) if record_id is not None else None,
        "due": finding.due,
        "responsible": finding.responsible,
    }
