"""回执.html: one printable Chinese page a clerk can act on: taken, refused and why, by when, whom to call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gongshi.documents import html
from gongshi.platform.database import Connection, fetch, statement
from gongshi.respond.people import agency_office, lead_office
from gongshi.respond.receipt import FOREIGN_FOLDER, read_batch
from gongshi.respond.self_check_page import RESULTS
from gongshi.respond.wording import ROW_LABELS, SEVERITY_LABELS, STATUS_LABELS, STATUS_TONES, kind_label
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import SHANGHAI

ROWS_SHOWN = 8
RULES_SHOWN = 60
CHANGES_LISTED = 200


def receipt_page(connection: Connection, receipt: Mapping[str, Any], workbooks: list[str]) -> str:
    """The page for a stored batch.

    Args:
        connection: open transaction on the warehouse.
        receipt: what `build_receipt` returned.
        workbooks: names of the correction workbooks beside the page.
    """
    batch = read_batch(connection, receipt["batch_id"])
    received_at = batch["received_at"].astimezone(SHANGHAI)
    office = agency_office(connection, receipt["agency"], received_at)
    is_foreign = batch["refused_rule"] == FOREIGN_FOLDER
    bound = {"batch_id": receipt["batch_id"], "day": received_at.date(), "rows_shown": ROWS_SHOWN}
    groups = [] if is_foreign else fetch(connection, statement("respond/rule_samples"), bound)
    return html.render(
        "gongshi.respond",
        "receipt.html.j2",
        receipt=receipt,
        received_at=received_at,
        agency_name=office.name if office else "未登记单位",
        lead=lead_office(connection, office.division_code if office else None, received_at),
        office=office,
        kind=kind_label("zero" if receipt["zero_report"] else receipt["kind"]),
        kind_label=kind_label,
        status=STATUS_LABELS[receipt["status"]],
        tone=STATUS_TONES[receipt["status"]],
        row_labels=ROW_LABELS,
        groups=[_labelled(group, receipt["kind"]) for group in groups[:RULES_SHOWN]],
        groups_left=max(0, len(groups) - RULES_SHOWN),
        refusals=[finding for finding in receipt["findings"] if finding["severity"] == "batch"],
        deadline=None if is_foreign else fetch(connection, statement("respond/resubmission"), bound)[0],
        workbooks=workbooks,
        labels=_labels(receipt["kind"]),
        self_check_results=RESULTS,
        changes_listed=CHANGES_LISTED,
        restricted=fetch(connection, statement("respond/withheld"), bound)[0]["restricted"],
    )


def _labelled(group: Mapping[str, Any], kind: str | None) -> dict[str, Any]:
    """A group of findings with words for its severity and its column."""
    labels = _labels(kind)
    return {
        **group,
        "severity_zh": SEVERITY_LABELS[group["severity"]],
        "field_zh": labels.get(group["field"], group["field"] or ""),
        "rows": sorted(group["rows"] or ()),
    }


def _labels(kind: str | None) -> dict[str, str]:
    """Official column code → Chinese label."""
    known = (*KINDS[kind].legacy_fields, *KINDS[kind].fields) if kind in KINDS else ()
    return {field.code: field.label_zh for field in known}
