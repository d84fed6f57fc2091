"""The fix rules: what each mends and leaves alone, and what holds for any text."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi.sample.blemishes import one_blemish_per_row
from gongshi.sample.decisions import no_fault_rows
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import ROW_NO
from gongshi.standard.normalise import normalise

Row = dict[str, str | None]
FIX_RULES = {
    "licence": {
        "TX-01",
        "TX-02",
        "TX-03",
        "TX-04",
        "TX-05",
        "TX-06",
        "TX-12",
        "ID-17",
        "PE-03",
        "DT-08",
        "XK-03",
    },
    "penalty": {
        "TX-01",
        "TX-02",
        "TX-03",
        "TX-04",
        "TX-05",
        "TX-06",
        "TX-12",
        "ID-17",
        "PE-03",
        "DT-08",
        "CF-10",
        "CF-18",
    },
}


def run(kind: str, rows: list[Row]) -> tuple[list[Row], list[dict[str, Any]]]:
    """(normalised rows, fixes); absent and empty cells are None."""
    names = [*(f.name for f in KINDS[kind].fields), "operation", "record_ref"]
    table = {name: pa.array([row.get(name) or "" for row in rows], pa.string()) for name in names}
    result = normalise(KINDS[kind], pa.table(table | {ROW_NO: pa.array(range(2, len(rows) + 2), pa.int32())}))
    return pa.table(result.columns).to_pylist(), result.fixes.to_pylist()


def one(kind: str, **cells: str) -> tuple[Row, list[tuple[str, str]]]:
    """(filled cells, [(rule, field)]) of one row."""
    (row,), fixes = run(kind, [cells])
    return {name: text for name, text in row.items() if text}, [
        (fix["rule_id"], fix["field"]) for fix in fixes
    ]


@pytest.mark.parametrize(
    ("cells", "mended", "rules"),
    [
        ({"party_name": "　昆明滇润公司\u00a0 "}, {"party_name": "昆明滇润公司"}, ["TX-01"]),
        ({"party_name": "昆明\n滇润\t公司"}, {"party_name": "昆明滇润公司"}, ["TX-02"]),
        ({"document_no": "昆许〔2026〕\r\n1号"}, {"document_no": "昆许〔2026〕1号"}, ["TX-02"]),
        ({"organ_code": "\n1153\n"}, {"organ_code": "1153"}, ["TX-02"]),
        ({"content": "一\u200b二\ufeff\x07三"}, {"content": "一二三"}, ["TX-03"]),
        ({"party_uscc": "９１５３"}, {"party_uscc": "9153"}, ["TX-04"]),
        ({"decision_date": "２０２６－０６－０１"}, {"decision_date": "2026/06/01"}, ["TX-04"]),
        ({"party_name": "云南云岭(集团)公司"}, {"party_name": "云南云岭（集团）公司"}, ["TX-05"]),
        ({"party_name": "(昆明)Green Ltd."}, {"party_name": "（昆明）Green Ltd."}, ["TX-05"]),
        ({"party_name": "云岭(A)公司"}, {"party_name": "云岭（A）公司"}, ["TX-05"]),
        ({"party_uscc": "91ma"}, {"party_uscc": "91MA"}, ["TX-06"]),
        ({"party_organisation_code": "01512345-x"}, {"party_organisation_code": "01512345X"}, ["TX-06"]),
        ({"party_tax_no": "530102015123450.0"}, {"party_tax_no": "530102015123450"}, ["TX-12"]),
        ({"party_registration_no": "91530100MA6K8X2N0H", "party_uscc": "91530100MA6K8X2N0H"},
         {"party_uscc": "91530100MA6K8X2N0H"}, ["ID-17"]),
        ({"valid_to": " 长期"}, {"valid_to": "2099/12/31"}, ["TX-01", "DT-08"]),
        ({"party_category": "企业"}, {"party_category": "法人及非法人组织"}, ["CT-02"]),
        ({"party_category": "自然人", "party_id_type": "身份证", "party_id_no": "530102900307123"},
         {"party_category": "自然人", "party_id_type": "身份证", "party_id_no": "530102199003071238"}, ["PE-03"]),
    ],
    ids=lambda value: None,
)  # fmt: skip
def test_what_each_fix_mends(cells: Row, mended: Row, rules: list[str]) -> None:
    for kind in KINDS:
        row, fixes = one(kind, **cells)
        assert row == mended
        assert [rule for rule, _ in fixes] == rules


@pytest.mark.parametrize("mark", ["[2026]", "(2026)", "【2026】", "（2026）", "［2026］", "[ 2026 ]"])
def test_the_year_of_a_licence_number_gets_its_brackets(mark: str) -> None:
    row, fixes = one("licence", document_no=f"昆市监许{mark}12号")
    assert row == {"document_no": "昆市监许〔2026〕12号"}
    assert fixes == [("XK-03", "document_no")]


def test_a_moved_code_is_recorded_where_it_left_and_where_it_came() -> None:
    row, fixes = one("licence", party_registration_no="91530100MA6K8X2N0H")
    assert row == {"party_uscc": "91530100MA6K8X2N0H"}
    assert sorted(fixes) == [("ID-17", "party_registration_no"), ("ID-17", "party_uscc")]


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("licence", {"party_name": "(Yunnan) Co., Ltd."}),
        ("licence", {"party_name": "Yunnan (Green) Co., Ltd."}),
        ("licence", {"party_name": "云南　云岭 公司"}),
        ("licence", {"content": "第一项\n第二项\t（１）(甲)[2026] a.0"}),
        ("licence", {"document_no": "昆市监许〔2026〕12号[甲]"}),
        ("licence", {"party_registration_no": "91530100MA6K8X2N0H", "party_uscc": "92530102MA6L3A7B5E"}),
        ("licence", {"party_registration_no": "530100000001235"}),
        ("licence", {"valid_from": "长期"}),
        (
            "licence",
            {"party_category": "自然人", "party_id_type": "护照号", "party_id_no": "530102900307123"},
        ),
        ("licence", {"document_name": "关于A(B)的决定 ．"}),
        ("penalty", {"penalty_categories": "警告;罚款"}),
        ("penalty", {"fine_wan": "0.20"}),
        ("penalty", {"fine_wan": "1,20"}),
        ("penalty", {"document_no": "昆市监罚决[2026]1号"}),
        ("penalty", {"certificates_affected": "许可证(正本)"}),
    ],
)
def test_what_is_left_as_it_is(kind: str, cells: Row) -> None:
    row, fixes = one(kind, **cells)
    assert row == cells
    assert fixes == []


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_untidy_row_of_the_sample_is_mended_by_its_rule_alone(kind: str) -> None:
    planted = one_blemish_per_row(kind)
    _, fixes = run(kind, [row for row, _, _ in planted])
    named = {f.code: f.name for f in KINDS[kind].fields}
    found = [
        {(fix["rule_id"], fix["field"]) for fix in fixes if fix[ROW_NO] == n}
        for n in range(2, len(planted) + 2)
    ]
    wrong = {
        f"{place}: {rule} on {code}": hits
        for place, ((_, rule, code), hits) in enumerate(zip(planted, found, strict=True))
        if not {(rule, named[code])} <= hits or {r for r, _ in hits} != {rule}
    }
    assert wrong == {}
    assert {rule for _, rule, _ in planted} == FIX_RULES[kind]


@pytest.mark.parametrize("kind", list(KINDS))
def test_clean_input_is_untouched_and_nothing_is_recorded(kind: str) -> None:
    rows = no_fault_rows(kind, 600)
    normalised, fixes = run(kind, rows)
    assert fixes == []
    assert [{k: v or "" for k, v in row.items() if k in rows[0]} for row in normalised] == rows


ALPHABET = st.sampled_from(
    list(
        "一云公司（）()[]【】〔〕12026/-.,;；、０Ａaxz 　\t\n\u00a0\u200b\ufeff\x00\x1f\u2028E+*其他罚款警告长期年月日"
    )
)
TEXTS = st.one_of(
    st.text(ALPHABET, max_size=14),
    st.text(max_size=8),
    st.sampled_from(["长期", "警告;罚款", "罚款；罚款、警告", "其他-甲，乙", "企业", "个人", "身份证", "自然人", "530102900307123",
                     "91530100ma6k8x2n0h", "2026年6月1日", "46176", "1,234,567.80", "昆(2026)1号", "01512345-x", "12.0"]),
)  # fmt: skip


@st.composite
def rows(draw: st.DrawFn) -> tuple[str, Row]:
    kind = draw(st.sampled_from(sorted(KINDS)))
    names = [*(f.name for f in KINDS[kind].fields), "operation", "record_ref"]
    return kind, draw(st.dictionaries(st.sampled_from(names), TEXTS, min_size=1, max_size=6))


@settings(max_examples=150, deadline=None)
@given(rows())
def test_normalising_twice_changes_nothing_more(given_row: tuple[str, Row]) -> None:
    kind, row = given_row
    (once,), _ = run(kind, [row])
    (twice,), fixes = run(kind, [once])
    assert twice == once
    assert fixes == []


@settings(max_examples=150, deadline=None)
@given(rows())
def test_replaying_the_recorded_fixes_turns_the_original_into_the_normalised(
    given_row: tuple[str, Row],
) -> None:
    """Dates are the one form change that is no fix (DT-01 accepts all forms): they may differ by their form only."""
    kind, row = given_row
    (normalised,), fixes = run(kind, [row])
    cells = {name: row.get(name) or None for name in normalised}
    for fix in fixes:
        assert (cells[fix["field"]] or "") == fix["original"]
        assert fix["fixed"] != fix["original"]
        cells[fix["field"]] = fix["fixed"]
    dates = {f.name for f in KINDS[kind].fields if f.dtype == "date"}
    differing = {name for name in cells if cells[name] != normalised[name]}
    assert differing <= dates
    (again,), more = run(kind, [cells])
    assert {name: again[name] for name in dates} == {name: normalised[name] for name in dates}
    assert more == []
