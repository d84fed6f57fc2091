"""Warnings about accepted rows that only show beside other records: XR-08…12, XR-18, XK-18 (standard 4.10), XR-13.

Each is one statement in `sql/load/warn/`, asked before the rows are written: `core` holds what was known before them,
earlier parts of the batch too, and the statement looks among the rows of the part itself. Thresholds come from the rule
book the batch is stamped with; a rule switched off is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from gongshi.load.candidates import thresholds
from gongshi.platform.database import Connection
from gongshi.platform.resources import sql_folder
from gongshi.registry.read import reporting_rights
from gongshi.standard.messages import ROW_NO, JudgedBatch
from gongshi.standard.rulebook import Rulebook

OF_A_LINE = "line"
"""Scope of the right of a 省级统一归集: the system of a line reports for all organs of the line."""

Asking = Callable[..., list[dict[str, Any]]]


@cache
def decided_rules() -> tuple[str, ...]:
    """Ids of the rules with a statement of their own."""
    return tuple(sorted(path.stem for path in (sql_folder() / "load" / "warn").glob("*.sql")))


def warnings(
    ask: Asking, book: Rulebook, kind: str, candidates: Mapping[str, list[int]]
) -> Iterator[dict[str, Any]]:
    """Rows to warn of and the rule, rule by rule.

    Args:
        ask: runs a statement of `sql/load/` on the part being merged and gives its rows.
        book: the rule book of the batch.
        kind: of the batch.
        candidates: rule id → row numbers it can be about (`candidates.py`); without any it is not asked.
    """
    of_kind = book.rules(kind)
    for rule_id in decided_rules():
        if rule_id not in of_kind or rule_id in book.switched_off:
            continue
        rows = candidates.get(rule_id)
        if rows == []:
            continue
        for row in ask(f"load/warn/{rule_id}", candidates=rows, **thresholds(book, kind, rule_id)):
            yield {ROW_NO: row["row_no"], "rule_id": rule_id, "severity": "warning"}


def central_senders(connection: Connection, judged: JudgedBatch) -> list[str]:
    """Agencies that may report rows of this kind for a whole line, as known when the batch arrived (Article 11)."""
    return sorted(
        {
            right.agency_code
            for right in reporting_rights(connection, judged.received_at)
            if right.scope == OF_A_LINE and (right.kinds is None or judged.kind in right.kinds.split(";"))
        }
    )
