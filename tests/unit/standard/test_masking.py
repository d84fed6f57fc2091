"""Masks of section 11.3: what stays, what goes, and what must not be hit."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from gongshi.standard.id_cards import id_card_check_character
from gongshi.standard.masking import mask_id_card, mask_id_no, mask_person_name, mask_phone, mask_text


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("530102199003071238", "530102********1238"),
        ("530102900307123", "530102*****7123"),
        ("11010519491231002X", "110105********002X"),
        ("5301021990", "5*90"),
        ("123", "***"),
        ("", ""),
    ],
)
def test_identity_number(value, masked):
    assert mask_id_card(value) == masked


@pytest.mark.parametrize(
    ("id_type", "value", "masked"),
    [
        ("身份证", "530102199003071238", "530102********1238"),
        ("居民身份证", "530102199003071238", "530102********1238"),
        ("护照号", "E12345678", "E*78"),
        ("港澳居民来往内地通行证", "H12345678", "H*78"),
        ("其他-居住证", "530102199003071238", "530102********1238"),
        ("", "530102199003071238", "530102********1238"),
        ("没有的类型", "AB", "**"),
    ],
)
def test_document_number_by_type(id_type, value, masked):
    assert mask_id_no(id_type, value) == masked


@pytest.mark.parametrize(
    ("value", "masked"), [("13812345678", "138****5678"), ("0871-65123456", "087****3456"), ("110", "***")]
)
def test_phone(value, masked):
    assert mask_phone(value) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("欧阳娜娜", "欧阳*"),
        ("欧阳", "欧*"),
        ("买买提·吐尔逊", "买*"),
        ("Smith", "S*"),
        ("王", "*"),
        ("", ""),
    ],
)
def test_person_name(name, masked):
    assert mask_person_name(name) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("当事人身份证号530102199003071238，住昆明", "当事人身份证号***，住昆明"),
        ("身份证号11010519491231002x。", "身份证号***。"),
        ("旧号530102900307123。", "旧号***。"),
        ("错一位的53010219900307123X也要遮", "错一位的***也要遮"),
        ("电话13812345678或138-1234-5678、+86 13812345678", "电话***或***、***"),
        ("座机0871-65123456", "座机***"),
        ("卡号6222021234567890128，开户", "卡号***，开户"),
        ("卡号4111 1111 1111 1111", "卡号***"),
    ],
)
def test_text_hits(text, masked):
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "统一社会信用代码91530100MA6K8X2N0H",
        "统一社会信用代码91110000600037341L",
        "统一社会信用代码12530300432900010E",
        "注册号530100000001235",
        "云昆市监处罚〔2026〕20260501123号",
        "卡号4111111111111112",  # wrong Luhn digit: no card
        "罚款20000元，2026年5月1日",
        "许可编号JY15301020012345",
        "",
    ],
)
def test_text_that_must_stay(text):
    assert mask_text(text) == text


@given(
    st.dates(date(1910, 1, 1), date(2026, 1, 1)), st.integers(0, 999), st.text("的号，。（）电话", max_size=5)
)
def test_every_identity_number_goes(born, sequence, around):
    first17 = f"530102{born:%Y%m%d}{sequence:03d}"
    number = first17 + id_card_check_character(first17)
    assert mask_text(around + number + around) == around + "***" + around


@given(st.from_regex(r"[2-9][0-9]{14,17}", fullmatch=True))
def test_every_bank_card_goes(body):
    assert mask_text(f"账号{body}{luhn.calc_check_digit(body)}。") == "账号***。"
