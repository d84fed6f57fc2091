"""One named fault = one change of a good row that fires exactly one rule on a known field.

The lists are in `faults_text.py`, `faults_party.py`, `faults_decision.py` and `faults_privacy.py`.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from gongshi.sample.decisions import Desk, Row
from gongshi.sample.faults_decision import DECISION_FAULTS
from gongshi.sample.faults_party import PARTY_FAULTS
from gongshi.sample.faults_privacy import PRIVACY_FAULTS
from gongshi.sample.faults_text import TEXT_FAULTS
from gongshi.sample.names import chance
from gongshi.sample.planted import Fault
from gongshi.sample.province import Agency, province


@cache
def faults(kind: str) -> tuple[Fault, ...]:
    """All faults of a kind, in the order of the rule book's sections."""
    listed = TEXT_FAULTS + PARTY_FAULTS + DECISION_FAULTS + PRIVACY_FAULTS
    return tuple(fault for fault in listed if kind in fault.kinds)


def one_fault_per_row(
    kind: str, *, on: date = date(2026, 6, 30), seed: int = 2026, agency: Agency | None = None
) -> list[tuple[Row, str, str]]:
    """Rows with one fault each, every row rule and every branch of it.

    Args:
        kind: licence or penalty.
        on: the day of report; rows are decided on the three days before.
        seed: of the rows.
        agency: the deciding organ of all rows; default 昆明市市场监督管理局.

    Returns:
        (row, rule id, official code of the field the finding names); the severity is in `faults(kind)`, same order.
    """
    desk = Desk(chance(f"faults-{kind}", seed))
    organ = agency or market_bureau()
    rows = []
    for number, fault in enumerate(faults(kind)):
        planted = fault.plant(kind, desk, organ, on - timedelta(days=1 + number % 3))
        ((code, rule),) = planted.errors + planted.warnings
        rows.append((planted.cells, rule, code))
    return rows


def market_bureau(seed: int = 2026) -> Agency:
    """昆明市市场监督管理局, the agency whose system is connected as a database."""
    return next(a for a in province(seed).agencies if a.field == "market" and a.division_code == "530100")
