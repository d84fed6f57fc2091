"""Answers to files for the registry: `registry/feedback/<delivery id>/` with receipt.json and 回执.html."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gongshi.documents import html
from gongshi.documents.files import publish_folder, temporary_folder
from gongshi.platform.database import Connection, fetch
from gongshi.platform.settings import Settings
from gongshi.registry.rulebook import in_force
from gongshi.respond.feedback import PAGE, RECEIPT
from gongshi.respond.receipt import assemble
from gongshi.respond.wording import SEVERITY_LABELS, STATUS_LABELS, STATUS_TONES
from gongshi.standard.messages import OUTCOMES, Finding
from gongshi.standard.periods import SHANGHAI

_NOTHING = (
    "first_delivery_id",
    "member",
    "sheet",
    "agency",
    "kind",
    "layout",
    "zero_report",
    "returned",
    "self_check",
)
_SHOWN_ON_PAGE = 200


def answer_all(settings: Settings, connection: Connection) -> int:
    """Answer every judged file (the caller commits); answering again gives byte-identical files. Number answered."""
    waiting = fetch(connection, "SELECT * FROM intake.registry_delivery WHERE status = 'judged' ORDER BY seq")
    for row in waiting:
        receipt = build_receipt(connection, row)
        final = settings.registry_feedback / row["delivery_id"]
        folder = temporary_folder(final)
        (folder / RECEIPT).write_text(
            json.dumps(receipt, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        (folder / PAGE).write_text(_page(receipt, row["received_at"]), encoding="utf-8")
        publish_folder(folder, final)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE intake.registry_delivery SET status = 'answered' WHERE delivery_id = %s",
                (row["delivery_id"],),
            )
    return len(waiting)


def build_receipt(connection: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
    """The receipt of the contract; `agency` and `kind` are null, `registry` says which file and what changed."""
    findings = [
        Finding(
            f["rule"], f["severity"], f["message"], f["row"], None, f["field"], f["value"], f["suggestion"]
        )
        for f in row["findings"]
    ]
    header = dict.fromkeys(_NOTHING) | {
        "batch_id": row["delivery_id"],
        "delivery_id": row["delivery_id"],
        "file": row["file_name"],
        "sha256": row["sha256"],
        "rulebook": in_force(connection, row["received_at"]).version,
        "mode": "load",
        "received_at": row["received_at"],
        "refused_rule": findings[0].rule_id if findings else None,
        "remarks": (),
        "causes": (),
        "withheld": 0,
        "restricted": 0,
    }
    counts = dict.fromkeys((*OUTCOMES, "blank_rows", "fixes", "late"), 0) | {"read": row["rows_read"]}
    counts |= {"rejected": row["rows_read"]} if findings else _taken(row)
    changed = {name: row[f"rows_{name}"] for name in ("added", "retired", "unchanged")}
    return assemble(header, counts, findings) | {
        "next_step": _next_step(row),
        "registry": {"file": row["registry_file"], **changed},
    }


def _taken(row: Mapping[str, Any]) -> dict[str, int]:
    return {"accepted": row["rows_read"] - row["rows_unchanged"], "unchanged": row["rows_unchanged"]}


def _next_step(row: Mapping[str, Any]) -> str:
    if row["findings"]:
        return "文件整体未登记，登记信息没有变化。请按问题清单改正后，将整个文件重新放入登记信息收件目录。"
    return (
        f"已登记：新增或变更{row['rows_added']:,}行，停用{row['rows_retired']:,}行，"
        f"未变化{row['rows_unchanged']:,}行。无需处理。"
    )


def _page(receipt: Mapping[str, Any], received_at: datetime) -> str:
    """回执.html."""
    return html.render(
        "gongshi.respond",
        "registry_receipt.html.j2",
        receipt=receipt,
        received_at=received_at.astimezone(SHANGHAI),
        status=STATUS_LABELS[receipt["status"]],
        tone=STATUS_TONES[receipt["status"]],
        findings=receipt["findings"][:_SHOWN_ON_PAGE],
        severities=SEVERITY_LABELS,
    )
