"""Whole files of every layout, in each family of formats, through to the warehouse: every cell against its truth."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest

from gongshi import flow
from gongshi.respond.export import export
from gongshi.sample.faults import market_bureau
from gongshi.sample.faults_legacy import faulty_legacy_rows
from gongshi.sample.legacy import COLUMNS, from_l2015, to_l2015
from gongshi.standard.kinds import KINDS
from gongshi.standard.layouts import column_of, layout_of
from gongshi.standard.model import ORGANISATION, PERSON, SELF_EMPLOYED

Row = dict[str, str]
"""Column code → cell."""
Render = Callable[[str, Sequence[str], list[Row]], bytes]


def _text(delimiter: str, encoding: str) -> Render:
    def render(kind: str, codes: Sequence[str], rows: list[Row]) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(codes), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue().encode(encoding)

    return render


def _workbook(kind: str, codes: Sequence[str], rows: list[Row]) -> bytes:
    """With Chinese headers, required ones starred."""
    labels = {
        c.code: c.label_zh
        for layout in ("S2018a", "L2015", "S2018b")
        for c in layout_of(kind, layout).columns
    }
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([f"{labels[code]}*" for code in codes])
    for row in rows:
        sheet.append([row[code] or None for code in codes])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _json(kind: str, codes: Sequence[str], rows: list[Row]) -> bytes:
    return json.dumps([{code: row[code] for code in codes} for row in rows], ensure_ascii=False).encode()


def _xml(kind: str, codes: Sequence[str], rows: list[Row]) -> bytes:
    cells = ("".join(f"<{code}>{escape(row[code])}</{code}>" for code in codes) for row in rows)
    return ("<data>" + "".join(f"<row>{row}</row>" for row in cells) + "</data>").encode()


FORMATS: dict[str, Render] = {
    "csv": _text(",", "utf-8"), "txt": _text("\t", "gb18030"), "xlsx": _workbook, "json": _json, "xml": _xml,
}  # fmt: skip
FOREIGN_PAPERS = {"party_id_type": "身份证", "representative_id_type": "身份证"}


def decisions(house: Any, kind: str, count: int, *categories: str) -> list[Row]:
    """Faultless decisions by our names, their papers 身份证 or none."""
    found: list[Row] = []
    number = 0
    while len(found) < count:
        number += 1
        rows = house.rows(kind, number, category=categories[len(found) % len(categories)])
        row = rows[-1]
        papers = {row["party_id_type"], row["representative_id_type"]} - {"", "身份证"}
        if (
            not papers
            and not row["party_institution_no"]
            and not row["party_society_no"]
            and row not in found
        ):
            found.append(row)
    return found


def l2015(house: Any, kind: str) -> tuple[Sequence[str], list[Row], list[Row]]:
    rows = [r for r in decisions(house, kind, 9, ORGANISATION, PERSON, SELF_EMPLOYED) if _at_most_two(r)]
    place = market_bureau().division_code
    return (
        COLUMNS[kind],
        [to_l2015(kind, row, place) for row in rows],
        [from_l2015(kind, row) for row in rows],
    )


def _at_most_two(row: Row) -> bool:
    return row.get("penalty_categories", "").count(";") < 2


def s2018a(house: Any, kind: str) -> tuple[Sequence[str], list[Row], list[Row]]:
    """One ID column for the representative, no category."""
    rows = decisions(house, kind, 6, ORGANISATION, PERSON, SELF_EMPLOYED)
    columns = layout_of(kind, "S2018a").columns
    return [c.code for c in columns], [{c.code: row[c.name] for c in columns} for row in rows], rows


def person(house: Any, kind: str) -> tuple[Sequence[str], list[Row], list[Row]]:
    """The form for natural persons."""
    rows = house.rows(kind, 5, category=PERSON)
    columns = layout_of(kind, "S2018b-ZRR").columns
    return [c.code for c in columns], [{c.code: row[c.name] for c in columns} for row in rows], rows


LAYOUTS = {"L2015": l2015, "S2018a": s2018a, "S2018b-ZRR": person}


def exported(house: Any, kind: str, batch_id: str, folder: Path) -> list[Row]:
    """Current records of a batch by our names, sorted by document number."""
    path = folder / "out.csv"
    export(house.settings, kind, path, at=house.at, user="test", batch=batch_id, full=True)
    names = {field.code: field.name for field in KINDS[kind].fields}
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    return sorted(
        ({name: row[code] for code, name in names.items()} for row in rows),
        key=lambda row: row["document_no"],
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_cell_of_every_layout_in_every_format(house: Any, tmp_path: Path, layout: str) -> None:
    expected = {}
    for kind in KINDS:
        codes, cells, rows = LAYOUTS[layout](house, kind)
        for place, (ending, render) in enumerate(FORMATS.items()):
            own = [_renumbered(kind, row, f"{place}号") for row in rows]
            sent = [_resent(kind, c, f"{place}号") for c in cells]
            name = f"{kind}.{ending}"
            house.drop(name, render(kind, codes, sent))
            expected[name] = (kind, sorted(own, key=lambda row: row["document_no"]))
    house.collect()
    assert house.ledger().problems == []
    for name, (kind, rows) in expected.items():
        receipt = house.receipt(name)
        assert (receipt["layout"], receipt["rows"]["accepted"], receipt["errors"]) == (
            layout,
            len(rows),
            0,
        ), name
        assert exported(house, kind, receipt["batch_id"], tmp_path) == rows, name


def _renumbered(kind: str, row: Row, suffix: str) -> Row:
    return row | {"document_no": row["document_no"] + suffix}


def _resent(kind: str, cells: Row, suffix: str) -> Row:
    code = f"{KINDS[kind].prefix}_WSH"
    return cells | {code: cells[code] + suffix}


def test_every_value_a_conversion_made_is_a_fix(house: Any) -> None:
    codes, cells, rows = l2015(house, "licence")
    house.drop("旧.csv", FORMATS["csv"]("licence", codes, cells))
    house.collect()
    fixes = house.fetch(
        "SELECT row_no, field, rule_id, original, fixed FROM quality.fix ORDER BY row_no, field"
    )
    made = {(fix["row_no"], fix["field"]): fix["fixed"] for fix in fixes}
    derived = ("party_category", "organ_code", "source_name", "source_code", "valid_from", "state")
    assert {(n, name): row[name] for n, row in enumerate(rows, 2) for name in derived} == {
        key: value for key, value in made.items() if key[1] in derived
    }
    receipt = house.receipt("旧.csv")
    assert receipt["fixes"] == len(made)
    assert receipt["finding_counts"]["XK-11"] == len(rows)


def test_what_no_field_holds_stays_with_the_row(house: Any) -> None:
    """A restricted 信息使用范围 is where publication finds it; extra columns lie with the rows as read."""
    codes, cells, _ = l2015(house, "penalty")
    changes = [
        {"CF_SYFW": "1"},
        {"CF_SYFW": "2", "CF_ZT": "1", "BZ": "复议撤销"},
        {"CF_ZT": "2", "CF_SXYZCD": "3"},
    ]
    sent = [cell | change for cell, change in zip(cells, changes, strict=False)]
    refused = cells[4] | {"DFBM": "110101", "CF_SYFW": "2"}
    rows = [row | {"经办人": f"{number}号"} for number, row in enumerate([*sent, refused])]
    house.drop("旧.csv", FORMATS["csv"]("penalty", [*codes, "经办人"], rows))
    house.collect()
    said = house.fetch("""SELECT v.row_no, a.name, a.value FROM core.penalty v
                          JOIN core.row_attribute a USING (batch_id, row_no)
                          WHERE a.name IN ('publication_range', 'life_cycle', 'severity') ORDER BY 1, 2""")
    assert [tuple(row.values()) for row in said] == [
        (2, "publication_range", "政务共享"),
        (3, "life_cycle", "撤销"),
        (3, "publication_range", "授权查询"),
        (4, "life_cycle", "异议"),
        (4, "severity", "严重"),
    ]
    assert house.fetch("SELECT count(*) AS n FROM core.row_attribute WHERE row_no = 5") == [{"n": 0}]
    from gongshi.intake.landing import read_landed

    receipt = house.receipt("旧.csv")
    landed = read_landed(house.settings, receipt["batch_id"]).rows
    assert landed.column("x:经办人").to_pylist() == ["0号", "1号", "2号", "3号"]
    (quarantined,) = house.fetch("SELECT cells FROM quality.quarantine")
    assert quarantined["cells"]["经办人"] == "3号"


@pytest.mark.parametrize("kind", KINDS)
def test_rejected_rows_go_back_in_their_own_layout_and_come_again(house: Any, kind: str) -> None:
    """需修改.xlsx has the columns of L2015 with the values as sent; mended there, it is taken."""
    planted = [
        (cells, *told[0][:2])
        for cells, told, _ in faulty_legacy_rows(kind, on=house.at.date())
        if told[0][2] == "E"
    ]
    house.drop("旧.csv", FORMATS["csv"](kind, COLUMNS[kind], [cells for cells, _, _ in planted]))
    house.collect()
    receipt = house.receipt("旧.csv")
    assert receipt["rows"]["rejected"] == len(planted)
    errors = [(f["row"], f["rule"], f["field"]) for f in receipt["findings"] if f["severity"] == "error"]
    assert errors == [(row, rule, code) for row, (_, rule, code) in enumerate(planted, 2)]
    (path,) = house.settings.dropbox.glob(f"*/feedback/{receipt['batch_id']}/需修改.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    labels = {code: column_of_code(kind, code) for code in COLUMNS[kind]}
    assert titles[: len(labels)] == list(labels.values())
    for line, (cells, _, _) in enumerate(planted, 2):
        shown = {title: cell.value or "" for title, cell in zip(titles, sheet[line], strict=True)}
        assert {code: shown[label] for code, label in labels.items()} == cells
        for code, label in labels.items():
            sheet.cell(line, titles.index(label) + 1).value = _mended(code, cells) or None
    stream = io.BytesIO()
    book.save(stream)
    house.drop("改.xlsx", stream.getvalue())
    house.collect(1)
    again = house.receipt("改.xlsx")
    assert (again["layout"], again["rows"]["accepted"], again["errors"]) == ("L2015", len(planted), 0)


def column_of_code(kind: str, code: str) -> str:
    return next(column.label_zh for column in layout_of(kind, "L2015").columns if column.code == code)


def _mended(code: str, cells: Row) -> str:
    decided = next(text for name, text in cells.items() if name.endswith("_JDRQ"))
    right = {"SJC": decided, "DFBM": "530100"}
    if code.endswith("_WSH") and cells[code] == "无":
        return "昆市监〔2026〕补1号"
    return right.get(code, "0" if code.endswith("_ZT") else cells[code])


def test_an_unregistered_organ_asks_for_its_code(house: Any) -> None:
    codes, cells, _ = l2015(house, "penalty")
    odd = cells[0] | {"CF_XZJG": "昆明市某某管理局"}
    house.drop("旧.csv", FORMATS["csv"]("penalty", codes, [odd, cells[1]]))
    house.collect()
    receipt = house.receipt("旧.csv")
    assert {(f["row"], f["field"]) for f in receipt["findings"] if f["rule"] == "AG-02"} == {
        (2, "CF_CFJGDM"),
        (2, "CF_SJLYDM"),
    }
    (path,) = house.settings.dropbox.glob(f"*/feedback/{receipt['batch_id']}/需修改.xlsx")
    titles = [cell.value for cell in openpyxl.load_workbook(path).worksheets[0][1]]
    assert column_of("penalty", "organ_code").label_zh in titles  # type: ignore[union-attr]


def test_a_file_of_another_organ_is_refused_undisclosed(house: Any) -> None:
    """BT-06 by name: L2015 has no codes of organs."""
    codes, cells, _ = l2015(house, "licence")
    house.drop("错.csv", FORMATS["csv"]("licence", codes, cells), house.agencies[1].code)
    house.drop("对.csv", FORMATS["csv"]("licence", codes, cells))
    house.collect()
    wrong, right = house.receipt("错.csv"), house.receipt("对.csv")
    assert list(wrong["finding_counts"]) == ["BT-06"]
    assert wrong["rows"]["rejected"] == len(cells)
    assert right["status"] == "accepted"
    (checked,) = flow.check_file(
        house.settings, _written(house, codes, cells), house.agencies[1].code, house.at
    )
    assert list(checked["finding_counts"]) == ["BT-06"]


def _written(house: Any, codes: Sequence[str], cells: list[Row]) -> Path:
    path: Path = house.settings.home / "check.csv"
    path.write_bytes(FORMATS["csv"]("licence", codes, cells))
    return path


def test_a_later_delivery_in_todays_layout_is_the_same_record(house: Any) -> None:
    """Identity is organ, number and counterpart, whatever layout they come in."""
    codes, cells, rows = l2015(house, "licence")
    house.drop("旧.csv", FORMATS["csv"]("licence", codes, cells))
    house.collect()
    house.drop("新.csv", house.csv("licence", rows))
    flow.collect(house.settings, house.at + timedelta(hours=1))
    assert house.receipt("新.csv")["rows"]["unchanged"] == len(rows)
