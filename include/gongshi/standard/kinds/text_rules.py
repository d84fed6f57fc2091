"""Rules of text hygiene (standard 4.2): the same for every kind, by the type of the field."""

from __future__ import annotations

from dataclasses import replace

from gongshi.standard.model import L2015, S2018, Case, Field, Rule

FREE_TEXT = ("text", "name", "document_no")
CODED = ("code", "id_no", "date", "amount", "state")
EXCEL_NUMBERS = ("code", "id_no", "document_no")

HAS_LENGTH_RULE = ("party_category", "representative_name")  # CT-02, LR-02

NO_NUMBER = "空"
PLACEHOLDERS = ("无", "空", "暂无", "不详", "未知", "略", "/", "-", "—", "0", "null", "NULL", "N/A")
TEST_WORDS = r"(?i)^(测试|test|样例|示例|演示|xxx|aaa|123)$|^(测试|样例|示例).{0,4}$|^.{0,4}(测试|样例|示例)$"


def text_rules(fields: tuple[Field, ...]) -> tuple[Rule, ...]:
    """TX-01…14 over the fields of a kind."""
    free = _of_type(fields, FREE_TEXT)
    required_free = tuple(f for f in free if f.required in ("R", "Org", "Nat"))
    coded = _of_type(fields, CODED)
    with_length = tuple(f for f in fields if f.max_length and f.name not in HAS_LENGTH_RULE)
    return (
        Rule("TX-01", "fix", "row", "{field}首尾空格已去除", "K"),
        Rule(
            "TX-02",
            "reject_row",
            "row",
            "{field}含有换行符或制表符",
            "K",
            "请删除单元格内的换行符或制表符后重新报送。",
            _each(
                coded,
                "matches",
                {"pattern": r"[\r\n\t]", "needs": "\r\n\t"},
                note_zh="代码、日期、金额中间；首尾及名称、文号中的自动去除",
            ),
        ),
        Rule("TX-03", "fix", "row", "{field}中的不可见字符已去除", "D"),
        Rule("TX-04", "fix", "row", "{field}中的全角字符已转为半角", "K"),
        Rule("TX-05", "fix", "row", "{field}中的半角括号已转为全角", "S:DD"),
        Rule("TX-06", "fix", "row", "{field}中的小写字母已转为大写，组织机构代码中的“-”已去除", "S:X"),
        Rule(
            "TX-07",
            "reject_row",
            "row",
            "{field}含有乱码，请检查文件编码",
            "K",
            "请用UTF-8或GB18030编码重新导出后报送。",
            _each(fields, "matches", {"pattern": r"\x{FFFD}|锟斤拷|烫烫|\?{4,}"}),
        ),
        Rule(
            "TX-08",
            "reject_row",
            "row",
            "{field}超过最大长度{n}，实际{m}",
            "S:A4",
            "请按决定文书精简后重新报送。",
            tuple(
                Case((f.name,), "longer_than", {"length": f.max_length}, effect=f.length_effect)
                for f in with_length
            ),
        ),
        Rule(
            "TX-09",
            "reject_row",
            "row",
            "{field}不能填写“{value}”等无意义内容",
            "K",
            "请填写决定文书上的真实内容。",
            tuple(case for f in required_free for case in _placeholder_cases(f)),
        ),
        Rule(
            "TX-10",
            "reject_row",
            "row",
            "{field}疑似测试数据",
            "K",
            "请核对，测试数据不得报送。",
            (
                *_each(free, "matches", {"pattern": TEST_WORDS}),
                *_each(
                    free,
                    "matches_except",
                    {"pattern": "测试|样例|示例", "exception": TEST_WORDS},
                    effect="warn",
                    note_zh="较长内容中出现测试、样例、示例",
                ),
            ),
        ),
        Rule(
            "TX-11",
            "reject_row",
            "row",
            "{field}含有网页标签",
            "K",
            "请删除网页标签，只保留文字。",
            _each(
                free,
                "matches",
                {
                    "pattern": r"<\s*/?\s*[A-Za-z][^<>]*>|&(#\d+|#x[0-9A-Fa-f]+|[A-Za-z]{2,8});",
                    "needs": "<&",
                },
            ),
        ),
        Rule(
            "TX-12",
            "reject_row",
            "row",
            "{field}格式被Excel改变，请将单元格设为文本格式",
            "K",
            "请将该列设为文本格式，按原件重新填写。",
            (
                *_each(
                    fields,
                    "matches",
                    {"pattern": r"^#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)$", "needs": "#"},
                ),
                *_each(_of_type(fields, EXCEL_NUMBERS), "matches", {"pattern": r"^\d+(\.\d+)?[eE]\+?\d+$"}),
            ),
        ),
        Rule(
            "TX-13",
            "reject_row",
            "row",
            "{field}以公式符号开头",
            "D",
            "请删除开头的 = + @ 符号。",
            _each(fields, "matches", {"pattern": "^[=+@]", "needs": "=+@"}),
        ),
        Rule(
            "TX-14",
            "reject_row",
            "row",
            "{field}内容无效",
            "K",
            "请填写决定文书上的真实内容。",
            _each(free, "is_repetition_or_punctuation", {"times": 3}, requires=("TX-10",)),
        ),
    )


def _placeholder_cases(f: Field) -> tuple[Case, ...]:
    """Placeholder words; the number of a licence may be 空 in L2015 (前置许可 without a number)."""
    case = Case((f.name,), "is_one_of", {"words": PLACEHOLDERS})
    if f.code != "XK_WSH":
        return (case,)
    allowed = tuple(word for word in PLACEHOLDERS if word != NO_NUMBER)
    old = replace(case, params={"words": allowed}, when=L2015, note_zh="2015版模板允许填写“空”")
    return (replace(case, when=S2018), old)


def _of_type(fields: tuple[Field, ...], types: tuple[str, ...]) -> tuple[Field, ...]:
    return tuple(f for f in fields if f.dtype in types)


def _each(
    fields: tuple[Field, ...], check: str, params: dict[str, object], **more: object
) -> tuple[Case, ...]:
    return tuple(Case((f.name,), check, params, **more) for f in fields)  # type: ignore[arg-type]
