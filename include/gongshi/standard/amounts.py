"""Amounts of money within Chinese text, in yuan: `2万元`, `1,234.50元`, `人民币贰万元整`, `一百二十三万元`.

Used by CF-20, which compares the fine in the text of a penalty with the field, and by the sample province.
"""

import re
from decimal import Decimal

_DIGITS = {"零": 0, "〇": 0, "两": 2} | {c: n for n, c in enumerate("一二三四五六七八九", 1)}
_DIGITS |= {c: n for n, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_WORDS = "".join(_DIGITS) + "".join(_SMALL) + "".join(_BIG)

_NUMBER = r"[0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_TOKEN = re.compile(rf"(?P<number>{_NUMBER})|(?P<word>[{_WORDS}])")
# 第二十元 is no amount, 几十元 and 数百元 are no certain ones; a number is never entered in its middle
_INTEGER = rf"(?<![第几数0-9.,，{_WORDS}])(?:(?:{_NUMBER}|[{_WORDS}]) ?)++"  # ++: a long number that no 元 follows is read once
_SUBUNITS = rf"(?:[零整正]?(?P<jiao>[0-9{_WORDS}])角)?(?:零?(?P<fen>[0-9{_WORDS}])分)?"
_AMOUNT = re.compile(rf"(?P<yuan>{_INTEGER})[元圆](?![月旦宵素件器]){_SUBUNITS}")
_WHOLE_AMOUNT = re.compile(rf"(?:人民币|RMB|[¥￥])?(?:(?P<yuan>{_INTEGER})(?:[元圆]|$))?{_SUBUNITS}[整正]?")
_RESTATED = re.compile(r"[整正]?[（(](?:人民币|RMB|[¥￥]|大写|小写|即|计|[:：])*")

PLAIN_YUAN = rf"(?:^|[^第几数0-9.,， {_WORDS}])(?P<yuan>[1-9][0-9]*)元"
"""RE2: an amount of digits alone, not in the middle of a number (`_INTEGER` without its lookbehind)."""

_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_LARGEST = Decimal(10) ** 12


def amounts_in_text(text: str) -> list[Decimal]:
    """Amounts in yuan, in order of appearance; 元 must be written.

    An amount restated in brackets, `贰万元（20000元）`, is one amount. Amounts that are equal but stand apart are kept.
    """
    amounts: list[Decimal] = []
    last_end = 0
    for match in _AMOUNT.finditer(text):
        amount = _value(match)
        is_restated = _RESTATED.fullmatch(text, last_end, match.start()) and amounts[-1:] == [amount]
        last_end = match.end()
        if not is_restated:
            amounts.append(amount)
    return amounts


def parse_chinese_amount(text: str) -> Decimal | None:
    """Yuan of a text that is one amount and nothing else; None when it is not.

    元 may be missing (`贰万`, `20000`), as may the yuan (`伍角`).
    """
    stripped = text.strip()
    match = _WHOLE_AMOUNT.fullmatch(stripped)
    if match is None or not any(match.group("yuan", "jiao", "fen")):
        return None
    return _value(match)


def _value(match: re.Match[str]) -> Decimal:
    yuan = _number(match["yuan"]) if match["yuan"] else Decimal(0)
    jiao, fen = (_number(match[unit]) if match[unit] else Decimal(0) for unit in ("jiao", "fen"))
    return yuan + jiao / 10 + fen / 100


def _number(text: str) -> Decimal:
    """Value of Arabic and Chinese digits and units in any mixture: 12万5千, 一亿零三百, 1.5亿, 二〇〇〇."""
    total = section = Decimal(0)
    pending: Decimal | None = None
    for token in _TOKEN.finditer(text):
        word = token["word"]
        if word is None:
            pending = Decimal(re.sub("[,，]", "", token["number"]))
        elif word in _DIGITS:
            pending = (pending or 0) * 10 + Decimal(_DIGITS[word])
        elif word in _SMALL:
            section += (Decimal(1) if pending is None else pending) * _SMALL[word]
            pending = None
        else:
            section += pending or 0
            pending = None
            total, section = _raised(total, section, _BIG[word]), Decimal(0)
    return total + section + (pending or 0)


def _raised(total: Decimal, section: Decimal, unit: int) -> Decimal:
    """亿 raises everything before it (一万亿), 万 only its own section (一亿二千万)."""
    return (total + section) * unit if unit == 10**8 else total + section * unit


def yuan_in_words(amount: Decimal) -> str:
    """Write an amount in capital numerals as on a decision: 20000 → 贰万元整, 107000.53 → 壹拾万柒仟元伍角叁分.

    Raises:
        ValueError: negative, 1,000,000,000,000 yuan or more, or parts of a fen.
    """
    fen_total = amount * 100
    if not 0 <= amount < _LARGEST or fen_total != fen_total.to_integral_value():
        raise ValueError(f"cannot write {amount} yuan in words: expected 0 to {_LARGEST} with two decimals")
    yuan, rest = divmod(int(fen_total), 100)
    jiao, fen = divmod(rest, 10)
    words = _integer_in_words(yuan) + "元" if yuan or not rest else ""
    if not rest:
        return words + "整"
    words += _CAPITALS[jiao] + "角" if jiao else "零" if words else ""
    return words + (_CAPITALS[fen] + "分" if fen else "")


def _integer_in_words(number: int) -> str:
    if number == 0:
        return "零"
    words = ""
    for unit, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section, number = divmod(number, unit)
        if section == 0:
            continue
        if words and section < 1000:
            words += "零"
        words += _section_in_words(section) + name
    return words


def _section_in_words(section: int) -> str:
    """1 to 9999; zeros between digits are written once, zeros at the end not at all."""
    words, gap = "", False
    for digit, unit in zip(f"{section:04d}", ("仟", "佰", "拾", ""), strict=True):
        if digit == "0":
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _CAPITALS[int(digit)] + unit
        gap = False
    return words
