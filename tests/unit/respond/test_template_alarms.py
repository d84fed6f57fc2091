"""The red cells of a template, computed by LibreOffice, are those the rule book tells of."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from gongshi.respond.template import write_template
from gongshi.sample.fault_files import KnownRow, all_faults, no_faults
from gongshi.standard.kinds import KINDS
from gongshi.standard.rulebook import shipped

RED = "FF9C9C"
REALISTIC = 15
OF_THE_DAY = "DATE(2026,6,30)"
"""The day of report of the files, in place of the day the sheet is opened."""

SAID_BY_FORMULA = {
    (rule, code)
    for rule, names in (
        ("ID-02", ("XDR_SHXYM",)), ("ID-03", ("XDR_SHXYM",)), ("AG-02", ("XKJGDM", "LYDWDM", "CFJGDM", "SJLYDWDM")),
        ("PE-03", ("XDR_ZJHM",)), ("PE-04", ("XDR_ZJHM",)), ("DT-01", ("JDRQ",)), ("DT-02", ("JDRQ",)), ("DT-04", ("JDRQ",)),
        ("DT-05", ("JDRQ",)), ("XK-12", ("YXQZI",)), ("CF-18", ("NR_FK", "NR_WFFF")), ("CF-19", ("NR_FK", "NR_WFFF")),
        ("CT-05", ("XDR_SHXYM",)),
    )
    for prefix in ("XK_", "CF_") for code in (prefix + name for name in names)
}  # fmt: skip
"""What must turn red whenever it is told; yellow where nothing is filled in."""

Alarms = dict[str, list[tuple[str, bool]]]


def soffice() -> str:
    found = shutil.which("soffice")
    if found is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    return found


def alarms(path: Path) -> Alarms:
    """Column letter → (formula for line 2, is red), as the workbook stores them."""
    found: Alarms = {}
    for area in openpyxl.load_workbook(path).worksheets[0].conditional_formatting:
        column = str(area.sqref).split(":")[0].rstrip("0123456789")
        for rule in area.rules:
            is_red = rule.dxf.fill.bgColor.rgb.endswith(RED)
            found.setdefault(column, []).append((rule.formula[0], is_red))
    return found


def computed(folder: Path, rows: list[KnownRow], told: Alarms) -> list[list[str]]:
    """Per row and formula TRUE, FALSE or an error, as LibreOffice computes it; the rows stand where the template has them."""
    book = openpyxl.Workbook()
    cells, results = book.active, book.create_sheet("结果")
    formulas = [formula.replace("TODAY()", OF_THE_DAY) for column in told.values() for formula, _ in column]
    for line, row in enumerate(rows, 2):
        for place, text in enumerate(row.cells, 1):
            cells.cell(line, place, text or None).data_type = "s" if text else "n"
        for place, formula in enumerate(formulas, 1):
            moved = re.sub(r"\$([A-Z]+)2(?!\d)", rf"Sheet.$\g<1>{line}".replace("Sheet.", "Sheet!"), formula)
            results.cell(line, place, f"={moved}")
    book.save(folder / "rows.xlsx")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    wanted = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    command = [
        soffice(),
        profile,
        "--headless",
        "--convert-to",
        wanted,
        "--outdir",
        str(folder),
        str(folder / "rows.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=250)
    (written,) = folder.glob("rows*.csv")
    return list(csv.reader(written.read_text("utf-8").splitlines()))[1:]


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(KINDS))
def test_libreoffice_turns_the_cells_red_that_the_rules_refuse(tmp_path: Path, kind: str) -> None:
    """Every fault with a formula is red, and nothing is that no rule tells of: wrong check digits of codes among them."""
    write_template(kind, tmp_path / "t.xlsx", shipped())
    told = alarms(tmp_path / "t.xlsx")
    rows = [
        row
        for file in (all_faults(kind), no_faults(kind, realistic=REALISTIC))
        for row in file.fitting().rows
        if not row.fixes
        and not row.cells[-2]  # what is mended is judged as mended; operations are others' business
    ]
    results = computed(tmp_path, rows, told)
    assert len(results) == len(rows)
    codes = {letter: field.code for letter, field in zip(_letters(), KINDS[kind].fields, strict=False)}
    owners = [(codes[column], is_red) for column, own in told.items() for _, is_red in own]
    wrong = []
    for row, values in zip(rows, results, strict=True):
        assert set(values) <= {"TRUE", "FALSE"}, (row, values)
        red = {
            code for (code, is_red), value in zip(owners, values, strict=True) if is_red and value == "TRUE"
        }
        coloured = {code for (code, _), value in zip(owners, values, strict=True) if value == "TRUE"}
        refused = {code for _, code, severity in row.told if severity == "E"}
        if extra := red - refused:
            wrong.append((row.rule, "red although nothing is told", extra))
        missing = {
            (rule, code)
            for rule, code, severity in row.told
            if severity == "E" and (rule, code) in SAID_BY_FORMULA and code not in coloured
        }
        if missing:
            wrong.append((row.rule, "not red", missing))
    assert wrong == [], "\n".join(map(str, wrong))


def _letters() -> list[str]:
    letters = [chr(65 + place) for place in range(26)]
    return letters + [f"A{letter}" for letter in letters]
