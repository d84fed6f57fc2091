"""Identifiers against the standard's vectors (section 3), python-stdnum, and properties."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric
from stdnum.cn import uscc as stdnum_uscc

from gongshi.standard import id_cards as cards
from gongshi.standard import identifiers as ids

VALID_USCC = [
    "91110000600037341L",
    "1153000001512345X8",
    "12530300432900010E",
    "51530000500001237R",
    "52530000MJY000458L",
    "91530100MA6K8X2N0H",
    "92530102MA6L3A7B5E",
    "93532300MA6NQ1RT2L",
]
USCC_CHECKS = [
    ids.uscc_wrong_check,
    ids.uscc_wrong_prefix,
    ids.uscc_wrong_organisation_code,
    ids.uscc_placeholder,
]
TODAY = date(2026, 11, 22)


def one(function, value, *args, **kwargs):
    """The answer for one value, as a column of one."""
    return function(pa.array([value], pa.string()), *args, **kwargs)[0].as_py()


digits = st.text("0123456789", min_size=6, max_size=6)
uscc_parts = st.tuples(
    st.sampled_from(["11", "12", "51", "91", "92", "93", "A1", "N2", "Y1"]),
    digits,
    st.text(ids.USCC_ALPHABET, min_size=8, max_size=8),
)


@pytest.mark.parametrize("code", VALID_USCC)
def test_valid_uscc_passes_every_function(code):
    assert not any(one(check, code) for check in [ids.uscc_wrong_form, *USCC_CHECKS])
    assert ids.uscc_check_character(code[:17]) == code[17]
    assert ids.organisation_code_check_character(code[8:16]) == code[16]


@pytest.mark.parametrize(
    ("code", "violated"),
    [
        ("91530100MA6K8X2N0J", {"uscc_wrong_check"}),
        ("91530100MA6K8X2NOH", {"uscc_wrong_form"}),
        ("91530100MA6K8X2N1H", {"uscc_wrong_check", "uscc_wrong_organisation_code"}),
        ("91530100MA6K8X2N51", {"uscc_wrong_organisation_code"}),
        ("9153010MA6K8X2N0H", {"uscc_wrong_form"}),
        ("91530100ma6k8x2n0h", {"uscc_wrong_form"}),
        ("云南省昆明市", {"uscc_wrong_form"}),  # 18 bytes of UTF-8, 6 characters
        ("", set()),
        (None, set()),
    ],
)
def test_invalid_uscc_violates_exactly(code, violated):
    functions = [ids.uscc_wrong_form, *USCC_CHECKS]
    assert {function.__name__ for function in functions if one(function, code)} == violated


@pytest.mark.parametrize("code", ["00000000000000000X", "88888888888888888A", "123456789012345678"])
def test_placeholder_is_recognised(code):
    """What else a placeholder violates is silenced by the preconditions of the rules, not here."""
    assert one(ids.uscc_placeholder, code) is True


@pytest.mark.parametrize(
    ("prefix", "wrong"),
    [
        ("A1", False),
        ("N3", False),
        ("Y1", False),
        ("99", False),
        ("N4", True),
        ("94", True),
        ("Y9", True),
        ("01", True),
    ],
)
def test_prefix_table_of_gb_32100(prefix, wrong):
    assert one(ids.uscc_wrong_prefix, ids.make_uscc(prefix, "530000", "12345678")) is wrong


def test_organ_prefixes_are_a_parameter():
    company = "91530100MA6K8X2N0H"
    assert one(ids.organ_code_wrong_prefix, company) is True
    assert one(ids.organ_code_wrong_prefix, company, allowed=("91",)) is False
    assert one(ids.organ_code_wrong_prefix, "1153000001512345X8") is False
    assert one(ids.organ_code_wrong_prefix, "91") is False


@given(uscc_parts)
def test_made_uscc_is_valid_and_stdnum_agrees(parts):
    code = ids.make_uscc(*parts)
    assert not one(ids.uscc_wrong_form, code)
    assert not one(ids.uscc_wrong_check, code)
    assert not one(ids.uscc_wrong_organisation_code, code)
    if code[0] not in "ANY":  # stdnum wants eight leading digits
        assert stdnum_uscc.is_valid(code)


@given(uscc_parts, st.integers(0, 17), st.sampled_from(ids.USCC_ALPHABET))
def test_any_one_changed_character_fails_the_uscc_check(parts, place, character):
    code = ids.make_uscc(*parts)
    assume(code[place] != character)
    assert one(ids.uscc_wrong_check, code[:place] + character + code[place + 1 :])


@given(st.from_regex(r"[0-9]{8}[0-9A-HJ-NP-RTUWXY]{10}", fullmatch=True))
def test_stdnum_agrees_on_random_text(code):
    assert one(ids.uscc_wrong_check, code) is not stdnum_uscc.is_valid(code)


@pytest.mark.parametrize("code", ["D2143569X", "MA6K8X2N0", "01512345X", "600037341", "432900010"])
def test_valid_organisation_code(code):
    assert one(ids.organisation_code_wrong, code) is False


@pytest.mark.parametrize("code", ["MA6K8X2N5", "MA6K8X2N-0", "MA6K8X2N", "ma6k8x2n0", "云南省"])
def test_invalid_organisation_code(code):
    assert one(ids.organisation_code_wrong, code) is True


@given(
    st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8),
    st.integers(0, 7),
    st.integers(1, 9),
)
def test_any_one_changed_digit_fails_the_organisation_code(body, place, step):
    code = body + ids.organisation_code_check_character(body)
    assert one(ids.organisation_code_wrong, code) is False
    places = [place for place, character in enumerate(body) if character.isdigit()]
    assume(places)
    changed = places[place % len(places)]
    digit = (int(body[changed]) + step) % 10
    assert one(ids.organisation_code_wrong, code[:changed] + str(digit) + code[changed + 1 :]) is True


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        ("530100000001235", False),
        ("530000400000013", False),
        ("110000000002107", False),
        ("532300600007898", False),
        ("530100000001236", True),
        ("53010000000123X", True),
        ("5301000000012", False),  # 13 digits: no check digit
        ("91530100MA6K8X2N0H", False),  # a USCC in this field is ID-17's business
        ("53010000", True),
        ("", False),
        (None, False),
    ],
)
def test_registration_number(number, wrong):
    assert one(ids.registration_no_wrong, number) is wrong


@given(st.text("0123456789", min_size=14, max_size=14), st.integers(0, 13), st.integers(1, 9))
def test_any_one_changed_digit_fails_the_registration_number(body, place, step):
    number = body + ids.registration_no_check_digit(body)
    assert one(ids.registration_no_wrong, number) is False
    digit = (int(body[place]) + step) % 10
    assert one(ids.registration_no_wrong, number[:place] + str(digit) + number[place + 1 :]) is True


@pytest.mark.parametrize(
    ("number", "length", "check", "birth"),
    [
        ("11010519491231002X", False, False, False),
        ("530102199003071238", False, False, False),
        ("532927198512120040", False, False, False),
        ("53010219900307123X", False, True, False),
        ("530102199002300019", False, False, True),
        ("530102209001010016", False, False, True),
        ("530101198001010000", False, False, False),
        ("530102900307123", False, False, False),
        ("530102900230123", False, False, True),
        ("53010290030712X", True, False, False),
        ("5301021990030712", True, False, False),
        ("53010219900307123x", True, False, False),
        ("530102********1238", True, False, False),
        ("", False, False, False),
        (None, False, False, False),
    ],
)
def test_identity_number(number, length, check, birth):
    assert one(cards.id_card_wrong_length, number) is length
    assert one(cards.id_card_wrong_check, number) is check
    assert one(cards.id_card_bad_birth, number, TODAY) is birth


@pytest.mark.parametrize(
    ("born", "bad"),
    [("20261122", False), ("20261123", True), ("19051123", False), ("19051122", True), ("19000229", True)],
)
def test_birth_is_seen_from_the_given_day(born, bad):
    """120 completed years are believed, 121 are not; 1900 was no leap year."""
    first17 = "530102" + born + "123"
    assert one(cards.id_card_bad_birth, first17 + cards.id_card_check_character(first17), TODAY) is bad


@given(st.dates(date(1910, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 16), st.integers(0, 9))
def test_identity_number_properties(born, sequence, place, digit):
    first17 = f"530102{born:%Y%m%d}{sequence:03d}"
    number = first17 + cards.id_card_check_character(first17)
    assert ric.calc_check_digit(number) == number[17]  # its place table would refuse some real old numbers
    assert not one(cards.id_card_wrong_check, number)
    assert not one(cards.id_card_bad_birth, number, TODAY)
    assume(int(number[place]) != digit)
    assert one(cards.id_card_wrong_check, number[:place] + str(digit) + number[place + 1 :])


def test_upgrade_touches_only_real_15_digit_numbers():
    given_ = ["530102900307123", "530102900230123", None, "", "530102199003071238", "53010290030712X"]
    upgraded = cards.upgrade_id_card_15(pa.array(given_)).to_pylist()
    assert upgraded == ["530102199003071238", *given_[1:]]


def test_chunked_sliced_dictionary_and_empty_columns_answer_alike():
    codes = ["x", *VALID_USCC, None, "", "91530100MA6K8X2N0J", "x"]
    whole = pa.array(codes)
    expected = ids.uscc_wrong_check(whole).to_pylist()[1:-1]
    assert expected == [False] * 8 + [False, False, True]
    shapes = [
        whole.slice(1, 11),
        whole.cast(pa.large_string()).slice(1, 11),
        pa.chunked_array([whole.slice(1, 4), whole.slice(5, 7)]),
        whole.slice(1, 11).dictionary_encode(),
    ]
    assert [ids.uscc_wrong_check(shape).to_pylist() for shape in shapes] == [expected] * 4
    assert len(ids.uscc_wrong_form(pa.array([], pa.string()))) == 0
    assert ids.uscc_wrong_form(pa.nulls(2)).to_pylist() == [False, False]


def test_make_uscc_refuses_letters_outside_the_alphabet():
    with pytest.raises(ValueError, match="substring not found"):
        ids.make_uscc("91", "530100", "OOOOOOOO")


@pytest.mark.parametrize(
    ("birth", "day", "young"),
    [
        ("20080628", "2026/06/28", False),
        ("20080628", "2026/06/27", True),
        ("20080229", "2026/02/28", True),
        ("20080229", "2026/03/01", False),
        ("20300101", "2026/03/01", True),
        ("20120301", None, False),
        ("20120301", "不详", False),
        ("20120301", "2026年四月八日呀", False),
    ],
)
def test_age_at_a_day(birth: str, day: str | None, young: bool) -> None:
    numbers = pa.array(["", f"530102{birth}0011", None, f"530102{birth}"])
    days = pa.array([day] * 4, pa.string())
    assert cards.id_card_under_age(numbers, days).to_pylist() == [False, young, False, False]
