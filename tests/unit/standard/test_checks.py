"""Checks over columns, one table of good and bad values each; null violates nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gongshi.standard.amounts import amounts_in_text
from gongshi.standard.checks import violating_rows
from gongshi.standard.checks.amounts import amount_differs_from_text
from gongshi.standard.columns import Column
from gongshi.standard.kinds.penalty import RULES

CASES: list[tuple[str, dict[str, Any], list[tuple[bool, *tuple[str | None, ...]]]]] = [
    ("has_other_length", {"lengths": (15, 18)}, [
        (False, "1" * 15), (False, "1" * 18), (True, "1" * 16), (True, "号"), (False, None)]),
    ("equals", {}, [(True, "甲", "甲"), (False, "甲", "乙"), (False, None, None), (False, "甲", None)]),
    ("says_too_little", {"length": 4}, [
        (True, "同意。", "许可书"), (False, "同意经营", "许可书"), (True, "许可决定书", "许可决定书"), (False, "同意经营", None),
        (True, "同意", None), (False, None, None)]),
    ("differs_if_long", {"length": 3}, [
        (True, "12A", "12B"), (False, "12A", "12A"), (False, "12", "12B"), (False, "12A", None), (False, None, "12A")]),
    ("filled_at_other_prefix", {"starts": ("12", "5")}, [
        (True, "证", "91"), (False, "证", "12"), (False, "证", "52"), (False, "证", None), (False, None, "91")]),
    ("is_more_than_days_before", {"days": 30}, [
        (False, "2026/01/30", "2026/03/01"), (True, "2026/01/29", "2026/03/01"), (False, "2026/04/01", "2026/03/01"),
        (False, "2026/01/01", "2026/02/30"), (False, "2026/01/01", "某日"), (False, None, "2026/03/01"), (False, "0001/01/01", "0001/01/05"),
        (True, "0985/01/01", "0999/01/05")]),
    ("is_more_than_years_after", {"years": 1}, [
        (False, "2025/03/01", "2024/03/01"), (True, "2025/03/02", "2024/03/01"), (False, "2025/02/28", "2024/02/29"),
        (True, "2025/03/01", "2024/02/29"), (False, "2030/01/01", "某日"), (False, "2030/01/01", None),
        (False, "9999/12/31", "9999/01/01")]),
    ("number_names_other_year", {"years_before": 1}, [
        (False, "市监〔2026〕1号", "2026/03/01"), (False, "市监〔2025〕1号", "2026/03/01"), (True, "市监〔2024〕1号", "2026/03/01"),
        (True, "市监〔2027〕1号", "2026/03/01"), (False, "市监1号", "2026/03/01"), (False, "市监〔20〕1号", "2026/03/01"),
        (False, "市监〔2020〕1号", "2021/03/01"), (True, "市监〔2020〕1号", "2022/03/01"), (False, "市监〔1999〕1号", "1999/12/31"),
        (False, "市监〔1999〕1号", None), (False, None, "2026/03/01"), (False, "市监〔1999〕1号", "某年某月")]),
    ("amount_at_least", {"wan": 10_000}, [
        (True, "10000"), (True, "10000.00"), (False, "9999.999999"), (False, "一万"), (False, None), (True, "9" * 12)]),
    ("filled_although_no_category", {"groups": ("licence",), "placeholders": ("无",)}, [
        (True, "许可证1号", "罚款"), (False, "许可证1号", "罚款;吊销许可证件"), (False, "无", "罚款"), (False, None, "罚款"),
        (False, "许可证1号", None)]),
    ("category_of_other_organ", {"groups": ("行政拘留",), "pattern": "公安"}, [
        (True, "行政拘留", "昆明市市场监督管理局"), (False, "罚款;行政拘留", "昆明市公安局"), (False, "罚款", "昆明市市场监督管理局"),
        (False, "行政拘留", None), (False, None, "昆明市市场监督管理局")]),
    ("either_matches_at_prefix", {"pattern": "营业执照", "starts": ("91", "92")}, [
        (True, "核发营业执照", "准予", "91530102"), (True, "决定书", "核发营业执照", "92"), (False, "决定书", "准予", "91"),
        (False, "核发营业执照", "准予", "51"), (False, "核发营业执照", "准予", None), (True, None, "核发营业执照", "91")]),
]  # fmt: skip


@pytest.mark.parametrize(("check", "params", "rows"), CASES, ids=[name for name, _, _ in CASES])
@pytest.mark.parametrize("times", [1, 8], ids=["different values", "repeated values"])
def test_rows_that_violate(
    check: str, params: dict[str, Any], rows: list[tuple[Any, ...]], times: int
) -> None:
    rows = rows * times
    columns = [Column(pa.array(values, pa.large_string())) for values in list(zip(*rows, strict=True))[1:]]
    assert violating_rows(check, columns, params).tolist() == [n for n, row in enumerate(rows) if row[0]]


@pytest.mark.parametrize(
    ("text", "categories", "violates"),
    [
        ("罚款人民币2000元。", "罚款", False),
        ("罚款人民币2000元。", "警告", True),
        ("给予警告，罚款人民币2000元。", "警告;罚款", False),
        ("给予警告，罚款人民币2000元。", "罚款", True),
        ("没收违法所得500元。", "没收非法财物", False),
        ("没收违法所得500元。", "没收违法所得、没收非法财物", False),
        ("没收违法所得500元。", "其他-没收保证金", False),
        ("吊销许可证。", "暂扣许可证件", True),
        ("吊销许可证。", "暂扣或者吊销许可证", False),
        ("给予警告；逾期不改正的，加处罚款。", "警告", False),
        ("给予警告；逾期不缴纳罚款的，依法处理。", "警告", False),
        ("给予警告，免予罚款。", "警告", False),
        ("给予警告，不予罚款；没收违法所得。", "警告", True),
        ("责令设置警告标志。", "其他-责令改正", False),
        ("责令停产停业。", "责令停产停业", False),
        (None, "罚款", False),
        ("罚款。", None, False),
    ],
)
def test_words_of_penalties_without_their_category(
    text: str | None, categories: str | None, violates: bool
) -> None:
    (case,) = next(rule for rule in RULES if rule.id == "CF-32").cases
    columns = [Column(pa.array([value], pa.large_string())) for value in (text, categories)]
    assert violating_rows(case.check, columns, dict(case.params)).tolist() == [0] * violates


@given(
    st.lists(
        st.sampled_from(
            [
                "2000",
                "元",
                "12000",
                "0.5",
                "万",
                "贰仟",
                "罚款",
                "，",
                "整",
                "。",
                "5角",
                " ",
                "第",
                "2,",
                "月",
            ]
        ),
        max_size=9,
    ).map("".join),
    st.sampled_from(["0.2", "1.2", "0.20", "2000", "0.00005", "20"]),
)
@example("罚款12000元。", "0.2")
@example("缴款码" + "53010026" * 5 + "，罚款2000元。", "0.2")
@example("第2000元。", "0.2")
@example("罚款2000元整5角。", "0.2")
def test_a_plain_amount_is_told_as_the_whole_text_is_read(text: str, wan: str) -> None:
    """CF-20 settles the usual form without reading on; it must answer as reading on would."""
    named, yuan = amounts_in_text(text), Decimal(wan) * 10_000
    differs = bool(named) and yuan not in named
    columns = [pa.array([wan], pa.large_string()), pa.array([text], pa.large_string())]
    found = [
        amount_differs_from_text(*columns, factor=10_000, exact_factor=exact)[0].as_py()
        for exact in (True, False)
    ]
    assert any(found) == differs
