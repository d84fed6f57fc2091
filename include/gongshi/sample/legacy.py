"""The same decisions as an office still on layout L2015 writes them, and what they must be in S2018b (standard 1.4).

Plain Python that shares nothing with the product's conversion: from a good row of S2018b back to L2015, and forth to
what is left of it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from gongshi.sample.decisions import FOREVER, Desk, Row
from gongshi.sample.faults import market_bureau
from gongshi.sample.names import chance
from gongshi.sample.province import Agency
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import ORGANISATION, PERSON, SELF_EMPLOYED

COLUMNS = {
    "licence": (
        "XK_WSH", "XK_XMMC", "XK_BM", "XK_SPLB", "XK_NR", "XK_XDR", "XK_XDR_SHXYM", "XK_XDR_ZDM",
        "XK_XDR_GSDJ", "XK_XDR_SWDJ", "XK_XDR_SFZ", "XK_FR", "XK_JDRQ", "XK_JZQ", "XK_XZJG", "XK_ZT",
        "DFBM", "SJC", "BZ", "XK_SYFW",
    ),
    "penalty": (
        "CF_WSH", "CF_CFMC", "CF_BM", "CF_CFLB1", "CF_CFLB2", "CF_SY", "CF_YJ", "CF_XDR_MC", "CF_XDR_SHXYM",
        "CF_XDR_ZDM", "CF_XDR_GSDJ", "CF_XDR_SWDJ", "CF_XDR_SFZ", "CF_FR", "CF_JG", "CF_JDRQ", "CF_XZJG",
        "CF_ZT", "DFBM", "SJC", "BZ", "CF_SYFW", "CF_SXYZCD", "CF_GSJZQ",
    ),
}  # fmt: skip
_NOT_IN_L2015 = {
    "party_institution_no", "party_society_no", "certificate_name", "certificate_no", "fine_wan", "confiscated_wan",
    "certificates_affected",
}  # fmt: skip
_ID_CARD = "身份证"


def fits(kind: str, row: Row) -> bool:
    """L2015 can say all that matters of the row: 身份证 numbers only, at most two penalty categories, no other code."""
    papers = {row["party_id_type"], row["representative_id_type"]} - {"", _ID_CARD}
    many = kind == "penalty" and row["penalty_categories"].count(";") > 1
    return not papers and not many and not row["party_institution_no"] and not row["party_society_no"]


def to_l2015(kind: str, row: Row, place_code: str) -> Row:
    """A row of S2018b as L2015 holds it, by official column code; a day after the decision, nothing restricted."""
    prefix = KINDS[kind].prefix
    year, month, day = map(int, row["decision_date"].split("/"))
    code = row["party_organisation_code"]
    cells = {
        f"{prefix}_WSH": row["document_no"],
        f"{prefix}_BM": f"{place_code}-000-{prefix}-01",
        f"{prefix}_XDR_SHXYM": row["party_uscc"],
        f"{prefix}_XDR_ZDM": f"{code[:8]}-{code[8]}" if code else "",
        f"{prefix}_XDR_GSDJ": row["party_registration_no"],
        f"{prefix}_XDR_SWDJ": row["party_tax_no"],
        f"{prefix}_XDR_SFZ": row["party_id_no"] or row["representative_id_no"],
        f"{prefix}_FR": row["representative_name"],
        f"{prefix}_JDRQ": row["decision_date"],
        f"{prefix}_XZJG": row["organ_name"],
        f"{prefix}_SYFW": "",
        "DFBM": place_code,
        "SJC": f"{date(year, month, day) + timedelta(days=1):%Y/%m/%d} 09:30:00",
        "BZ": row["remark"],
    }
    return cells | (_licence_cells(row) if kind == "licence" else _penalty_cells(row))


def from_l2015(kind: str, row: Row) -> Row:
    """What is left of a row of S2018b that went through L2015."""
    kept = {name: "" if name in _NOT_IN_L2015 else text for name, text in row.items()}
    kept |= {"source_name": row["organ_name"], "source_code": row["organ_code"]}
    if kind == "licence":
        return kept | {"valid_from": row["decision_date"]}
    return kept | {"valid_to": ""}


def _licence_cells(row: Row) -> Row:
    return {
        "XK_XMMC": row["document_name"],
        "XK_SPLB": row["licence_category"],
        "XK_NR": row["content"],
        "XK_XDR": row["party_name"],
        "XK_JZQ": "" if row["valid_to"] == FOREVER else row["valid_to"],
        "XK_ZT": {"1": "0", "2": "1"}[row["state"]],
    }


def _penalty_cells(row: Row) -> Row:
    first, _, second = row["penalty_categories"].partition(";")
    return {
        "CF_CFMC": row["violation_type"],
        "CF_CFLB1": first,
        "CF_CFLB2": second,
        "CF_SY": row["facts"],
        "CF_YJ": row["legal_basis"],
        "CF_XDR_MC": row["party_name"],
        "CF_JG": row["content"],
        "CF_ZT": "0",
        "CF_SXYZCD": "",
        "CF_GSJZQ": row["publish_until"],
    }


def good_legacy_rows(
    kind: str, count: int, *, on: date = date(2026, 6, 30), seed: int = 2026
) -> list[tuple[Row, Row]]:
    """Good rows of 昆明市市场监督管理局: (cells of L2015 by column code, the row of S2018b they stand for)."""
    desk, categories = Desk(chance(f"legacy-{kind}", seed)), (ORGANISATION, PERSON, SELF_EMPLOYED)
    days = [on - timedelta(days=2 + number % 3) for number in range(count)]
    return [
        good_legacy_row(kind, desk, day, category=categories[number % 3]) for number, day in enumerate(days)
    ]


def good_legacy_row(
    kind: str, desk: Desk, decided: date, agency: Agency | None = None, **wanted: Any
) -> tuple[Row, Row]:
    """The next decision that L2015 can say, in both layouts.

    Args:
        kind: licence or penalty.
        desk: decides.
        decided: day of the decision.
        agency: the organ; default 昆明市市场监督管理局.
        wanted: as of `Desk.decide`.
    """
    organ = agency or market_bureau()
    row = desk.decide(kind, organ, decided, **wanted)
    while not fits(kind, row):
        row = desk.decide(kind, organ, decided, **wanted)
    return to_l2015(kind, row, organ.division_code), from_l2015(kind, row)
