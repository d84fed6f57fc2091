from datetime import date

import pytest

from gongshi.sample.decisions import no_fault_rows
from gongshi.sample.faults import faults, one_fault_per_row
from gongshi.sample.province import province
from gongshi.standard.kinds import KINDS

from .rule_findings import findings

ON = date(2026, 6, 30)


@pytest.mark.parametrize("kind", KINDS)
def test_no_fault_rows_break_no_rule_and_come_from_all_departments_and_counties(kind):
    rows = no_fault_rows(kind, on=ON)
    organs = [province().by_code[row["organ_code"]] for row in rows]
    assert findings(kind, rows, ON) == []
    assert {o.name for o in organs} >= {a.name for a in province().of_level("province")}
    assert len({o.division_code for o in organs if o.level == "county"}) == 129
    assert len({(row["organ_code"], row["document_no"]) for row in rows}) == len(rows)


@pytest.mark.parametrize("kind", KINDS)
def test_each_planted_fault_fires_its_rule_and_no_other(kind):
    planted = one_fault_per_row(kind, on=ON)
    found = findings(kind, [row for row, _, _ in planted], ON)
    effects = {"E": "reject_row", "W": "warn"}
    expected = [
        (number, code, rule, effects[fault.severity])
        for number, ((_, rule, code), fault) in enumerate(zip(planted, faults(kind), strict=True))
    ]
    assert found == expected
