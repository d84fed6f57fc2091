"""Files that are refused as a whole, or hold a broken line: one known rule each."""

from __future__ import annotations

from datetime import date

from gongshi.sample.decisions import Desk
from gongshi.sample.deliveries import Look, RecordIds, SampleFile, Sheet, zero_report
from gongshi.sample.faults import market_bureau
from gongshi.sample.names import chance
from gongshi.sample.planted import SampleRow
from gongshi.sample.stories import PDF, UNSAFE

# A workbook with a password is an OLE container, not a zip: its first bytes are enough to tell.
_ENCRYPTED = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)


def bad_files(on: date = date(2026, 6, 30), seed: int = 2026) -> list[tuple[str, bytes, str]]:
    """Bad files of 昆明市市场监督管理局.

    Args:
        on: the day of report.
        seed: of the good rows around the fault.

    Returns:
        (file name, bytes, rule id). BT-05 and BT-06 depend on what came before and on the folder: see the stories.
    """
    desk, organ = Desk(chance("bad-files", seed)), market_bureau()
    rows = [SampleRow("licence", desk.decide("licence", organ, on)) for _ in range(5)]
    good = _csv(rows)
    zero = {
        "报送单位代码": organ.code,
        "信息类别": "行政处罚",
        "期间起": "2026/05/01",
        "期间止": "2026/05/31",
        "零报送": "是",
    }
    lines = good.splitlines(keepends=True)
    workbook = SampleFile(organ.code, "x.xlsx", [Sheet("licence", list(rows))], Look("xlsx")).render(
        RecordIds()
    )
    return [
        ("缺少列.csv", good.replace("许可内容", "项目编号", 1).encode(), "BT-01"),
        ("其他表格.csv", "序号,姓名,电话\r\n1,李丽,0871-63600000\r\n".encode(), "BT-01"),
        ("重复列.csv", good.replace("备注", "许可内容", 1).encode(), "BT-02"),
        ("通知.csv", PDF, "BT-03"),
        ("截断.xlsx", workbook[: len(workbook) // 2], "BT-03"),
        ("加密.xlsx", _ENCRYPTED, "BT-03"),
        ("编码.csv", good.encode("utf-16-le")[1:], "BT-03"),
        ("只有表头.csv", lines[0].encode(), "BT-04"),
        ("空文件.csv", b"", "BT-04"),
        (
            "列数不一致.csv",
            "".join([*lines[:2], lines[2].rstrip() + ",多余\r\n", *lines[3:]]).encode(),
            "BT-10",
        ),
        ("报文.xml", UNSAFE, "BT-11"),
        ("零报送类别.csv", zero_report(zero | {"信息类别": "行政指导"}), "BT-12"),
        ("零报送单位.csv", zero_report(zero | {"报送单位代码": ""}), "BT-12"),
        ("零报送期间.csv", zero_report(zero | {"期间止": "2026/02/30"}), "BT-12"),
    ]


def _csv(rows: list[SampleRow]) -> str:
    return (
        SampleFile(market_bureau().code, "x.csv", [Sheet("licence", list(rows))]).render(RecordIds()).decode()
    )
