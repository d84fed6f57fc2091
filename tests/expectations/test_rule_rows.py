"""Every row rule fires on a row made for it and on nothing else, and stays silent on a near miss.

Rows are the generator's good rows with one change, judged in one run a kind; a test names all rows that went wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from gongshi.sample.blemishes import blemishes, one_blemish_per_row
from gongshi.sample.decisions import Desk, no_fault_rows
from gongshi.sample.faults import faults, market_bureau, one_fault_per_row
from gongshi.sample.names import chance, with_check
from gongshi.standard import rulebook
from gongshi.standard.identifiers import make_uscc, uscc_check_character
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import ORGANISATION, PERSON, SELF_EMPLOYED

ON = date(2026, 6, 30)
Row = dict[str, str]
Change = Row | Callable[[Row], Row]
ORG, NAT, SELF = {"category": ORGANISATION}, {"category": PERSON}, {"category": SELF_EMPLOYED}
NO_CODES = dict.fromkeys(
    (
        "party_registration_no",
        "party_organisation_code",
        "party_tax_no",
        "party_society_no",
        "party_institution_no",
    ),
    "",
)

TEXT = "TX-02 TX-07 TX-08 TX-09 TX-10 TX-11 TX-12 TX-13 TX-14 NM-01 NM-02 NM-03 NM-04 NM-05 NM-07 NM-08 NM-09 NM-10"
PARTY = "CT-01 CT-02 CT-03 CT-04 CT-05 CT-06 CT-07 ID-01 ID-02 ID-03 ID-04 ID-07 ID-11 ID-14 LR-01 LR-02 LR-03 LR-04 LR-05"
REST = "PE-01 PE-02 PE-03 PE-04 PE-05 PE-08 PE-10 DT-01 DT-02 DT-03 DT-04 DT-05 DT-07 DT-08 DT-09 AG-01 AG-02 AG-03 AG-04 AG-09 BT-10 XR-19"
LICENCE = "XK-01 XK-02 XK-05 XK-06 XK-08 XK-10 XK-11 XK-12 XK-13 XK-15"
PENALTY = "CF-01 CF-03 CF-04 CF-06 CF-08 CF-09 CF-11 CF-12 CF-13 CF-14 CF-15 CF-16 CF-18 CF-19 CF-20 CF-22 CF-23 CF-25 CF-26 CF-29 XK-15"
LEGACY = {"DT-09", "AG-09", "XK-15"}
"""Rules of L2015: `test_legacy_rows.py` shows them firing and silent."""
ROW_RULES = {
    kind: {rule for words in (TEXT, PARTY, REST, own) for rule in words.split()}
    for kind, own in (("licence", LICENCE), ("penalty", PENALTY))
}


@dataclass(frozen=True)
class Near:
    """A change of a good row that comes close to a rule and must be found faultless."""

    rule: str
    change: Change
    base: dict[str, Any] = field(default_factory=dict)
    kinds: tuple[str, ...] = ("licence", "penalty")


L, P = ("licence",), ("penalty",)
FINE, WARNED, CONFISCATED = ({"categories": c} for c in (("罚款",), ("警告",), ("没收违法所得", "罚款")))


def _coded(code: str) -> Row:
    return {**NO_CODES, "party_uscc": code}


def _card(first17: str) -> Row:
    return {"party_id_type": "身份证", "party_id_no": with_check(first17)}


def _paper(id_type: str, number: str) -> Row:
    return {"representative_id_type": id_type, "representative_id_no": number}


def _days(**after: int) -> Callable[[Row], Row]:
    def change(row: Row) -> Row:
        decided = date(*map(int, row["decision_date"].split("/")))
        return {name: f"{decided + timedelta(days=n):%Y/%m/%d}" for name, n in after.items()}

    return change


def _three_years(row: Row) -> Row:
    year, rest = row["decision_date"].split("/", 1)
    return {"publish_until": f"{int(year) + 3}/{rest}"}


NEAR_MISSES = (
    Near("TX-02", {"content": "第一项\n第二项\t第三项"}, kinds=L),
    Near("TX-02", lambda r: {"source_code": f"\n{r['source_code']}\t"}),
    Near("TX-07", {"remark": "当事人是否到场???"}),
    Near("TX-08", {"document_name": "准予许可决" * 12 + "定书全文"}, kinds=L),
    Near("TX-08", {"content": "许可的" * 1333 + "。"}, kinds=L),
    Near("TX-08", {"facts": "经查属实，" * 1000}, kinds=P),
    Near("TX-09", {"document_name": "无障碍设施验收许可"}, kinds=L),
    Near("TX-09", {"remark": "无"}),
    Near("TX-09", {"certificates_affected": "无"}, WARNED, P),
    Near("TX-10", {"remark": "123号"}),
    Near("TX-10", {"remark": "Xxxy"}),
    Near("TX-11", {"remark": "温度<5℃且>0℃，R&D；"}),
    Near("TX-12", {"remark": "原编号#REF!已更正"}),
    Near("TX-13", {"remark": "送达=公告"}),
    Near("TX-14", {"document_name": "许许"}, kinds=L),
    Near("TX-14", {"remark": "……A"}),
    Near("NM-02", {"party_name": "滇兴商行"}, ORG),
    Near("NM-03", {"party_name": "李丽"}, NAT),
    Near("NM-04", {"party_name": "Yunnan (Kunming) Green Co., Ltd."}, ORG),
    Near("NM-04", {"party_name": "云南“云岭”A&B·滇润（集团）有限公司"}, ORG),
    Near("NM-05", {"party_name": "欧阳部"}, NAT),
    Near("NM-07", {"party_name": "20260415001号店"}, ORG),
    Near("NM-08", {"party_name": "个体工商户"}, SELF),
    Near("NM-09", {"party_name": "JOHN2", "party_id_type": "护照号", "party_id_no": "E12345678"}, NAT),
    Near("NM-10", {"party_name": "昆明市滇润商贸有限公司、及其负责人"}, ORG),
    Near("CT-01", {"party_category": " 自然人　"}, NAT),
    Near("CT-02", {"party_category": "企业"}, ORG),
    Near("CT-03", lambda r: _coded(make_uscc("93", "530102", "12345678")), ORG),
    Near("CT-04", lambda r: _coded(make_uscc("92", "530102", "12345678")), SELF),
    Near("CT-05", {"party_uscc": " ", "party_tax_no": "　"}, NAT),
    Near("CT-06", {"representative_name": " ", "representative_id_no": "\u200b"}, NAT),
    Near("CT-07", {"party_id_no": " ", "party_id_type": "\t"}, ORG),
    Near("ID-01", {"party_uscc": ""}, NAT),
    Near("ID-02", lambda r: {"party_uscc": f" {r['party_uscc'].lower()}"}, ORG),
    Near("ID-03", lambda r: _coded("52530000MJY000458L"), ORG),
    Near("ID-04", lambda r: _coded(make_uscc("N2", "530102", "12345678")), ORG),
    Near("ID-04", lambda r: _coded(make_uscc("A1", "530102", "12345678")), ORG),
    Near("ID-07", lambda r: _coded("1" * 16 + "2" + uscc_check_character("1" * 16 + "2")), ORG),
    Near("ID-11", lambda r: {"party_organisation_code": f"{r['party_uscc'][8:16]}-{r['party_uscc'][16]}"}, ORG),
    Near("ID-14", lambda r: {"party_organisation_code": r["party_uscc"][8:17]}, ORG),
    Near("LR-01", {"representative_name": ""}, NAT),
    Near("LR-02", {"representative_name": "阿卜杜拉·买买提"}, ORG),
    Near("LR-02", {"representative_name": "Jean-Luc O'Neil"}, ORG),
    Near("LR-02", {"representative_name": "李建" * 25}, ORG),
    Near("LR-03", _paper("", ""), ORG),
    Near("LR-04", _paper("居民身份证", with_check("53010219900307123")), ORG),
    Near("LR-05", _paper("护照号", "E12345678"), ORG),
    Near("LR-05", _paper("港澳居民来往内地通行证", "H12345678"), ORG),
    Near("LR-05", _paper("外国人永久居留身份证", "ABC123456789012"), ORG),
    Near("LR-05", _paper("其他-士兵证", "士字第0012"), ORG),
    Near("PE-01", {"party_id_type": "护照", "party_id_no": "E12345678"}, NAT),
    Near("PE-02", {"party_id_no": ""}, ORG),
    Near("PE-03", {"party_id_type": "护照号", "party_id_no": "53010219900307"}, NAT),
    Near("PE-04", {"party_id_type": "身份证", "party_id_no": "11010519491231002x"}, NAT),
    Near("PE-05", _card("53010219060630001"), NAT),
    Near("PE-05", _card("53010220260630001"), NAT),
    Near("PE-08", {"remark": "面积3*5"}),
    Near("PE-10", {"party_id_type": "其他-士兵证", "party_id_no": "士字第0012"}, NAT),
    Near("DT-01", {"decision_date": "2026年6月3日", "publish_until": ""}),
    Near("DT-01", {"decision_date": "2026-6-3 09:30", "publish_until": ""}),
    Near("DT-01", {"decision_date": "46176", "publish_until": ""}),
    Near("DT-02", {"valid_to": "2028/02/29"}),
    Near("DT-03", {"valid_from": "1900/01/02"}, kinds=L),
    Near("DT-03", {"decision_date": "1970/01/02", "publish_until": ""}),
    Near("DT-04", {"decision_date": "2026/06/30", "valid_to": "2099/12/31", "publish_until": ""}),
    Near("DT-05", {"decision_date": "1949/10/01", "publish_until": ""}),
    Near("DT-07", {"valid_to": "2099/12/31"}),
    Near("DT-08", {"valid_to": "2099年12月31日"}),
    Near("AG-01", lambda r: {"organ_name": f"　{r['organ_name']}"}),
    Near("AG-02", lambda r: {"organ_code": f" {r['organ_code'].lower()}"}),
    Near("AG-04", lambda r: {"source_name": f"{r['source_name']}\u200b"}),
    Near("XR-19", {"operation": "新增"}),
    Near("XR-19", {"operation": "更正 ", "record_ref": "193"}),
    Near("XR-19", {"operation": "撤销", "remark": "决定被撤销"}),
    Near("XK-01", {"document_name": "证"}, kinds=L),
    Near("XK-02", {"document_no": "7", "certificate_no": ""}, kinds=L),
    Near("XK-05", {"licence_category": "认可"}, kinds=L),
    Near("XK-06", {"licence_category": "其他-备案"}, kinds=L),
    Near("XK-08", {"content": "准予"}, kinds=L),
    Near("XK-12", _days(valid_from=5, valid_to=5), kinds=L),
    Near("XK-13", _days(valid_from=-20, valid_to=0), kinds=L),
    Near("XK-15", {"state": "２"}, kinds=L),
    Near("CF-01", {"document_no": "7"}, kinds=P),
    Near("CF-08", {"penalty_categories": "没收违法所得；罚款"}, CONFISCATED, P),
    Near("CF-08", {"penalty_categories": "暂扣或者吊销许可证、暂扣或者吊销执照", "certificates_affected": "许可证1号"}, WARNED, P),
    Near("CF-09", {"penalty_categories": "警告，其他-责令改正"}, WARNED, P),
    Near("CF-12", {"fine_wan": "0.000001", "content": "处以罚款，数额按决定书执行。"}, FINE, P),
    Near("CF-13", {"fine_wan": "0.00"}, WARNED, P),
    Near("CF-14", {"confiscated_wan": "0.01"}, CONFISCATED, P),
    Near("CF-15", {"confiscated_wan": "0"}, WARNED, P),
    Near("CF-16", {"certificates_affected": ""}, WARNED, P),
    Near("CF-18", {"fine_wan": "1,200.50", "content": "罚款人民币12005000元。"}, FINE, P),
    Near("CF-18", {"fine_wan": " ０.２ ", "content": "罚款人民币2000元。"}, FINE, P),
    Near("CF-18", {"fine_wan": "9" * 12 + ".999999", "content": "罚款，数额见决定书。"}, FINE, P),
    Near("CF-19", {"fine_wan": "0.123456", "content": "罚款人民币1234.56元。"}, FINE, P),
    Near("CF-20", {"fine_wan": "0.2", "content": "罚款人民币贰仟元整（￥2,000.00元），货值50000元。"}, FINE, P),
    Near("CF-20", {"fine_wan": "2000", "content": "罚款2000万元。"}, FINE, P),
    Near("CF-23", _days(valid_to=0), kinds=P),
    Near("CF-25", _days(publish_until=0), kinds=P),
    Near("CF-26", _three_years, kinds=P),
    Near("CF-29", {"penalty_categories": "行政拘留", "content": "行政拘留五日。"}, {**WARNED, **NAT}, P),
)  # fmt: skip


def _built(kind: str, wanted: list[tuple[Change, dict[str, Any]]], name: str) -> list[Row]:
    desk = Desk(chance(f"{name}-{kind}", 2026))
    rows = []
    for change, asked in wanted:
        base = {name: value for name, value in asked.items() if kind == "penalty" or name != "categories"}
        good = desk.decide(kind, market_bureau(), ON - timedelta(days=2), **base)
        cells = change(good) if callable(change) else change
        known = {*good, "operation", "record_ref"}
        rows.append(good | {cell: text for cell, text in cells.items() if cell in known})
    return rows


def _by_row(hits: list[tuple[int, str, str, str]], count: int) -> list[list[tuple[str, str, str]]]:
    rows: list[list[tuple[str, str, str]]] = [[] for _ in range(count)]
    for number, *hit in hits:
        rows[number - 2].append(tuple(hit))
    return rows


def _firing(kind: str) -> Iterator[tuple[Row, str, str, str]]:
    """(row, rule, field, effect) of the generator's faults and of the fixes that are warnings too."""
    named = {f.code: f.name for f in KINDS[kind].fields}
    for (row, rule, code), fault in zip(one_fault_per_row(kind, on=ON), faults(kind), strict=True):
        yield row, rule, named[code], "reject_row" if fault.severity == "E" else "warn"
    for (row, rule, code), blemish in zip(one_blemish_per_row(kind, on=ON), blemishes(kind), strict=True):
        if blemish.warns:
            yield row, rule, named[code], "warn"


def test_one_fault_per_row_names_exactly_that_rule_row_and_field(module_judge, kind: str) -> None:
    planted = list(_firing(kind))
    found = _by_row(module_judge.hits(kind, [row for row, *_ in planted]), len(planted))
    wrong = {
        f"{place}: {rule} on {name} ({row[name][:40]!r})": hits
        for place, ((row, rule, name, effect), hits) in enumerate(zip(planted, found, strict=True))
        if hits != [(rule, name, effect)]
    }
    assert wrong == {}


def test_near_misses_are_found_faultless(module_judge, kind: str) -> None:
    near = [miss for miss in NEAR_MISSES if kind in miss.kinds]
    rows = _built(kind, [(miss.change, miss.base) for miss in near], "near")
    found = _by_row(module_judge.hits(kind, rows), len(rows))
    wrong = {
        f"{place}: {miss.rule}": hits
        for place, (miss, hits) in enumerate(zip(near, found, strict=True))
        if hits
    }
    assert wrong == {}


def test_every_row_rule_has_a_row_that_fires_and_a_near_miss(kind: str) -> None:
    wanted = ROW_RULES[kind]
    assert {case.rule.id for case in rulebook.row_cases(KINDS[kind])} == wanted
    fires = {rule for _, rule, _, _ in _firing(kind)} | {"BT-10", "XR-19"} | LEGACY
    near = {miss.rule for miss in NEAR_MISSES if kind in miss.kinds} | {"BT-10", "AG-03"} | LEGACY  # below
    empty_rules = {rule for rule in wanted if rulebook.all_rules()[rule].cases[0].check == "is_empty"}
    assert wanted - fires == set()
    assert wanted - near - empty_rules == set()


def test_bt_10_is_all_that_is_said_of_a_row_that_does_not_fit(module_judge, good_rows, kind: str) -> None:
    rows = good_rows(kind)[:4]
    for number in (1, 2):
        rows[number] = dict.fromkeys(rows[number], "")
    broken = {3: ["多", "余", "的"], 4: ["缺"]}
    assert module_judge.hits(kind, rows, broken=broken) == [
        (n, "BT-10", "cell_count", "reject_row") for n in (3, 4)
    ]


def test_operations(module_judge, good_rows, kind: str) -> None:
    """XR-19; a withdrawal needs its reason and nothing else, whatever stands in its other cells."""
    garbage = {
        "decision_date": "不详",
        "party_uscc": "锟斤拷",
        "content": "=1",
        "fine_wan": "若干",
        "organ_code": "x",
    }
    cases = [
        ({"operation": "删除"}, [("XR-19", "operation", "reject_row")]),
        ({"operation": "更正新增"}, [("XR-19", "operation", "reject_row")]),
        ({"operation": "撤销", "remark": ""}, [("XR-19", "operation", "reject_row")]),
        ({"operation": "撤销", "remark": "", **garbage}, [("XR-19", "operation", "reject_row")]),
        ({"operation": "撤销", "remark": "复议撤销", **garbage}, []),
        ({"operation": "撤销", "remark": "复议撤销", **dict.fromkeys(good_rows(kind)[0], ""), "record_ref": "193"}, []),
    ]  # fmt: skip
    rows = [good_rows(kind)[0] | change for change, _ in cases]
    rows[-1]["remark"] = "复议撤销"
    found = _by_row(module_judge.hits(kind, rows), len(rows))
    assert found == [hits for _, hits in cases]


def test_a_value_of_wrong_kind_fires_only_the_rule_that_says_so(module_judge, kind: str) -> None:
    """Mojibake only TX-07, an artefact only TX-12, a formula sign only TX-13, a default date only DT-03: in every field."""
    desk = Desk(chance(f"guards-{kind}", 2026))
    rows, wanted = [], []
    for f in KINDS[kind].fields:
        for rule, text in (("TX-07", "锟斤拷"), ("TX-12", "#N/A"), ("TX-13", "=A1"), ("DT-03", "1900/01/01")):
            if rule == "DT-03" and f.dtype != "date":
                continue
            person = f.name in ("party_id_type", "party_id_no")
            row = desk.decide(kind, market_bureau(), ON - timedelta(days=2), **(NAT if person else ORG))
            rows.append(row | {f.name: text} | (_paper("身份证", with_check("53010219900307123")) if "representative_id" in f.name else {}) | {f.name: text})  # fmt: skip
            wanted.append([(rule, f.name, "reject_row")])
    found = _by_row(module_judge.hits(kind, rows), len(rows))
    wrong = {
        f"{want[0][0]} on {want[0][1]}": hits
        for want, hits in zip(wanted, found, strict=True)
        if hits != want
    }
    assert wrong == {}


PRECONDITIONS = [
    ("a placeholder code, at a self-employed", _coded("00000000000000000X"), SELF, {"ID-07"}),
    ("a placeholder code of right form", _coded("1" * 18), ORG, {"ID-07"}),
    ("a code of wrong length and prefix, at a self-employed", _coded("95530102"), SELF, {"ID-02"}),
    ("a code with a blank inside", lambda r: _coded(r["party_uscc"][:9] + " " + r["party_uscc"][9:]), ORG, {"ID-02"}),
    ("a code with a line break inside", lambda r: _coded(r["party_uscc"][:9] + "\n" + r["party_uscc"][9:]), ORG, {"TX-02"}),
    ("a placeholder word as code", _coded("无"), ORG, {"ID-02"}),
    ("a placeholder word as name", {"party_name": "无"}, ORG, {"TX-09"}),
    ("a placeholder word as name of a person", {"party_name": "/"}, NAT, {"TX-09"}),
    ("a placeholder word as representative", {"representative_name": "无"}, ORG, {"TX-09"}),
    ("a masked number with an odd type", {"party_id_type": "身份证", "party_id_no": "530***"}, NAT, {"PE-08"}),
    ("a masked number without type", _paper("", "530102********1238"), ORG, {"PE-08"}),
    ("an ID number of wrong length", {"party_id_type": "身份证", "party_id_no": "5301021990"}, NAT, {"PE-03"}),
    ("a 15-digit number with an impossible birth date", {"party_id_type": "身份证", "party_id_no": "530102991332123"}, NAT, {"PE-05"}),
    ("an amount no column can hold", {"fine_wan": "9" * 13}, FINE, {"CF-18"}),
    ("an unreadable decision date", {"decision_date": "某日"}, {}, {"DT-01"}),
    ("an impossible decision date", {"decision_date": "2026/02/30"}, {}, {"DT-02"}),
    ("an organ code of wrong form", {"organ_code": "1153"}, {}, {"AG-02"}),
    ("an organ without name and code", {"organ_code": "", "organ_name": ""}, {}, {"AG-01", "AG-02"}),
    ("a company as organ", {"source_code": "91530100MA6K8X2N0H"}, {}, {"AG-03"}),
    ("an empty category", {"party_category": ""}, ORG, {"CT-01"}),
    ("a category that is none", {"party_category": "其他"}, NAT, {"CT-02"}),
    ("empty dates", {"decision_date": "", "valid_to": "", "publish_until": ""}, {}, {"XK-10", "XK-11"} | {"CF-22"}),
    ("a representative's name that is too long", {"representative_name": "李建" * 26}, ORG, {"LR-02"}),
]  # fmt: skip


def test_preconditions_hold(module_judge, kind: str) -> None:
    rows = _built(kind, [(change, base) for _, change, base, _ in PRECONDITIONS], "preconditions")
    found = _by_row(module_judge.hits(kind, rows), len(rows))
    own = {rule.id for rule in KINDS[kind].rules}
    wrong = {
        words: hits
        for (words, _, _, rules), hits in zip(PRECONDITIONS, found, strict=True)
        if sorted(rule for rule, _, _ in hits) != sorted(rules & own)
    }
    assert wrong == {}


def test_a_registered_company_may_be_an_organ(module_judge, good_rows) -> None:
    """AG-03's second half: an organ outside 11, 12, 13, 19 that the registry knows."""
    code, name = "91530100MA6K8X2N0H", "云南省城乡建设投资有限公司"
    facts = replace(
        module_judge.facts,
        pairs=module_judge.facts.pairs | {(name, code)},
        codes=module_judge.facts.codes | {code},
    )
    row = good_rows("licence")[0] | {"organ_name": name, "organ_code": code}
    assert module_judge.rules("licence", row) == [("AG-03", "organ_code")]
    assert replace(module_judge, facts=facts).rules("licence", row) == []


@pytest.mark.parametrize("seed", [1, 2026])
def test_realistic_rows_without_a_fault_fire_nothing(module_judge, kind: str, seed: int) -> None:
    rows = no_fault_rows(kind, 600, on=ON, seed=seed)
    assert len({row["organ_name"] for row in rows}) >= 57 + 129
    assert module_judge.hits(kind, rows) == []
