"""Synthetic people and organisations as they occur in Yunnan: minorities, foreigners, long names, 个体工商户."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from gongshi.standard.id_cards import id_card_check_character
from gongshi.standard.identifiers import make_uscc, registration_no_check_digit
from gongshi.standard.model import ORGANISATION, PERSON, SELF_EMPLOYED

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕普段和木刀字尹"
_GIVEN = "建国志明秀英丽华文军海燕晓云春梅永红金凤家兴玉兰德昌世荣国庆永胜思远雨桐子涵浩然佳怡俊杰雅琴光明"
_MINORITY = (
    "阿普·扎西",
    "扎西次仁",
    "岩温罕",
    "玉罕娜",
    "刀秀芬",
    "和丽江",
    "木光荣",
    "益西卓玛·央金",
    "阿依·伍呷",
    "娜朵",
    "岩叫·帕勐",
    "李扎袜",
    "余友邓阿南",
    "丰春德恰",
    "吉克·阿果",
    "此里·七林",
    "陇川·木然",
    "孔志清·阿鲁",
    "玉腊光",
)
_FOREIGN = (
    "JOHN MICHAEL SMITH",
    "NGUYEN VAN HUNG",
    "MARIE CLAIRE DUBOIS",
    "KYAW ZIN OO",
    "阮文雄",
    "SOMCHAI CHAIYASIT",
)
_BRANDS = (
    "滇润",
    "彩云",
    "苍洱",
    "云岭",
    "红土",
    "金马",
    "碧鸡",
    "茶马",
    "哀牢",
    "怒江源",
    "澜沧",
    "玉龙",
    "三七",
    "普洱春",
    "孔雀",
    "石林",
    "高黎贡",
    "梅里",
    "泸沽",
    "抚仙",
    "滇池",
    "花都",
    "版纳",
    "祥云",
    "鸡足山",
    "大观",
    "曲径",
    "腾越",
)
_TRADES = (
    "商贸",
    "建筑工程",
    "农业科技",
    "餐饮管理",
    "物流",
    "食品",
    "药业",
    "旅游开发",
    "环保科技",
    "房地产开发",
    "矿业",
    "生物科技",
    "酒店管理",
    "电力工程",
    "林业",
    "汽车服务",
    "文化传播",
    "信息技术",
)
_SHOPS = (
    "米线馆",
    "便利店",
    "茶庄",
    "百货店",
    "烟酒店",
    "五金经营部",
    "汽车修理厂",
    "美容美发店",
    "餐馆",
    "客栈",
    "药店",
)
_SOCIETIES = ("餐饮行业协会", "茶业商会", "花卉产业联合会", "志愿服务促进会")
_INSTITUTIONS = ("人民医院", "第一中学", "农业技术推广站", "文化馆", "疾病预防控制中心")
_BODY_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_REGIONS_OUTSIDE = ("110102", "310104", "440305", "510107", "500103", "522301", "450102")


@dataclass(frozen=True)
class Party:
    """A counterpart of decisions: `cells` are fields 1–13 of both tables, empty ones left out."""

    category: str
    cells: dict[str, str] = field(hash=False)

    @property
    def name(self) -> str:
        """Name as it stands in the decision's text."""
        literal = self.cells["party_name"] == SELF_EMPLOYED
        return self.cells["representative_name"] if literal else self.cells["party_name"]


def person_name(rng: Random) -> str:
    """A personal name; one in nine of a minority, one in forty foreign."""
    lot = rng.random()
    if lot < 0.025:
        return rng.choice(_FOREIGN)
    if lot < 0.135:
        return rng.choice(_MINORITY)
    return rng.choice(_SURNAMES) + "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2))))


def id_card(rng: Random, region: str) -> str:
    """A check-digit-valid citizen identity number of an adult born 1955–2003."""
    birth = date(1955, 1, 1) + timedelta(days=rng.randrange(48 * 365))
    return with_check(f"{region}{birth:%Y%m%d}{rng.randrange(1, 1000):03d}")


def with_check(first17: str) -> str:
    """17 digits with their check character."""
    return first17 + id_card_check_character(first17)


def uscc(rng: Random, prefix: str, region: str) -> str:
    """A check-digit-valid USCC; new companies have letters in the inner organisation code."""
    if rng.random() < 0.7 and prefix[0] == "9":
        return make_uscc(prefix, region, "MA" + "".join(rng.choices(_BODY_ALPHABET, k=6)))
    return make_uscc(prefix, region, f"{rng.randrange(10**7, 10**8):08d}")


def registration_no(rng: Random, region: str) -> str:
    """A 15-digit registration number with its check digit."""
    first14 = f"{region}{rng.randrange(10**8):08d}"
    return first14 + registration_no_check_digit(first14)


def organisation(rng: Random, region: str, place: str, *, companies_only: bool = False) -> Party:
    """A company (mostly), cooperative, institution, society or 民办非企业单位 registered in `region`."""
    lot = rng.random()
    if companies_only or lot < 0.8:
        return _organisation(rng, "91", region, _company_name(rng, place))
    if lot < 0.86:
        brand = rng.choice(_BRANDS)
        return _organisation(rng, "93", region, f"{place}{brand}{rng.choice(('种植', '养殖'))}专业合作社")
    if lot < 0.92:
        party = _organisation(rng, "12", region, place + rng.choice(_INSTITUTIONS))
        return _with(party, party_institution_no=f"1{region}{rng.randrange(10**5):05d}")
    prefix, name = rng.choice(
        (("51", place + rng.choice(_SOCIETIES)), ("52", f"{place}{rng.choice(_BRANDS)}幼儿园"))
    )
    party = _organisation(rng, prefix, region, name)
    return _with(party, party_society_no=party.cells["party_uscc"])


def self_employed(rng: Random, region: str, place: str) -> Party:
    """A 个体工商户; one in twelve without 字号, then the name is the literal 个体工商户."""
    owner, code = person_name(rng), uscc(rng, "92", region)
    name = SELF_EMPLOYED if rng.random() < 0.08 else f"{place}{rng.choice(_BRANDS)}{rng.choice(_SHOPS)}"
    cells = {
        "party_name": name,
        "party_category": SELF_EMPLOYED,
        "party_uscc": code,
        "representative_name": owner,
    }
    if rng.random() < 0.3:
        cells |= {"party_registration_no": registration_no(rng, region)}
    return Party(SELF_EMPLOYED, cells)


def natural_person(rng: Random, region: str) -> Party:
    """A person: mostly with 身份证, sometimes with a passport, travel permit or permanent residence card."""
    name, lot = person_name(rng), rng.random()
    if name in _FOREIGN:
        kind, number = rng.choice(
            (
                ("护照号", f"P{rng.randrange(10**7, 10**8)}"),
                ("外国人永久居留身份证", f"USA{rng.randrange(10**11, 10**12)}"),
            )
        )
    elif lot < 0.02:
        kind, number = "港澳居民来往内地通行证", f"H{rng.randrange(10**7, 10**8)}"
    elif lot < 0.03:
        kind, number = "台湾居民来往大陆通行证", f"{rng.randrange(10**7, 10**8)}"
    elif lot < 0.05:
        kind, number = "护照号", f"E{rng.randrange(10**7, 10**8)}"
    else:
        born_in = rng.choice(_REGIONS_OUTSIDE) if rng.random() < 0.1 else region
        kind, number = "身份证", id_card(rng, born_in)
    return Party(
        PERSON, {"party_name": name, "party_category": PERSON, "party_id_type": kind, "party_id_no": number}
    )


def _company_name(rng: Random, place: str) -> str:
    brand, trade, lot = rng.choice(_BRANDS), rng.choice(_TRADES), rng.random()
    if lot < 0.08:
        return f"云南{brand}（集团）{trade}股份有限公司"
    if lot < 0.16:
        return f"{brand}{trade}（{place}）有限责任公司"
    if lot < 0.2:
        long = "".join(rng.sample(_TRADES, 6))
        return f"云南省{place}{brand}{long}综合开发投资经营管理（集团）股份有限公司{place}第{rng.choice('一二三')}分公司"
    if lot < 0.22:
        return f"{brand}·ASIA {rng.choice(('COFFEE', 'TEA', 'FLOWER'))}贸易（{place}）有限公司"
    return f"{place}{brand}{trade}有限公司"


def _organisation(rng: Random, prefix: str, region: str, name: str) -> Party:
    code = uscc(rng, prefix, region)
    cells = {"party_name": name, "party_category": ORGANISATION, "party_uscc": code}
    cells |= {"representative_name": person_name(rng)}
    if rng.random() < 0.25:
        cells |= {"party_organisation_code": code[8:17], "party_tax_no": code}
    if rng.random() < 0.2 and prefix == "91":
        cells |= {"party_registration_no": registration_no(rng, region)}
    if rng.random() < 0.3:
        cells |= {"representative_id_type": "身份证", "representative_id_no": id_card(rng, region)}
    return Party(ORGANISATION, cells)


def _with(party: Party, **cells: str) -> Party:
    return Party(party.category, party.cells | cells)


def chance(purpose: str, seed: int) -> Random:
    """A source of chance of its own for each purpose, so that one part's draws do not move another's."""
    return Random(f"{purpose}-{seed}")  # noqa: S311 - synthetic data, nothing secret
