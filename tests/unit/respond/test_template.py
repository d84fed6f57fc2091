"""Templates are what the readers accept: the headers they know, the choices the rules allow."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from gongshi.intake import headers
from gongshi.respond.template import ZERO_COLUMNS, UnknownTemplateError, write_template
from gongshi.standard.kinds import KINDS
from gongshi.standard.rulebook import Setting, shipped, with_settings

AGENCY = ("11530100015100012A", "昆明市市场监督管理局")


def header_of(path: Path) -> list[str]:
    return [cell.value for cell in openpyxl.load_workbook(path).worksheets[0][1]]


@pytest.mark.parametrize("form", [None, "org", "person"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_the_reader_recognises_the_header(tmp_path: Path, kind: str, form: str | None) -> None:
    write_template(kind, tmp_path / "t.xlsx", shipped(), AGENCY, form)
    read = headers.recognise(header_of(tmp_path / "t.xlsx"))
    assert (read.kind, read.refusal) == (kind, None)
    expected = [f.name for f in KINDS[kind].fields] + ["operation", "record_ref"]
    kept = [name for name in expected if name in read.columns]
    assert list(read.columns) == kept
    assert form or kept == expected
    assert ("party_uscc" in kept) == (form != "person")
    assert ("party_id_no" in kept) == (form != "org")


def test_the_zero_template_has_the_columns_of_a_zero_report(tmp_path: Path) -> None:
    write_template("zero", tmp_path / "t.xlsx", shipped())
    assert tuple(header_of(tmp_path / "t.xlsx")) == ZERO_COLUMNS == tuple(headers.ZERO_COLUMNS.values())
    assert headers.recognise(ZERO_COLUMNS).kind == "zero"


def test_cells_are_text_and_offer_the_code_lists_and_the_own_unit(tmp_path: Path) -> None:
    write_template("penalty", tmp_path / "t.xlsx", shipped(), AGENCY)
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]
    header = [cell.value for cell in sheet[1]]
    offered = {
        header[min(v.sqref.ranges, key=str).min_col - 1]: v for v in sheet.data_validations.dataValidation
    }
    assert offered["行政相对人类别*"].formula1 == '"法人及非法人组织,自然人,个体工商户"'
    assert "没收非法财物" in offered["处罚类别*"].formula1
    assert offered["处罚类别*"].errorStyle == "information"
    assert offered["处罚机关*"].formula1 == f'"{AGENCY[1]}"'
    assert offered["处罚机关统一社会信用代码*"].formula1 == f'"{AGENCY[0]}"'
    assert offered["处罚决定日期*"].prompt.startswith("必填。日期")
    assert {sheet.column_dimensions[letter].number_format for letter in ("A", "N", "W")} == {"@"}
    assert sheet.max_row == 1


def coloured(path: Path) -> set[str]:
    """Headers of the columns whose cells may change their colour."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    letters = {str(area.sqref).split("2:")[0] for area in sheet.conditional_formatting}
    return {cell.value for cell in sheet[1] if cell.column_letter in letters}


def test_alarms_follow_the_rules_in_force(tmp_path: Path) -> None:
    """A rule that is switched off turns no cell red."""
    off = [Setting(rule, None, None, "enabled", "0") for rule in ("CF-18", "CF-19")]
    write_template("penalty", tmp_path / "t.xlsx", shipped())
    write_template("penalty", tmp_path / "off.xlsx", with_settings(shipped(), off))
    assert coloured(tmp_path / "t.xlsx") - coloured(tmp_path / "off.xlsx") == {
        "罚款金额（万元）",
        "没收违法所得、没收非法财物的金额（万元）",
    }


def test_the_zero_template_marks_its_code_and_period(tmp_path: Path) -> None:
    write_template("zero", tmp_path / "t.xlsx", shipped())
    assert coloured(tmp_path / "t.xlsx") == {"报送单位代码", "期间起", "期间止"}


def test_the_notes_sheet_names_every_field_with_its_rules(tmp_path: Path) -> None:
    write_template("licence", tmp_path / "t.xlsx", shipped(), AGENCY)
    notes = openpyxl.load_workbook(tmp_path / "t.xlsx")["填写说明"]
    lines = {row[1]: row for row in notes.iter_rows(min_row=6, values_only=True)}
    assert set(lines) >= {field.label_zh for field in KINDS["licence"].fields}
    assert "ID-03" in lines["行政相对人代码_1(统一社会信用代码)"][5]
    assert "{" not in "".join(str(cell) for row in lines.values() for cell in row)


def test_an_unknown_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownTemplateError):
        write_template("award", tmp_path / "t.xlsx", shipped())
