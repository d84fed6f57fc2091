"""Faults of the decision itself: licences (standard 4.7) and penalties (4.8)."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from gongshi.sample.decisions import FOREVER, Row, day, years_after
from gongshi.sample.names import uscc
from gongshi.sample.planted import NO_CODES, Fault, append
from gongshi.standard.model import ORGANISATION, PERSON

_L, _P = ("licence",), ("penalty",)
_UNMEASURED = "没收的实物无法估价"


def _penalised(*categories: str, **wanted: Any) -> dict[str, Any]:
    return {"categories": categories, **wanted}


_FINE, _WARNED, _CONFISCATED = _penalised("罚款"), _penalised("警告"), _penalised("没收违法所得", "罚款")


def decided_on(row: Row) -> date:
    """Day of the decision."""
    year, month, day_ = map(int, row["decision_date"].split("/"))
    return date(year, month, day_)


def from_decision(row: Row, **days: int) -> Row:
    """Dates that many days after the decision."""
    return {name: day(decided_on(row) + timedelta(days=n)) for name, n in days.items()}


def _fine_in_yuan(row: Row, rng: Random) -> Row:
    """The amount in yuan was written into the field in 万元."""
    return {"content": "罚款人民币2000元。", "fine_wan": "2000"}


def numbered(row: Row, years: int) -> Row:
    """The document number as of so many years later."""
    year = decided_on(row).year
    return {"document_no": row["document_no"].replace(f"〔{year}〕", f"〔{year + years}〕")}


def _expired(row: Row, rng: Random) -> Row:
    """Decided three days earlier, and over before the report."""
    decided = decided_on(row) - timedelta(days=3)
    number = row["document_no"].replace(row["decision_date"][:4], str(decided.year))
    return from_decision(row, decision_date=-3, valid_from=-3, valid_to=-1) | {"document_no": number}


def _registered(row: Row, rng: Random) -> Row:
    """The licence is the registration of a company itself."""
    cells = {"licence_category": "登记", "party_uscc": uscc(rng, "91", "530102"), "party_society_no": ""}
    return (
        NO_CODES
        | cells
        | {"party_institution_no": "", "content": f"准予{row['party_name']}设立登记，核发营业执照。"}
    )


def _only_the_type(row: Row) -> Row:
    kind_of_violation = f"{row['violation_type']}，情节轻微"
    return {"violation_type": kind_of_violation, "facts": kind_of_violation}


LICENCE_FAULTS = (
    *(
        Fault(rule, name, {name: ""}, kinds=_L)
        for rule, name in (
            ("XK-01", "document_name"), ("XK-05", "licence_category"), ("XK-08", "content"),
            ("XK-10", "decision_date"), ("XK-11", "valid_from"), ("XK-11", "valid_to"), ("XK-15", "state"),
        )
    ),
    Fault("XK-02", "document_no", {"document_no": "", "certificate_name": "经营许可证", "certificate_no": "滇5301001"}, kinds=_L),
    Fault("XK-05", "licence_category", {"licence_category": "许可"}, kinds=_L),
    Fault("XK-06", "licence_category", {"licence_category": "其他"}, kinds=_L),
    Fault("XK-06", "licence_category", {"licence_category": "其他-"}, kinds=_L),
    Fault("XK-04", "document_no", lambda r, g: numbered(r, 1), "W", _L),
    Fault("XK-04", "document_no", lambda r, g: numbered(r, -2), "W", _L),
    Fault("XK-07", "certificate_no", {"certificate_name": "经营许可证", "certificate_no": ""}, "W", _L),
    Fault("XK-07", "certificate_name", {"certificate_name": "", "certificate_no": "滇5301001"}, "W", _L),
    Fault("XK-09", "content", {"content": "同意。"}, "W", _L),
    Fault("XK-09", "content", lambda r, g: {"content": r["document_name"]}, "W", _L),
    Fault("XK-12", "valid_to", lambda r, g: from_decision(r, valid_from=25, valid_to=20), kinds=_L),
    Fault("XK-13", "valid_to", lambda r, g: from_decision(r, valid_from=-20, valid_to=-5), kinds=_L),
    Fault("XK-14", "valid_from", lambda r, g: from_decision(r, valid_from=-31), "W", _L),
    Fault("XK-14", "valid_from", lambda r, g: from_decision(r, valid_from=367) | {"valid_to": FOREVER}, "W", _L),
    Fault("XK-15", "state", {"state": "9"}, kinds=_L),
    Fault("XK-16", "state", _expired, "W", _L),
    Fault("XK-17", "state", {"state": "2", "remark": ""}, "W", _L),
    Fault("XK-19", "document_name", append("document_name", "（不予许可）"), "W", _L),
    Fault("XK-19", "content", append("content", "决定不予许可。"), "W", _L),
    Fault("XK-20", "licence_category", _registered, "W", _L, {"category": ORGANISATION}),
)  # fmt: skip

PENALTY_FAULTS = (
    *(
        Fault(rule, name, {name: ""}, kinds=_P)
        for rule, name in (
            ("CF-01", "document_no"), ("CF-03", "violation_type"), ("CF-04", "facts"), ("CF-06", "legal_basis"),
            ("CF-11", "content"), ("CF-22", "decision_date"),
        )
    ),
    Fault("CF-02", "document_no", {"document_no": "昆明市监罚决字无号"}, "W", _P, in_deliveries=False),
    Fault("CF-02", "document_no", append("document_no", "（告知书）"), "W", _P),
    Fault("CF-05", "facts", {"facts": "经查证，无证经营。"}, "W", _P),
    Fault("CF-05", "facts", lambda r, g: _only_the_type(r), "W", _P),
    Fault("CF-07", "legal_basis", {"legal_basis": "食品安全管理的有关规定"}, "W", _P),
    Fault("CF-08", "penalty_categories", {"penalty_categories": ""}, kinds=_P, base=_WARNED),
    Fault("CF-08", "penalty_categories", {"penalty_categories": "罚款;口头教育"}, kinds=_P, base=_FINE),
    Fault("CF-09", "penalty_categories", {"penalty_categories": "罚款;其他"}, kinds=_P, base=_FINE),
    Fault("CF-12", "fine_wan", {"fine_wan": ""}, kinds=_P, base=_FINE),
    Fault("CF-12", "fine_wan", {"fine_wan": "0", "content": "给予罚款处罚，数额按决定书执行。"}, kinds=_P, base=_FINE),
    Fault("CF-13", "fine_wan", {"fine_wan": "0.5"}, kinds=_P, base=_WARNED),
    Fault("CF-14", "confiscated_wan", {"confiscated_wan": ""}, kinds=_P, base=_CONFISCATED),
    Fault("CF-14", "confiscated_wan", {"confiscated_wan": "0"}, kinds=_P, base=_CONFISCATED),
    Fault("CF-14", "confiscated_wan", {"confiscated_wan": "", "remark": _UNMEASURED}, "W", _P, _CONFISCATED),
    Fault("CF-15", "confiscated_wan", {"confiscated_wan": "1.2"}, kinds=_P, base=_WARNED),
    Fault("CF-16", "certificates_affected", {"certificates_affected": ""}, kinds=_P, base=_penalised("吊销许可证件")),
    Fault("CF-16", "certificates_affected", {"certificates_affected": ""}, kinds=_P, base=_penalised("暂扣许可证件")),
    Fault("CF-16", "certificates_affected", {"certificates_affected": ""}, "W", _P, _penalised("降低资质等级")),
    Fault("CF-17", "certificates_affected", {"certificates_affected": "食品经营许可证，编号滇000012"}, "W", _P, _WARNED),
    Fault("CF-18", "fine_wan", {"fine_wan": "2000元", "content": "罚款人民币2000元。"}, kinds=_P, base=_FINE),
    Fault("CF-18", "fine_wan", {"fine_wan": "贰仟"}, kinds=_P, base=_FINE),
    Fault("CF-18", "confiscated_wan", {"confiscated_wan": "-0.2"}, kinds=_P, base=_CONFISCATED),
    Fault("CF-19", "fine_wan", {"fine_wan": "0.1234567", "content": "罚款，数额见决定书。"}, kinds=_P, base=_FINE, in_deliveries=False),
    Fault("CF-19", "confiscated_wan", {"confiscated_wan": "0.1234567"}, kinds=_P, base=_CONFISCATED),
    Fault("CF-20", "fine_wan", _fine_in_yuan, kinds=_P, base=_FINE),
    Fault("CF-20", "fine_wan", {"content": "罚款人民币2000元。", "fine_wan": "0.3"}, "W", _P, _FINE),
    Fault("CF-21", "fine_wan", {"fine_wan": "10000", "content": "罚款人民币1亿元。"}, "W", _P, _FINE),
    Fault("CF-21", "confiscated_wan", {"confiscated_wan": "12000.5"}, "W", _P, _CONFISCATED),
    Fault("CF-23", "valid_to", lambda r, g: from_decision(r, valid_to=-3), kinds=_P),
    Fault("CF-24", "valid_to", {"valid_to": ""}, "W", _P),
    Fault("CF-25", "publish_until", lambda r, g: from_decision(r, publish_until=-3), kinds=_P),
    Fault("CF-26", "publish_until", lambda r, g: {"publish_until": day(years_after(decided_on(r), 4))}, "W", _P),
    Fault("CF-29", "penalty_categories", {"penalty_categories": "行政拘留", "content": "行政拘留五日。", "valid_to": FOREVER},
          kinds=_P, base=_penalised("警告", category=ORGANISATION)),
    Fault("CF-30", "penalty_categories", {"penalty_categories": "行政拘留", "content": "行政拘留五日。"}, "W", _P,
          _penalised("警告", category=PERSON), not_at="police"),
    *(Fault("CF-32", "content", append("content", text), "W", _P, base) for text, base in (
        ("罚款人民币伍佰元。", _WARNED), ("没收违法所得。", _WARNED), ("吊销许可证。", _WARNED), ("给予警告。", _FINE))),
    Fault("CF-33", "content", append("content", "决定不予行政处罚。"), "W", _P, _WARNED),
    Fault("CF-34", "penalty_categories", {"penalty_categories": "责令停产停业", "content": "责令停产停业整顿七日。"}, "W", _P,
          _penalised("警告", category=PERSON)),
)  # fmt: skip

DECISION_FAULTS = LICENCE_FAULTS + PENALTY_FAULTS
