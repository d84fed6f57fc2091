"""docs/generated/rulebook.md: the rule book as the credit office and the agencies read it, in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from markdown import table

from gongshi.standard import rulebook
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import OPERATION_CODES, OPERATION_LABELS

SECTIONS = {
    "BT": "文件与批次",
    "TX": "文本规范",
    "NM": "行政相对人名称",
    "CT": "行政相对人类别",
    "ID": "代码",
    "LR": "法定代表人",
    "PE": "自然人证件",
    "DT": "日期",
    "XK": "行政许可",
    "CF": "行政处罚",
    "AG": "决定机关与数据来源单位",
    "XR": "操作与记录",
}
EFFECTS = {"reject_batch": "整个文件不接收", "reject_row": "退回该行", "warn": "提示", "fix": "自动规范"}
SCOPES = {"file": "读取文件时", "row": "逐行校验", "registry": "对照登记信息", "merge": "入库时"}
PARAMETERS = {
    "day": "界限 {}",
    "years": "{} 年",
    "max_age": "最大年龄 {}",
    "decimals": "小数位 {}",
    "times": "重复 {} 次",
    "code_list": "码表 {}",
}
GENERATIONS = {"S2018": "2018版", "L2015": "2015版"}
_PLACE = re.compile(r"\{\w+\}")
INTRO = """# 校验规则

规则库版本 `{version}`，共 {count} 条，适用于{kinds}（字段布局 S2018b）。同样的内容可用 `gongshi rules` 查看，
`gongshi rules --json` 含全部参数和词表。

**效果**：{effects}。一行触发任何一条“退回该行”即退回；“提示”不影响入库；“自动规范”由平台改正并记录。

字段长度见[数据字典](data_dictionary.md)，码表见 `include/gongshi/standard/codes/`。

**先决规则**：先决规则在同一字段上触发时，本规则不再判断，一个错误只报一次。

**依据**：“办法”指《云南省行政许可和行政处罚等行政管理信息报送工作管理办法》；“来源”指有已核对的资料印证，字母为资料编号；
“默认”（原标记 [K]、[D]）是**平台默认值，不是国家规定**：[K] 为通行做法、尚未对照原标准附件核实，[D] 为平台设计。
两者都可由信用牵头部门调整，退回数据时不得以“国家标准规定”为由。

"""


def page() -> str:
    """The whole page."""
    book = rulebook.shipped().as_data()
    intro = INTRO.format(
        version=book["version"],
        count=len(book["rules"]),
        kinds="、".join(kind.label_zh for kind in KINDS.values()),
        effects="、".join(EFFECTS.values()),
    )
    return intro + "".join(_section(prefix, title, book["rules"]) for prefix, title in SECTIONS.items())


def _section(prefix: str, title: str, rules: Iterable[Mapping[str, Any]]) -> str:
    own = [rule for rule in rules if rule["id"].startswith(f"{prefix}-")]
    header = ("编号", "效果", "环节", "字段", "问题表述", "范围与参数", "修改建议", "先决规则", "依据")
    return f"## {title}（{prefix}）\n\n" + table(header, map(_row, own))


def _row(rule: Mapping[str, Any]) -> tuple[str, ...]:
    guards = [name for name in rule["requires"] if name not in rulebook.FIELD_GUARDS]
    return (
        rule["id"],
        EFFECTS[rule["effect"]],
        SCOPES[rule["scope"]],
        _fields(rule["fields"]),
        _PLACE.sub("…", rule["message_zh"].replace("{field}", "该字段")),
        _conditions(rule),
        rule["suggestion_zh"] or "—",
        "、".join(guards) or "—",
        _basis(rule["basis"]),
    )


def _fields(by_kind: Mapping[str, list[str]]) -> str:
    """Chinese names of the fields; of what concerns most of a kind's text columns only how many."""
    names: dict[str, None] = {}
    for kind, codes in by_kind.items():
        labels = {f.code: f.label_zh for f in (*KINDS[kind].fields, *KINDS[kind].legacy_fields)}
        labels |= {code: OPERATION_LABELS[name] for name, code in OPERATION_CODES.items()}
        names |= dict.fromkeys(labels[code] for code in codes)
    if len(names) > 8:
        return f"{'、'.join(list(names)[:3])}等 {len(names)} 个字段"
    return "、".join(names) or "—"


def _conditions(rule: Mapping[str, Any]) -> str:
    """Which rows are judged, by which numbers and lists, and compound severities."""
    found: dict[str, None] = {}
    for kind, cases in rule["params"].items():
        for case in cases:
            found |= dict.fromkeys(_of_case(kind, case, rule["effect"]))
    return "；".join(found) or "—"


def _of_case(kind: str, case: Mapping[str, Any], effect: str) -> Iterable[str]:
    labels = {f.name: f.label_zh for f in KINDS[kind].fields} | OPERATION_LABELS | {"generation": "模板"}
    for name, values in case["when"].items():
        yield f"{labels.get(name, '自动规范所记')}为{'或'.join(_word(value) for value in values)}"
    for name, words in PARAMETERS.items():
        if name in case["params"]:
            yield words.format(case["params"][name])
    if case["effect"] and case["effect"] != effect:
        yield f"部分情形为“{EFFECTS[case['effect']]}”"
    if case["note_zh"]:
        yield case["note_zh"]


def _word(value: str) -> str:
    if value in GENERATIONS:
        return GENERATIONS[value]
    return "已规范" if value.isascii() and "-" in value else value


def _basis(text: str) -> str:
    parts: dict[str, list[str]] = {}
    for mark in text.split(","):
        source, _, name = mark.strip().partition(":")
        if "M art." in mark:
            parts.setdefault(f"办法第{mark.rpartition(' ')[2]}条", [])
        elif source == "S":
            parts.setdefault("来源", []).append(name)
        else:
            parts.setdefault(f"默认 [{source}]", [])
    return "；".join(f"{words} {'、'.join(names)}".strip() for words, names in parts.items())
