"""Masked forms of personal data for logs, receipts and public views. Basis: the standard, 11.3.

The warehouse keeps full values; masking happens where a value leaves it. A masked value never matches again.
"""

import re
from collections.abc import Mapping

from gongshi.standard.code_lists import load_list

HIDDEN = "***"
COMPOUND_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳司马上官诸葛司徒夏侯皇甫尉迟公孙慕容令狐东方宇文长孙端木轩辕南宫闻人澹台"
        "公冶宗政濮阳淳于单于太叔申屠仲孙钟离鲜于闾丘司空拓跋呼延东郭南门西门百里独孤第五",
    )
)

_BIRTH_18 = r"(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_BIRTH_15 = r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
# checked by the birth date inside, not by the check character: a mistyped number still points at a person
ID_CARD = re.compile(rf"[1-9][0-9]{{5}}(?:{_BIRTH_18}[0-9]{{3}}[0-9Xx]|{_BIRTH_15}[0-9]{{3}})")
_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    rf"(?P<id_card>{ID_CARD.pattern})"
    r"|(?P<phone>(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}|0[0-9]{2,3}-[0-9]{7,8})"
    r"|(?P<bank_card>[0-9]{16,19}|[0-9]{4}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,3})?)"
    r")(?![0-9A-Za-z])"
)


def mask_id_card(value: str) -> str:
    """Citizen identity number: the first 6 and last 4 stay, `530102********1238`; other lengths as a passport."""
    if len(value) not in (15, 18):
        return _mask_short_number(value)
    return value[:6] + "*" * (len(value) - 10) + value[-4:]


def mask_phone(value: str) -> str:
    """Telephone number: the first 3 and last 4 stay, `138****5678`; shorter than 8 nothing stays."""
    return value[:3] + "****" + value[-4:] if len(value) >= 8 else "*" * len(value)


def mask_id_no(id_type: str, value: str) -> str:
    """Number of an identity document, masked by its type (list 2.4, synonyms allowed).

    A number that looks like a citizen identity number is masked as one whatever the type says.
    """
    is_card = load_list("id_type").group(id_type) == "id_card" or ID_CARD.fullmatch(value)
    return mask_id_card(value) if is_card else _mask_short_number(value)


def mask_person_name(name: str) -> str:
    """Personal name: surname and `*`, compound surnames kept: 张*, 欧阳*; of other names the first character."""
    if len(name) < 2:
        return "*" * len(name)
    surname = name[:2] if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else name[0]
    return surname + "*"


def mask_text(text: str) -> str:
    """Free text with identity numbers, telephone numbers and bank cards (rules PI-01 to PI-03) replaced by `***`.

    Codes of organisations stay: a hit must stand alone among letters and digits, carry a plausible birth date
    (identity numbers) or a right Luhn digit (bank cards).
    """
    return _PERSONAL.sub(_hide, text)


def mask_field(name: str, value: str, row: Mapping[str, str | None]) -> str:
    """The value of a field as answers show it: ID numbers by the type beside them, other texts without personal numbers."""
    if name.endswith("_id_no") and value:
        return mask_id_no(row.get(name.removesuffix("no") + "type") or "", value)
    return mask_text(value)


def _hide(match: re.Match[str]) -> str:
    if match.lastgroup == "bank_card" and not luhn_is_right(re.sub("[ -]", "", match.group())):
        return match.group()
    return HIDDEN


def luhn_is_right(digits: str) -> bool:
    """True when the last digit is the Luhn digit of those before it, as on bank cards."""
    doubled = (sum(divmod(int(digit) * 2, 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def _mask_short_number(value: str) -> str:
    """Passport, travel permit: the first and the last 2 stay; up to 3 characters nothing stays."""
    return value[0] + "*" + value[-2:] if len(value) > 3 else "*" * len(value)
