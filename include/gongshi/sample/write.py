"""Writes the truth beside the sample: what a reader opens first is small, the long lists are tables."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gongshi.sample.truth import Truth

_RECORD_COLUMNS = (
    "kind",
    "organ",
    "document_no",
    "party",
    "versions",
    "withdrawn",
    "due",
    "late_days",
    "is_stock",
    "also_sent_by",
)
_ROW_COLUMNS = ("at", "agency", "file", "sheet", "kind", "row", "outcome", "document_no")


def write_truth(truth: Truth, directory: Path) -> None:
    """Write `truth.json` (receipts and reports), `rows.csv` (outcome of each row) and `records.csv` (warehouse)."""
    directory.mkdir(parents=True, exist_ok=True)
    data = truth.as_data()
    records = [record | {"also_sent_by": ";".join(record["also_sent_by"])} for record in data.pop("records")]
    _write_table(directory / "records.csv", _RECORD_COLUMNS, records)
    _write_table(directory / "rows.csv", _ROW_COLUMNS, _rows(data["steps"]))
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1)
    (directory / "truth.json").write_text(text + "\n", encoding="utf-8")


def _rows(steps: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for step in steps:
        for batch in step["batches"]:
            told = {name: batch[name] for name in ("agency", "file", "sheet", "kind")}
            for row, outcome, document_no in batch.pop("outcomes"):
                yield {"at": step["at"], **told, "row": row, "outcome": outcome, "document_no": document_no}


def _write_table(path: Path, columns: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
