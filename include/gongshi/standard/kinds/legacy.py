"""Columns of layout L2015 (standard 1.4) that rules judge although no field of S2018b holds them."""

from __future__ import annotations

from gongshi.standard.model import Field

PLACE_CODE = Field("place_code", "DFBM", "地方编码", "code", None, "R", "standard 1.4; AG-09")
UPDATED_AT = Field("updated_at", "SJC", "数据更新时间戳", "date", None, "R", "standard 1.4; DT-09")
PENALTY_STATE = Field("state", "CF_ZT", "当前状态", "state", None, "R", "standard 1.4; XK-15")
