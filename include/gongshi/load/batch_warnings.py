"""Warnings about a batch as a whole, without a row: BT-08, BT-09 (standard 4.1), and what its receipt says of old stock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gongshi.load import merge_findings
from gongshi.platform.database import Connection, fetch, statement
from gongshi.standard.messages import OUTCOMES, JudgedBatch
from gongshi.standard.rulebook import Rulebook

_MIXED = """SELECT EXISTS (
                SELECT FROM intake.batch AS o INNER JOIN intake.batch AS b ON b.delivery_id = o.delivery_id
                WHERE b.batch_id = %(id)s AND o.member IS NOT DISTINCT FROM b.member AND o.template_form <> b.template_form
            ) AS yes"""
_BACKLOG = "SELECT count(*) AS n FROM core.record WHERE batch_id = %(id)s AND is_backlog"
_REMARK = "本批次有{n}条记录属已申报的历史存量，不计入迟报率"


def add(connection: Connection, judged: JudgedBatch, counts: Mapping[str, int], book: Rulebook) -> None:
    """Write the findings and the remark of a batch all rows of which are decided.

    Args:
        connection: of the merge.
        judged: the batch.
        counts: its rows by outcome.
        book: its rule book.
    """
    found = [] if judged.refusal else list(_found(connection, judged, counts, book))
    with connection.cursor() as cursor:
        merge_findings.add(cursor, judged, [merge_findings.finding(judged, item, {}, book) for item in found])
        n = fetch(connection, _BACKLOG, {"id": judged.batch_id})[0]["n"]
        remark = {"remark": _REMARK.format(n=n) if n else None, "former": _REMARK.format(n="%")}
        cursor.execute(statement("load/remark_backlog"), remark | {"batch_id": judged.batch_id})


def _found(
    connection: Connection, judged: JudgedBatch, counts: Mapping[str, int], book: Rulebook
) -> Iterator[dict[str, Any]]:
    if "BT-08" not in book.switched_off and fetch(connection, _MIXED, {"id": judged.batch_id})[0]["yes"]:
        yield {"rule_id": "BT-08", "severity": "warning"}
    rows, rejected = sum(counts[outcome] for outcome in OUTCOMES), counts["rejected"]
    if "BT-09" in book.switched_off or rows < book.parameter(judged.kind, "BT-09", "least_rows"):
        return
    if rejected * 100 > rows * book.parameter(judged.kind, "BT-09", "percent"):
        yield {
            "rule_id": "BT-09",
            "severity": "warning",
            "details": {"rate": f"{rejected * 100 / rows:.2f}%"},
        }
