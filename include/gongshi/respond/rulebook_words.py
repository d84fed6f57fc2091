"""What the rule book says of a rule in Chinese: what it does, which rows it judges, what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from gongshi.standard.model import OPERATION_LABELS, Case, Field, Kind, Rule

EFFECTS = {"reject_batch": "整个文件不接收", "reject_row": "退回该行", "warn": "提示", "fix": "自动规范"}
PUBLICATION = {"hold": "更正前暂不公示", "never": "不予公示"}
REQUIRED = {
    "R": "必填",
    "Org": "法人、个体工商户必填",
    "Nat": "自然人必填",
    "cond": "视情况必填",
    "o": "选填",
}
PARAMETERS = {
    "day": "界限{}",
    "years": "{}年",
    "days": "{}天",
    "length": "{}个字",
    "max_age": "年龄上限{}岁",
    "decimals": "{}位小数",
    "times": "连续{}次",
    "count": "{}个",
    "percent": "{}%",
    "low_percent": "低于{}%",
    "high_percent": "高于{}%",
    "weeks": "与前{}周比较",
    "least": "平常至少{}行",
    "age": "未满{}周岁",
    "wan": "{}万元起",
    "years_before": "早于决定日期最多{}年",
    "lengths": "{}位",
    "starts": "代码前缀{}",
    "least_rows": "至少{}行",
    "counterparts": "{}个相对人",
}
"""Parameters a clerk understands; all of them stand in `gongshi rules --json`."""

GENERATIONS = {"S2018": "2018版模板", "L2015": "2015版模板"}
MOST_VALUES = 3
"""A threshold with more values than that is told as a range."""

_LAWS = {
    "P": "国办发〔2025〕22号",
    "Q": "国家发展改革委令第36号",
    "T": "发改办财金〔2018〕424号",
    "V": "国办发〔2019〕35号",
    "Z": "全国公共信用信息基础目录",
}
_ALGORITHMS = {"U": "GB 32100", "X": "GB 32100、GB 11714、GB 11643"}
_IMPLEMENTED = ("A1", "B", "C", "E", "F", "G", "H", "I", "J", "K1", "L", "MS")
_PLACE = re.compile(r"\{\w+\}")


def effects(rule: Rule, cases: Iterable[Case]) -> list[str]:
    """What the rule does, the heaviest first: of these cases, and for publication."""
    found = {case.effect or rule.effect for case in cases} or {rule.effect}
    if rule.effect == "fix":
        found.add("fix")
    words = [text for effect, text in EFFECTS.items() if effect in found]
    return words + ([PUBLICATION[rule.publication]] if rule.publication in PUBLICATION else [])


def message(rule: Rule, field: Field | None) -> str:
    """As a receipt says it; `…` for what only a row can fill."""
    name = field.label_zh if field else "该字段"
    return _PLACE.sub("…", rule.message_zh.replace("{field}", name))


def conditions(cases: Sequence[tuple[Kind, Case]]) -> list[str]:
    """Which rows are judged, by which numbers, and what the cases say of themselves."""
    found = dict.fromkeys(words for kind, case in cases for words in _rows_judged(kind, case))
    if found.keys() >= set(GENERATIONS.values()):  # all of them
        found = {words: None for words in found if words not in GENERATIONS.values()}
    for name, words in PARAMETERS.items():
        values = list(dict.fromkeys(_value(case.params[name]) for _, case in cases if name in case.params))
        if len(values) > MOST_VALUES:
            found[words.format(f"{min(values)}至{max(values)}") + "，按字段"] = None
        else:
            found |= dict.fromkeys(words.format(value) for value in values)
    return list(found | dict.fromkeys(case.note_zh for _, case in cases if case.note_zh))


def _value(value: Any) -> Any:
    """A list as words; other values compare as they are."""
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else value


def _rows_judged(kind: Kind, case: Case) -> Iterator[str]:
    labels = {f.name: f.label_zh for f in (*kind.fields, *kind.legacy_fields)} | OPERATION_LABELS
    for name, values in case.when.items():
        if name in labels:
            yield f"{labels[name]}为{'或'.join(values)}"
        elif name == "generation":
            yield "或".join(GENERATIONS[value] for value in values)


def field_note(fields: Iterable[Field]) -> str:
    """Whether a field must be filled, and how."""
    own = list(fields)
    asked = {REQUIRED[field.required]: None for field in own}
    longest = {f"不超过{field.max_length}字": None for field in own if field.max_length}
    return "；".join(asked | longest | {field.note: None for field in own if field.note})


def basis_zh(marks: str) -> str:
    """The marks of the standard in words: never a national rule where the mark is a default of the platform."""
    found: dict[str, None] = {}
    for mark in (part.strip() for part in marks.split(",")):
        source, _, name = mark.partition(":")
        if "M art." in mark:
            found[f"省级办法第{mark.rpartition(' ')[2]}条"] = None
        elif name in _LAWS:
            found[f"国家规定（{_LAWS[name]}）"] = None
        elif name in _ALGORITHMS:
            found[f"国家标准（{_ALGORITHMS[name]}）"] = None
        elif name in _IMPLEMENTED:
            found["国家数据规范（资料印证）"] = None
        elif source == "S":
            found["实际数据（资料印证）"] = None
        elif source in ("K", "D"):
            found["省级配置"] = None
        elif source == "law":
            found["国家法律"] = None
    return "；".join(found)
