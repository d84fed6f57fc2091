"""The faults any field can have: hygiene of texts (standard 4.2) and form of dates (4.6), planted in every field in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from gongshi.sample.decisions import Row
from gongshi.sample.names import with_check
from gongshi.sample.planted import NO_CODES, Fault, Severity
from gongshi.standard.identifiers import make_uscc
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import ORGANISATION, PERSON, Field

FREE = ("text", "name", "document_no")
CODED = ("code", "id_no", "date", "amount", "state")
NUMBERED = ("code", "id_no", "document_no")
_ALL = (*FREE, *CODED, "enum")
_STARTS = {"document_no": "〔2026〕", "legal_basis": "《计量法》"}
"""How a text of these fields must begin, so that only its length is at fault."""
_WORDS = "依法依规办理云岭苍洱滇润昆明市行政审批事项有关登记"


@dataclass(frozen=True)
class _Everywhere:
    """A text that breaks the rule wherever it stands; `only` narrows the fields of these types further.

    `category`: of the counterpart, where it matters.
    """

    rule: str
    dtypes: tuple[str, ...]
    text: Callable[[Field], str]
    severity: Severity = "E"
    only: Callable[[Field], bool] = lambda field: True
    category: str = ""


def _is_asked_for(field: Field) -> bool:
    return field.required in ("R", "Org", "Nat")


def _has_length_of_its_own(field: Field) -> bool:
    return field.name not in ("party_category", "representative_name")


def _too_long(field: Field) -> str:
    length = (field.max_length or 0) + 1
    start = "其他-" if field.dtype == "enum" else _STARTS.get(field.name, "")
    return start + (_WORDS * (length // len(_WORDS) + 1))[: length - len(start)]


def _is_published(field: Field) -> bool:
    return field.name != "certificate_name"


def _saying(text: str) -> Callable[[Field], str]:
    return lambda field: f"《计量法》第九条，给予警告，{text}。"


_HOME = "家住云南省昆明市五华区翠湖小区3栋101室"
_PRIVATE: tuple[tuple[str, str, Severity], ...] = (
    ("PI-01", f"经办人证件{with_check('53010219900307123')}", "W"),
    ("PI-02", "联系电话13888123456", "W"),
    ("PI-03", "收款账号：24001234567890", "W"),
    ("PI-04", _HOME, "W"),
    ("PI-05", "患者李某某确诊艾滋病", "W"),
    ("PI-06", "举报人王小明反映", "W"),
    ("PI-07", "机密★1年", "E"),
    ("PI-08", "附产品配方", "W"),
    ("PI-09", "车辆号牌云A12345", "W"),
)

_EVERYWHERE = (
    _Everywhere("TX-02", CODED, lambda f: "5301\n02"),
    _Everywhere("TX-07", _ALL, lambda f: "锟斤拷"),
    _Everywhere("TX-08", (*FREE, "enum", "code"), _too_long, only=lambda f: bool(f.max_length) and _has_length_of_its_own(f)),
    _Everywhere("TX-09", FREE, lambda f: "无", only=_is_asked_for),
    _Everywhere("TX-10", FREE, lambda f: "测试公司"),
    _Everywhere("TX-10", FREE, lambda f: "《计量法》第9条规定的计量测试事项", "W"),
    _Everywhere("TX-11", FREE, lambda f: "《计量法》第9条<br/>规定的计量事项"),
    _Everywhere("TX-12", _ALL, lambda f: "#N/A"),
    _Everywhere("TX-12", NUMBERED, lambda f: "9.15E+17"),
    _Everywhere("TX-13", _ALL, lambda f: "=A1"),
    _Everywhere("TX-14", FREE, lambda f: "许许许许"),
    *(_Everywhere(rule, ("text",), _saying(text), severity, _is_published) for rule, text, severity in _PRIVATE),
    _Everywhere("PI-04", ("text",), _saying(_HOME), "W", _is_published, PERSON),
    _Everywhere("DT-01", ("date",), lambda f: "三年"),
    _Everywhere("DT-02", ("date",), lambda f: "2026/02/30"),
    _Everywhere("DT-03", ("date",), lambda f: "1900/01/01"),
    _Everywhere("DT-07", ("date",), lambda f: "2100/01/01"),
)  # fmt: skip


_UNREGISTERED: dict[tuple[str, ...], tuple[tuple[str, str, Severity], ...]] = {
    (rule, name): (("AG-04", name, "E"),)
    for rule in ("TX-08", "TX-10", "TX-11", "TX-14")
    for name in ("organ_name", "source_name")
}
_UNLISTED: dict[tuple[str, ...], tuple[tuple[str, str, Severity], ...]] = {
    (rule, name, "W"): (("AG-06", name, "W"),)
    for rule in ("TX-10", *(rule for rule, _, severity in _PRIVATE if severity == "W"))
    for name in ("document_name", "violation_type")
}
_ALSO: dict[tuple[str, ...], tuple[tuple[str, str, Severity], ...]] = {
    **_UNREGISTERED,
    **_UNLISTED,
    ("TX-11", "party_name"): (("NM-04", "party_name", "W"),),
    ("TX-11", "representative_name"): (("LR-02", "representative_name", "E"),),
    ("TX-10", "representative_name", "W"): (("LR-02", "representative_name", "E"),),
    ("DT-07", "decision_date"): (("DT-04", "decision_date", "E"), ("DT-07", "valid_to", "E")),
    ("DT-07", "valid_from"): (("DT-07", "valid_to", "E"),),
    ("DT-07", "publish_until"): (("CF-26", "publish_until", "W"),),
}
"""What else must be said: (rule, field planted, where it matters the severity) → the other rules."""


def every_field_faults() -> tuple[Fault, ...]:
    """A fault for each of these rules and each field of each kind."""
    return tuple(fault for kind in KINDS for fault in _of_kind(kind))


def _of_kind(kind: str) -> Iterator[Fault]:
    for planted in _EVERYWHERE:
        for field in KINDS[kind].fields:
            if field.dtype in planted.dtypes and planted.only(field):
                severity = (
                    planted.severity
                    if field.length_effect == "reject_row" or planted.rule != "TX-08"
                    else "W"
                )
                cells = _beside(planted.rule, field) | {field.name: planted.text(field)}
                category = planted.category or (PERSON if field.required == "Nat" else ORGANISATION)
                base: dict[str, Any] = {"category": category}
                if kind == "penalty":
                    affects = field.name == "certificates_affected"
                    base["categories"] = ("警告", "暂扣许可证件") if affects else ("警告",)
                also = _ALSO.get(
                    (planted.rule, field.name, severity), _ALSO.get((planted.rule, field.name), ())
                )
                yield Fault(
                    planted.rule, field.name, cells, severity, (kind,), base, in_deliveries=False, also=also
                )


def _beside(rule: str, field: Field) -> Row:
    """Cells that must suit the one at fault, so that nothing else is said of the row."""
    if field.name.startswith("representative_id"):
        return {"representative_id_type": "身份证", "representative_id_no": with_check("53010219900307123")}
    if field.name == "party_society_no":
        return {**NO_CODES, "party_institution_no": "", "party_uscc": make_uscc("51", "530000", "50000123")}
    if field.name in ("certificate_name", "certificate_no"):
        return {"certificate_name": "经营许可证", "certificate_no": "滇5301001"}
    if field.name == "penalty_categories":
        return {"content": "责令限期改正。"}
    if rule == "DT-07":
        starts = field.name in ("decision_date", "valid_from")
        return {"publish_until": "", **({"valid_to": "2100/01/01"} if starts else {})}
    return {}
