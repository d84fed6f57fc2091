"""Code lists: labels, synonyms, 其他 with its note, and several penalty categories in one field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.standard.code_lists import load_list, needs_note, split_penalty_categories

NAMES = [
    "party_category",
    "licence_category",
    "penalty_category",
    "id_type",
    "state",
    "state_l2015",
    "publication_range",
]
OLD_CONFISCATION = "没收违法所得、没收非法财物"
OLD_LICENCE = "暂扣或者吊销许可证、暂扣或者吊销执照"


@pytest.mark.parametrize("name", NAMES)
def test_codes_and_texts_of_a_list_are_unique(name):
    code_list = load_list(name)
    texts = [text for entry in code_list.entries for text in (entry.label, *entry.synonyms)]
    assert len(set(texts)) == len(texts)
    assert len(set(code_list.codes)) == len(code_list.entries)
    assert all(entry.group for entry in code_list.entries)


def test_labels_of_the_standard():
    assert load_list("party_category").labels == ("法人及非法人组织", "自然人", "个体工商户")
    assert load_list("licence_category").labels == ("普通", "特许", "认可", "核准", "登记", "其他")
    assert load_list("state").codes == ("1", "2")
    assert load_list("state_l2015").code_of("撤销") == "1"
    assert len(load_list("id_type").labels) == 6


@pytest.mark.parametrize(
    ("name", "text", "label", "group"),
    [
        ("party_category", "企业", "法人及非法人组织", "organisation"),
        ("party_category", "个人", "自然人", "person"),
        ("party_category", "其他", None, None),
        ("id_type", "居民身份证", "身份证", "id_card"),
        ("id_type", "台胞证", "台湾居民来往大陆通行证", "taiwan_pass"),
        ("id_type", "其他-军官证", "其他-军官证", "other"),
        ("licence_category", "其他（备案）", "其他（备案）", "other"),
        ("licence_category", "其他(备案)", "其他(备案)", "other"),
        ("licence_category", "其他", "其他", "other"),
        ("licence_category", "其他人", None, None),
        ("licence_category", "审批", None, None),
        ("penalty_category", "通报批评", "通报批评", "reputation"),
        ("penalty_category", OLD_LICENCE, OLD_LICENCE, "licence"),
        ("penalty_category", "责令改正", None, None),
        ("state", "1", None, None),
    ],
)
def test_canonical_and_group(name, text, label, group):
    code_list = load_list(name)
    assert (code_list.canonical(text), code_list.group(text)) == (label, group)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("其他", True),
        ("其他-", True),
        ("其他（）", True),
        ("其他( )", True),
        ("其他：", True),
        ("其他-备案", False),
        ("其他（备案）", False),
        ("其它-备案", False),
        ("罚款", False),
    ],
)
def test_other_needs_a_note(text, missing):
    assert needs_note(text) is missing


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("罚款", ["罚款"]),
        ("罚款;警告", ["罚款", "警告"]),
        (
            " 罚款； 警告 ，通报批评|行政拘留,责令关闭、限制从业;",
            ["罚款", "警告", "通报批评", "行政拘留", "责令关闭", "限制从业"],
        ),
        (OLD_CONFISCATION, [OLD_CONFISCATION]),
        (f"罚款、{OLD_CONFISCATION}、警告", ["罚款", OLD_CONFISCATION, "警告"]),
        (f"{OLD_CONFISCATION};{OLD_LICENCE}", [OLD_CONFISCATION, OLD_LICENCE]),
        ("没收违法所得、罚款", ["没收违法所得", "罚款"]),
        ("其他（责令改正、消除影响）;罚款", ["其他（责令改正、消除影响）", "罚款"]),
        ("其他-责令改正，消除影响、罚款", ["其他-责令改正，消除影响", "罚款"]),
        ("其他-责令改正;拆除", ["其他-责令改正", "拆除"]),
        ("罚款、拆除", ["罚款", "拆除"]),
        ("", []),
        (";", []),
    ],
)
def test_split_penalty_categories(text, pieces):
    assert split_penalty_categories(text) == pieces


@given(
    st.lists(st.sampled_from(load_list("penalty_category").labels), min_size=1, unique=True),
    st.sampled_from(";；|，,、"),
)
def test_joined_labels_split_into_themselves(labels, separator):
    if {"没收违法所得", "没收非法财物"} <= set(labels):
        labels = [
            label for label in labels if label != "没收违法所得"
        ]  # side by side they read as the old label
    assert split_penalty_categories(separator.join(labels)) == labels
