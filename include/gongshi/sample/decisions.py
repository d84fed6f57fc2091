"""Realistic decisions without a fault: rows of both tables whose texts suit the agency's line of work.

A row is a dict field name → text, all fields of the kind present, "" = empty, dates `YYYY/MM/DD`, amounts in 万元.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from gongshi.sample.names import Party, chance, natural_person, organisation, self_employed
from gongshi.sample.province import Agency, Province, province, table
from gongshi.standard.amounts import yuan_in_words
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import ORGANISATION, PERSON

Row = dict[str, str]
FOREVER = "2099/12/31"
_YUAN_PER_WAN = 10000
_FINES = (200, 500, 1000, 2000, 2000, 3000, 5000, 5000, 8000, 10000, 12500, 20000, 30000, 50000, 100000)
_LARGE_FINES = (1_000_000, 1_200_000, 2_560_000, 3_000_000)
_FIELDS_WITH_INSTITUTIONS = (
    "health",
    "education",
    "civil",
    "culture",
    "fire",
    "statistics",
    "insurance",
    "market",
)
_SCHEMES = (
    (("罚款",), 46),
    (("警告", "罚款"), 14),
    (("没收违法所得", "罚款"), 14),
    (("没收非法财物", "罚款"), 6),
    (("警告",), 8),
    (("通报批评",), 2),
    (("责令停产停业", "罚款"), 3),
    (("暂扣许可证件",), 2),
    (("吊销许可证件",), 2),
    (("限制开展生产经营活动",), 1),
    (("其他-责令限期拆除",), 1),
)


@dataclass
class Desk:
    """Issues decisions of the province's agencies, with running document numbers per agency and kind.

    Attributes:
        rng: source of all chance; same seed and same order of calls, same rows.
    """

    rng: Random
    _serials: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def decide(self, kind: str, agency: Agency, decided: date, **wanted: Any) -> Row:
        """One decision of `agency` taken on the day `decided`; `wanted` as in `licence` and `penalty`."""
        decide = self.licence if kind == "licence" else self.penalty
        return decide(agency, decided, **wanted)

    def licence(self, agency: Agency, decided: date, *, category: str | None = None) -> Row:
        """One 行政许可; `category` asks for a counterpart of that category, as far as the field has such decisions."""
        item = self._item("licences", agency.field, category)
        place, party = self.counterpart(agency, item["parties"], category)
        serial = self._next(agency, "licence")
        lasts = self.rng.choice((1, 3, 5, 5, 5, None))
        row = self._common("licence", agency, party, decided)
        row |= {
            "document_name": item["document_name"],
            "document_no": f"{agency.mark}许准〔{decided.year}〕{serial}号",
            "licence_category": item["category"],
            "content": self._fill(item["content"], party, place),
            "valid_from": day(decided),
            "valid_to": day(years_after(decided, lasts)) if lasts else FOREVER,
            "state": "1",
        }
        if self.rng.random() < 0.8:
            number = f"滇{agency.division_code}{decided.year}{serial:05d}"
            row |= {"certificate_name": item["certificate_name"], "certificate_no": number}
        return row

    def penalty(
        self,
        agency: Agency,
        decided: date,
        *,
        categories: tuple[str, ...] | None = None,
        category: str | None = None,
    ) -> Row:
        """One 行政处罚; `categories` asks for these kinds of penalty, `category` for such a counterpart."""
        item = self._item("penalties", agency.field, category)
        _, party = self.counterpart(agency, item["parties"], category)
        serial = self._next(agency, "penalty")
        row = self._common("penalty", agency, party, decided)
        seen = decided - timedelta(days=self.rng.randint(12, 60))
        row |= {
            "document_no": f"{agency.mark}罚决〔{decided.year}〕{serial}号",
            "violation_type": item["violation_type"],
            "facts": f"{seen.year}年{seen.month}月{seen.day}日，执法人员对当事人{party.name}进行检查，发现当事人"
            f"{item['facts']}，以上事实有现场检查笔录、询问笔录、照片等证据证明。",
            "legal_basis": f"{item['legal_basis']}，参照本部门行政处罚裁量权基准。",
            "valid_to": day(years_after(decided, self.rng.choice((1, 3)))),
            "publish_until": day(years_after(decided, self.rng.choice((1, 1, 3))))
            if self.rng.random() < 0.8
            else "",
        }
        return row | self._sanction(categories or self._scheme(item, party), item["certificate"], serial)

    def counterpart(
        self, agency: Agency, parties: str = "oin", category: str | None = None
    ) -> tuple[str, Party]:
        """A counterpart from the agency's area: the name of its county or district, and the party."""
        codes = {ORGANISATION: "o", PERSON: "n"}
        letter = codes.get(category, "i") if category else self.rng.choice(_weighted(parties))
        county = self.rng.choice(_counties(agency.division_code))
        if letter == "n":
            return county["name"], natural_person(self.rng, county["code"])
        if letter == "i":
            return county["name"], self_employed(self.rng, county["code"], county["name"])
        companies_only = agency.field not in _FIELDS_WITH_INSTITUTIONS
        party = organisation(self.rng, county["code"], county["name"], companies_only=companies_only)
        return county["name"], party

    def _item(self, name: str, field_: str, category: str | None) -> dict[str, str]:
        items = [row for row in table(name) if row["field"] == field_]
        letter = {None: "", ORGANISATION: "o", PERSON: "n"}.get(category, "i")
        return self.rng.choice([row for row in items if letter in row["parties"]] or items)

    def _next(self, agency: Agency, kind: str) -> int:
        self._serials[agency.code, kind] += 1
        return self._serials[agency.code, kind]

    def _common(self, kind: str, agency: Agency, party: Party, decided: date) -> Row:
        row = dict.fromkeys((f.name for f in KINDS[kind].fields), "") | party.cells
        names = {"organ_name": agency.name, "organ_code": agency.code}
        names |= {"source_name": agency.name, "source_code": agency.code}
        return row | names | {"decision_date": day(decided)}

    def _fill(self, text: str, party: Party, place: str) -> str:
        n, m, k = self.rng.randrange(200, 9000, 10), self.rng.randrange(60, 4000, 5), self.rng.randint(2, 90)
        return text.format(name=party.name, place=place, n=n, m=m, k=k)

    def _scheme(self, item: dict[str, str], party: Party) -> tuple[str, ...]:
        if item["field"] == "police" and party.category == PERSON and self.rng.random() < 0.3:
            return ("罚款", "行政拘留")
        schemes, weights = zip(*_SCHEMES, strict=True)
        scheme: tuple[str, ...] = self.rng.choices(schemes, weights)[0]
        needs_certificate = scheme[0].endswith("许可证件") and not item["certificate"]
        closes_person = scheme[0] == "责令停产停业" and party.category == PERSON
        return ("罚款",) if needs_certificate or closes_person else scheme

    def _sanction(self, categories: tuple[str, ...], certificate: str, serial: int) -> Row:
        """Categories, text, amounts and affected certificate, consistent with each other."""
        row, clauses = {"penalty_categories": ";".join(categories)}, []
        for category in categories:
            if category == "罚款":
                fine = self.rng.choice(_LARGE_FINES if self.rng.random() < 0.02 else _FINES)
                row["fine_wan"] = wan(Decimal(fine))
                clauses.append(self._fine_clause(fine))
            elif category.startswith("没收"):
                amount = Decimal(self.rng.randrange(10_000, 3_000_000)) / 100
                row["confiscated_wan"] = wan(amount)
                what = "违法所得" if category.endswith("所得") else "涉案财物，货值金额"
                clauses.append(f"没收{what}{amount}元")
            elif category.endswith("许可证件"):
                held = certificate or "经营许可证"
                row["certificates_affected"] = f"{held}，编号滇{serial:06d}"
                clauses.append(f"{category[:2]}{held}" + ("六个月" if category.startswith("暂扣") else ""))
            else:
                clauses.append(_CLAUSES.get(category, f"给予{category}"))
        return row | {"content": "；".join(clauses) + "。"}

    def _fine_clause(self, fine: int) -> str:
        words = yuan_in_words(Decimal(fine))
        forms = [f"罚款人民币{fine}元", f"处以罚款人民币{words}（￥{fine:,}元）", f"罚款{words}"]
        if fine >= _YUAN_PER_WAN:
            forms.append(f"罚款{wan(Decimal(fine))}万元（大写：{words}）")
        return self.rng.choice(forms)


_CLAUSES = {
    "责令停产停业": "责令停产停业整顿七日",
    "行政拘留": "并处行政拘留五日",
    "其他-责令限期拆除": "责令三十日内限期拆除",
    "限制开展生产经营活动": "限制开展相关生产经营活动三个月",
    "降低资质等级": "降低资质等级一级",
}


def no_fault_rows(kind: str, n: int = 600, *, on: date = date(2026, 6, 30), seed: int = 2026) -> list[Row]:
    """Realistic rows that break no rule: all departments and all counties in turn.

    Args:
        kind: licence or penalty.
        n: number of rows; from 186 on every department and county occurs.
        on: the day of report; decided within the five days before it or on it.
        seed: of the rows; the agencies are those of `province()`.
    """
    desk = Desk(chance(f"no-fault-{kind}", seed))
    agencies = _departments_and_counties(province(2026), desk.rng)
    days = [on - timedelta(days=back) for back in range(6)]
    return [desk.decide(kind, agencies[i % len(agencies)], desk.rng.choice(days)) for i in range(n)]


def _departments_and_counties(of: Province, rng: Random) -> list[Agency]:
    by_county = defaultdict(list)
    for agency in of.of_level("county"):
        by_county[agency.division_code].append(agency)
    return of.of_level("province") + [rng.choice(bureaus) for bureaus in by_county.values()]


@cache
def _counties(division_code: str) -> list[dict[str, str]]:
    prefix = division_code[:2] if division_code.endswith("0000") else division_code.removesuffix("00")
    return [row for row in table("divisions") if row["level"] == "county" and row["code"].startswith(prefix)]


@cache
def _weighted(parties: str) -> str:
    """Letters as often as such counterparts occur: organisations most, self-employed and people less."""
    return "".join(letter * {"o": 5, "i": 3, "n": 2}[letter] for letter in parties)


def day(value: date) -> str:
    """A date as the standard writes it: YYYY/MM/DD."""
    return f"{value:%Y/%m/%d}"


def years_after(value: date, years: int) -> date:
    """The same day `years` later; 29 February becomes the 28th."""
    return value.replace(year=value.year + years, day=min(value.day, 28) if value.month == 2 else value.day)


def wan(yuan: Decimal) -> str:
    """An amount in yuan as text in 万元, without trailing zeros."""
    text = f"{yuan / _YUAN_PER_WAN:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
