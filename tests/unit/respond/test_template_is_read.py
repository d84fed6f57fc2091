"""What the readers make of the workbooks we hand out."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongshi.documents.columns import Column
from gongshi.documents.workbook import NOTES_SHEET, WARNINGS_SHEET, Sheet, write_workbook
from gongshi.intake.readers import workbook
from gongshi.respond.template import write_template
from gongshi.standard.kinds import KINDS
from gongshi.standard.rulebook import shipped


@pytest.mark.parametrize("name", [*KINDS, "zero"])
def test_an_untouched_template_is_a_file_without_data(tmp_path: Path, name: str) -> None:
    write_template(name, tmp_path / "t.xlsx", shipped(), ("11530100015100012A", "昆明市市场监督管理局"))
    (batch,) = workbook.read((tmp_path / "t.xlsx").read_bytes())
    assert (batch.kind, batch.refusal and batch.refusal.rule_id) == (name, "BT-04")


def test_a_correction_workbook_can_be_sent_back_as_it_is(tmp_path: Path) -> None:
    fields = KINDS["licence"].fields
    columns = [Column(field.label_zh) for field in fields] + [
        Column("原行号"),
        Column("问题说明", style="wrapped"),
    ]
    data = Sheet("行政许可", columns, [[f"{field.code}\n值" for field in fields] + ["37", "错"]])
    notes = [Sheet(name, [Column("行号")], [["2"]]) for name in (WARNINGS_SHEET, NOTES_SHEET)]
    write_workbook(tmp_path / "t.xlsx", [data, *notes])
    (batch,) = workbook.read((tmp_path / "t.xlsx").read_bytes())
    assert (batch.kind, batch.refusal) == ("licence", None)
    (row,) = batch.rows.to_pylist()
    assert (row["document_no"], row["x:原行号"], row["row_no"]) == ("XK_WSH\n值", "37", 2)
