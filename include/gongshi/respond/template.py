"""The Excel templates agencies fill in, made from the kinds' fields and the rule book.

The data sheet has the header alone, so an untouched template is a file without data (BT-04). What has to be known
stands on a second sheet called 填写说明, which readers pass over by its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

from xlsxwriter.utility import xl_col_to_name

from gongshi.documents.columns import Alarm, Column
from gongshi.documents.workbook import NOTES_SHEET, Sheet, column_width, write_workbook
from gongshi.errors import UsageError
from gongshi.respond.rulebook_words import effects, message
from gongshi.respond.template_formulas import Cell, violation
from gongshi.respond.template_rules import Asked, asked_of, required_zh
from gongshi.standard.checks import IS_EMPTY
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import (
    OPERATION_CODES,
    OPERATION_LABELS,
    OPERATIONS,
    ORGANISATION,
    PERSON,
    SELF_EMPLOYED,
    Case,
    Field,
    Kind,
)
from gongshi.standard.rulebook import Rulebook

Form = Literal["org", "person"]
Agency = tuple[str, str]

ZERO = "zero"
_TOLD = ("reject_row", "warn")
ROWS_TO_FILL = 5_000
ORGANISATION_ONLY = (
    "party_uscc", "party_registration_no", "party_organisation_code", "party_tax_no", "party_institution_no",
    "party_society_no", "representative_name", "representative_id_type", "representative_id_no",
)  # fmt: skip
PERSON_ONLY = ("party_id_type", "party_id_no")
ZERO_COLUMNS = ("报送单位代码", "信息类别", "期间起", "期间止", "零报送", "填报人", "负责人", "原因")
_ZERO_CASES = (
    Case(("报送单位代码",), "organ_code_invalid"),
    *(
        Case((day,), check)
        for day in ("期间起", "期间止")
        for check in ("date_unreadable", "date_impossible")
    ),
    Case(("期间止", "期间起"), "is_earlier_than"),
)
"""What BT-12 asks of the cells of a zero report."""
_OPERATION_NOTES = {
    "operation": "不填即新增；更正、撤销已报送的记录时填写。撤销须在备注写明原因。",
    "record_ref": "更正、撤销时填写回执或明细中的记录编号；新增时不填。",
}


class UnknownTemplateError(UsageError):
    """Raised when a template is asked for that does not exist."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no template {name!r}; known: {', '.join((*KINDS, ZERO))}.")


def write_template(
    kind_name: str, path: Path, book: Rulebook, agency: Agency | None = None, form: Form | None = None
) -> None:
    """Write the template of a kind, or of a zero report (`zero`).

    Args:
        kind_name: licence, penalty or zero.
        path: the .xlsx to write.
        book: the rules the validations, hints and notes follow from.
        agency: (code, name), offered in the drop-downs of organ and source; nothing is filled in as data.
        form: org leaves out the columns of natural persons, person those of organisations; None has all.

    Raises:
        UnknownTemplateError: `kind_name` is not known.
    """
    if kind_name == ZERO:
        sheets = [_zero_sheet(agency), _zero_notes()]
    elif kind_name in book.kinds:
        kind = book.kinds[kind_name]
        fields = [field for field in kind.fields if field.name not in _left_out(form)]
        asked = {field.name: asked_of(book, kind_name, field.name) for field in fields}
        references = {field.name: f"${xl_col_to_name(place)}2" for place, field in enumerate(fields)}
        alarms = partial(_alarms, book, kind, references.get)
        columns = [
            replace(_column(field, asked[field.name], agency, form), alarms=alarms(field)) for field in fields
        ]
        sheets = [
            Sheet(
                kind.label_zh,
                [*columns, *_operation_columns()],
                blank_rows=ROWS_TO_FILL,
                freeze_columns=1,
            ),
            _notes(book, kind, fields, asked, agency),
        ]
    else:
        raise UnknownTemplateError(kind_name)
    write_workbook(path, sheets)


def _left_out(form: Form | None) -> tuple[str, ...]:
    return {"org": PERSON_ONLY, "person": ORGANISATION_ONLY}.get(form or "", ())


def _column(field: Field, asked: Asked, agency: Agency | None, form: Form | None) -> Column:
    star = "*" if asked.required in {"R", {"org": "Org", "person": "Nat"}.get(form or "", "")} else ""
    choices, strict = _choices(field, asked, agency, form)
    title = f"{field.label_zh}{star}"
    return Column(
        title,
        column_width((title,), 14, 28),
        choices=choices,
        strict_choices=strict,
        hint=_hint(field, asked),
        longest=asked.longest,
        strict_length=asked.refuses_longer,
    )


def _alarms(book: Rulebook, kind: Kind, cell: Cell, field: Field) -> tuple[Alarm, ...]:
    """What turns a cell of the field red or yellow: the rules in force that can be said as a formula."""
    found = [
        (formula, case.check != IS_EMPTY and (case.effect or rule.effect) == "reject_row")
        for rule in book.rules(kind.name).values()
        for case in rule.cases
        if rule.enabled and case.fields[0] == field.name and (case.effect or rule.effect) in _TOLD
        if "S2018" in case.when.get("generation", ("S2018",)) and (formula := violation(case, cell))
    ]
    return tuple(Alarm(formula, is_wrong) for formula, is_wrong in sorted(found, key=lambda one: not one[1]))


def _choices(
    field: Field, asked: Asked, agency: Agency | None, form: Form | None
) -> tuple[tuple[str, ...], bool]:
    """Values offered in the drop-down, and whether others are refused by Excel."""
    if field.name == "party_category" and form:
        own = (PERSON,) if form == "person" else (ORGANISATION, SELF_EMPLOYED)
        return tuple(choice for choice in asked.choices if choice in own), asked.refuses_others
    if agency and field.name in ("organ_code", "source_code"):
        return (agency[0],), False
    if agency and field.name in ("organ_name", "source_name"):
        return (agency[1],), False
    return asked.choices, asked.refuses_others


def _hint(field: Field, asked: Asked) -> str:
    decimals = f"最多{asked.decimals}位小数，" if asked.decimals is not None else ""
    formats = {
        "date": "日期，如 2026/05/08。",
        "amount": f"数字，单位万元，{decimals}不带单位和逗号。",
        "state": "1 有效，2 无效。",
    }
    length = f"不超过{asked.longest}字。" if asked.longest and not asked.choices else ""
    other = "选“其他”的请写成“其他-说明”。" if asked.has_other else ""
    note = f"{field.note}。" if field.note and field.dtype != "state" else ""
    return f"{required_zh(asked)}。{formats.get(field.dtype, '')}{length}{note}{other}"


def _operation_columns() -> list[Column]:
    return [
        Column(OPERATION_LABELS["operation"], 12, choices=OPERATIONS, hint=_OPERATION_NOTES["operation"]),
        Column(OPERATION_LABELS["record_ref"], 16, hint=_OPERATION_NOTES["record_ref"]),
    ]


def _notes(
    book: Rulebook, kind: Kind, fields: Sequence[Field], asked: Mapping[str, Asked], agency: Agency | None
) -> Sheet:
    """One line a field: how to fill it and what the rules ask of it."""
    columns = (
        Column("序号", 6), Column("字段", 30, "wrapped"), Column("代码", 16), Column("是否必填", 14, "wrapped"),
        Column("怎么填", 46, "wrapped"), Column("校验规则", 70, "wrapped"),
    )  # fmt: skip
    heading = (
        f"{kind.label_zh}信息填写说明（规则库版本 {book.version}）",
        "在第一张工作表自第2行起填写，一行一条；不要改动表头，各列保持文本格式。带*的为必填。本页不会被读取。",
        "单元格变红：填写有误，照此报送会被退回（校验位、日期、金额等）；变黄：必填未填，或请核对。其余规则以自查结果为准。",
        f"本单位：{agency[1]}，统一社会信用代码 {agency[0]}。"
        if agency
        else "决定机关、数据来源单位填写单位全称和统一社会信用代码。",
    )
    lines = [
        (
            str(number),
            field.label_zh,
            field.code,
            required_zh(asked[field.name]),
            _hint(field, asked[field.name]),
            "\n".join(_rules(book, kind, field)),
        )
        for number, field in enumerate(fields, 1)
    ]
    extra = [
        (str(len(lines) + number), OPERATION_LABELS[name], OPERATION_CODES[name], "选填", note, "")
        for number, (name, note) in enumerate(_OPERATION_NOTES.items(), 1)
    ]
    return Sheet(NOTES_SHEET, columns, [*lines, *extra], heading=heading)


def _rules(book: Rulebook, kind: Kind, field: Field) -> Iterator[str]:
    """The rules that name this field: id, what they do, message, with `…` for what only a row can fill."""
    for rule in book.rules(kind.name).values():
        own = [case for case in rule.cases if case.fields[0] == field.name]
        if rule.enabled and own:
            yield f"{rule.id}（{'，'.join(effects(rule, own))}）{message(rule, field)}"


def _zero_sheet(agency: Agency | None) -> Sheet:
    kinds = tuple(kind.label_zh for kind in KINDS.values())
    offered = {"报送单位代码": (agency[0],) if agency else (), "信息类别": kinds, "零报送": ("是",)}
    hints = {
        "报送单位代码": "本单位统一社会信用代码。",
        "信息类别": "一行一个类别。",
        "期间起": "期间第一天，如 2026/05/01。",
        "期间止": "期间最后一天（含），如 2026/05/31。",
        "零报送": "填“是”。",
    }
    cell = {title: f"${xl_col_to_name(place)}2" for place, title in enumerate(ZERO_COLUMNS)}.get
    columns = [
        Column(
            title,
            column_width((title,), 16),
            choices=offered.get(title, ()),
            hint=hints.get(title, ""),
            alarms=tuple(
                Alarm(formula)
                for case in _ZERO_CASES
                if case.fields[0] == title and (formula := violation(case, cell))
            ),
        )
        for title in ZERO_COLUMNS
    ]
    return Sheet("零报送表", columns, blank_rows=100)


def _zero_notes() -> Sheet:
    lines = (
        ("1", "本期间某类别没有作出决定的，每个类别填写一行；有数据的不要填零报送。"),
        ("2", "期间起、期间止均为日期，期间止当日计入。"),
        ("3", "期间内库中已有或之后收到该类别数据的，系统会提请核实。"),
        ("4", "填写后将本文件放入本单位报送目录，几分钟后在反馈目录查看回执。"),
    )
    heading = ("零报送填写说明", "本页不会被读取。")
    return Sheet(NOTES_SHEET, (Column("序号", 6), Column("说明", 90, "wrapped")), lines, heading=heading)
