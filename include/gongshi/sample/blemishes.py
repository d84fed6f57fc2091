"""Good rows written untidily: what normalisation (F rules) mends, and how often each rule fires."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from gongshi.sample.decisions import FOREVER, Desk, Row
from gongshi.sample.faults import market_bureau
from gongshi.sample.names import chance, id_card, registration_no, uscc
from gongshi.sample.planted import BOTH, SampleRow, hit
from gongshi.sample.province import Agency
from gongshi.standard.model import ORGANISATION, PERSON

_ORG, _NAT = {"category": ORGANISATION}, {"category": PERSON}
_FULL_WIDTH = {ord("0") + i: ord("０") + i for i in range(10)}
Writing = Callable[[Row, Random], tuple[Row, Row]]


@dataclass(frozen=True)
class Blemish:
    """A way of writing a good row that one F rule mends.

    Attributes:
        rule: id of the rule; it mends one cell.
        field_name: our name of the mended field.
        write: good row → (cells of the good row to replace, cells as typed).
        warns: True when the rule also warns (DT-08, PE-03).
        base: what the good row must be.
        in_deliveries: False where the standard leaves open how many cells count as mended.
        also: rules that warn of the same cell.
    """

    rule: str
    field_name: str
    write: Writing
    warns: bool = False
    kinds: tuple[str, ...] = BOTH
    base: Mapping[str, Any] = field(default_factory=dict)
    in_deliveries: bool = True
    also: tuple[str, ...] = ()

    def plant(self, kind: str, desk: Desk, agency: Agency, decided: date) -> SampleRow:
        """A new decision written with this blemish."""
        good = desk.decide(kind, agency, decided, **self.base)
        replaced, typed = self.write(good, desk.rng)
        found = (hit(kind, self.field_name, self.rule),)
        told = (found if self.warns else ()) + tuple(hit(kind, self.field_name, rule) for rule in self.also)
        return SampleRow(kind, good | replaced, sent=typed, fixes=found, warnings=told)


def _typed(name: str, write: Callable[[str], str]) -> Writing:
    """The cell as it is, typed in another way."""
    return lambda row, rng: ({}, {name: write(row[name])})


def _split(text: str, inserted: str) -> str:
    return text[:3] + inserted + text[3:]


def _brackets(row: Row, rng: Random) -> tuple[Row, Row]:
    name = f"云南{rng.choice(('云岭', '苍洱', '哀牢'))}（集团）商贸股份有限公司"
    return {"party_name": name}, {"party_name": name.replace("（", "(").replace("）", ")")}


def _lower(row: Row, rng: Random) -> tuple[Row, Row]:
    code = uscc(rng, "91", "530102")
    while not any(character.isalpha() for character in code):
        code = uscc(rng, "91", "530102")
    cells = {
        "party_uscc": code,
        "party_organisation_code": "",
        "party_tax_no": "",
        "party_society_no": "",
        "party_institution_no": "",
    }
    return cells, {"party_uscc": code.lower()}


def _dashed(row: Row, rng: Random) -> tuple[Row, Row]:
    code = row["party_uscc"][8:17]
    return {"party_organisation_code": code}, {"party_organisation_code": f"{code[:8]}-{code[8]}"}


def _with_decimal(row: Row, rng: Random) -> tuple[Row, Row]:
    number = registration_no(rng, "530100")
    return {"party_registration_no": number}, {"party_registration_no": number + ".0"}


def _fifteen(row: Row, rng: Random) -> tuple[Row, Row]:
    card = id_card(rng, "530102")
    while card[6:8] != "19":  # the old numbers ended with the century
        card = id_card(rng, "530102")
    return {"party_id_type": "身份证", "party_id_no": card}, {"party_id_no": card[:6] + card[8:17]}


BLEMISHES = (
    Blemish("TX-01", "party_name", _typed("party_name", lambda text: f"　{text} ")),
    Blemish("TX-01", "organ_name", _typed("organ_name", lambda text: text + "\u00a0")),
    Blemish("TX-02", "party_name", _typed("party_name", lambda text: _split(text, "\n")), base=_ORG),
    Blemish("TX-03", "party_name", _typed("party_name", lambda text: _split(text, "\u200b")), base=_ORG),
    Blemish("TX-04", "decision_date", _typed("decision_date", lambda text: text.translate(_FULL_WIDTH))),
    Blemish("TX-04", "party_uscc", _typed("party_uscc", lambda text: text.translate(_FULL_WIDTH)), base=_ORG),
    Blemish("TX-05", "party_name", _brackets, base=_ORG),
    Blemish("TX-06", "party_uscc", _lower, base=_ORG),
    Blemish("TX-06", "party_organisation_code", _dashed, base=_ORG),
    Blemish("TX-12", "party_registration_no", _with_decimal, base=_ORG),
    Blemish("ID-17", "party_registration_no",
            lambda r, g: ({"party_registration_no": ""}, {"party_registration_no": r["party_uscc"]}), base=_ORG),
    Blemish("ID-17", "party_registration_no",
            lambda r, g: ({"party_registration_no": ""}, {"party_uscc": "", "party_registration_no": r["party_uscc"]}),
            base=_ORG, in_deliveries=False),
    Blemish("PE-03", "party_id_no", _fifteen, warns=True, base=_NAT),
    Blemish("DT-08", "valid_to", lambda r, g: ({"valid_to": FOREVER}, {"valid_to": g.choice(("长期", "永久"))}), warns=True),
    Blemish("DT-08", "publish_until", lambda r, g: ({"publish_until": FOREVER}, {"publish_until": "无固定期限"}), warns=True,
            kinds=("penalty",), in_deliveries=False, also=("CF-26",)),
    Blemish("XK-03", "document_no", _typed("document_no", lambda text: text.replace("〔", "[").replace("〕", "]")),
            kinds=("licence",)),
    Blemish("XK-03", "document_no", _typed("document_no", lambda text: text.replace("〔", "【").replace("〕", "】")),
            kinds=("licence",)),
    Blemish("CF-10", "penalty_categories", lambda r, g: ({}, {"penalty_categories": "罚款;罚款"}),
            kinds=("penalty",), base={"categories": ("罚款",)}),
    Blemish("CF-18", "fine_wan",
            lambda r, g: ({"fine_wan": "1200", "content": "罚款人民币12,000,000元。"}, {"fine_wan": "1,200"}),
            kinds=("penalty",), base={"categories": ("罚款",)}),
)  # fmt: skip


@cache
def blemishes(kind: str) -> tuple[Blemish, ...]:
    """All blemishes of a kind."""
    return tuple(blemish for blemish in BLEMISHES if kind in blemish.kinds)


def planted_blemishes(kind: str, *, on: date = date(2026, 6, 30), seed: int = 2026) -> list[SampleRow]:
    """Good rows of 昆明市市场监督管理局 with one untidy cell each, in the order of `blemishes(kind)`."""
    desk = Desk(chance(f"blemishes-{kind}", seed))
    return [blemish.plant(kind, desk, market_bureau(), on - timedelta(days=1)) for blemish in blemishes(kind)]


def one_blemish_per_row(
    kind: str, *, on: date = date(2026, 6, 30), seed: int = 2026
) -> list[tuple[Row, str, str]]:
    """The rows of `planted_blemishes`: (cells as typed, rule id, official column code)."""
    planted = zip(planted_blemishes(kind, on=on, seed=seed), blemishes(kind), strict=True)
    return [(row.cells, blemish.rule, row.fixes[0][0]) for row, blemish in planted]
