from collections import Counter
from datetime import date, datetime

import pytest

from gongshi.sample.bad_files import bad_files
from gongshi.sample.bench_rows import bench_rows
from gongshi.sample.blemishes import one_blemish_per_row
from gongshi.sample.decisions import no_fault_rows
from gongshi.sample.deliveries import RecordIds, SampleFile, Sheet
from gongshi.sample.faults import market_bureau
from gongshi.sample.planted import SampleRow
from gongshi.sample.province import province
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import SHANGHAI

from .judged import JudgedBatch, judge

ON = date(2026, 6, 30)
AT = datetime(2026, 6, 30, 18, tzinfo=SHANGHAI)


def judged(kind: str, rows: list[dict[str, str]], sender: str | None = None) -> JudgedBatch:
    file = SampleFile(
        market_bureau().code, "rows.csv", [Sheet(kind, [SampleRow(kind, row, sent=row) for row in rows])]
    )
    ((batch,),) = judge([(file.render(RecordIds()), AT, sender)])
    return batch


@pytest.mark.parametrize("kind", KINDS)
def test_no_fault_rows_break_no_rule_and_come_from_all_departments_and_counties(kind):
    rows = no_fault_rows(kind, on=ON)
    organs = [province().by_code[row["organ_code"]] for row in rows]
    batch = judged(kind, rows)
    assert (batch.refused, batch.rows_read) == ("", len(rows))
    assert (batch.findings, dict(batch.fixes)) == ([], {})
    assert {o.name for o in organs} >= {a.name for a in province().of_level("province")}
    assert len({o.division_code for o in organs if o.level == "county"}) == 129
    assert len({(row["organ_code"], row["document_no"]) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("name", "content", "rule"), bad_files(ON), ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_bad_file_is_refused_by_its_rule(name, content, rule):
    ((batch, *_),) = judge([(content, AT, None)])
    if rule == "BT-12":  # the form is recognised; what is wrong in it is judged when it is stored
        assert (batch.kind, batch.refused) == ("zero", "")
    elif rule == "BT-10":
        assert [(row, found) for row, _, found, _ in batch.findings] == [(3, "BT-10")]
    else:
        assert batch.refused == rule


@pytest.mark.parametrize("kind", KINDS)
def test_bench_rows_have_the_faulty_share_asked_for(kind):
    table = bench_rows(3500, kind, faulty=0.02)
    batch = judged(kind, table.to_pylist())
    assert len({row for row, _, _, _ in batch.findings}) == 70
    assert len({rule for _, _, rule, _ in batch.findings}) == 7
    assert len(set(table["document_no"].to_pylist())) > 3400


@pytest.mark.parametrize("kind", KINDS)
def test_each_blemish_is_mended_by_its_rule_and_rejects_nothing(kind):
    planted = one_blemish_per_row(kind, on=ON)
    batch = judged(kind, [row for row, _, _ in planted])
    moved_code_fills_a_second_cell = Counter(["ID-17"])
    expected = Counter(rule for _, rule, _ in planted) + moved_code_fills_a_second_cell
    assert batch.fixes == expected
    assert {effect for *_, effect in batch.findings} == {"warn"}
