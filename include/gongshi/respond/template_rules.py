"""What the rules ask of a column, for the template that is filled in: required, choices, length, decimals."""

from __future__ import annotations

from dataclasses import dataclass, field

from gongshi.respond.rulebook_words import REQUIRED
from gongshi.standard.checks import IS_EMPTY
from gongshi.standard.code_lists import OTHER, load_list
from gongshi.standard.model import ORGANISATION, PERSON, Case, Rule
from gongshi.standard.rulebook import Rulebook

_IN_LIST = ("is_not_in_list", "has_part_not_in_list")
_NEEDED_BESIDE = ("amount_missing", "amount_missing_and_remark", "empty_although_category")


@dataclass
class Asked:
    """What the rules in force ask of one field in today's layout.

    Attributes:
        required: R, Org, Nat, cond or o, as of `standard.model.Field`.
        choices: values offered.
        refuses_others: a value outside the choices rejects the row, whatever its form.
        has_other: the list has 其他, which is written `其他-说明`.
        longest: characters, None = no rule.
        refuses_longer: a longer value rejects the row.
        decimals: of an amount, None = no rule.
    """

    required: str = "o"
    choices: tuple[str, ...] = ()
    refuses_others: bool = False
    has_other: bool = False
    longest: int | None = None
    refuses_longer: bool = False
    decimals: int | None = None
    _needed_by: set[str] = field(default_factory=set)


def asked_of(book: Rulebook, kind: str, name: str) -> Asked:
    """Read the rules that name the field first; those switched off, and those of earlier layouts, ask nothing."""
    asked = Asked()
    for rule in book.rules(kind).values():
        if not rule.enabled:
            continue
        for case in rule.cases:
            if case.fields[0] == name and "S2018" in case.when.get("generation", ("S2018",)):
                _read(asked, rule, case)
    asked.required = _required(asked)
    return asked


def required_zh(asked: Asked) -> str:
    """In words."""
    return REQUIRED[asked.required]


def _read(asked: Asked, rule: Rule, case: Case) -> None:
    rejects = (case.effect or rule.effect) == "reject_row"
    if case.check == IS_EMPTY and rejects and not case.reads:
        asked._needed_by |= set(case.when.get("party_category", ("all",)))
    elif case.check in _NEEDED_BESIDE and rejects:
        asked._needed_by.add("cond")
    elif case.check in _IN_LIST:
        entries = load_list(str(case.params["code_list"])).entries
        asked.choices = tuple(entry.label for entry in entries if entry.valid_to is None)
        asked.has_other = OTHER in asked.choices
        asked.refuses_others = rejects and not asked.has_other and case.check == "is_not_in_list"
    elif case.check == "is_none_of" and rejects:
        asked.choices, asked.refuses_others = tuple(case.params["words"]), True
    elif case.check == "longer_than":
        asked.longest, asked.refuses_longer = int(case.params["length"]), rejects
    elif case.check == "amount_has_more_decimals":
        asked.decimals = int(case.params["decimals"])


def _required(asked: Asked) -> str:
    for mark, needs in (("R", "all"), ("Org", ORGANISATION), ("Nat", PERSON), ("cond", "cond")):
        if needs in asked._needed_by:
            return mark
    return "o"
