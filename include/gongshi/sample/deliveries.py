"""Rows → files as agencies send them: CSV in three encodings, workbooks, headers by Chinese name or column code.

Rendering is deterministic, workbooks included, so that a file dropped twice has the same SHA-256.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import xlsxwriter

from gongshi.sample.planted import SampleRow
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import OPERATION_CODES, OPERATION_FIELDS, OPERATION_LABELS, Kind

ENCODINGS = {"utf-8": "utf-8", "utf-8-bom": "utf-8-sig", "gb18030": "gb18030"}
DATE_STYLES: dict[str, Callable[[int, int, int], str]] = {
    "slash": lambda y, m, d: f"{y:04d}/{m:02d}/{d:02d}",
    "dash": lambda y, m, d: f"{y:04d}-{m:02d}-{d:02d}",
    "dots": lambda y, m, d: f"{y:04d}.{m}.{d}",
    "chinese": lambda y, m, d: f"{y:04d}年{m}月{d}日",
    "plain": lambda y, m, d: f"{y:04d}{m:02d}{d:02d}",
    "time": lambda y, m, d: f"{y:04d}-{m:02d}-{d:02d} 00:00:00",
}
_LEFT_OUT = {
    "org": ("party_id_",),
    "person": ("party_uscc", "party_registration_no", "party_organisation_code", "party_tax_no", "party_institution_no",
               "party_society_no", "representative_"),
}  # fmt: skip
"""Columns the template for organisations has not, and those the one for persons has not."""
_FIRST_EXCEL_YEAR = 1900  # days up to its end have no certain serial number
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - workbook properties have no time zone


class RecordIds:
    """Record ids found in earlier 明细.csv, by sender and document number.

    A 明细 names no counterpart; records whose number belongs to several counterparts are never asked for.
    """

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], str] = {}

    def read_detail(self, agency_code: str, text: str) -> None:
        """Learn the ids of one 明细.csv (its text without byte order mark)."""
        for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))):
            if row["record_id"]:
                self._ids[agency_code, row["record_no"]] = row["record_id"]

    def of(self, agency_code: str, document_no: str) -> str:
        """The record id printed as decimal digits.

        Raises:
            KeyError: no earlier 明细 of that agency holds the number.
        """
        return self._ids[agency_code, document_no]


@dataclass(frozen=True)
class Look:
    """How an agency writes its files.

    Attributes:
        form: csv or xlsx.
        encoding: key of `ENCODINGS`, for csv.
        header: label (Chinese names), starred (required ones marked) or code.
        dates: key of `DATE_STYLES`, or cells = real date cells of a workbook.
        brief: optional columns without any value are left out.
    """

    form: str = "csv"
    encoding: str = "utf-8"
    header: str = "label"
    dates: str = "slash"
    brief: bool = False


@dataclass
class Sheet:
    """The rows of one kind in one file.

    Attributes:
        kind: licence or penalty.
        rows: None is a blank line.
        name: of the sheet in a workbook.
        header: replaces the columns' texts (bad files).
        form: org or person: the template for organisations or for persons; empty: the one with all columns.
    """

    kind: str
    rows: list[SampleRow | None]
    name: str = "Sheet1"
    header: Callable[[list[str]], list[str]] | None = None
    form: str = ""


@dataclass
class SampleFile:
    """One file dropped into one inbox.

    Attributes:
        agency_code: owner of the inbox.
        file_name: as dropped; two files of one name may follow each other.
        sheets: the content, unless `raw` gives the bytes.
        refused: rule that refuses the file before its rows are read.
        refused_after_reading: rule that refuses it once its rows are known (all of them are then rejected).
        zero: the declaration of a zero report: kind, first and last day.
        again: the file with the same bytes sent before by this agency, if any.
    """

    agency_code: str
    file_name: str
    sheets: list[Sheet] = field(default_factory=list)
    look: Look = field(default_factory=Look)
    raw: bytes | None = None
    refused: str = ""
    refused_after_reading: str = ""
    zero: tuple[str, date, date] | None = None
    again: SampleFile | None = None

    def render(self, record_ids: RecordIds) -> bytes:
        """The bytes to drop; `record_ids` gives the JLBH of corrections and withdrawals."""
        if self.again:
            return self.again.render(record_ids)
        if self.raw is not None:
            return self.raw
        tables = [_Table(sheet, self.look, self.agency_code, record_ids) for sheet in self.sheets]
        if self.look.form == "xlsx":
            return _workbook(tables)
        (table,) = tables
        return table.csv_text().encode(ENCODINGS[self.look.encoding])

    @property
    def rows(self) -> list[SampleRow]:
        """All rows of all sheets, blank ones left out."""
        return [row for sheet in self.sheets for row in sheet.rows if row]


class _Table:
    """One sheet as header and cells."""

    def __init__(self, sheet: Sheet, look: Look, agency_code: str, ids: RecordIds) -> None:
        self.sheet, self._look, self._agency_code, self._ids = sheet, look, agency_code, ids
        self.kind: Kind = KINDS[sheet.kind]
        self.names = self._columns()

    def header(self) -> list[str]:
        texts = [self._header(name) for name in self.names]
        return self.sheet.header(texts) if self.sheet.header else texts

    def lines(self) -> list[list[str] | None]:
        return [self._line(row) if row else None for row in self.sheet.rows]

    def csv_text(self) -> str:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(self.header())
        for line in self.lines():
            writer.writerow(line if line is not None else [""] * len(self.names))
        return out.getvalue()

    def date_cell(self, name: str, text: str) -> datetime | None:
        """The value as a real date cell, where the look wants one and the text is a day of the calendar."""
        if self._look.dates != "cells" or not self._is_date(name):
            return None
        try:
            moment = datetime.strptime(text, "%Y/%m/%d")  # noqa: DTZ007 - workbooks hold days without a zone
        except ValueError:
            return None
        return moment if moment.year > _FIRST_EXCEL_YEAR else None

    def _columns(self) -> list[str]:
        rows = [row for row in self.sheet.rows if row]
        left_out = _LEFT_OUT.get(self.sheet.form, ())
        names = [f.name for f in self.kind.fields if not f.name.startswith(left_out)]
        if self._look.brief:
            kept = {name for row in rows for name, text in row.cells.items() if text}
            names = [f.name for f in self.kind.fields if f.required == "R" or f.name in kept]
        has_operations = any(row.operation for row in rows)
        return names + (list(OPERATION_FIELDS) if has_operations else [])

    def _header(self, name: str) -> str:
        if self._look.header == "code":
            return self.kind.official(name)
        if name in OPERATION_CODES:
            return OPERATION_LABELS[name]
        field_ = self.kind.field(name)
        mark = "*" if self._look.header == "starred" and field_.required == "R" else ""
        return field_.label_zh + mark

    def _line(self, row: SampleRow) -> list[str]:
        cells = row.cells | {"operation": row.operation, "record_ref": self._reference(row)}
        line = [cells[name] if name in row.sent else self._styled(name, cells[name]) for name in self.names]
        if row.extra_cells > 0:
            return line + ["多余"] * row.extra_cells
        return line[: len(line) + row.extra_cells]

    def _reference(self, row: SampleRow) -> str:
        if row.corrects:
            return self._ids.of(self._agency_code, row.corrects)
        return row.unknown_ref

    def _is_date(self, name: str) -> bool:
        return name not in OPERATION_CODES and self.kind.field(name).dtype == "date"

    def _styled(self, name: str, text: str) -> str:
        parts = text.split("/")
        style = DATE_STYLES.get(self._look.dates)
        if not style or len(parts) != len(("y", "m", "d")) or not self._is_date(name):
            return text
        return style(*map(int, parts))


def _workbook(tables: list[_Table]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"created": _CREATED, "author": ""})
        day_format = book.add_format({"num_format": "yyyy/mm/dd"})
        for table in tables:
            sheet = book.add_worksheet(table.sheet.name)
            for column, text in enumerate(table.header()):
                sheet.write_string(0, column, text)
            for number, line in enumerate(table.lines(), 1):
                for column, (name, text) in enumerate(zip(table.names, line or (), strict=False)):
                    if moment := table.date_cell(name, text):
                        sheet.write_datetime(number, column, moment, day_format)
                    elif text:
                        sheet.write_string(number, column, text)
    return out.getvalue()


ZERO_HEADER = ("报送单位代码", "信息类别", "期间起", "期间止", "零报送", "填报人", "负责人", "原因")


def zero_report(cells: Mapping[str, str], encoding: str = "utf-8-sig") -> bytes:
    """A zero report as CSV: one row under the header of the contract."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(ZERO_HEADER)
    writer.writerow([cells.get(name, "") for name in ZERO_HEADER])
    return out.getvalue().encode(encoding)
