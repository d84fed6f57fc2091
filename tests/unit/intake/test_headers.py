"""Header recognition (standard 1.3 numbering trap, 4.1, 10.2)."""

from __future__ import annotations

import pytest

from gongshi.intake import headers
from gongshi.standard.kinds import KINDS, LICENCE, PENALTY
from gongshi.standard.messages import Refusal

CODES = [f.code for f in LICENCE.fields]
LABELS = [f.label_zh for f in PENALTY.fields]


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
@pytest.mark.parametrize("attribute", ["code", "label_zh"])
def test_official_headers_name_every_field(kind, attribute):
    header = headers.recognise([getattr(f, attribute) for f in kind.fields])
    assert header == headers.Header(kind.name, "S2018b", tuple(f.name for f in kind.fields))


@pytest.mark.parametrize(
    ("written", "field"),
    [
        (" 行政相对人代码_3 （统一社会信用代码） *", "party_uscc"),
        ("行政相对人代码_2(组织机构代码)", "party_organisation_code"),
        ("行政相对人代码_3【工商注册号】", "party_registration_no"),
        ("处罚决定日期（必填）", "decision_date"),
        ("没收违法所得、没收非法财务的金额（万元）", "confiscated_wan"),
        ("处罚金额（万元）", "fine_wan"),
        ("cfXdrShxym", "party_uscc"),
        ("cfxdrmc", "party_name"),
        ("cf_fr_sfzh", "representative_id_no"),
        ("ＣＦ＿ＷＳＨ", "document_no"),
        ("操作类型", "operation"),
        ("JLBH", "record_ref"),
        ("XK_LYDM", "x:XK_LYDM"),
        ("经办人 ", "x:经办人"),
        ("", "x:(1)"),
    ],
)
def test_header_variants(written, field):
    rest = [f.label_zh for f in PENALTY.fields if f.name != field]
    header = headers.recognise([written, *rest])
    assert header.refusal is None
    assert header.columns[0] == field


def test_organisation_and_optional_columns_may_be_missing():
    required = [f.code for f in LICENCE.fields if f.required == "R"]
    assert headers.recognise(required).refusal is None


def test_missing_required_columns_are_named():
    header = headers.recognise([c for c in CODES if c not in ("XK_WSH", "XK_ZT")])
    assert header.kind == "licence"
    assert header.refusal == Refusal("BT-01", {"columns": "行政许可决定文书号（XK_WSH）、当前状态（XK_ZT）"})


def test_duplicate_columns_are_named_as_written():
    header = headers.recognise([*LABELS, "CF_WSH"])
    assert header.refusal == Refusal("BT-02", {"columns": "行政处罚决定书文号、CF_WSH"})


@pytest.mark.parametrize("cells", [["姓名", "电话"], ["行政相对人名称", "备注"], [""]])
def test_unknown_header_is_refused_without_a_kind(cells):
    header = headers.recognise(cells)
    assert (header.kind, header.refusal.rule_id) == (None, "BT-01")


def test_zero_report_header():
    header = headers.recognise(
        ["报送单位代码*", "信息类别", "期间起", "期间止", "零报送", "填报人", "负责人", "原因"]
    )
    assert (header.kind, header.columns) == ("zero", tuple(headers.ZERO_COLUMNS))


def test_every_alias_names_a_known_field_and_no_official_column():
    for field, alias, _ in headers._aliases():
        kinds = [k for k in KINDS.values() if field in {f.name for f in k.fields}]
        assert kinds, f"{field} in header_aliases.csv is no field of any kind"
        for kind in kinds:
            official = {headers.normalise(x): f.name for f in kind.fields for x in (f.code, f.label_zh)}
            assert official.get(headers.normalise(alias), field) == field, alias
