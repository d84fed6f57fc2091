"""The agency database of 昆明市市场监督管理局: what lies in its tables before each nightly pull."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from gongshi.sample.days import PULL_DAYS
from gongshi.sample.decisions import Desk
from gongshi.sample.faults import faults, market_bureau
from gongshi.sample.names import chance
from gongshi.sample.planted import SampleRow
from gongshi.sample.province import Agency
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import SHANGHAI

SOURCE_FILES = {"licence": "kunming_market_bureau:xzxk", "penalty": "kunming_market_bureau:xzcf"}
"""What receipts call a pull of each table: <source>:<table>."""
_SIZES = ((45, 30), (35, 25), (30, 20))
_FAULTY = ("TX-11", "ID-03", "DT-02")


def pulls(seed: int) -> list[list[SampleRow]]:
    """Rows that are new or updated before each pull.

    The second pull holds an update of an earlier row (same RECID, newer SJC, other content) and a row that is older
    by its stamp than the record it belongs to, which was written a few minutes before the newest one already read:
    a reader that looks back over its watermark finds and refuses it (XR-05).
    """
    desk, organ = Desk(chance("source", seed)), market_bureau(seed)
    parts = [
        [row for kind in KINDS for row in _new_rows(desk, organ, kind, number)]
        for number in range(len(PULL_DAYS))
    ]
    for kind in KINDS:
        first = [row for row in parts[0] if row.kind == kind]
        parts[1] += [_updated(first[3]), _outdated(first[-1])]
    return parts


def _new_rows(desk: Desk, organ: Agency, kind: str, number: int) -> list[SampleRow]:
    day = PULL_DAYS[number]
    start = datetime.combine(day - timedelta(days=1), time(9), SHANGHAI)
    size = _SIZES[number][list(KINDS).index(kind)]
    fault = next(f for f in faults(kind) if f.rule == _FAULTY[number])
    rows = []
    for position in range(size):
        decided = day - timedelta(days=desk.rng.randint(1, 5))
        if position == size // 2:
            row = fault.plant(kind, desk, organ, decided)
        else:
            row = SampleRow(kind, desk.decide(kind, organ, decided))
        stamp = (start + timedelta(minutes=5 * position)).isoformat()
        rows.append(replace(row, stamp=(stamp, number * 1000 + position + 1)))
    return rows


def _updated(row: SampleRow) -> SampleRow:
    """The same table row with another content, written on the day before the second pull."""
    stamp = datetime.combine(PULL_DAYS[1] - timedelta(days=1), time(16, 30), SHANGHAI).isoformat()
    values = row.values | {"remark": "内容经核对后更新"}
    return replace(row, values=values, stamp=(stamp, row.source_stamp[1]))


def _outdated(row: SampleRow) -> SampleRow:
    """Another table row for the record of `row`, with a stamp two minutes older."""
    stamp = (datetime.fromisoformat(row.source_stamp[0]) - timedelta(minutes=2)).isoformat()
    return replace(row, values=row.values | {"remark": "旧内容"}, stamp=(stamp, row.source_stamp[1] + 500))
