"""Rates and ranks as they are printed."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from gongshi.oversee.figures import Rate, half_up, ranks, write_figures
from gongshi.oversee.quarterly import change, growth, moved


@pytest.mark.parametrize(
    ("numerator", "denominator", "printed"),
    [
        (100, 119_634, "0.08%"),
        (332, 9_220, "3.60%"),
        (432, 128_854, "0.34%"),
        (0, 0, "—"),
        (0, 7, "0.00%"),
        (128_854, 128_854, "100.00%"),
        (1, 20_000, "0.01%"),  # 0.005 exactly: a half goes up, where binary floats and half-even go down
        (3, 20_000, "0.02%"),  # 0.015
        (99_999, 100_000, "100.00%"),
    ],
)
def test_rate_prints_two_decimals_half_up(numerator: int, denominator: int, printed: str) -> None:
    assert str(Rate(numerator, denominator)) == printed


def test_rate_prints_its_two_numbers() -> None:
    assert Rate(332, 9220).full == "3.60%（332/9,220）"


def test_a_limit_is_compared_exactly_not_as_printed() -> None:
    assert str(Rate(50_001, 1_000_000)) == "5.00%"
    assert Rate(50_001, 1_000_000).above(5)
    assert not Rate(5, 100).above(5)
    assert not Rate(0, 0).below(95)


def test_negative_halves_go_away_from_zero() -> None:
    assert half_up(Fraction(-1, 200)) == Decimal("-0.01")


def test_equal_rates_share_a_place_and_small_ones_have_none() -> None:
    rates = {"a": Rate(9, 10), "b": Rate(18, 20), "c": Rate(10, 10), "d": Rate(9, 9), "e": Rate(1, 10)}
    assert ranks(rates, 10, best_high=True) == {"c": 1, "a": 2, "b": 2, "e": 4}


def test_trend_is_a_dash_without_a_quarter_before() -> None:
    assert change(Rate(1, 2), Rate(0, 0)) == "—"
    assert growth(10, 0) == "—"
    assert moved(1, None) == "—"


def test_trend_has_its_sign() -> None:
    assert change(Rate(9, 10), Rate(8, 10)) == "+10.00"
    assert change(Rate(8, 10), Rate(8, 10)) == "0.00"
    assert growth(90, 100) == "-10.00%"
    assert moved(2, 5) == "+3"


def test_figures_are_text_with_sorted_keys(tmp_path: Path) -> None:
    write_figures(tmp_path / "figures.json", {"b": 1, "a": [{"z": Decimal("0.10"), "y": None}]})
    text = (tmp_path / "figures.json").read_text(encoding="utf-8")
    assert json.loads(text) == {"a": [{"y": None, "z": "0.10"}], "b": "1"}
    assert text.index('"a"') < text.index('"b"')
