"""Near misses of text hygiene (standard 4.2) and dates (4.6)."""

from __future__ import annotations

from gongshi.sample.decisions import FOREVER, Row
from gongshi.sample.planted import Near
from gongshi.standard.model import ORGANISATION

_L, _P = ("licence",), ("penalty",)
_WARNED = {"categories": ("警告",)}
_LISTED = {"content": "准予食品经营许可决定书所列事项。"}
"""What a list of items has, where the title is odd."""

_ORG = {"category": ORGANISATION}


def _decided_on(year: int, written: str) -> Row:
    """A decision of another day, everything that is measured against it moved along."""
    return {
        "decision_date": written,
        "valid_from": written,
        "valid_to": FOREVER,
        "publish_until": "",
        "document_no": f"昆明市监〔{year}〕12号",
    }


TEXT_NEAR_MISSES = (
    Near("TX-01", {"remark": "第 一 项"}),
    Near("TX-03", {"remark": "第一项—第三项"}),
    Near("TX-04", {"remark": "楼号１２３"}),
    Near("TX-05", {"party_name": "Yunnan (Kunming) Green Co., Ltd."}, {"category": ORGANISATION}),
    Near("TX-06", {"remark": "abc-def"}),
    Near("TX-02", {"content": "第一项\n第二项\t第三项"}, kinds=_L),
    Near("TX-02", lambda r, g: {"source_code": f"\n{r['source_code']}\t"}),
    Near("TX-07", {"remark": "当事人是否到场???"}),
    Near("TX-08", {"document_name": "准予许可决" * 12 + "定书全文", **_LISTED}, kinds=_L),
    Near("TX-08", {"content": "许可的" * 1333 + "。"}, kinds=_L),
    Near("TX-08", {"facts": "经查属实，" * 1000}, kinds=_P),
    Near("TX-09", {"document_name": "无障碍设施验收许可", **_LISTED}, kinds=_L),
    Near("TX-09", {"remark": "无"}),
    Near("TX-09", {"certificates_affected": "无"}, _WARNED, _P),
    Near("TX-10", {"remark": "123号"}),
    Near("TX-10", {"remark": "Xxxy"}),
    Near("TX-11", {"remark": "温度<5℃且>0℃，R&D；"}),
    Near("TX-12", {"remark": "原编号#REF!已更正"}),
    Near("TX-13", {"remark": "送达=公告"}),
    Near("TX-14", {"document_name": "许许"}, kinds=_L),
    Near("TX-14", {"remark": "……A"}),
    Near("DT-01", {"decision_date": "2026年6月3日", "publish_until": ""}),
    Near("DT-01", {"decision_date": "2026-6-3 09:30", "publish_until": ""}),
    Near("DT-01", {"decision_date": "46176", "publish_until": ""}),
    Near("DT-02", {"valid_to": "2028/02/29"}),
    Near("DT-03", {"valid_from": "1900/01/02"}, kinds=_L, warns=(("XK-14", "valid_from"),)),
    Near("DT-03", lambda r, g: _decided_on(1970, "1970/01/02"), _ORG, warns=(("DT-06", "decision_date"),)),
    Near("DT-04", {"decision_date": "2026/06/30", "valid_to": "2099/12/31", "publish_until": ""}),
    Near("DT-05", lambda r, g: _decided_on(1949, "1949/10/01"), _ORG, warns=(("DT-06", "decision_date"),)),
    Near("DT-06", lambda r, g: _decided_on(2024, "2024/06/30")),
    Near("DT-07", {"valid_to": "2099/12/31"}),
    Near("DT-08", {"valid_to": "2099年12月31日"}),
)
