"""Whatever stands in a cell is judged, staged and quarantined without an exception: one odd cell never stops a batch."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest

from gongshi.load import quarantine
from gongshi.load.identity import IdentityKey
from gongshi.load.staging import _typed, keyed
from gongshi.standard import rulebook
from gongshi.standard.periods import SHANGHAI
from gongshi.standard.working_days import WorkingCalendar
from gongshi.validate.judge import judge as judge_batches

ODD = [
    "", " ", "\x00", "\u200b", "\ufffd", "0", "-0", "-1", "1e5", "1e400", "9" * 13, "9" * 40, "0." + "0" * 30 + "1", ".5", "5.",
    "1,2,3", "00000.10", "٣", "２０２６／０１／０２", "0000/00/00", "0001/01/01", "9999/12/31", "10000/01/01", "2026/13/45", "99999",
    "20260101", "∞", "½", "NaN", "None", "true", "𠮷𠮷", "😀", "\u202eabc", "א", "(" * 300, "[2026]", "〔", "\\", "\\N", "\\.", '"', "'",
    "a\nb", "a\tb", "<", "&#;", "%s", "{value}", "{0}", "$1", "长期", "其他", "其他-", "；；", "、", "甲" * 5001,
    "530102199003071238" * 3, "9" * 18, "X" * 18, "\u3000\u00a0",
]  # fmt: skip


@pytest.mark.parametrize("background", ["good", "empty"])
def test_no_cell_stops_a_batch(judge, good_rows, kind: str, background: str) -> None:
    start = good_rows(kind)[0] | {"operation": "", "record_ref": ""}
    base = start if background == "good" else dict.fromkeys(start, "")
    rows = [base | {name: text} for name in base for text in ODD]
    at = datetime(2026, 6, 30, 9, tzinfo=SHANGHAI)
    batch = {"batch_id": "b", "seq": 1, "kind": kind, "agency_code": None, "received_at": at}
    (judged,) = judge_batches(
        judge.settings,
        [batch | {"rulebook_version": rulebook.version()}],
        [judge.read(kind, rows, {})],
        {at: judge.facts},
        {at: WorkingCalendar({}, {2026})},
        at,
    )
    table = keyed(judged, IdentityKey(b"k" * 32))
    staged = _typed(judged, table)
    assert staged.num_rows == int((~judged.rejected).sum())
    assert quarantine._table(judged, table, judged.due, pa.array(range(len(rows))), at).num_rows == len(rows)
