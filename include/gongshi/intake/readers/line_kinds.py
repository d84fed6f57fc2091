"""What a line below a header is: data, or a total, a signature, instructions, the header once more.

Conservative: a line with values where every record has some is data; in doubt it is data, and the rules answer it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import Enum
from itertools import pairwise

from gongshi.intake import headers
from gongshi.intake.readers.header_place import FEWEST_FIELDS, is_header
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import EXTRA_PREFIX


class Line(Enum):
    """What a line is; the value says so in a remark, empty where none is due."""

    DATA = ""
    BLANK = " "
    ABOVE = "在表头之前，是标题或说明"
    HEADER = "重复了表头"
    TABLE = "是另一个表的表头"
    TITLE = "是下一个表的标题"
    INSTRUCTION = "是填写说明"
    SAMPLE = "标明是示例"
    NUMBERING = "是列号"
    TOTAL = "是合计"
    FOOTER = "是填报人、备注说明等表尾内容"


_UNITS = "家|户|件|条|起|宗|项|人次|人|个|笔|元|万元"
_TOTAL = re.compile(
    r"(?:本[页月季年期表次]|以上|当[月年])?(?:[合总小共累]计|总数)[:：]?"
    rf"(?:行政)?(?:处罚|许可|罚款|没收|金额|数据|记录|信息)?[:：]?[\d,.]*(?:{_UNITS})?(?:记录|数据|信息)?[。.]?"
    rf"|共有?\d+(?:{_UNITS})(?:记录|数据|信息)?[。.]?"
)
_QUANTITY = re.compile(rf"-?[\d,]{{1,15}}(?:\.\d+)?(?:{_UNITS}|%)?")
_SIGNERS = (
    r"(?:单位|部门|分管|主管|主要|报送|填报)?(?:负责人|领导|经办人)|(?:填报|填表|制表|报送|上报|录入|审核|复核|审批|批准|联系|经手|校对)人员?"
    r"|制表|审核|复核|审批|(?:负责人|领导|主管)?签[字名章]|(?:单位)?(?:盖章|公章)|(?:联系|办公)?(?:电话|手机号?|传真|邮箱)"
    r"|(?:填报|填表|制表|报送|上报|审核)(?:日期|时间|单位|部门|机关)|(?:编制|填制)(?:日期|单位)"
)
_SIGNER = re.compile(rf"(?:{_SIGNERS})(?:\([^()]*\))?")
_SIGNED = re.compile(rf"(?:{_SIGNERS})(?:\([^()]*\))?:.*", re.DOTALL)
_SIGN_VALUE = re.compile(r"\d{2,4}[年/.-]\d{1,2}[月/.-]\d{1,2}日?|\(?(?:单位)?(?:盖章|公章|签字|签章)\)?")
_NOTES = r"(?:填报|填写|填表|填制|报送)?(?:说明|须知|要求)|备注|附?注|附|注意(?:事项)?|(?:温馨)?提示"
_NOTE = re.compile(rf"(?:{_NOTES})(?:[:;、.]|\d|\(\d|$).*", re.DOTALL)
_POINT = re.compile(r"\(?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、)].*", re.DOTALL)
_SEALED = re.compile(r".*\((?:单位)?(?:盖章|公章|签章)\)|\d{4}年\d{1,2}月\d{1,2}日")
_SAMPLE = re.compile(
    r"[(\[【]?(?:填[写报])?(?:示例|样例|范例|举例|例子|例)(?:数据|行)?\d*[)\]】]?(?:[:].*)?", re.DOTALL
)
_INSTRUCTED = re.compile(
    r"(?:填[写报表]|格式|录入)?(?:说明|要求|规则|提示|须知)|(?:数据|字段)?(?:类型|长度|格式)|是否必填|(?:必填|选填)项?|约束"
)
_HINT = re.compile(
    r"[(*]*(?:法人|自然人|个体工商户|企业|单位|条件|视情况|可)?(?:及[^,;。]{2,8})?(?:非?必填|选填|必录|必输|可空|可不填|可为空|不为空|非空|不填)项?.*"
    r"|[RMOCY是否√×]|(?:长?文本|字符串?|日期|数[字值]|金额|枚举|下拉|代码|VARCHAR2?|CHAR|DATE|NUMBER|DECIMAL|STRING|TEXT|INT)"
    r"(?:型|类型|格式|框|选择|列表)?(?:[(,]?\d*(?:[,.]\d+)?[)]?)?(?:位|字符?)?"
    r"|.{0,12}(?:最大?长度?|长度|不超过|不得超过|限|不多于|<=|≤|<)\d+.{0,8}|\d+(?:个)?(?:位|字符?|汉字)(?:以内|之内)?(?:[,;。].*)?"
    r"|(?:格式|如|例|例如|示例|样例|注|说明|填写?说明)[:为].*|.*(?:YYYY|yyyy)[-/.年]?(?:MM|mm).*"
    r"|(?:请|须|应|按|根据|参照|参考|可).{0,30}(?:填写?|选择|录入|格式|输入).*|.{0,20}(?:填写|填报)(?:.{0,40})",
    re.DOTALL,
)
_DATED = re.compile(r"\d{4}\s*[-/.年]?\s*\d{1,2}.*", re.DOTALL)
_DATES = {f.name for kind in KINDS.values() for f in kind.fields if f.dtype == "date"}
_FEWEST_NUMBERS = 4
_LONGEST_MARK = 40


def classify(
    cells: Sequence[str], columns: Sequence[str], *, leading: bool = False, after_note: bool = False
) -> Line:
    """What a line below a header is.

    Args:
        cells: its cells, as read.
        columns: `Header.columns` of that header.
        leading: nothing but lines that are no data stands between the header and it.
        after_note: the filled line before it is a footer.
    """
    filled = {place: _plain(cell) for place, cell in enumerate(cells) if cell and not cell.isspace()}
    if not filled:
        return Line.BLANK
    if headers.may_be_header(filled.values(), FEWEST_FIELDS) and is_header(cells):
        same = headers.recognise(tuple(cells)[: len(columns)]).columns == tuple(columns)
        return Line.HEADER if same or _same_fields(cells, columns) else Line.TABLE
    if _is_total(filled):
        return Line.TOTAL
    if _is_footer(filled, after_note):
        return Line.INSTRUCTION if leading else Line.FOOTER
    return _leading(filled, columns) if leading else Line.DATA


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell[:400]).strip() if not cell.isascii() else cell.strip()


def _same_fields(cells: Sequence[str], columns: Sequence[str]) -> bool:
    """Labels over codes, or the other way round: every field the line names is that of its column."""
    again = headers.recognise(cells).columns
    named = [
        (own, name) for own, name in zip(columns, again, strict=False) if not name.startswith(EXTRA_PREFIX)
    ]
    return bool(named) and all(own == name for own, name in named) and len(again) <= len(columns)


def _is_total(filled: Mapping[int, str]) -> bool:
    """合计 in one of the first two cells, and beside it nothing but quantities and signatures."""
    texts = list(filled.values())
    mark = next(
        (
            n
            for n, text in enumerate(texts[:2])
            if len(text) <= _LONGEST_MARK and _TOTAL.fullmatch(_closed(text))
        ),
        None,
    )
    if mark is None:
        return False
    rest = [*texts[:mark], *texts[mark + 1 :]]
    return all(_QUANTITY.fullmatch(_closed(text)) or _SIGNED.fullmatch(_closed(text)) for text in rest)


def _is_footer(filled: Mapping[int, str], after_note: bool) -> bool:
    texts = [_closed(text) for text in filled.values()]
    if len(texts) <= 2 and _NOTE.fullmatch(texts[0]):
        return len(texts) == 1 or _ends_label(texts[0])
    if len(texts) == 1 and (_SEALED.fullmatch(texts[0]) or (after_note and _POINT.fullmatch(texts[0]))):
        return True
    if not (_SIGNED.fullmatch(texts[0]) or (len(texts) > 1 and _SIGNER.fullmatch(texts[0]))):
        return False
    return all(
        _is_label(text) or _SIGN_VALUE.fullmatch(text) or (_is_label(before) and _ends_label(before))
        for before, text in pairwise(texts)
    )


def _is_label(text: str) -> bool:
    return bool(_SIGNED.fullmatch(text) or _SIGNER.fullmatch(text))


def _ends_label(text: str) -> bool:
    return text.endswith(":") or bool(_SIGNER.fullmatch(text)) or bool(re.fullmatch(_NOTES, text))


def _leading(filled: Mapping[int, str], columns: Sequence[str]) -> Line:
    """Lines between a header and its first record."""
    texts = list(filled.values())
    if _is_numbering(texts):
        return Line.NUMBERING
    if _SAMPLE.fullmatch(_closed(texts[0])):
        return Line.SAMPLE
    if any(_DATED.fullmatch(filled[place]) for place in _date_columns(columns) if place in filled):
        return Line.DATA
    marked = _INSTRUCTED.fullmatch(_closed(texts[0])) and _is_extra(next(iter(filled)), columns)
    hints = sum(1 for text in texts if _HINT.fullmatch(text))
    return Line.INSTRUCTION if marked or (len(texts) > 1 and 2 * hints > len(texts)) else Line.DATA


def _is_numbering(texts: Sequence[str]) -> bool:
    numbers = [re.sub(r"[()栏列]", "", text) for text in texts]
    digits = [int(n) for n in numbers if n.isdecimal() and len(n) < 4]
    start = 0 if len(digits) == len(texts) else 1  # 栏次 or 序号 before the numbers
    return (
        len(digits) >= _FEWEST_NUMBERS
        and len(digits) >= len(texts) - start
        and all(after == before + 1 for before, after in pairwise(digits))
        and digits[0] in (0, 1, 2)
    )


def _date_columns(columns: Sequence[str]) -> list[int]:
    return [place for place, name in enumerate(columns) if name in _DATES]


def _is_extra(place: int, columns: Sequence[str]) -> bool:
    return place >= len(columns) or columns[place].startswith(EXTRA_PREFIX)


def _closed(text: str) -> str:
    """Without blanks: 合　计, 填报人 ：."""
    return re.sub(r"\s+", "", text)
