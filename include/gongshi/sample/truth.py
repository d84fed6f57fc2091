"""The truth beside the sample: expected receipts, records, figures and alarms, computed from what was planted.

Document numbers and planted faults only: never ids, hashes or batch ids, and nothing of the product's SQL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from gongshi.sample import expected_receipts
from gongshi.sample.deliveries import SampleFile, Sheet
from gongshi.sample.expected_alarms import Heard, silent_senders, unusual_volumes
from gongshi.sample.expected_figures import figures, is_within, old_stock
from gongshi.sample.expected_receipts import FIRST_DATA_ROW, ExpectedBatch
from gongshi.sample.outcomes import Record, Warehouse
from gongshi.sample.planted import SampleRow, party_key
from gongshi.sample.replay import Step
from gongshi.sample.source import SOURCE_FILES
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import parse_period

DAILY = "daily_monitoring"


@dataclass
class Truth:
    """Everything expected of a replay.

    Attributes:
        steps: per step `at`, `dag_id` and its expected batches.
        reports: per report `dag_id`, `period`, `at`, its figures, declared old stock, zero reports made and duplicate
            deliveries in it; the daily monitoring's alarms `volume` and `silent` (others have none).
        records: per record of the warehouse at the end: kind, organ, number, versions, withdrawn, late days, whether it is
            declared old stock, and who else sent it.
        quarantined: rejected rows at the end, per kind, without the restricted ones.
        restricted: rows in the restricted store, per kind.
    """

    steps: list[dict[str, Any]]
    reports: list[dict[str, Any]]
    records: list[dict[str, Any]]
    quarantined: dict[str, int]
    restricted: dict[str, int]

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def truth(steps: list[Step]) -> Truth:
    """Work out what a replay must lead to."""
    return _Reckoning().run(steps)


class _Reckoning:
    def __init__(self) -> None:
        self.warehouse = Warehouse()
        self.zero_reports: list[tuple[datetime, str, str, str, str]] = []
        self.duplicates: list[tuple[datetime, str, str]] = []
        self.news: list[Heard] = []
        self.restricted: Counter[str] = Counter()
        self._sent: set[int] = set()

    def run(self, steps: list[Step]) -> Truth:
        told, reports = [], []
        for step in steps:
            batches = [batch for file in step.files for batch in self._file(step.at, file)]
            batches += self._pull(step.at, step.source)
            told.append({"at": step.at.isoformat(), "dag_id": step.dag_id, "batches": batches})
            if "period" in step.conf:
                reports.append(self._report(step))
        rejected = Counter(event.kind for event in self.warehouse.events if event.outcome == "rejected")
        records = [_record(record) for record in self.warehouse.records]
        return Truth(told, reports, records, dict(rejected - self.restricted), dict(self.restricted))

    def _file(self, at: datetime, file: SampleFile) -> Iterator[ExpectedBatch]:
        first = file.again or file
        if id(first) in self._sent:
            self.duplicates.append((at, file.agency_code, file.file_name))
            yield expected_receipts.of_refused(file, "duplicate_delivery", "BT-05")
        elif file.refused:
            yield expected_receipts.of_refused(file, "rejected", file.refused)
        elif file.zero:
            yield self._zero_report(at, file, *file.zero)
        else:
            batches = [self._sheet(at, file, sheet) for sheet in file.sheets]
            if any(batch.status != "rejected" for batch in batches):
                self._sent.add(id(first))
            yield from batches

    def _zero_report(
        self, at: datetime, file: SampleFile, kind: str, first: date, last: date
    ) -> ExpectedBatch:
        self.zero_reports.append((at, file.agency_code, kind, first.isoformat(), last.isoformat()))
        self.news.append(Heard(at, file.agency_code, kind, None))
        rows = expected_receipts.rows_of({"accepted": 1})
        return ExpectedBatch(file.agency_code, file.file_name, None, None, "accepted", rows)

    def _sheet(self, at: datetime, file: SampleFile, sheet: Sheet) -> ExpectedBatch:
        numbered = [(n, row) for n, row in enumerate(sheet.rows, FIRST_DATA_ROW) if row]
        refused = bool(file.refused_after_reading)
        judged = self.warehouse.take(at, file.agency_code, numbered, refused)
        self.restricted[sheet.kind] += sum(j.is_restricted for j in judged)
        if not refused:
            self.news.append(Heard(at, file.agency_code, sheet.kind, len(numbered)))
        return expected_receipts.of_sheet(file, sheet, judged)

    def _pull(self, at: datetime, source: list[SampleRow]) -> Iterator[ExpectedBatch]:
        for kind in KINDS:
            rows = sorted((row for row in source if row.kind == kind), key=lambda row: row.source_stamp)
            if rows:
                organ = rows[0].organ_code
                judged = self.warehouse.take(at, organ, list(enumerate(rows, 1)))
                self.news.append(Heard(at, organ, kind, len(rows)))
                yield expected_receipts.of_rows(organ, SOURCE_FILES[kind], kind, judged)

    def _report(self, step: Step) -> dict[str, Any]:
        period = parse_period(step.conf["period"])
        zeros = [z for z in self.zero_reports if is_within(z[0], period, step.at)]
        is_daily = step.dag_id == DAILY
        return {
            "dag_id": step.dag_id,
            "period": step.conf["period"],
            "at": step.at.isoformat(),
            "figures": figures(self.warehouse, period, step.at),
            "old_stock": old_stock(self.warehouse, period, step.at),
            "zero_reports": [{"agency": z[1], "kind": z[2], "start": z[3], "end": z[4]} for z in zeros],
            "duplicate_deliveries": sum(is_within(d[0], period, step.at) for d in self.duplicates),
            "volume": unusual_volumes(self.news, period) if is_daily else [],
            "silent": silent_senders(self.news, period) if is_daily else [],
        }


def _record(record: Record) -> dict[str, Any]:
    return {
        "kind": record.kind, "organ": record.organ, "document_no": record.document_no,
        "party": party_key(record.content), "versions": record.versions, "withdrawn": record.is_withdrawn,
        "late_days": record.late_days, "due": record.due.isoformat(), "is_stock": record.is_stock,
        "also_sent_by": sorted(record.also_sent_by),
    }  # fmt: skip
