"""Division codes: every division of Yunnan since 1980, provinces and prefectures elsewhere."""

from __future__ import annotations

import csv
from importlib import resources

import pyarrow as pa
import pytest

from gongshi.sample.province import table
from gongshi.standard.regions import region_unknown


def unknown(*regions: str) -> list[bool]:
    """Whether the first six digits of 18 characters are unknown."""
    return region_unknown(pa.array([region.ljust(18, "0") for region in regions]), 0).to_pylist()


def test_divisions_of_yunnan_of_today_are_known() -> None:
    codes = [row["code"] for row in table("divisions")]
    assert [code for code, answer in zip(codes, unknown(*codes), strict=True) if answer] == []


@pytest.mark.parametrize(
    "region",
    [
        "532123",  # 巧家县 in 昭通地区, until 2000
        "530121",  # 呈贡县, until 2010
        "530101",  # 市辖区, in real old numbers (standard 3.4)
        "530211",  # 东川市, its last digits are not verified
        "512222",  # 四川省万县地区, until 1991
        "110101",
        "371202",  # 莱芜市, until 2018
        "100000",  # central registrars
        "830000",  # 台湾居民居住证
    ],
)
def test_old_and_distant_divisions_are_known(region: str) -> None:
    assert unknown(region) == [False]


@pytest.mark.parametrize("region", ["530104", "539901", "532999", "999999", "160000", "000000", "479900"])
def test_divisions_nobody_ever_gave_are_unknown(region: str) -> None:
    assert unknown(region) == [True]


def test_only_eighteen_characters_with_digits_there_are_judged() -> None:
    values = pa.array([None, "", "5399", "53990A" + "0" * 12, "91539901" + "A" * 10])
    assert region_unknown(values, 0).to_pylist() == [False] * 4 + [True]  # 915399
    assert region_unknown(values, 2).to_pylist() == [False] * 4 + [True]


def test_every_prefix_has_a_basis_and_stands_once() -> None:
    text = resources.files("gongshi.standard").joinpath("codes", "regions.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    prefixes = [row["prefix"] for row in rows]
    assert len(prefixes) == len(set(prefixes))
    assert [row for row in rows if not row["basis"] or len(row["prefix"]) not in (4, 6)] == []
    assert [p for p in prefixes if len(p) == 6 and not p.startswith("53")] == []
