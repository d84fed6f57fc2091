"""Where personal data stands in a free text (standard 4.11): pure finders, each gives the (start, end) of its hits.

A suspicion withholds a record from publication, so each finder asks for more than a shape: digits stand alone, check
digits are right, and what the words before a number call something else is that. Word lists and distances are
parameters; the rules bring them (`kinds/privacy_rules.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from gongshi.standard.id_cards import id_card_check_character
from gongshi.standard.identifiers import (
    USCC_ALPHABET,
    registration_no_check_digit,
    uscc_check_character,
)
from gongshi.standard.masking import COMPOUND_SURNAMES, HIDDEN, ID_CARD, luhn_is_right, mask_text

Span = tuple[int, int]
Finder = Callable[..., Iterator[Span]]

_PLAIN_DIGITS = str.maketrans(
    "０１２３４５６７８９Ｘｘ－＋", "0123456789Xx-+"
)  # one for one: places stay the same
_ALONE = r"(?<![0-9A-Za-z])(?<![0-9A-Za-z][-_.])"
_NO_MORE = r"(?![0-9A-Za-z])(?![-_.][0-9A-Za-z])(?!\s?[号元角万亿吨])"
_ID_NUMBER = re.compile(rf"{_ALONE}(?:\d{{17}}[0-9Xx]|\d{{15}})(?![0-9A-Za-z])(?![-_.][0-9A-Za-z])")
_AREA = r"0(?:10|2\d|[3-9]\d{2})"
_TELEPHONE = re.compile(
    rf"{_ALONE}(?:(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{{4}}[- ]?\d{{4}}"
    rf"|(?:[(（]{_AREA}[)）][- ]?|{_AREA}[-—–]\s?)[2-9]\d{{2,3}}[- ]?\d{{4}}(?:-\d{{1,5}})?){_NO_MORE}"
)
_CARD = re.compile(rf"{_ALONE}(?:\d{{16,19}}|\d{{4}}(?:[ -]\d{{4}}){{3}}(?:[ -]\d{{1,3}})?){_NO_MORE}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
    ]
)

_HAN = "[\u4e00-\u9fff]"
_WITHIN = "[^，,。；;：:\n]"
_PLACE = rf"(?:省|自治区|市|州|县|区|旗|镇|乡){_WITHIN}{{0,30}}?(?:村|小区|号|室|栋|幢|单元|组)"
_NAMED = rf"{_HAN}{{2,3}}(?:省|市|州|县|自治区)"
ROOM_WORDS = ("小区", "村", "公寓", "花园", "栋", "幢", "单元")
"""One of these stands in an address that goes down to the room."""
_ROOM = rf"{_NAMED}{_WITHIN}{{0,30}}?(?:{'|'.join(ROOM_WORDS)}){_WITHIN}{{0,12}}?\d+(?:号|室|组)"
_NAME_ENDS = r"(?=[，,。；;、：:（）()《》“”\s]|$|的|称|说|反映|投诉|举报|陈述|证实|证明|提供|患|确|经|有|被|因|于|向|等|和|与|及|系|是|在|到|之)"


def id_cards(text: str, own_words: Sequence[str], other_words: Sequence[str], radius: int) -> Iterator[Span]:
    """Identity numbers: 18 characters with a right check character, or 15 digits; with a birth date and a province inside.

    Args:
        text: any text.
        own_words: words before the number that say it is one.
        other_words: words before the number that say it is something else.
        radius: how many characters before it are looked at.
    """
    for match in _ID_NUMBER.finditer(text.translate(_PLAIN_DIGITS)):
        number = match.group()
        if number[:2] not in _PROVINCES or not ID_CARD.fullmatch(number):
            continue
        if len(number) == 18 and id_card_check_character(number[:17]) != number[17].upper():
            continue
        before = text[max(match.start() - radius, 0) : match.start()]
        if any(word in before for word in own_words):
            yield match.span()
        elif len(number) == 15 and registration_no_check_digit(number[:14]) == number[14]:
            continue  # as good a 工商注册号
        elif not any(word in before for word in other_words):
            yield match.span()


def telephones(text: str, other_words: Sequence[str], radius: int) -> Iterator[Span]:
    """Mobile numbers, and landline numbers with their area code, unless the words before say they are something else."""
    for match in _TELEPHONE.finditer(text.translate(_PLAIN_DIGITS)):
        before = text[max(match.start() - radius, 0) : match.start()]
        if not any(word in before for word in other_words):
            yield match.span()


def bank_accounts(
    text: str, own_words: Sequence[str], own_radius: int, other_words: Sequence[str], radius: int
) -> Iterator[Span]:
    """Bank cards (16–19 digits, Luhn, neither identity number nor 统一社会信用代码), and long numbers after account words."""
    plain = text.translate(_PLAIN_DIGITS)
    for match in _CARD.finditer(plain):
        digits = re.sub("[ -]", "", match.group())
        before = text[max(match.start() - radius, 0) : match.start()]
        is_other = (
            ID_CARD.fullmatch(digits) or _is_uscc(digits) or any(word in before for word in other_words)
        )
        if luhn_is_right(digits) and not is_other:
            yield match.span()
    for match in _after_words(tuple(own_words), own_radius).finditer(plain):
        if not _MOBILE.fullmatch(re.sub("[ -]", "", match.group(1))):
            yield match.span(1)


def home_addresses(text: str, words: Sequence[str], bare: bool) -> Iterator[Span]:
    """Addresses down to a village, house or room that words such as 住址 introduce.

    Args:
        text: any text.
        words: what introduces an address.
        bare: also an address that begins a clause and goes down to the room, without any word.
    """
    for match in _introduced(tuple(words)).finditer(text):
        yield match.span(1)
    if bare:
        for match in _CLAUSE_ADDRESS.finditer(text):
            yield match.span(1)


def health_words(
    text: str, words: Sequence[str], roles: Sequence[str], surnames: str, radius: int
) -> Iterator[Span]:
    """Words of illness near somebody named: 患者李某确诊, 张三患有精神分裂症."""
    person = rf"(?:{_any(roles)})[：:（(]?{_name(surnames)}"
    for match in _near(person, tuple(words), radius).finditer(text):
        yield match.span()


def outsiders(text: str, roles: Sequence[str], surnames: str) -> Iterator[Span]:
    """Names after words such as 举报人 or 证人; a name already shortened to 王某 or 王** is none."""
    pattern = rf"(?:{_any(roles)})(?:系|为|是|[：:（(])?\s?({_name(surnames)})"
    for match in _compiled(pattern).finditer(text):
        if not re.search("[某×*＊xX]", match.group(1)):
            yield match.span(1)


def shapes(text: str, patterns: Sequence[str], except_for: Sequence[str] = ()) -> Iterator[Span]:
    """Whatever one of the patterns (regular expressions) finds, unless it lies within what an exception finds."""
    harmless = [match.span() for pattern in except_for for match in _compiled(pattern).finditer(text)]
    for pattern in patterns:
        for match in _compiled(pattern).finditer(text):
            if not any(start <= match.start() and match.end() <= end for start, end in harmless):
                yield match.span()


def masked_context(text: str, spans: Sequence[Span], around: int = 20) -> str:
    """The text around its first hit; every hit is `***`, and so are identity, telephone and card numbers near it."""
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + HIDDEN + text[end:]
    masked = mask_text(text)
    at = masked.index(HIDDEN)
    return masked[max(at - around, 0) : at + len(HIDDEN) + around]


_CLAUSE_ADDRESS = re.compile(rf"(?:^|[，,（(：:；;。])({_ROOM})")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _after_words(words: tuple[str, ...], radius: int) -> re.Pattern[str]:
    return re.compile(rf"(?:{_any(words)})[^0-9。；;]{{0,{radius}}}(\d[\d -]{{7,}}\d){_NO_MORE}")


@cache
def _introduced(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        rf"(?<!入)(?:{_any(words)})(?:[：:为是在于\s]{{1,3}}|(?={_NAMED}))({_HAN}{{0,12}}?{_PLACE})"
    )


@cache
def _near(person: str, words: tuple[str, ...], radius: int) -> re.Pattern[str]:
    gap = f"[^。；;\n]{{0,{radius}}}?"
    return re.compile(rf"{person}{gap}(?:{_any(words)})|(?:{_any(words)}){gap}{person}")


def _name(surnames: str) -> str:
    compound = _any(sorted(COMPOUND_SURNAMES))
    given = rf"(?:某{{1,2}}[甲乙丙丁]?|[×xX*＊]{{1,2}}|{_HAN}{{1,2}}?)"
    return rf"(?:{compound}|[{surnames}]){given}{_NAME_ENDS}"


def _any(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, words))


def _is_uscc(number: str) -> bool:
    return (
        len(number) == 18
        and set(number) <= set(USCC_ALPHABET)
        and uscc_check_character(number[:17]) == number[17]
    )
