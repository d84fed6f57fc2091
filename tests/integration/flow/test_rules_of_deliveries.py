"""Rules of files and records, shown by deliveries: each is told of one file, and not of one that comes close.

`sample/data/shown_by_deliveries.csv` says in Chinese what is sent, for the published rule book.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gongshi.sample.bad_files import bad_files
from gongshi.sample.decisions import Desk
from gongshi.sample.names import chance
from gongshi.standard.working_days import shipped_calendar

ZERO = (
    "报送单位代码,信息类别,期间起,期间止,零报送,填报人\r\n{code},行政处罚,2026/05/01,2026/05/31,是,李静\r\n"
)
Row = dict[str, str]
SHOWN = [
    ("BT-01", "缺少列.csv", "缺证件列.csv"),
    ("BT-02", "重复列.csv", "多一列.csv"),
    ("BT-03", "截断.xlsx", "国标编码.csv"),
    ("BT-04", "只有表头.csv", "一行.csv"),
    ("BT-05", "再报.csv", "改后再报.csv"),
    ("BT-06", "错放.csv", "来源单位.csv"),
    ("BT-11", "报文.xml", "一行.xml"),
    ("BT-12", "零报送类别.csv", "零报送.csv"),
    ("XR-01", "重复行.csv", "一文两人.csv"),
    ("XR-02", "两次填写.csv", "一文两人.csv"),
    ("XR-06", "换相对人.csv", "一文两人.csv"),
    ("XR-07", "撤销未知.csv", "撤销.csv"),
    ("XR-15", "第八个工作日.csv", "第七个工作日.csv"),
]


def _decided_so_that_due(today: Any, days_late: int) -> int:
    """Days back to a decision whose last day on time lies so many working days before today."""
    calendar = shipped_calendar()
    return next(
        back
        for back in range(1, 40)
        if calendar.late_days(calendar.due_date(today - timedelta(days=back)), today) == days_late
        and calendar.due_date(today - timedelta(days=back)) <= today
    )


@pytest.fixture(scope="module")
def told(module_house: Any) -> dict[str, dict[str, Any]]:
    """Receipts by file name of all that is dropped here, in two runs."""
    house, today = module_house, module_house.at.date()
    bureau = house.agencies[0]
    other = next(a for a in house.agencies[1:] if a.division_code == bureau.division_code)
    desk = Desk(chance("rules of deliveries", 2026))

    def row(back: int = 1, **cells: str) -> Row:
        return desk.decide("licence", bureau, today - timedelta(days=back)) | cells

    def table(*rows: Row) -> str:
        return str(house.csv("licence", rows))

    bad = {name: content for name, content, _ in bad_files(today)}
    again, same, changed, withdrawn, swapped, twice = (row() for _ in range(6))
    joint = row()
    header, line = table(row()).splitlines()
    cells = dict(zip(header.split(","), line.split(","), strict=True))
    xml = "".join(f"<{code}>{text}</{code}>" for code, text in cells.items())
    late, timely = _decided_so_that_due(today, 1), _decided_so_that_due(today, 0)
    first = {
        **{name: bad[name] for name in ("缺少列.csv", "重复列.csv", "截断.xlsx", "只有表头.csv", "报文.xml", "零报送类别.csv")},
        "缺证件列.csv": table(row()).replace("XK_FR_ZJLX", "附一").replace("XK_FR_ZJHM", "附二"),
        "多一列.csv": f"{header},自编号\r\n{line},1\r\n",
        "国标编码.csv": table(row()).encode("gb18030"),
        "一行.csv": table(row()),
        "一行.xml": f"<rows><row>{xml}</row></rows>",
        "零报送.csv": ZERO.format(code=bureau.code),
        "首次.csv": table(again),
        "存量.csv": table(same, changed, withdrawn, swapped),
        "重复行.csv": table(twice, twice),
        "一文两人.csv": table(joint, row() | {"document_no": joint["document_no"]}),
        "空行.csv": table(row()) + "," * header.count(",") + "\r\n",
        "第八个工作日.csv": table(row(late)),
        "第七个工作日.csv": table(row(timely)),
    }  # fmt: skip
    two = row()
    second = {
        "再报.csv": table(again),
        "改后再报.csv": table(again | {"remark": "补充说明"}),
        "未变.csv": table(same) + "\r\n",
        "新版本.csv": table(changed | {"content": "准予变更经营范围"}),
        "两次填写.csv": table(two, two | {"remark": "以本行为准"}),
        "换相对人.csv": table(row() | {"document_no": swapped["document_no"]}),
        "撤销未知.csv": table(row(operation="撤销", remark="决定被撤销")),
        "撤销.csv": table(withdrawn | {"operation": "撤销", "remark": "决定被撤销"}),
    }
    for name, content in first.items():
        house.drop(name, content)
    house.drop("错放.csv", table(row()), other.code)
    house.drop("来源单位.csv", table(row(source_name=other.name, source_code=other.code)), other.code)
    house.collect()
    for name, content in second.items():
        house.drop(name, content)
    house.collect(1)
    return {receipt["file"]: receipt for receipt in house.receipts()}


@pytest.mark.parametrize(("rule", "fires_on", "silent_on"), SHOWN, ids=[rule for rule, *_ in SHOWN])
def test_a_rule_is_told_of_one_file_and_not_of_one_that_comes_close(
    told: dict[str, dict[str, Any]], rule: str, fires_on: str, silent_on: str
) -> None:
    assert rule in told[fires_on]["finding_counts"]
    assert rule not in told[silent_on]["finding_counts"]
    assert told[silent_on]["status"] == "accepted", told[silent_on]["findings"]


def test_bt_07_blank_rows_are_left_out_and_counted(told: dict[str, dict[str, Any]]) -> None:
    """BT-07 mends: no finding, a count."""
    assert (told["空行.csv"]["blank_rows"], told["一行.csv"]["blank_rows"]) == (1, 0)


def test_xr_03_what_is_stored_already_is_unchanged(told: dict[str, dict[str, Any]]) -> None:
    """XR-03 is an outcome without finding."""
    assert told["未变.csv"]["rows"]["unchanged"] == 1
    assert told["新版本.csv"]["rows"]["unchanged"] == 0


def test_xr_04_what_differs_is_a_new_version(told: dict[str, dict[str, Any]], module_house: Any) -> None:
    """XR-04 is an outcome without finding."""
    assert (told["新版本.csv"]["rows"]["accepted"], told["新版本.csv"]["errors"]) == (1, 0)
    query = "SELECT max(version) AS n FROM core.licence WHERE content = '准予变更经营范围'"
    assert module_house.fetch(query) == [{"n": 2}]
