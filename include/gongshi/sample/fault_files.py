"""Files whose findings are known row by row: all faults, and none.

`all_faults` has a row for every rule and case of it, `no_faults` every near miss and then realistic rows of all
departments and counties. Both exist for today's layout and for L2015, whose rows are told what the layout lacks.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from gongshi.documents.columns import Column
from gongshi.documents.workbook import Sheet, write_workbook
from gongshi.sample.blemishes import planted_blemishes
from gongshi.sample.decisions import Row, no_fault_rows
from gongshi.sample.faults import faulty_rows, market_bureau
from gongshi.sample.faults_legacy import Told, faulty_legacy_rows, near_legacy_rows, told_of_every_row
from gongshi.sample.legacy import COLUMNS, good_legacy_rows
from gongshi.sample.near_misses import near_rows
from gongshi.sample.planted import SampleRow
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import OPERATION_FIELDS, OPERATION_LABELS

LAYOUTS = ("S2018b", "L2015")
REPORTED_ON = date(2026, 6, 30)
"""The day of report for which what is told holds: `gongshi check --at 2026-06-30T09:00+08:00`."""

REALISTIC = 600
_LEGACY_REALISTIC = 120
_SEED = 2026


@dataclass(frozen=True)
class KnownRow:
    """One row with all that must be told of it.

    Attributes:
        rule: the rule it was made for; empty for a realistic row.
        cells: as typed, in the order of the header; of a row for BT-10 too many or too few.
        told: (rule, column code, E or W), nothing else; the code is empty where the whole row is meant.
        is_near_miss: it was made to stay silent of `rule`.
        fixes: rules that mend it.
        changed: columns by their header that make it what it was made for.
    """

    rule: str
    cells: tuple[str, ...]
    told: tuple[Told, ...] = ()
    is_near_miss: bool = False
    fixes: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownFile:
    """A file of one kind and layout; the first row has number 2.

    `sender` is the agency that must be said to send it, for what is told of its rights.
    """

    kind: str
    layout: str
    header: tuple[str, ...]
    rows: tuple[KnownRow, ...]
    sender: str | None = None

    def told(self) -> list[tuple[int, str, str, str]]:
        """All that must be told: (row number, rule, column code, E or W), sorted."""
        return sorted((number, *one) for number, row in enumerate(self.rows, 2) for one in row.told)

    def fitting(self) -> KnownFile:
        """Without rows that do not fit the header: a workbook cannot hold them."""
        rows = tuple(row for row in self.rows if len(row.cells) == len(self.header))
        return replace(self, rows=rows)

    def csv(self) -> bytes:
        """As CSV in UTF-8."""
        text = io.StringIO(newline="")
        csv.writer(text).writerows([self.header, *(row.cells for row in self.rows)])
        return text.getvalue().encode()

    def write(self, path: Path) -> KnownFile:
        """Write it as CSV, or as a workbook when the name ends in .xlsx; returns what was written."""
        if path.suffix.lower() != ".xlsx":
            path.write_bytes(self.csv())
            return self
        fitting = self.fitting()
        columns = [Column(title, 18) for title in self.header]
        write_workbook(path, [Sheet(KINDS[self.kind].label_zh, columns, [row.cells for row in fitting.rows])])
        return fitting


def all_faults(kind: str, layout: str = "S2018b", *, on: date = REPORTED_ON) -> KnownFile:
    """At least one row for every rule that judges rows, and every case of it.

    Args:
        kind: licence or penalty.
        layout: of `LAYOUTS`.
        on: the day of report.
    """
    if layout == "L2015":
        rows = [
            _legacy(kind, told[0][0], cells, told, changed)
            for cells, told, changed in faulty_legacy_rows(kind, on=on)
        ]
        return KnownFile(kind, layout, COLUMNS[kind], tuple(rows), market_bureau().code)
    rows = [_known(kind, row) for row in [*faulty_rows(kind, on=on), *planted_blemishes(kind, on=on)]]
    return KnownFile(kind, layout, _header(kind), tuple(rows), market_bureau().code)


def no_faults(
    kind: str, layout: str = "S2018b", *, on: date = REPORTED_ON, realistic: int = REALISTIC
) -> KnownFile:
    """Every near miss, and realistic rows: nothing is told of them but what a near miss `warns` of, in L2015 what it lacks.

    Args:
        kind: licence or penalty.
        layout: of `LAYOUTS`.
        on: the day of report.
        realistic: rows of today's layout beside the near misses.
    """
    if layout == "L2015":
        near = [
            _legacy(kind, rule, cells, told, changed, near=True)
            for cells, rule, told, changed in near_legacy_rows(kind, on=on)
        ]
        realistic_rows = [
            _legacy(kind, "", cells, told_of_every_row(kind, row))
            for cells, row in good_legacy_rows(kind, _LEGACY_REALISTIC, on=on, seed=_SEED)
        ]
        return KnownFile(kind, layout, COLUMNS[kind], (*near, *realistic_rows))
    near = [
        KnownRow(rule, _cells(kind, row.values), _warned(row), is_near_miss=True, changed=_labels(kind, row))
        for row, rule in near_rows(kind, on=on)
    ]
    realistic_rows = [
        KnownRow("", _cells(kind, row)) for row in no_fault_rows(kind, realistic, on=on, seed=_SEED)
    ]
    return KnownFile(kind, layout, _header(kind), (*near, *realistic_rows))


def _warned(row: SampleRow) -> tuple[Told, ...]:
    return tuple((rule, code, "W") for code, rule in row.warnings)


def _header(kind: str) -> tuple[str, ...]:
    return (*(f.label_zh for f in KINDS[kind].fields), *OPERATION_LABELS.values())


def _cells(kind: str, row: Row) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in (*(f.name for f in KINDS[kind].fields), *OPERATION_FIELDS))


def _known(kind: str, row: SampleRow) -> KnownRow:
    cells = _cells(kind, row.cells | {"operation": row.operation})
    told: list[Told] = [(rule, code, "E") for code, rule in row.errors]
    told += [(rule, code, "W") for code, rule in row.warnings]
    fixes = tuple(rule for _, rule in row.fixes)
    if row.extra_cells > 0:
        cells += ("多余",) * row.extra_cells
    elif row.extra_cells < 0:
        cells = cells[: row.extra_cells]
    rule = told[0][0] if told else fixes[0]
    return KnownRow(rule, cells, tuple(told), fixes=fixes, changed=_labels(kind, row))


def _labels(kind: str, row: SampleRow) -> tuple[str, ...]:
    labels = {f.name: f.label_zh for f in KINDS[kind].fields} | OPERATION_LABELS
    return tuple(labels[name] for name in row.changed)


def _legacy(
    kind: str, rule: str, row: Row, told: Sequence[Told], changed: Sequence[str] = (), *, near: bool = False
) -> KnownRow:
    cells = tuple(row[code] for code in COLUMNS[kind])
    return KnownRow(rule, cells, tuple(told), near, changed=tuple(changed))
