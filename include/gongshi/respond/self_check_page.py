"""自查单.html: what a self-check found, printable, to be signed and kept (Article 13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gongshi.documents import html
from gongshi.respond.wording import SEVERITY_LABELS, kind_label

PAGE = "自查单.html"
RESULTS = {"passed": "未发现错误", "errors": "发现错误", "refused": "文件不能接收"}
TONES = {"passed": "good", "errors": "part", "refused": "bad"}
_SHOWN = 200


def self_check_page(receipts: Sequence[Mapping[str, Any]], slip: Mapping[str, Any]) -> str:
    """The page of one checked file: its slip, and what was found in each of its tables."""
    return html.render(
        "gongshi.respond",
        "self_check.html.j2",
        receipts=receipts,
        slip=slip,
        result=RESULTS[slip["result"]],
        tone=TONES[slip["result"]],
        kind_label=kind_label,
        severities=SEVERITY_LABELS,
        shown=_SHOWN,
    )
