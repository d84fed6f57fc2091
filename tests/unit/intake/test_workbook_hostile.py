"""Workbooks made to do harm: each is answered, within bounded memory."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from dataclasses import replace

import pytest

from gongshi.intake import readers
from gongshi.intake.readers.limits import LIMITS
from tests.unit.intake.sheets import NAMESPACES, book, header, packed, row, sheet, text

SMALL = replace(LIMITS, cells=1_000_000, member_bytes=4 << 20, total_bytes=16 << 20, ratio_from=1 << 20)


def rule(data, limits=SMALL):
    """The rule each batch is refused by."""
    return [batch.refusal and batch.refusal.rule_id for batch in readers.read(data, limits)]


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


GOOD = book(sheet(header() + row(2, party_name=text("a"))))


@pytest.mark.parametrize(
    "cell",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="2"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="3"><c r="AAA3"><v>1</v></c></row><row r="99999"><c r="A99999"><v>1</v></c></row>',
        '<row r="3"><!-- --><c r="xfd1048576"><v>1</v></c></row>',
    ],
)
def test_a_cell_far_away_is_refused_before_anything_is_allocated(cell):
    tracemalloc.start()
    assert rule(book(sheet(header() + cell))) == ["BT-11"]
    assert tracemalloc.get_traced_memory()[1] < 100 << 20
    tracemalloc.stop()


def test_formats_far_away_and_a_claimed_size_are_no_cells():
    far = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    xml = sheet(header() + row(2, party_name=text("a")) + far, '<dimension ref="A1:XFD1048576"/>')
    assert rule(book(xml)) == [None]


@pytest.mark.parametrize(
    "doctype", ['<!DOCTYPE w [<!ENTITY a "b">]>', f"<!--{' ' * 70_000}--><!DOCTYPE w [<!ENTITY a 'b'>]>"]
)
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_document_type_is_refused(part, doctype):
    parts = parts_of(GOOD)
    start, _, rest = parts[part].partition(b"?>")
    parts[part] = start + b"?>" + doctype.encode() + rest
    assert rule(packed(parts)) == ["BT-11"]


def test_one_long_text_shared_by_many_cells_is_refused():
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 2000))
    assert rule(book(sheet(header() + cells), strings=f"<si><t>{'长' * 30_000}</t></si>")) == ["BT-11"]
    rare = f'<row r="2"><c r="A2" t="s"><v>1</v></c></row>{cells.replace("<v>0</v>", "<v>0</v>")}'
    strings = f"<si><t>短</t></si><si><t>{'长' * 30_000}</t></si>"
    assert rule(book(sheet(header() + rare), strings=strings)) == [None]


def test_bombs_are_refused():
    parts = parts_of(GOOD)
    zeros = sheet(header() + row(2, party_name=text("0" * (8 << 20))))
    assert rule(packed(parts | {"xl/worksheets/sheet1.xml": zeros})) == ["BT-11"]
    assert rule(book(sheet(header() + row(2, party_name=text("a"))), strings="<si/>" * 1_000_001)) == [
        "BT-11"
    ]
    array = '<c r="A2"><f t="array" ref="A2:XFD1048576">1</f></c>'
    assert rule(book(sheet(header() + f'<row r="2">{array}</row>'))) == ["BT-11"]


def test_many_sheets_that_share_a_part_count_each():
    parts = parts_of(GOOD)
    cell = '<row r="60000"><c r="A60000"><v>1</v></c></row>'
    parts["xl/worksheets/sheet1.xml"] = sheet(header() + row(2, party_name=text("a")) + cell)
    listed = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(50))
    parts["xl/workbook.xml"] = f"<workbook {NAMESPACES}><sheets>{listed}</sheets></workbook>".encode()
    assert rule(packed(parts)) == ["BT-11"]


def test_the_same_part_twice_is_refused():
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/worksheets/SHEET1.xml", b"other")
    assert rule(out.getvalue()) == ["BT-11"]


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="A2" t="s"><v>7</v></c>',
        '<c r="A2" t="strange"><v>7</v></c>',
        '<c r="A2" t="n"><v>x</v></c>',
        '<c r="2A"><v>7</v></c>',
        "<c r='A2' t='str'><v>&undefined;</v></c>",
    ],
)
def test_cells_that_cannot_be_read_refuse_the_file(cells):
    assert rule(book(sheet(header() + f'<row r="2">{cells}</row>'))) == ["BT-03"]


@pytest.mark.parametrize("lost", ["xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_a_workbook_without_a_part_is_bt_03(lost):
    parts = parts_of(GOOD)
    del parts[lost]
    assert rule(packed(parts)) == ["BT-03"]


def test_macros_and_charts_are_never_unpacked():
    parts = parts_of(GOOD) | {"xl/vbaProject.bin": bytes(32 << 20), "xl/charts/chart1.xml": b"<!DOCTYPE x>"}
    assert rule(packed(parts)) == [None]
