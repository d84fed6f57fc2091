"""Amounts whose header says 元 where the standard has 万元: the decimal point moved four places, exactly, and recorded.

Only what is a number is moved; anything else stays as written and is answered by CF-18.
"""

from __future__ import annotations

import json
import re
import unicodedata

import pyarrow as pa

from gongshi.intake.headers import Header
from gongshi.standard.messages import CELL_FIXES

_RULE = "CF-18"
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u007f-\u009f\x00-\x08\x0b\x0c\x0e-\x1f]"
)
_MENDED = re.compile(r"[\s\uff01-\uff5e]|" + _INVISIBLE.pattern)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


def in_wan(rows: pa.Table, header: Header) -> tuple[pa.Table, list[str]]:
    """The rows with amounts in 万元, what was changed in `cell_fixes`, and a remark a column."""
    remarks = []
    for name in header.in_yuan:
        rows, count = _column_in_wan(rows, name)
        remarks.append(
            f"第{header.columns.index(name) + 1}列的金额单位为元，已换算为万元读取（共{count}格）。"
        )
    return rows, remarks


def wan(text: str) -> str | None:
    """An amount in 元 as one in 万元, with every digit; None when it is no number (blanks and wide digits allowed)."""
    if _MENDED.search(text):
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).strip()
    if not _NUMBER.fullmatch(text):
        return None
    whole, _, parts = text.replace(",", "").partition(".")
    digits = whole.zfill(5)
    return f"{digits[:-4].lstrip('0') or '0'}.{digits[-4:]}{parts}".rstrip("0").rstrip(".")


def _column_in_wan(rows: pa.Table, name: str) -> tuple[pa.Table, int]:
    texts: list[str] = rows.column(name).to_pylist()
    fixes: list[str | None] = [None] * len(texts)
    if CELL_FIXES in rows.column_names:
        fixes = rows.column(CELL_FIXES).to_pylist()
    count = 0
    for row, text in enumerate(texts):
        moved = wan(text)
        if moved is None or moved == text:
            continue
        before = json.loads(fixes[row] or "[]")
        fixes[row] = json.dumps([*before, [name, _RULE, text, moved]], ensure_ascii=False)
        texts[row] = moved
        count += 1
    if not count:
        return rows, 0
    rows = rows.set_column(rows.column_names.index(name), name, pa.array(texts, pa.string()))
    if CELL_FIXES in rows.column_names:
        rows = rows.drop_columns([CELL_FIXES])
    return rows.append_column(CELL_FIXES, pa.array(fixes, pa.string())), count
