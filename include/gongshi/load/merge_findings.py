"""Findings that only the merge can make, in the shape of `quality.finding`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pyarrow as pa

from gongshi.load import late
from gongshi.platform.database import Connection, Cursor, copy_table, fetch
from gongshi.standard.messages import ROW_NO, JudgedBatch
from gongshi.standard.normalise import TEXT
from gongshi.standard.rulebook import Rulebook


def refused_rows(connection: Connection) -> dict[int, str]:
    """Row number → rule of the rows the merge refused."""
    rows = fetch(
        connection, "SELECT row_no, refused_by FROM decision WHERE refused_by IS NOT NULL ORDER BY row_no"
    )
    return {row["row_no"]: row["refused_by"] for row in rows}


def row_findings(
    connection: Connection,
    judged: JudgedBatch,
    refused: dict[int, str],
    warned: Iterable[dict[str, Any]],
    sealed: Collection[int],
    book: Rulebook,
) -> list[dict[str, Any]]:
    """Findings about rows (XR-01…13, 15, 18, XK-18), without those of rules switched off.

    Args:
        connection: of the merge, with its table `decision`.
        judged: the batch.
        refused: row number → rule.
        warned: what `cross_record.warnings` found.
        sealed: numbers of restricted rows; their findings tell no number and no day.
        book: the rule book of the batch.
    """
    found: list[dict[str, Any]] = [
        {ROW_NO: row, "rule_id": rule_id, "severity": "error"} for row, rule_id in refused.items()
    ]
    repeated = "SELECT row_no, outcome, other_row_no FROM decision WHERE outcome IN ('duplicate', 'superseded') ORDER BY row_no"
    for row in fetch(connection, repeated):
        rule_id = "XR-01" if row["outcome"] == "duplicate" else "XR-02"
        details = {"row": row["row_no"], "other": row["other_row_no"]}
        found.append({ROW_NO: row["row_no"], "rule_id": rule_id, "severity": "warning", "details": details})
    found += late.findings(connection, judged.batch_id)
    found += warned
    found = [item for item in found if item["rule_id"] not in book.switched_off]
    facts = {row[ROW_NO]: row for row in staged_facts(connection, judged, [item[ROW_NO] for item in found])}
    return [
        finding(judged, item, {} if item[ROW_NO] in sealed else facts[item[ROW_NO]], book) for item in found
    ]


def staged_facts(connection: Connection, judged: JudgedBatch, numbers: list[int]) -> list[dict[str, Any]]:
    """Keys, numbers and days of staged rows, by row number."""
    if not numbers:
        return []
    query = f"""SELECT row_no, identity_key::text, decision_key::text, organ_code, document_no, decision_date, due_date
                FROM stage.{judged.kind} WHERE batch_seq = %(seq)s AND row_no = ANY(%(numbers)s) ORDER BY row_no"""  # noqa: S608
    return fetch(connection, query, {"seq": judged.seq, "numbers": numbers})


def finding(
    judged: JudgedBatch, item: dict[str, Any], facts: dict[str, Any], book: Rulebook
) -> dict[str, Any]:
    """A finding about a row, or about the batch when `item` names no row."""
    rule = book.all_rules[item["rule_id"]]
    return {
        "batch_id": judged.batch_id,
        ROW_NO: item.get(ROW_NO),
        "sheet": judged.read.sheet,
        "rule_id": rule.id,
        "severity": item["severity"],
        "message_zh": book.message(rule.id, **item.get("details", {})),
        "suggestion_zh": rule.suggestion_zh or None,
        "record_no": facts.get("document_no"),
        "due_date": facts.get("due_date"),
        "responsible": rule.responsible,
        "publication": rule.publication,
    }


def add(cursor: Cursor, judged: JudgedBatch, found: list[dict[str, Any]]) -> None:
    """Write findings."""
    if found:
        schema = judged.findings.schema.append(pa.field("batch_id", TEXT))
        copy_table(cursor, pa.Table.from_pylist(found, schema), "quality.finding")
