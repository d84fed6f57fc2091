"""Personal data in free text: what is found, where exactly, and what only looks like it (standard 4.11)."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from gongshi.standard.checks import violating_rows
from gongshi.standard.checks.personal_data import FINDERS
from gongshi.standard.columns import Column
from gongshi.standard.kinds import PENALTY
from gongshi.standard.model import Case
from gongshi.standard.personal_data import masked_context

CASES = [
    (rule.id, case)
    for rule in PENALTY.rules
    for case in rule.cases
    if rule.id.startswith("PI-") and case.fields == ("facts",)
]

FOUND = [
    ("PI-01", "当事人身份证号530102199003071238，予以处罚", "530102199003071238"),
    ("PI-01", "张三（53010219900307123８）", "53010219900307123８"),
    ("PI-01", "证件11010519491231002x。", "11010519491231002x"),
    ("PI-01", "持有身份证530102900307123从业", "530102900307123"),
    ("PI-01", "身份证编号530102199003071238", "530102199003071238"),
    ("PI-02", "联系电话13888123456", "13888123456"),
    ("PI-02", "＋86 138-8812-3456", "＋86 138-8812-3456"),
    ("PI-02", "电话：0871-63512345转", "0871-63512345"),
    ("PI-02", "（0871）63512345", "（0871）63512345"),
    ("PI-02", "010-6351 2345-801", "010-6351 2345-801"),
    ("PI-03", "转入6222 0212 3456 7890 128", "6222 0212 3456 7890 128"),
    ("PI-03", "缴至中国农业银行昆明分行，银行账号：240012345678901234", "240012345678901234"),
    ("PI-03", "收款账号24-0012-3456-7890", "24-0012-3456-7890"),
    ("PI-04", "张三，家住云南省昆明市五华区人民路12号", "云南省昆明市五华区人民路12号"),
    ("PI-04", "户籍所在地为云南省昭通市镇雄县泼机镇鹿坪村", "云南省昭通市镇雄县泼机镇鹿坪村"),
    ("PI-04", "住址：昆明市五华区翠湖小区3栋101室", "昆明市五华区翠湖小区"),
    ("PI-05", "患者李某某确诊艾滋病", "患者李某某确诊"),
    ("PI-05", "残疾的当事人张伟，", "残疾的当事人张伟"),
    ("PI-06", "举报人王小明反映当事人违规", "王小明"),
    ("PI-06", "证人：欧阳丽证实", "欧阳丽"),
    ("PI-07", "（机密★1年）", "机密★"),
    ("PI-07", "属内部资料", "内部资料"),
    ("PI-08", "抄袭其产品配方", "配方"),
    ("PI-09", "车牌号云A12345的货车", "云A12345"),
    ("PI-09", "邮箱zhang@example.com", "zhang@example.com"),
    ("PI-09", "手机IMEI：356789012345678", "IMEI：356789012345678"),
]  # fmt: skip
SILENT = [
    "办理施工许可证编号530102202605100101的项目",
    "统一社会信用代码91530102MA6K8X2N0H的企业",
    "统一社会信用代码115300000151012345",
    "工商注册号530102600123456",
    "许可证编号13888123456",
    "准予第13888123456号备案",
    "罚款13888123456元",
    "数量2026041513888123456件",
    "货值138881234567元、123.13888123456",
    "请将罚款缴至指定银行账户，逾期每日加处3%罚款",
    "公司住所：昆明市五华区人民路12号",
    "经营场所位于昆明市五华区人民路12号",
    "户籍管理业务在昆明市五华区人民路3号办理",
    "未按规定书写患者病历资料",
    "违反《精神卫生法》未对精神障碍患者实施保护",
    "患者高血压病历保存不全",
    "举报人王某反映当事人违规",
    "举报人信息已保密，根据举报人提供的线索",
    "准予印制内部资料性出版物；侵犯商业秘密；五星★",
    "销售过期婴幼儿配方乳粉",
    "云A12号线，温度@25℃",
    "2026年5月6日检查，货值金额12000元，依据〔2026〕1234号文件，第1234567号",
    "",
]  # fmt: skip


def _hits(case: Case, text: str) -> list[str]:
    return [text[start:end] for start, end in FINDERS[case.check](text, **case.params)]


def _fires(case: Case, texts: list[str], *beside: list[str]) -> list[int]:
    columns = [Column(pa.array(column, pa.large_string())) for column in (texts, *beside)]
    return violating_rows(case.check, columns, dict(case.params)).tolist()


def _first(rule_id: str) -> Case:
    return next(case for rule, case in CASES if rule == rule_id)


@pytest.mark.parametrize(("rule_id", "text", "hit"), FOUND)
def test_a_hit_is_found_where_it_stands(rule_id: str, text: str, hit: str) -> None:
    assert _hits(_first(rule_id), text) == [hit]


@pytest.mark.parametrize("text", SILENT)
def test_what_only_looks_like_personal_data_is_left_alone(text: str) -> None:
    found = {
        rule: _hits(case, text) for rule, case in CASES if rule != "PI-10" and not case.params.get("bare")
    }
    assert {rule: hits for rule, hits in found.items() if hits} == {}


@pytest.mark.parametrize(("text", "hit"), [
    ("张三，云南省昆明市五华区翠湖小区3栋101室", ["云南省昆明市五华区翠湖小区3栋101室"]),
    ("张三，住云南省昆明市五华区翠湖路3号", ["云南省昆明市五华区翠湖路3号"]),
    ("家住云南省昆明市五华区翠湖路3号", ["云南省昆明市五华区翠湖路3号"]),
    ("在昆明市五华区人民路12号销售假烟", []),
    ("入住昆明市五华区人民路12号", []),
    ("住宿服务在昆明市五华区人民路3号开展", []),
])  # fmt: skip
def test_an_address_of_a_person_needs_less(text: str, hit: list[str]) -> None:
    (case,) = [case for rule, case in CASES if rule == "PI-04" and case.params["bare"]]
    assert _hits(case, text) == hit


def test_checks_find_the_rows_the_finders_find() -> None:
    """The pattern that picks candidates loses none: every hit above is found among the silent rows."""
    for rule_id, text, _ in FOUND:
        beside = [["某公司"] * (len(SILENT) + 1)] * (2 if rule_id == "PI-06" else 0)
        assert _fires(_first(rule_id), [*SILENT, text], *beside) == [len(SILENT)], (rule_id, text)


def test_words_nobody_foresaw_are_looked_for_too() -> None:
    params: dict[str, Any] = {"needs": ["绿色"], "patterns": ["绿色"]}
    columns = [Column(pa.array(["绿色通道", "红色"], pa.large_string()))]
    assert violating_rows("holds_shape", columns, params).tolist() == [0]


def test_the_rows_own_names_are_no_outsiders() -> None:
    case = _first("PI-06")
    assert _fires(case, ["受害人张三称"] * 3, ["李四", "张三", "王五"], ["", "", "张三"]) == [0]


@pytest.mark.parametrize(("text", "shown"), [
    ("前" * 30 + "530102199003071238" + "后" * 30, "前" * 20 + "***" + "后" * 20),
    ("530102199003071238，电话13888123456。", "***，电话***。"),
])  # fmt: skip
def test_a_finding_shows_what_stands_around_and_never_the_hit(text: str, shown: str) -> None:
    spans = list(FINDERS["holds_id_card"](text, **_first("PI-01").params))
    assert masked_context(text, spans) == shown
