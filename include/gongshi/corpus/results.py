"""What became of each file, as its receipts say."""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from gongshi.corpus.labour import Done
from gongshi.corpus.place import Key, Placed
from gongshi.platform.database import connect, fetch
from gongshi.platform.settings import Settings

CRASH, HANG, NO_RECEIPT, NOT_TAKEN, LEFT = "CRASH", "HANG", "NO RECEIPT", "NOT TAKEN", "left"
FAILURES = (CRASH, HANG, NO_RECEIPT, NOT_TAKEN)


@dataclass
class FileResult:
    """One line of the run.

    Attributes:
        label: the file.
        outcome: statuses of its receipts; `left` for names the inbox leaves alone; else one of FAILURES.
        rules: rules of its findings and how often.
        rows: rows read and by outcome, over all batches.
        seconds: of its reading, and its even share of what its batch did together.
        peak_mib: peak of the worker's resident memory while it was read.
        batches: ids of its batches.
        detail: of a failure.
    """

    label: str
    outcome: str
    rules: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    peak_mib: float = 0.0
    batches: list[str] = field(default_factory=list)
    detail: str = ""

    @property
    def is_failure(self) -> bool:
        """The run ends 1 because of it."""
        return self.outcome in FAILURES

    def as_row(self) -> dict[str, Any]:
        """For the report file; odd characters of a name are escaped."""
        return asdict(self) | {"label": shown(self.label)}


def shown(text: str) -> str:
    """A name as one line of a terminal: what does not print, or changes the direction, is escaped."""
    return "".join(
        one if one == " " or unicodedata.category(one)[0] not in "CZ" else ascii(one)[1:-1] for one in text
    )


def results_of(settings: Settings, placed: Sequence[Placed], done: Done) -> list[FileResult]:
    """The result of each dropped file of a batch, in the order they were dropped."""
    deliveries = _deliveries(settings, list(done.read))
    together = sum(seconds for step, seconds in done.steps.items() if step != "read") / max(1, len(placed))
    results = []
    for one in placed:
        delivery = _pop(deliveries, one.key)
        if delivery is None:
            results.append(FileResult(one.file.label, NOT_TAKEN if one.is_deliverable else LEFT))
            continue
        read = done.read[delivery["delivery_id"]]
        result = _from_receipts(settings, one, delivery["batches"])
        result.seconds, result.peak_mib = read["seconds"] + together, read["peak_mib"]
        results.append(result)
    return results


def _deliveries(settings: Settings, ids: list[str]) -> dict[Key, list[dict[str, Any]]]:
    """Deliveries with the ids of their batches, by what is known of a dropped file; oldest first."""
    query = """SELECT d.delivery_id, d.agency_code, d.file_name, d.sha256,
                      coalesce(array_agg(b.batch_id ORDER BY b.seq) FILTER (WHERE b.batch_id IS NOT NULL), '{}') AS batches
               FROM intake.delivery AS d LEFT JOIN intake.batch AS b USING (delivery_id)
               WHERE d.delivery_id = ANY(%(ids)s) GROUP BY d.delivery_id ORDER BY d.seq"""
    found: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    with connect(settings) as connection:
        for row in fetch(connection, query, {"ids": ids}):
            found[row["agency_code"], row["file_name"], row["sha256"]].append(row)
    return found


def _pop(deliveries: dict[Key, list[dict[str, Any]]], key: Key) -> dict[str, Any] | None:
    """The delivery of a file; one that could not be read has no digest."""
    for wanted in (key, (*key[:2], None)):
        if deliveries.get(wanted):
            return deliveries[wanted].pop(0)
    return None


def _from_receipts(settings: Settings, placed: Placed, batch_ids: Iterable[str]) -> FileResult:
    result = FileResult(placed.file.label, NO_RECEIPT, batches=list(batch_ids))
    statuses: dict[str, None] = {}
    for batch_id in result.batches:
        path = settings.feedback(placed.key[0]) / batch_id / "receipt.json"
        try:
            receipt = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            result.detail = f"{batch_id}: {error}"
            return result
        statuses[receipt["status"]] = None
        _add(result.rules, receipt["finding_counts"])
        _add(result.rows, receipt["rows"])
    result.outcome = "+".join(statuses) or NO_RECEIPT
    return result


def _add(totals: dict[str, int], numbers: dict[str, int]) -> None:
    for name, number in numbers.items():
        totals[name] = totals.get(name, 0) + number
