"""Checks of the rule book as spreadsheet formulas, so that a template turns a wrong cell red while it is filled in.

A formula is one check said in another language, with the parameters of the rule book in force; what has none here is told
by the self-check. They are made of functions Excel, LibreOffice and WPS share, without array constants (not allowed in
conditional formats) and without references that move when lines are inserted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gongshi.standard.checks import IS_EMPTY
from gongshi.standard.dates import FOREVER_WORDS
from gongshi.standard.identifiers import USCC_ALPHABET
from gongshi.standard.model import Case

Cell = Callable[[str], str | None]
"""Reference to the cell of a field in the first line, such as `$C2`; None where the template has no such column."""

_DIGITS = "0123456789"
_ID_CHECKS = "10X98765432"


def violation(case: Case, cell: Cell) -> str | None:
    """The formula that is true where a case is violated; None where it has no formula.

    An empty cell violates once its line has a counterpart.
    """
    write = _FORMULAS.get(case.check)
    if case.check == IS_EMPTY:
        started = cell("party_name")
        write = None if case.reads or started is None else lambda _, value: f'{started}<>"",{value}=""'
    columns = [cell(name) for name in (case.reads or case.fields) if name != "received_on"]
    conditions = [
        _is_one_of(cell(name), values) for name, values in case.when.items() if name != "generation"
    ]
    if write is None or None in columns or None in conditions:
        return None
    return f"AND({','.join((*map(str, conditions), write(case.params, *columns)))})"


def _is_one_of(reference: str | None, values: tuple[str, ...]) -> str | None:
    if reference is None:
        return None
    equal = (f'{reference}="{value}"' for value in values)
    return f"OR({','.join(equal)})"


def _places(count: int) -> str:
    """1 to `count`, one below the other."""
    return f'ROW(INDIRECT("1:{count}"))'


def _plain(reference: str) -> str:
    """The text without what the platform takes away by itself: outer blanks of all kinds, line ends, full width."""
    for blank in "\u3000\u00a0\u200b":
        reference = f'SUBSTITUTE({reference},"{blank}"," ")'
    return f"ASC(TRIM(CLEAN({reference})))"


def _text(reference: str) -> str:
    return f"UPPER({_plain(reference)})"


def _all_of(text: str, count: int, alphabet: str) -> str:
    """The first `count` characters are in an alphabet."""
    return (
        f'SUMPRODUCT(--ISNUMBER(FIND(MID({text}&REPT("?",{count}),{_places(count)},1),"{alphabet}")))={count}'
    )


def _uscc_form(text: str) -> str:
    return f"AND(LEN({text})=18,{_all_of(text, 18, USCC_ALPHABET)})"


def _uscc_form_wrong(_: Mapping[str, Any], code: str) -> str:
    return f'{_plain(code)}<>"",NOT({_uscc_form(_text(code))})'


def _uscc_check_wrong(_: Mapping[str, Any], code: str) -> str:
    """GB 32100: weights 3^i mod 31; with weight 1 on the check character a right code sums to 0."""
    text, places = _text(code), _places(17)
    total = f'SUMPRODUCT((FIND(MID({text},{places},1),"{USCC_ALPHABET}")-1)*3^({places}-1))'
    return f'{_uscc_form(text)},IFERROR(MOD({total}+FIND(RIGHT({text},1),"{USCC_ALPHABET}")-1,31)<>0,FALSE)'


def _organ_code_wrong(params: Mapping[str, Any], code: str) -> str:
    return f"OR(AND({_uscc_form_wrong(params, code)}),AND({_uscc_check_wrong(params, code)}))"


def _id_new(text: str) -> str:
    return f'AND(LEN({text})=18,{_all_of(text, 17, _DIGITS)},ISNUMBER(FIND(RIGHT({text},1),"{_DIGITS}X")))'


def _id_form_wrong(_: Mapping[str, Any], number: str) -> str:
    text = _text(number)
    return f'{_plain(number)}<>"",NOT(OR({_id_new(text)},AND(LEN({text})=15,{_all_of(text, 15, _DIGITS)})))'


def _id_check_wrong(_: Mapping[str, Any], number: str) -> str:
    """GB 11643: weights 2^(18-i) mod 11."""
    text, places = _text(number), _places(17)
    total = f"SUMPRODUCT(MID({text},{places},1)*2^(18-{places}))"
    return f'{_id_new(text)},IFERROR(MID("{_ID_CHECKS}",MOD({total},11)+1,1)<>RIGHT({text},1),FALSE)'


def _id_for_type_wrong(params: Mapping[str, Any], number: str, kind: str) -> str:
    cards = tuple(name for name, pattern in params["patterns"].items() if pattern == "id_card")
    wrong = f"OR(AND({_id_form_wrong({}, number)}),AND({_id_check_wrong({}, number)}))"
    return f"{_is_one_of(kind, cards)},{wrong}" if cards else "FALSE"


def _day(reference: str) -> tuple[str, str, str]:
    """A date as written, in a usual form: the date, its month and its day; an error where there is none."""
    reference = _plain(reference)
    is_bare = f"AND(LEN({reference})=8,ISNUMBER({reference}+0))"
    two_digits = f"ISNUMBER(MID({reference},7,1)+0)"  # of the month
    month = f"(IF({is_bare},MID({reference},5,2),MID({reference},6,1+{two_digits}))+0)"
    rest = f'TRIM(SUBSTITUTE(MID({reference},8+{two_digits},2),"日",""))'
    day = f"(IF({is_bare},RIGHT({reference},2),{rest})+0)"
    year = f'IF(OR({is_bare},ISNUMBER(FIND(MID({reference},5,1),"-/.年"))),LEFT({reference},4)+0,1/0)'
    return f"DATE({year},{month},{day})", month, day


def _is_serial(reference: str) -> str:
    """A date a program stored as its number."""
    return f"OR(ISNUMBER({reference}),AND(LEN({reference})=5,ISNUMBER({reference}+0)))"


def _date_unreadable(_: Mapping[str, Any], value: str) -> str:
    forever = _is_one_of(
        _plain(value), tuple(sorted(FOREVER_WORDS))
    )  # of an end date the platform makes the last day
    return f'{value}<>"",NOT({_is_serial(value)}),NOT({forever}),ISERROR({_day(value)[0]})'


def _date_impossible(_: Mapping[str, Any], value: str) -> str:
    whole, month, day = _day(value)
    exists = f"AND({month}>=1,{month}<=12,DAY({whole})={day})"
    return f'{value}<>"",NOT({_is_serial(value)}),IFERROR(NOT({exists}),FALSE)'


def _date_before(params: Mapping[str, Any], value: str) -> str:
    return f'{value}<>"",IFERROR({_day(value)[0]}<DATE({_arguments(params["day"])}),FALSE)'


def _date_after(params: Mapping[str, Any], value: str) -> str:
    return f'{value}<>"",IFERROR({_day(value)[0]}>DATE({_arguments(params["day"])}),FALSE)'


def _arguments(day: str) -> str:
    return ",".join(str(int(part)) for part in day.split("/"))


def _later(_: Mapping[str, Any], value: str, other: str | None = None) -> str:
    """Later than another date; without one, than today, the day of report."""
    limit = _day(other)[0] if other else "TODAY()"
    return f'{value}<>"",IFERROR({_day(value)[0]}>{limit},FALSE)'


def _earlier(_: Mapping[str, Any], value: str, other: str | None = None) -> str:
    """Earlier than another date; without one, than today."""
    limit = _day(other)[0] if other else "TODAY()"
    return f'{value}<>"",IFERROR({_day(value)[0]}<{limit},FALSE)'


def _not_numeric(params: Mapping[str, Any], value: str) -> str:
    text = f'SUBSTITUTE({_plain(value)},",","")'
    plain = f'SUMPRODUCT(--ISNUMBER(FIND(MID({text}&REPT("0",40),{_places(40)},1),".{_DIGITS}")))=40'
    one_point = f'LEN({text})-LEN(SUBSTITUTE({text},".",""))<=1'
    whole = f'FIND(".",{text}&".")-1'
    return f'{value}<>"",NOT(AND({plain},{one_point},{whole}>=1,{whole}<={params["digits"]}))'


def _more_decimals(params: Mapping[str, Any], value: str) -> str:
    text = _plain(value)
    return f'IFERROR(LEN({text})-FIND(".",{text})>{params["decimals"]},FALSE)'


_FORMULAS: dict[str, Callable[..., str]] = {
    "uscc_wrong_form": _uscc_form_wrong,
    "uscc_wrong_check": _uscc_check_wrong,
    "organ_code_invalid": _organ_code_wrong,
    "id_card_wrong_length": _id_form_wrong,
    "id_card_wrong_check": _id_check_wrong,
    "id_number_invalid_for_type": _id_for_type_wrong,
    "date_unreadable": _date_unreadable,
    "date_impossible": _date_impossible,
    "date_before": _date_before,
    "date_after": _date_after,
    "is_later_than": _later,
    "is_earlier_than": _earlier,
    "amount_not_numeric": _not_numeric,
    "amount_has_more_decimals": _more_decimals,
    "longer_than": lambda params, value: f"LEN({value})>{params['length']}",
    "is_filled": lambda params, value: f'{_plain(value)}<>""',
    "has_other_length": lambda params, value: (
        f'{value}<>"",' + ",".join(f"LEN({value})<>{length}" for length in params["lengths"])
    ),
}
