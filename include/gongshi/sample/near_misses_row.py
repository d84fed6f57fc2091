"""Near misses of a row as a whole: cells that fit the header after all (BT-10), operations (XR-19)."""

from __future__ import annotations

from gongshi.sample.planted import Near

ROW_NEAR_MISSES = (
    Near("BT-10", {"remark": '甲,乙；“丙”\n"丁",戊'}),
    Near("XR-19", {"operation": "新增"}),
    Near("XR-19", {"operation": "更正 ", "record_ref": "193"}),
    Near("XR-19", {"operation": "撤销", "remark": "决定被撤销"}),
)
