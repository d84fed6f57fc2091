"""The comparable form of a header cell: what is left when the ways of writing the same header are taken away."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 200
"""A longer text is no header."""

_BRACKETS = str.maketrans("【[〔〖{】]〕〗}〈《<〉》>", "((((()))))((()))")
_BLANKS = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff*★☆●※#]+")
_REQUIRED = re.compile(
    r"[,;:、/\-]?(?:是否)?(?:法人|自然人|个体工商户|企业|视情况|条件)?(?:为?非?必[填录输]|选[填录]|可选|可不填|可为空|可空|不为空|非空)项?"
)
_HINT = re.compile(
    r"\((?:\d{1,4}位?(?:数字|字符?|以内)?|(?:纯)?文本(?:格式)?|日期(?:型|格式)?|数[字值](?:型|格式)?|字符(?:型|串)?"
    r"|下拉(?:选择|框)?|(?:日期)?格式.*|长度.*|不超过.*|最多.*|最大.*|(?:例如?|示例|如)[:\d].*|(?:说明|注):.*|.*YYYY.*"
    r"|.*MMDD.*|[^()]*格式|\d+(?:,\d+)?|(?:\d[.:=\-]?[^\d()]{1,6})+|)\)"
)
_ORDINAL = re.compile(r"^(?:\(\d{1,2}\)|\d{1,2}[.、:)]?)(?=[\u3400-\u9fff])")
_SEPARATORS = re.compile(r"[_\-\u2010-\u2015\u2212~/\\|,;:.、。·•'\"`“”‘’]+")
_PARTY_CODE = re.compile(
    r"^(?:行政)?(?:管理)?相对人代码[\d一二三四五六]*(?:\((?P<inside>.+)\)|(?P<bare>[^\d()].*))$"
)
_UNIT = re.compile(
    r"\(?(?:金额)?(?:单位)?(?:为|是)?(?:人民币|RMB)?[¥$]?(?P<unit>万元|万|元)(?:人民币|整)?\)?$"
)
_CODE = r"(?P<code>(?:XK|CF)[A-Z]{2,12}\d?|BZ|CZLX|JLBH)"
_ANY_CODE = re.compile("XK|CF|BZ|CZLX|JLBH")
_LONGEST_WITH_CODE = 60
_HAN_LABEL = r"(?P<label>[^()]*[\u3400-\u9fff][^()]*(?:\([^()]*\))?)"
_WITH_CODE = tuple(
    re.compile(text)
    for text in (
        rf"{_HAN_LABEL}\({_CODE}\)",
        rf"{_HAN_LABEL}{_CODE}",
        rf"{_CODE}\({_HAN_LABEL}\)",
        rf"{_CODE}{_HAN_LABEL}",
    )
)


@lru_cache(maxsize=65536)
def form(text: str) -> str:
    """NFKC, brackets round, upper case; without blanks, marks of required columns, hints, ordinals and separators.

    行政相对人代码 loses its number: layout generations number these columns differently (standard 1.3, numbering trap).
    """
    if len(text) > LONGEST:
        return ""
    text = _BLANKS.sub("", unicodedata.normalize("NFKC", text).translate(_BRACKETS)).upper()
    text = _HINT.sub("", _REQUIRED.sub("", text))
    text = _SEPARATORS.sub("", _ORDINAL.sub("", text))
    return _PARTY_CODE.sub(lambda found: f"行政相对人代码({found['inside'] or found['bare']})", text)


def without_unit(text: str) -> tuple[str, str]:
    """A form of an amount without its unit, and the unit: 元, 万元, or nothing."""
    found = _UNIT.search(text)
    if not found:
        return text, ""
    return text[: found.start()], "元" if found["unit"] == "元" else "万元"


def with_code(text: str) -> tuple[str, str] | None:
    """Label and official code of a form that holds both (许可类别(XKXKLB), XKXKLB许可类别), else None."""
    if len(text) > _LONGEST_WITH_CODE or not _ANY_CODE.search(text):
        return None
    for pattern in _WITH_CODE:
        if found := pattern.fullmatch(text):
            return found["label"], found["code"]
    return None
