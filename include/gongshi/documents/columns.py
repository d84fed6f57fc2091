"""Columns of a workbook: how they look, and what a program says of what is typed into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from gongshi.documents.plain import starts_formula

Style = Literal["text", "wrapped", "integer", "percent", "amount", "decimal", "date"]


@dataclass(frozen=True)
class Alarm:
    """A formula for the first cell below the header; where it is true the cell changes its colour.

    Attributes:
        formula: as Excel stores it, English names, without the sign `=`.
        is_wrong: red; else yellow, a doubt or something missing.
    """

    formula: str
    is_wrong: bool = True


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    Attributes:
        title: header text.
        width: in characters.
        style: how its cells look; numbers and dates are stored as such except under `text` and `wrapped`.
        choices: drop-down values for the cells below the header.
        strict_choices: False lets people type something else after a hint.
        hint: shown when a cell is selected; at most 255 characters.
        longest: characters a cell may have, where it has no choices; None = any.
        strict_length: False lets people keep a longer text after a hint.
        emphasis: a header that stands out (columns we added to a sheet people send back).
        alarms: when its cells change their colour.
        locked: on a protected sheet its cells cannot be changed.
    """

    title: str
    width: float = 14
    style: Style = "text"
    choices: tuple[str, ...] = ()
    strict_choices: bool = True
    hint: str = ""
    longest: int | None = None
    strict_length: bool = True
    emphasis: bool = False
    alarms: tuple[Alarm, ...] = ()
    locked: bool = False


def validation(column: Column) -> dict[str, Any] | None:
    """The data validation of a column's cells, as xlsxwriter takes it; None when nothing is asked of them."""
    choices = _offered(column.choices)
    if not (choices or column.hint or column.longest):
        return None
    options: dict[str, Any] = {"validate": "any", "ignore_blank": True}
    if choices:
        options = {
            "validate": "list",
            "source": choices,
            "error_type": "stop" if column.strict_choices else "information",
            "error_title": "请核对",
            "error_message": "请从下拉列表中选择。"
            if column.strict_choices
            else "不在下拉列表中，请确认填写无误。",
        }
    elif column.longest:
        options = {
            "validate": "length",
            "criteria": "<=",
            "value": column.longest,
            "ignore_blank": True,
            "error_type": "stop" if column.strict_length else "information",
            "error_title": "请核对",
            "error_message": f"不能超过{column.longest}个字。"
            if column.strict_length
            else f"超过{column.longest}个字，请确认。",
        }
    if column.hint:
        options |= {"input_title": column.title[:32], "input_message": column.hint[:255]}
    return options


def _offered(choices: tuple[str, ...]) -> list[str]:
    """Choices a list in a cell can hold: it separates them by commas, and a chosen formula would be one."""
    return [text for text in choices if not (starts_formula(text) or "," in text or '"' in text)]
