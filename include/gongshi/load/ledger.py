"""The ledger: recounts landed rows, versions, quarantine, outcomes and receipt files, and names what is missing.

Counters that only agree with themselves prove nothing, so every figure is counted twice: where the rows are, and where
it was written down.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from gongshi.platform.database import Connection, fetch, statement
from gongshi.platform.settings import Settings
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import OUTCOMES

_RECEIPT_FILES = ("receipt.json", "回执.html", "明细.csv")
_NAMED_ROWS = 10


@dataclass(frozen=True)
class Imbalance:
    """One thing that does not balance.

    Attributes:
        where: batch, delivery or record it is about.
        what: what was found and what was expected.
        remedy: what to do.
    """

    where: str
    what: str
    remedy: str


@dataclass(frozen=True)
class Ledger:
    """The result of a recount.

    Attributes:
        totals: deliveries, batches, rows read and by outcome, records, versions.
        problems: empty when everything balances.
    """

    totals: dict[str, int]
    problems: list[Imbalance]

    @property
    def balances(self) -> bool:
        """True when nothing is missing."""
        return not self.problems


def recount(settings: Settings, connection: Connection) -> Ledger:
    """Recount everything."""
    batches = fetch(connection, statement("load/recount"))
    problems = [problem for batch in batches for problem in _batch(settings, connection, batch)]
    problems += _unread(connection) + _records(connection)
    totals = {name: sum(batch[name] for batch in batches) for name in OUTCOMES}
    totals |= {"rows_read": sum(batch["rows_read"] for batch in batches), "batches": len(batches)}
    counts = fetch(
        connection,
        """SELECT (SELECT count(*) FROM intake.delivery) AS deliveries, (SELECT count(*) FROM core.record) AS records,
                  (SELECT count(*) FROM core.licence) + (SELECT count(*) FROM core.penalty) AS versions""",
    )[0]
    return Ledger(counts | totals, problems)


def _batch(settings: Settings, connection: Connection, batch: Mapping[str, Any]) -> Iterator[Imbalance]:
    where = f"batch {batch['batch_id']} ({batch['file_name']})"
    if batch["status"] == "landed":
        yield Imbalance(where, f"{batch['rows_read']} rows read, not yet loaded", "run `gongshi collect`")
        return
    yield from _rows(settings, connection, batch, where)
    if (batch["errors"], batch["warnings"]) != (batch["error_count"], batch["warning_count"]):
        found = f"{batch['errors']} errors and {batch['warnings']} warnings are stored"
        yield Imbalance(where, f"{found}, {batch['error_count']} and {batch['warning_count']} were counted at the merge",
                        "restore quality.finding from the backup")  # fmt: skip
    yield from _archive(settings, batch, where)
    yield from _receipt(settings, batch, where)


def _archive(settings: Settings, batch: Mapping[str, Any], where: str) -> Iterator[Imbalance]:
    """The file as received; its bytes are counted, not hashed anew at every recount. One refused unopened has none."""
    if batch["sha256"] is None:
        return
    path = settings.archive / batch["sha256"]
    if not path.exists():
        yield Imbalance(where, f"archive/{path.name} is missing", "restore the archive from the backup")
    elif path.stat().st_size != batch["size_bytes"]:
        what = f"archive/{path.name} has {path.stat().st_size} bytes, {batch['size_bytes']} were received"
        yield Imbalance(where, what, "restore the archive from the backup")


def _rows(
    settings: Settings, connection: Connection, batch: Mapping[str, Any], where: str
) -> Iterator[Imbalance]:
    stored = {name: batch[f"rows_{name}"] for name in OUTCOMES}
    counted = {name: batch[name] for name in OUTCOMES}
    landed = _landed_path(settings, batch)
    if landed is not None and not landed.exists():
        yield Imbalance(where, f"landing/{landed.name} is missing", "restore landing/ from the backup")
        return
    rows_landed = pq.read_metadata(landed).num_rows if landed else 0
    if counted == stored and sum(counted.values()) == batch["rows_read"] == rows_landed:
        return
    yield Imbalance(
        where,
        f"{rows_landed} rows landed, {batch['rows_read']} read, placed {_words(counted)}, counted at the merge "
        f"{_words(stored)}; {_missing(connection, batch, landed)}",
        "restore the missing rows from the backup of the warehouse",
    )


def _landed_path(settings: Settings, batch: Mapping[str, Any]) -> Path | None:
    """File of the landed rows; None when the batch was refused before its rows were read."""
    if batch["layout"] is None or (batch["refused_rule"] and not batch["rows_read"]):
        return None
    return settings.landing / f"{batch['batch_id']}.parquet"


def _missing(connection: Connection, batch: Mapping[str, Any], landed: Path | None) -> str:
    """The rows that stand nowhere, or more than once."""
    placed = Counter(
        row["row_no"]
        for row in fetch(connection, statement("load/placed_rows"), {"batch_ids": [batch["batch_id"]]})
    )
    numbers = pq.read_table(landed, columns=["row_no"]).column("row_no").to_pylist() if landed else []
    nowhere = [number for number in numbers if number not in placed]
    twice = [number for number, count in placed.items() if count > 1]
    strangers = sorted(placed.keys() - set(numbers))
    parts = {"rows without an outcome": nowhere, "rows with several": twice, "rows never landed": strangers}
    return "; ".join(f"{words}: {_list(rows)}" for words, rows in parts.items() if rows) or "rows agree"


def _receipt(settings: Settings, batch: Mapping[str, Any], where: str) -> Iterator[Imbalance]:
    if batch["status"] != "answered":
        yield Imbalance(where, "loaded, not yet answered", "run `gongshi collect`")
        return
    folder = settings.feedback(batch["agency_code"]) / batch["batch_id"]
    absent = [name for name in _RECEIPT_FILES if not (folder / name).exists()]
    if absent:
        path = folder.relative_to(settings.home)
        remedy = (
            "mark the batch as merged and run `gongshi collect`: receipts are written again from the tables"
        )
        yield Imbalance(where, f"missing in {path}: {', '.join(absent)}", remedy)
        return
    told = json.loads((folder / "receipt.json").read_text("utf-8"))["rows"]
    if told != {"read": batch["rows_read"]} | {name: batch[f"rows_{name}"] for name in OUTCOMES}:
        yield Imbalance(where, f"receipt.json says {_words(told)}, the batch read {batch['rows_read']}",
                        "answer the batch again")  # fmt: skip


def _unread(connection: Connection) -> list[Imbalance]:
    rows = fetch(
        connection,
        """SELECT d.delivery_id, d.file_name, d.status FROM intake.delivery AS d
           WHERE d.status = 'taken' OR NOT EXISTS (SELECT FROM intake.batch AS b WHERE b.delivery_id = d.delivery_id)
           ORDER BY d.seq""",
    )
    return [
        Imbalance(
            f"delivery {row['delivery_id']} ({row['file_name']})",
            f"status {row['status']}, no batch was read",
            "run `gongshi collect`",
        )
        for row in rows
    ]


def _records(connection: Connection) -> list[Imbalance]:
    problems = []
    for kind in KINDS:
        query = statement("load/broken_records").format(kind=kind)
        for row in fetch(connection, query, {"kind": kind}):
            what = (f"{row['versions'] or 0} versions, the last is {row['last_version']}, {row['current_versions'] or 0} "
                    "current; expected 1…n and one current")  # fmt: skip
            problems.append(
                Imbalance(f"record {row['record_id']} ({kind})", what, "restore it from the backup")
            )
    return problems


def _words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items())


def _list(rows: Sequence[int]) -> str:
    more = f" and {len(rows) - _NAMED_ROWS} more" if len(rows) > _NAMED_ROWS else ""
    return ", ".join(map(str, rows[:_NAMED_ROWS])) + more
