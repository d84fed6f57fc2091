"""Checks of personal data and secrecy in free text (standard 4.11).

Long texts of every row are read through once a column: one RE2 pattern finds the few rows any of these checks can be
about (`_SUSPECT`), and only these are looked at one by one. A check whose words the pattern does not know, because
somebody changed them, reads the column through for itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard import personal_data
from gongshi.standard.checks.base import column_check
from gongshi.standard.columns import NO_ROWS, Column, Rows, as_numpy
from gongshi.standard.text_columns import flag_distinct

_NUMBER = "[0-9０-９]{3}[)） －—–-]{0,2}[0-9０-９]{4}"
_WORDS = (
    "住", "家庭地址", "户籍", "村", "小区", "公寓", "花园", "单元", "栋", "幢", "举报人", "投诉人", "证人", "受害人", "被害人", "知情人", "目击者",
    "病", "患有", "确诊", "HIV", "艾滋", "精神", "抑郁", "癌", "残疾", "怀孕", "★", "内部资料", "商业秘密", "配方", "报价",
    "@", "IMEI", "治安",
)  # fmt: skip
_PLATE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]"
_PIECES = (_NUMBER, _PLATE, *_WORDS)
_SUSPECT = "|".join(_PIECES)


@column_check
def holds_id_card(texts: Column, **params: Any) -> Rows:
    """An identity number (`personal_data.id_cards`)."""
    return _found(texts, (_NUMBER,), personal_data.id_cards, params)


@column_check
def holds_telephone(texts: Column, **params: Any) -> Rows:
    """A telephone number (`personal_data.telephones`)."""
    return _found(texts, (_NUMBER,), personal_data.telephones, params)


@column_check
def holds_bank_account(texts: Column, **params: Any) -> Rows:
    """A bank card or account (`personal_data.bank_accounts`)."""
    return _found(texts, (_NUMBER,), personal_data.bank_accounts, params)


@column_check
def holds_home_address(texts: Column, words: Sequence[str], bare: bool) -> Rows:
    """A home address (`personal_data.home_addresses`)."""
    needs = [*words, *personal_data.ROOM_WORDS] if bare else words
    return _found(texts, needs, personal_data.home_addresses, {"words": words, "bare": bare})


@column_check
def holds_health_words(texts: Column, words: Sequence[str], **params: Any) -> Rows:
    """Illness near somebody named (`personal_data.health_words`)."""
    return _found(texts, words, personal_data.health_words, {"words": words, **params})


@column_check
def names_outsider(texts: Column, *own_names: Column, roles: Sequence[str], surnames: str) -> Rows:
    """A name after 举报人, 证人 … (`personal_data.outsiders`) that is none of the row's own names."""
    rows = _found(texts, roles, personal_data.outsiders, {"roles": roles, "surnames": surnames})
    names = [column.values.take(pa.array(rows)).to_pylist() for column in (texts, *own_names)]
    outside = [
        any(text[start:end] not in own for start, end in personal_data.outsiders(text, roles, surnames))
        for text, *own in zip(*names, strict=True)
    ]
    return rows[np.array(outside, dtype=bool)]


@column_check
def holds_shape(
    texts: Column, needs: Sequence[str], patterns: Sequence[str], except_for: Sequence[str] = ()
) -> Rows:
    """One of the patterns is found once the exceptions are taken out.

    Args:
        texts: long texts.
        needs: RE2 pieces; every match holds one of them.
        patterns: Python regular expressions.
        except_for: regular expressions of what is harmless.
    """
    return _found(texts, needs, personal_data.shapes, {"patterns": patterns, "except_for": except_for})


@column_check
def cites_law(texts: Column, dates: Column, words: Sequence[str], day: str, before: bool) -> Rows:
    """A law is cited, and the decision was taken before a day (`before`), or not before it or at no readable date."""
    rows = _candidates(texts, words)
    decided = dates.values.take(pa.array(rows))
    is_before = as_numpy(
        pc.and_(pc.match_substring_regex(decided, r"^\d{4}/\d{2}/\d{2}$"), pc.less(decided, day))
    )
    return rows[is_before == before]


FINDERS: dict[str, personal_data.Finder] = {
    "holds_id_card": personal_data.id_cards,
    "holds_telephone": personal_data.telephones,
    "holds_bank_account": personal_data.bank_accounts,
    "holds_home_address": personal_data.home_addresses,
    "holds_health_words": personal_data.health_words,
    "names_outsider": personal_data.outsiders,
    "holds_shape": lambda text, needs, **params: personal_data.shapes(text, **params),
}
"""Check → what finds its hits, so that a finding can show the text around them."""


def _found(texts: Column, needs: Sequence[str], finder: personal_data.Finder, params: dict[str, Any]) -> Rows:
    """Rows with a hit; a text that repeats is looked at once."""
    rows = _candidates(texts, needs)
    hits = flag_distinct(
        texts.values.take(pa.array(rows)), lambda text: any(True for _ in finder(text, **params))
    )
    return rows[as_numpy(hits)]


def _candidates(texts: Column, needs: Sequence[str]) -> Rows:
    """Rows that hold one of the pieces."""
    own = "|".join(piece if piece in _PIECES else re.escape(piece) for piece in needs)
    is_covered = all(any(known in piece for known in _PIECES) for piece in needs)
    if not is_covered:
        return texts.rows_matching(own)
    rows = texts.rows_matching(_SUSPECT)
    if not len(rows):
        return NO_ROWS
    return rows[as_numpy(pc.match_substring_regex(texts.values.take(pa.array(rows)), own))]
