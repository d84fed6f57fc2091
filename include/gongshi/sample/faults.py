"""One named fault = one change of a good row that fires exactly one rule on a known field.

The lists are in `faults_*.py`.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from gongshi.sample.decisions import Desk, Row
from gongshi.sample.faults_decision import DECISION_FAULTS
from gongshi.sample.faults_every_field import every_field_faults
from gongshi.sample.faults_guarded import GUARDED_FAULTS
from gongshi.sample.faults_organ import ORGAN_FAULTS
from gongshi.sample.faults_party import PARTY_FAULTS
from gongshi.sample.faults_privacy import PRIVACY_FAULTS
from gongshi.sample.faults_row import ROW_FAULTS
from gongshi.sample.faults_text import TEXT_FAULTS
from gongshi.sample.names import chance
from gongshi.sample.planted import Fault, SampleRow
from gongshi.sample.province import Agency, province


@cache
def faults(kind: str) -> tuple[Fault, ...]:
    """All faults of a kind, in the order of the rule book's sections."""
    listed = (
        *ROW_FAULTS,
        *TEXT_FAULTS,
        *PARTY_FAULTS,
        *DECISION_FAULTS,
        *PRIVACY_FAULTS,
        *ORGAN_FAULTS,
        *GUARDED_FAULTS,
        *every_field_faults(),
    )
    return tuple(fault for fault in listed if kind in fault.kinds)


def faulty_rows(
    kind: str, *, on: date = date(2026, 6, 30), seed: int = 2026, agency: Agency | None = None
) -> list[SampleRow]:
    """Rows with one fault each, every row rule and every branch of it.

    Args:
        kind: licence or penalty.
        on: the day of report; rows are decided on the three days before.
        seed: of the rows.
        agency: the deciding organ of all rows; default 昆明市市场监督管理局.

    Returns:
        One row a fault, in the order of `faults(kind)`.
    """
    desk = Desk(chance(f"faults-{kind}", seed))
    organ = agency or market_bureau()
    return [
        fault.plant(kind, desk, organ, on - timedelta(days=1 + number % 3))
        for number, fault in enumerate(faults(kind))
    ]


def one_fault_per_row(
    kind: str, *, on: date = date(2026, 6, 30), seed: int = 2026, agency: Agency | None = None
) -> list[tuple[Row, str, str]]:
    """Of `faulty_rows` those that are cells of the kind's own columns and fire one rule: (cells, rule id, column code)."""
    return [
        (row.cells, rule, code)
        for row in faulty_rows(kind, on=on, seed=seed, agency=agency)
        if not row.extra_cells and not row.operation and len(row.errors + row.warnings) == 1
        for code, rule in row.errors + row.warnings
    ]


def market_bureau(seed: int = 2026) -> Agency:
    """昆明市市场监督管理局, the agency whose system is connected as a database."""
    return next(a for a in province(seed).agencies if a.field == "market" and a.division_code == "530100")
