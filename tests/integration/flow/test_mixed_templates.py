"""BT-08: one workbook with a sheet of the template for organisations and one of that for persons."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from gongshi.standard.kinds import LICENCE
from gongshi.standard.model import ORGANISATION, PERSON

OF_PERSONS = ("party_id_type", "party_id_no")
OF_ORGANISATIONS = tuple(
    f.name
    for f in LICENCE.fields
    if f.required == "Org" or f.name.startswith(("party_uscc", "representative"))
)


def write(path: Path, sheets: list[tuple[list[str], list[dict[str, str]]]]) -> bytes:
    with xlsxwriter.Workbook(str(path)) as book:
        for names, rows in sheets:
            sheet = book.add_worksheet()
            for line, cells in enumerate(
                [
                    [LICENCE.official(name) for name in names],
                    *([row.get(n, "") for n in names] for row in rows),
                ]
            ):
                sheet.write_row(line, 0, cells)
    return path.read_bytes()


@pytest.mark.parametrize(("second", "found"), [(PERSON, [["BT-08"], ["BT-08"]]), (ORGANISATION, [[], []])])
def test_a_workbook_of_two_templates(house, tmp_path, second, found) -> None:
    all_names = [f.name for f in LICENCE.fields]
    columns = {
        ORGANISATION: [name for name in all_names if name not in OF_PERSONS],
        PERSON: [name for name in all_names if name not in OF_ORGANISATIONS],
    }
    sheets = []
    for mark, category in (("", ORGANISATION), ("0", second)):
        rows = house.rows("licence", 2, category=category)
        numbered = [row | {"document_no": row["document_no"].replace("号", f"{mark}号")} for row in rows]
        sheets.append((columns[category], numbered))
    house.drop("两种模板.xlsx", write(tmp_path / "in.xlsx", sheets))
    house.collect()
    receipts = house.receipts()
    assert [[f["rule"] for f in receipt["findings"]] for receipt in receipts] == found
    assert {receipt["status"] for receipt in receipts} == {"accepted"}
