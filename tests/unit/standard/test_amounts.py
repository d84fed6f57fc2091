"""Amounts in text: every way of writing, and amount → words → amount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.standard.amounts import amounts_in_text, parse_chinese_amount, yuan_in_words

amounts = st.decimals(0, Decimal("999999999999.99"), places=2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("罚款20000元", ["20000"]),
        ("罚款2万元", ["20000"]),
        ("罚款1,234.50元", ["1234.50"]),
        ("罚款1，234，567元整", ["1234567"]),
        ("罚款人民币贰万元整", ["20000"]),
        ("罚款贰拾万元", ["200000"]),
        ("处以一百二十三万元罚款", ["1230000"]),
        ("罚款人民币贰万元（20000元）", ["20000"]),
        ("罚款20000元（大写：贰万元整）", ["20000"]),
        ("罚款人民币贰万元整（¥20,000.00元）", ["20000"]),
        ("罚款1.5亿元", ["150000000"]),
        ("罚款12万5千元", ["125000"]),
        ("罚款两千元", ["2000"]),
        ("罚款十五元", ["15"]),
        ("罚款二〇〇〇元", ["2000"]),
        ("罚款一亿零三百元", ["100000300"]),
        ("罚款零拾贰万零仟零佰元", ["20000"]),
        ("罚款壹佰元伍角叁分", ["100.53"]),
        ("罚款3元5角", ["3.5"]),
        ("罚款 2000 元", ["2000"]),
        ("罚款20000元，没收违法所得20000元", ["20000", "20000"]),
        ("罚款2万元（其中个人3万元）", ["20000", "30000"]),
        ("警告", []),
        ("2026年5月1日元旦", []),
        ("罚款2万", []),
        ("几十元、数百元", []),
        ("依据第二十元条", []),
        ("", []),
    ],
)
def test_amounts_in_text(text, expected):
    assert amounts_in_text(text) == [Decimal(amount) for amount in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("贰万元整", "20000"),
        ("贰万", "20000"),
        ("人民币贰万元", "20000"),
        ("20000", "20000"),
        ("0.2万元", "2000"),
        ("伍角", "0.5"),
        ("伍分", "0.05"),
        ("零元整", "0"),
        ("罚款2万元", None),
        ("元", None),
        ("整", None),
        ("", None),
    ],
)
def test_parse_chinese_amount(text, expected):
    assert parse_chinese_amount(text) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("20000", "贰万元整"),
        ("1230000", "壹佰贰拾叁万元整"),
        ("100000300", "壹亿零叁佰元整"),
        ("1005000", "壹佰万伍仟元整"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("1010.05", "壹仟零壹拾元零伍分"),
        ("0.05", "伍分"),
        ("10.50", "壹拾元伍角"),
        ("300000001", "叁亿零壹元整"),
    ],
)
def test_yuan_in_words(amount, words):
    assert yuan_in_words(Decimal(amount)) == words


@given(amounts)
def test_amount_written_in_words_reads_back(amount):
    words = yuan_in_words(amount)
    assert parse_chinese_amount(words) == amount
    if "元" in words:
        assert amounts_in_text(f"处罚款人民币{words}（{amount:,.2f}元）。") == [amount]


@given(amounts)
def test_amount_in_digits_reads_back(amount):
    assert amounts_in_text(f"罚款{amount}元") == amounts_in_text(f"罚款{amount:,}元") == [amount]
    assert amounts_in_text(f"罚款{amount / 10000:f}万元") == [amount]


@pytest.mark.parametrize("amount", ["-1", "0.001", "1000000000000"])
def test_what_cannot_be_written_is_refused(amount):
    with pytest.raises(ValueError, match="in words"):
        yuan_in_words(Decimal(amount))
