"""Holds the answers of a replay against its truth: what differs, in words a developer can follow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from gongshi.sample.truth import ExpectedBatch, Figures, Truth

_COUNTS = (
    "reported",
    "accepted",
    "first_pass",
    "first_accepted",
    "late",
    "overdue",
    "rows_read",
    "rows_repeated",
)


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


def figure_differences(
    figures: Iterable[Figures], counted: Mapping[tuple[str, str], Mapping[str, int]]
) -> list[str]:
    """Compare the figures of one report with counts by (deciding agency, kind), named as in `Figures`."""
    expected = {(f.agency, f.kind): {name: getattr(f, name) for name in _COUNTS} for f in figures}
    return [
        f"{key}: expected {expected.get(key)}, found {counted.get(key)}"
        for key in sorted({*expected, *counted})
        if expected.get(key) != counted.get(key)
    ]


def _compare(at: str, batch: ExpectedBatch, receipts: list[Mapping[str, Any]]) -> list[str]:
    name = f"{at} {batch.agency} {batch.file} {batch.kind or ''}"
    receipt = next((r for r in receipts if r["kind"] == batch.kind), None)
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
    }
