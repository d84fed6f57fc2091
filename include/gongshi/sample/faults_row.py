"""Faults of a row as a whole: cells that do not fit the header (BT-10), operations (XR-19)."""

from __future__ import annotations

from gongshi.sample.faults_privacy import LAW
from gongshi.sample.planted import Fault

ROW_FAULTS = (
    Fault("BT-10", "", {}, in_deliveries=False, extra_cells=2),
    Fault("BT-10", "", {}, in_deliveries=False, extra_cells=-3),
    # of a restricted row no other rule is told
    Fault("PI-07", "", {"remark": "本件为内部资料"}, in_deliveries=False, extra_cells=2),
    Fault("PI-10", "", {"legal_basis": LAW}, kinds=("penalty",), in_deliveries=False, extra_cells=2),
    Fault("XR-19", "operation", {"operation": "删除"}, in_deliveries=False),
    Fault("XR-19", "operation", {"operation": "撤销", "remark": ""}, in_deliveries=False),
)
