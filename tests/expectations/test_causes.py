"""Causes many findings share: each is told once, and the number it says it clears is the number it clears.

Every case is a file: faultless decisions spoilt alike, with a few faults of other kinds among them. The truth is the
same file with the suggested correction made on its cells: what is found in the one and not in the other must be as many
findings as the cause claimed. Near misses, good files and files of single faults have no cause.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gongshi.check import check_file
from gongshi.sample.blemishes import one_blemish_per_row
from gongshi.sample.decisions import Desk, no_fault_rows
from gongshi.sample.faults import market_bureau, one_fault_per_row
from gongshi.sample.names import chance
from gongshi.standard.identifiers import organisation_code_check_character
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import ORGANISATION, PERSON
from gongshi.standard.rulebook import shipped
from gongshi.standard.working_days import WorkingCalendar
from tests.expectations.conftest import AT, Judge

pytestmark = pytest.mark.slow  # a hundred self-checks

Cells = list[list[str]]
Edit = Callable[[Cells], None]
ROWS = 20
CALENDAR = WorkingCalendar({}, {2026})


def names(kind: str) -> list[str]:
    return [f.name for f in KINDS[kind].fields]


def decisions(kind: str, count: int = ROWS, **wanted: Any) -> Cells:
    """Faultless rows of one organ, decided on days spread over months; line 0 is the header."""
    desk = Desk(chance(f"causes-{kind}", 2026))
    days = [date(2026, 1 + n % 5, 1 + (n * 11) % 28) for n in range(count)]
    rows = [desk.decide(kind, market_bureau(), day, **wanted) | {"remark": "已送达"} for day in days]
    return [[f.code for f in KINDS[kind].fields], *([row[name] for name in names(kind)] for row in rows)]


@pytest.fixture
def check(module_judge: Judge, tmp_path: Path) -> Callable[[Cells], dict[str, Any]]:
    """The receipt of a self-check of these cells as a CSV file."""

    def run(cells: Cells) -> dict[str, Any]:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(cells)
        path = tmp_path / "报送.csv"
        path.write_text(text.getvalue(), "utf-8", newline="")
        (receipt,) = check_file(
            module_judge.settings, path, None, AT, module_judge.facts, CALENDAR, shipped()
        )
        return receipt

    return run


def found(receipt: dict[str, Any]) -> Counter[tuple[int, str | None, str]]:
    assert receipt["findings_shown"] == receipt["findings_total"]
    return Counter((f["row"], f["field"], f["rule"]) for f in receipt["findings"])


def spoilt(cells: Cells, edit: Edit) -> Cells:
    copy = [list(row) for row in cells]
    edit(copy)
    return copy


def column(kind: str, name: str, change: Callable[[str], str], lines: range | None = None) -> Edit:
    """Change the cells of a column."""
    place = names(kind).index(name)

    def edit(cells: Cells) -> None:
        for line in lines or range(1, len(cells)):
            cells[line][place] = change(cells[line][place])

    return edit


def several(*edits: Edit) -> Edit:
    def edit(cells: Cells) -> None:
        for one in edits:
            one(cells)

    return edit


def other_faults(kind: str) -> Edit:
    """Two faults that no cause explains."""
    return several(
        column(kind, "remark", lambda _: "#REF!", range(3, 4)),
        column(kind, "party_name", lambda name: f"{name}★", range(8, 9)),
    )


def of_dates(kind: str, form: str) -> Edit:
    """All dates but those without end in another order."""

    def change(text: str) -> str:
        if not text or text == "2099/12/31":
            return text
        year, month, day = text.split("/")
        return form.format(y=year, m=month, d=day)

    dates = [f.name for f in KINDS[kind].fields if f.dtype == "date"]
    return several(*(column(kind, name, change) for name in dates))


def inserted(place: int, text: str = "") -> Edit:
    """A cell before this one; the remark at the end of the row was empty."""

    def edit(cells: Cells) -> None:
        for row in cells[1:]:
            row.insert(place, text)
            row.pop()

    return edit


def removed(place: int) -> Edit:
    def edit(cells: Cells) -> None:
        for row in cells[1:]:
            row.pop(place)
            row.append("")

    return edit


def added(place: int, text: str) -> Edit:
    def edit(cells: Cells) -> None:
        for row in cells[1:]:
            row.insert(place, text)

    return edit


def fewer(place: int) -> Edit:
    def edit(cells: Cells) -> None:
        for row in cells[1:]:
            row.pop(place)

    return edit


def in_yuan(text: str) -> str:
    return str(round(float(text) * 10_000)) if text else text


def with_empty(place: int) -> Edit:
    """The cell that is missing stays empty after the correction: what it held is gone."""

    def edit(cells: Cells) -> None:
        for row in cells[1:]:
            row[place] = ""

    return edit


def nothing(cells: Cells) -> None:
    """The correction gives back the file as it was."""


L, P = names("licence"), names("penalty")
WRONG_NAME = "昆明市市场监督局"
CASES: dict[str, tuple[str, dict[str, Any], Edit, Edit, str, list[str]]] = {
    "a blank cell before the document": (
        "licence", {}, inserted(13), nothing, "shifted_columns", ["向右", "行政许可决定文书名称"]
    ),
    "a blank cell before the first column": ("penalty", {}, inserted(0), nothing, "shifted_columns", ["向右"]),
    "a blank cell late in the row": ("penalty", {}, inserted(P.index("decision_date")), nothing, "shifted_columns", ["向右", "处罚决定日期"]),
    "the document number left out": (
        "licence", {}, removed(14), with_empty(14), "shifted_columns", ["向左", "行政许可决定文书号"]
    ),
    "a filled cell inserted": ("licence", {}, inserted(19, "附注"), nothing, "shifted_columns", ["多出一个单元格", "逗号"]),
    "a cell too many": ("licence", {}, added(19, "附注"), nothing, "shifted_columns", ["多一个单元格"]),
    "a comma that is not quoted": ("penalty", {}, added(19, "（略）"), nothing, "shifted_columns", ["多一个单元格", "逗号"]),
    "a cell too few": ("licence", {}, fewer(L.index("valid_to")), with_empty(L.index("valid_to")), "shifted_columns", ["少一个单元格"]),
    "fines in yuan": ("penalty", {"categories": ("罚款",)}, column("penalty", "fine_wan", in_yuan), nothing, "yuan_for_wan", ["罚款金额", "0.2"]),
    "months first": ("licence", {}, of_dates("licence", "{m}/{d}/{y}"), nothing, "day_month_swapped", ["月/日/年"]),
    "days first": ("penalty", {}, of_dates("penalty", "{d}-{m}-{y}"), nothing, "day_month_swapped", ["日/月/年"]),
    "days in the middle": ("licence", {}, of_dates("licence", "{y}/{d}/{m}"), nothing, "day_month_swapped", ["年/日/月"]),
    "garbled text": (
        "licence", {},
        several(*(column("licence", n, lambda t: "锟斤拷" + t[1:]) for n in ("party_name", "content", "organ_name"))),
        nothing, "wrong_encoding", ["行政相对人名称", "许可内容"],
    ),
    "digits lost to scientific notation": (
        "penalty", {"category": PERSON}, column("penalty", "party_id_no", lambda _: "5.30102199003071E+17"),
        nothing, "digits_lost", ["“证件号码”", "科学计数法"],
    ),
    "the last digits lost": (
        "licence", {"category": PERSON},
        column("licence", "party_id_no", lambda _: "530102199003072000"), nothing, "digits_lost", ["15位"],
    ),
    "categories by number": (
        "licence", {},
        several(column("licence", "licence_category", lambda _: "3"), column("licence", "party_category", {"法人及非法人组织": "1", "自然人": "2", "个体工商户": "4"}.__getitem__)),
        nothing, "old_template", ["许可类别", "行政相对人类别"],
    ),
    "states of 2015": ("licence", {}, column("licence", "state", lambda _: "0"), nothing, "old_template", ["当前状态", "1为撤销"]),
    "one wrong name of the organ": (
        "licence", {},
        several(*(column("licence", n, lambda _: WRONG_NAME) for n in ("organ_name", "source_name"))),
        nothing, "organ_repeated", [WRONG_NAME, market_bureau().name, "许可机关", "数据来源单位"],
    ),
    "one wrong code of the organ": (
        "penalty", {}, column("penalty", "organ_code", lambda t: t[:-1] + ("A" if t[-1] != "A" else "B")),
        nothing, "organ_repeated", [market_bureau().code],
    ),
    "a word that is not in the list": ("licence", {}, column("licence", "licence_category", lambda _: "行政许可"), nothing, "word_not_in_list", ["“行政许可”", "普通、特许"]),
    "a column left empty": ("penalty", {}, column("penalty", "legal_basis", lambda _: ""), nothing, "column_empty", ["处罚依据"]),
    "two columns left empty": (
        "licence", {},
        several(*(column("licence", n, lambda _: "") for n in ("content", "state"))),
        nothing, "column_empty", ["许可内容", "当前状态"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_cause_is_told_once_and_clears_what_it_says(check: Any, case: str) -> None:
    kind, wanted, spoil, correct, cause, words = CASES[case]
    rows = spoilt(decisions(kind, **wanted), other_faults(kind))
    bad = check(spoilt(rows, spoil))
    (told,) = bad["causes"]
    assert told["cause"] == cause
    assert [word for word in words if word not in told["message"] + told["suggestion"]] == [], told
    cleared = found(bad) - found(check(spoilt(rows, correct)))
    assert told["findings"] == sum(cleared.values()) >= 5
    assert set(told["rows"]) <= {row for row, _, _ in cleared}
    assert told["rows"] == sorted(told["rows"])
    assert 1 <= len(told["rows"]) <= 8


def near(kind: str, edit: Edit, **wanted: Any) -> Cells:
    return spoilt(decisions(kind, **wanted), edit)


def dated(*days: str) -> Edit:
    """The first decision dates as written, with the dates that must not lie before them."""
    return several(
        *(
            column("licence", "decision_date", lambda _, day=day: day, range(line, line + 1))
            for line, day in enumerate(days, 1)
        )
    )


NEAR_MISSES: dict[str, Cells] = {
    "four fines in yuan": near("penalty", column("penalty", "fine_wan", in_yuan, range(1, 5)), categories=("罚款",)),
    "half of the fines in yuan": near("penalty", column("penalty", "fine_wan", in_yuan, range(1, 11)), categories=("罚款",)),
    "fines that differ otherwise": near("penalty", column("penalty", "fine_wan", lambda t: f"{float(t) * 1000:g}"), categories=("罚款",)),
    "days that do not exist": near("licence", column("licence", "decision_date", lambda _: "2026/13/40")),
    "some days in the middle, others not": near("licence", dated(*["2026/13/05"] * 7, *["2026/05/13"] * 7)),
    "dates in words": near("licence", column("licence", "decision_date", lambda _: "二〇二六年五月")),
    "codes with another last digit": near("licence", column("licence", "party_uscc", lambda t: t[:-1] + ("1" if t[-1] != "1" else "2")), category=ORGANISATION),
    "a word in half of the rows": near("licence", column("licence", "licence_category", lambda _: "行政许可", range(1, 11))),
    "many different words": near("licence", several(*(column("licence", "licence_category", lambda _, n=n: f"类别{n}", range(n, n + 1)) for n in range(1, 21)))),
    "one wrong organ in half of the rows": near("licence", column("licence", "organ_name", lambda _: WRONG_NAME, range(1, 11))),
    "a column empty but for one cell": near("penalty", column("penalty", "legal_basis", lambda _: "", range(1, 20))),
    "an optional column empty": near("licence", column("licence", "party_tax_no", lambda _: "")),
    "garbled in a few rows": near("licence", column("licence", "content", lambda _: "锟斤拷锟斤拷", range(1, 9))),
    "four rows shifted": near("licence", lambda cells: [row.insert(0, "") or row.pop() for row in cells[1:5]]),  # type: ignore[func-returns-value]
    "rows broken in different ways": near("licence", lambda cells: [row.extend(["x"] * (n % 4 + 1)) for n, row in enumerate(cells) if n]),  # type: ignore[func-returns-value]
}  # fmt: skip


@pytest.mark.parametrize("case", NEAR_MISSES)
def test_a_near_miss_has_no_cause(check: Any, case: str) -> None:
    assert check(NEAR_MISSES[case])["causes"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_good_files_and_files_of_single_faults_have_no_cause(check: Any, kind: str) -> None:
    header = [f.code for f in KINDS[kind].fields]
    corpora = {
        "no fault": no_fault_rows(kind, 200),
        "one fault a row": [row for row, _, _ in one_fault_per_row(kind)],
        "one blemish a row": [row for row, _, _ in one_blemish_per_row(kind)],
    }
    told = {
        name: check([header, *([row.get(n, "") for n in names(kind)] for row in rows)])["causes"]
        for name, rows in corpora.items()
    }
    assert {name: causes for name, causes in told.items() if causes} == {}


def test_zeros_lost_at_the_front_of_organisation_codes(check: Any) -> None:
    first8 = [f"0{n:07d}" for n in range(1_234_500, 1_234_560)]
    codes = [code + last for code in first8 if (last := organisation_code_check_character(code)).isdigit()]
    rows = near("licence", several(
        column("licence", "party_uscc", lambda _: ""),
        *(column("licence", "party_organisation_code", lambda _, n=n: codes[n], range(n, n + 1)) for n in range(1, 21)),
    ), category=ORGANISATION)  # fmt: skip
    bad = check(spoilt(rows, column("licence", "party_organisation_code", lambda t: t.lstrip("0"))))
    told = {cause["cause"]: cause for cause in bad["causes"]}
    assert set(told) == {"leading_zeros_lost", "column_empty"}
    cleared = found(bad) - found(check(rows))
    assert told["leading_zeros_lost"]["findings"] == sum(cleared.values()) == 20


def test_two_causes_are_told_beside_each_other_the_larger_first(check: Any) -> None:
    rows = decisions("penalty", categories=("罚款",))
    empty = column("penalty", "legal_basis", lambda _: "")
    yuan = column("penalty", "fine_wan", in_yuan, range(1, 19))
    bad = check(spoilt(spoilt(rows, empty), yuan))
    assert [(cause["cause"], cause["findings"]) for cause in bad["causes"]] == [
        ("column_empty", 20),
        ("yuan_for_wan", 18),
    ]
    assert sum((found(bad) - found(check(spoilt(rows, empty)))).values()) == 18
    assert sum((found(bad) - found(check(spoilt(rows, yuan)))).values()) == 20


def test_a_cause_tells_no_personal_data(check: Any) -> None:
    card, phone = "530102199003071238", "13812345678"
    rows = near("licence", several(
        column("licence", "organ_name", lambda _: f"联系人{phone}证件{card}"),
        column("licence", "licence_category", lambda _: f"普通{phone}"),
        column("licence", "party_id_no", lambda _: f"{card[:14]}2000"),
    ), category=PERSON)  # fmt: skip
    causes = check(rows)["causes"]
    assert {cause["cause"] for cause in causes} == {"organ_repeated", "word_not_in_list", "digits_lost"}
    assert card not in str(causes)
    assert phone not in str(causes)
    assert card[:14] not in str(causes)
