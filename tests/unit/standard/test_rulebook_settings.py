"""The rule book as data: read back it says the same, and settings change exactly what they name."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from gongshi.standard.kinds import LICENCE
from gongshi.standard.normalise import normalise
from gongshi.standard.rulebook import (
    Rulebook,
    RulebookError,
    Setting,
    fault_of,
    from_data,
    shipped,
    with_settings,
)

BOOK = shipped()


def _data() -> dict[str, Any]:
    return json.loads(json.dumps(BOOK.as_data(), ensure_ascii=False))


def test_a_book_read_back_from_its_own_data_is_the_same_book() -> None:
    again = from_data(_data())
    assert again.version == BOOK.version
    assert again.as_data() == BOOK.as_data()
    for kind in BOOK.kinds:
        ours, theirs = list(BOOK.row_cases(kind)), list(again.row_cases(kind))
        assert [(c.rule.id, c.number, c.field, c.effect, c.spec, c.unless) for c in ours] == [
            (c.rule.id, c.number, c.field, c.effect, c.spec, c.unless) for c in theirs
        ]


def _changed(book: Rulebook, kind: str) -> set[str]:
    before, after = ({c["id"]: c for c in b.as_data()["rules"]} for b in (BOOK, book))
    return {
        rule_id for rule_id in before
        if before[rule_id]["params"].get(kind) != after[rule_id]["params"].get(kind)
        or any(before[rule_id][name] != after[rule_id][name] for name in ("enabled", "effect", "publication"))
    }  # fmt: skip


@pytest.mark.parametrize(
    ("setting", "kinds"),
    [
        (Setting("NM-02", None, None, "length", "6"), {"licence", "penalty"}),
        (Setting("NM-02", "penalty", None, "length", "6"), {"penalty"}),
        (Setting("TX-08", "licence", "XK_NR", "length", "200"), {"licence"}),
        (Setting("TX-08", "licence", "content", "length", "200"), {"licence"}),
        (Setting("TX-09", None, "organ_name", "words", "无、略"), {"licence", "penalty"}),
        (Setting("CT-03", None, None, "effect", "warn"), {"licence", "penalty"}),
        (Setting("CT-03", None, None, "enabled", "0"), {"licence", "penalty"}),
        (Setting("CT-03", None, None, "publication", "hold"), {"licence", "penalty"}),
    ],
)
def test_a_setting_changes_its_rule_and_nothing_else(setting: Setting, kinds: set[str]) -> None:
    assert fault_of(BOOK, setting) is None
    book = with_settings(BOOK, [setting])
    assert book.version != BOOK.version
    assert {kind for kind in BOOK.kinds if _changed(book, kind) == {setting.rule_id}} >= kinds
    assert from_data(json.loads(json.dumps(book.as_data()))).version == book.version


def test_a_threshold_of_one_field_leaves_the_others() -> None:
    book = with_settings(BOOK, [Setting("TX-08", "licence", "XK_NR", "length", "200")])
    lengths = {case.fields[0]: case.params["length"] for case in book.rules("licence")["TX-08"].cases}
    before = {case.fields[0]: case.params["length"] for case in BOOK.rules("licence")["TX-08"].cases}
    assert lengths == before | {"content": 200}


def test_a_rule_switched_off_has_no_expectation() -> None:
    book = with_settings(BOOK, [Setting("ID-03", None, None, "enabled", "0")])
    assert "ID-03" in {case.rule.id for case in BOOK.row_cases("licence")}
    assert "ID-03" not in {case.rule.id for case in book.row_cases("licence")}
    assert book.switched_off == {"ID-03"}


def test_a_fix_rule_switched_off_leaves_the_cell() -> None:
    rows = pa.table(
        {"row_no": pa.array([2], pa.int32()), "document_no": ["云许可(2026)1号"], "valid_to": ["长期"]}
    )
    on, off = normalise(LICENCE, rows), normalise(LICENCE, rows, frozenset({"XK-03", "DT-08"}))
    assert on.columns["document_no"].to_pylist() == ["云许可〔2026〕1号"]
    assert on.columns["valid_to"].to_pylist() == ["2099/12/31"]
    assert off.columns["document_no"].to_pylist() == ["云许可(2026)1号"]
    assert off.columns["valid_to"].to_pylist() == ["长期"]
    assert (off.fixes.num_rows, off.noted) == (0, {})


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        (Setting("ZZ-99", None, None, "enabled", "0"), "has no rule 'ZZ-99'"),
        (Setting("XK-01", "penalty", None, "enabled", "0"), "penalty has no rule XK-01"),
        (Setting("XK-01", "permit", None, "enabled", "0"), "unknown kind 'permit'"),
        (Setting("XK-01", None, None, "enabled", "no"), "write 0 or 1"),
        (Setting("BT-03", None, None, "enabled", "0"), "cannot be switched off"),
        (Setting("TX-01", None, None, "effect", "warn"), "is fixed"),
        (Setting("CT-03", None, None, "effect", "fix"), "write one of reject_row, warn"),
        (Setting("NM-02", None, None, "lenght", "6"), "no such parameter"),
        (Setting("NM-02", None, None, "length", "six"), "cannot be read"),
        (Setting("NM-02", None, None, "length", "6.5"), "no value of this kind"),
        (Setting("NM-02", None, None, "check", "no_such_check"), "unknown check 'no_such_check'"),
        (Setting("NM-02", None, None, "check", "is_later_than"), "cannot be asked so"),
        (Setting("TX-08", None, "XK_NR", "enabled", "0"), "leave the field empty"),
    ],
)
def test_a_setting_that_does_not_fit_says_what_to_write(setting: Setting, told: str) -> None:
    assert told in str(fault_of(BOOK, setting))
    with pytest.raises(RulebookError, match=setting.rule_id):
        with_settings(BOOK, [setting])


def _spoilt(**changes: Any) -> dict[str, Any]:
    data = _data()
    data["rules"][20] |= changes
    return data


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"rules": []}, "no list `rules`"),
        (_spoilt(effect="refuse"), "unknown effect 'refuse'"),
        (_spoilt(kinds=["permit"]), "unknown kind 'permit'"),
        (
            _spoilt(params={"licence": [{"fields": ["content"], "columns": ["content"], "check": "guess"}]}),
            "unknown check",
        ),
        (_spoilt(id="TX-01"), "TX-01: listed twice"),
        ({"rules": [{"id": "XK-01"}]}, "must be an object with"),
    ],
)
def test_a_rule_book_that_cannot_be_used_names_the_rule(data: dict[str, Any], told: str) -> None:
    with pytest.raises(RulebookError, match=r"book\.json") as raised:
        from_data(data, "book.json")
    assert told in str(raised.value)
