"""How the cells of registry files are read: text → value, or what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

import pyarrow as pa

from gongshi.registry.errors import CellError
from gongshi.standard.identifiers import uscc_wrong_check, uscc_wrong_form

KINDS = (
    "licence", "penalty", "coercion", "confirmation", "levy", "payment", "adjudication", "compensation", "award",
    "inspection",
)  # fmt: skip
LEVELS = ("province", "prefecture", "county")
ZONE = "zone"
ROLES = ("分管领导", "相关内设机构", "责任处（科）室负责人", "联络员")
EMPTY = ("Fill it in.", "该项必填，请补填。")
NO_DAY = ("Write an existing day as YYYY-MM-DD.", "请填写实际存在的日期，格式YYYY-MM-DD。")
NO_USCC = (
    "Write a 统一社会信用代码: 18 characters, the last one its check character.",
    "请填写正确的18位统一社会信用代码。",
)


def text(value: str) -> str:
    """Required text."""
    if not value:
        raise CellError(*EMPTY)
    return value


def optional(value: str) -> str | None:
    """Text or nothing."""
    return value or None


def one_of(*allowed: str) -> Callable[[str], str]:
    """One of a list of words."""

    def read(value: str) -> str:
        if value not in allowed:
            raise CellError(f"Write one of {', '.join(allowed)}.", f"只能填写：{'、'.join(allowed)}。")
        return value

    return read


def one_of_or_empty(*allowed: str) -> Callable[[str], str | None]:
    """One of a list of words, or nothing."""
    read = one_of(*allowed)
    return lambda value: read(value) if value else None


def kinds(value: str) -> str | None:
    """Kinds of record separated by ";", in our order; nothing = all."""
    named = {part.strip() for part in re.split("[;；]", value) if part.strip()}
    if unknown := sorted(named - set(KINDS)):
        raise CellError(
            f"Unknown kind {unknown[0]}; write some of {', '.join(KINDS)}, separated by ';', or nothing for all.",
            f"未知的信息类别{unknown[0]}；可填写{'、'.join(KINDS)}，以分号分隔，不填为全部。",
        )
    return ";".join(kind for kind in KINDS if kind in named) or None


def flag(value: str) -> bool:
    """0 or 1."""
    if value not in ("0", "1"):
        raise CellError("Write 0 or 1.", "只能填写0或1。")
    return value == "1"


def day(value: str) -> date:
    """A day, YYYY-MM-DD (YYYY/MM/DD is understood)."""
    match = re.fullmatch(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})", value, re.ASCII)
    try:
        return date(int(match[1]), int(match[3]), int(match[4])) if match else date.fromisoformat(value)
    except ValueError:
        raise CellError(*NO_DAY) from None


def open_day(value: str) -> date | None:
    """A day, or nothing for an open end."""
    return day(value) if value else None


def division_code(value: str) -> str:
    """A division code: six digits of GB/T 2260; of a zone those of the division it lies in and three of its own."""
    if not re.fullmatch(r"[1-9]\d{5}(\d{3})?", value, re.ASCII):
        raise CellError(
            "Write the six digits of GB/T 2260 (a zone: nine).",
            "请填写6位行政区划代码（开发区为所在区划6位代码加3位序号）。",
        )
    return value


def agency_code(value: str) -> str:
    """A 统一社会信用代码 with a right check digit."""
    value = value.upper()
    if not _is_uscc(value):
        raise CellError(*NO_USCC)
    return value


@lru_cache(maxsize=1 << 14)  # the same codes stand in file after file
def _is_uscc(value: str) -> bool:
    one = pa.array([value])
    return bool(value) and not uscc_wrong_form(one)[0].as_py() and not uscc_wrong_check(one)[0].as_py()
