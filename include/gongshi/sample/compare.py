"""Holds the answers of a replay against its truth: what differs, in words a developer can follow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from gongshi.sample.expected_figures import Figures
from gongshi.sample.expected_receipts import ExpectedBatch
from gongshi.sample.truth import DAILY, Truth
from gongshi.standard.kinds import KINDS

COUNTS = {
    "reported": "reported",
    "accepted": "accepted",
    "first_pass": "first_passed",
    "first_accepted": "first_accepted",
    "late": "late",
    "overdue": "overdue",
    "rows_read": "rows_read",
    "rows_repeated": "rows_repeated",
}
"""Name in the truth → name in figures.json."""
_ALARMS = {
    "volume": {"agency": "code", "kind": "kind", "rows": "week_rows", "median": "median_rows", "percent": "percent"},
    "silent": {"agency": "code", "kind": "kind", "last_date": "last_date", "working_days": "working_days"},
}  # fmt: skip
_OLD_STOCK = {"agency": "code", "kind": "kind", "records": "records"}


def receipt_differences(truth: Truth, receipts: Iterable[Mapping[str, Any]]) -> list[str]:
    """Compare all receipts of a replay (receipt.json as data, in any order) with the expected batches."""
    given: dict[tuple[str, str, datetime], list[Mapping[str, Any]]] = defaultdict(list)
    for receipt in receipts:
        at = datetime.fromisoformat(receipt["received_at"])
        given[receipt["agency"], receipt["file"], at].append(receipt)
    found = []
    for step in truth.steps:
        for batch in step["batches"]:
            same_file = given[batch.agency, batch.file, datetime.fromisoformat(step["at"])]
            found += _compare(step["at"], batch, same_file)
    found += [f"unexpected receipt: {key}" for key, left in given.items() if left]
    return found


def report_differences(told: Mapping[str, Any], figures: Mapping[str, Any]) -> list[str]:
    """Compare a report of the truth with its figures.json as data.

    Of the daily monitoring its alarms are compared, of the monthly and quarterly reports the figures of every organ, the
    totals and the declared old stock. The weekly feedback lists open problems: the truth holds none of them.
    """
    name = f"{told['dag_id']} {told['period']}"
    if told["dag_id"] == DAILY:
        found = [
            line for alarm, fields in _ALARMS.items() for line in _rows(told[alarm], figures[alarm], fields)
        ]
    elif "organs" in figures:
        found = figure_differences(told["figures"], _by_organ(figures))
        found += _totals(told["figures"], figures["total"]["all"])
        found += _rows(told["old_stock"], figures["backlog"], _OLD_STOCK)
    else:
        found = []
    return [f"{name}: {line}" for line in found]  # fmt: skip


def figure_differences(
    figures: Iterable[Figures], counted: Mapping[tuple[str, str], Mapping[str, int]]
) -> list[str]:
    """Compare the figures of one report with counts by (deciding agency, kind), named as in `Figures`."""
    expected = {(f.agency, f.kind): {name: getattr(f, name) for name in COUNTS} for f in figures}
    return [
        f"{key}: expected {expected.get(key)}, found {counted.get(key)}"
        for key in sorted({*expected, *counted})
        if expected.get(key) != counted.get(key)
    ]


def _by_organ(figures: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, int]]:
    counted = {
        (organ["code"], kind): {name: int(organ[kind][printed]) for name, printed in COUNTS.items()}
        for organ in figures["organs"]
        for kind in KINDS
    }
    return {key: counts for key, counts in counted.items() if any(counts.values())}


def _totals(figures: Iterable[Figures], total: Mapping[str, Any]) -> list[str]:
    expected = {name: sum(getattr(f, name) for f in figures) for name in COUNTS}
    return [
        f"total {printed}: expected {expected[name]}, found {total[printed]}"
        for name, printed in COUNTS.items()
        if expected[name] != int(total[printed])
    ]


def _rows(
    expected: Iterable[Mapping[str, Any]], printed: Iterable[Mapping[str, Any]], fields: Mapping[str, str]
) -> list[str]:
    """Rows of a list of a report in any order, by some of their fields: name in the truth → name in figures.json."""
    wanted = Counter(tuple((name, str(row[name])) for name in fields) for row in expected)
    found = Counter(tuple((name, str(row[its])) for name, its in fields.items()) for row in printed)
    return [f"{dict(row)} is missing" for row in (wanted - found).elements()] + [
        f"{dict(row)} was not planted" for row in (found - wanted).elements()
    ]


def _compare(at: str, batch: ExpectedBatch, receipts: list[Mapping[str, Any]]) -> list[str]:
    name = f"{at} {batch.agency} {batch.file} {batch.sheet or ''} {batch.kind or ''}"
    receipt = next((r for r in receipts if (r["kind"], r["sheet"]) == (batch.kind, batch.sheet)), None)
    if receipt is None:
        return [f"{name}: no receipt, expected {batch.status}"]
    receipts.remove(receipt)
    expected = _expected(batch)
    differences = [
        f"{name}: {key}: expected {expected[key]}, found {receipt[key]}"
        for key in expected
        if expected[key] != receipt[key]
    ]
    found = Counter((f["row"], f["field"] or "", f["rule"], f["severity"]) for f in receipt["findings"])
    planted = Counter(finding[:4] for finding in batch.findings)
    differences += [f"{name}: finding {finding} is missing" for finding in (planted - found).elements()]
    return differences + [
        f"{name}: finding {finding} was not planted" for finding in (found - planted).elements()
    ]


def _expected(batch: ExpectedBatch) -> dict[str, Any]:
    return {
        "status": batch.status,
        "rows": batch.rows,
        "blank_rows": batch.blank_rows,
        "errors": batch.errors,
        "warnings": batch.warnings,
        "fixes": sum(batch.fixes.values()),
        "late": batch.late,
        "remarks": batch.remarks,
    }
