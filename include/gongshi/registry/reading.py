"""Reading a registry file: CSV in UTF-8 or GB18030, or the first sheet of an xlsx, told by its bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gongshi.registry.errors import FORM, Problem, Remedy
from gongshi.registry.files import FILES, RegistryFile

_FIRST_LINE = 1 << 16
_UNREADABLE = Remedy("Save it as CSV (UTF-8) or xlsx.", "请另存为CSV（UTF-8）或xlsx后重新报送。")


@dataclass(frozen=True)
class Line:
    """A row of a registry file as read: texts by column, and its row as a spreadsheet shows it."""

    row: int
    texts: dict[str, str]


class UnreadableError(ValueError):
    """Raised when a file is neither CSV nor a workbook."""


def find(folder: Path, file: RegistryFile) -> Path | None:
    """The file in the folder, as CSV or xlsx; None when it is not there."""
    candidates = (folder / f"{file.name}{ending}" for ending in (".csv", ".xlsx"))
    return next((path for path in candidates if path.is_file()), None)


def recognise(path: Path, name: str) -> RegistryFile | Problem:
    """Which registry file it is by its header, or what is wrong with that."""
    try:
        header = _header(path)
    except UnreadableError as error:
        return Problem(name, 1, "-", str(error), _UNREADABLE, FORM)
    fitting = next((file for file in FILES if file.fits(header)), None)
    if fitting:
        return fitting
    nearest = max(FILES, key=lambda file: len({c.name for c in file.columns} & set(header)))
    return _wrong_header(name, header, nearest)


def is_workbook(path: Path) -> bool:
    """True for a zip, which is what an xlsx is."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def lines(path: Path, file: RegistryFile, name: str) -> tuple[list[Line], list[Problem]]:
    """Rows that are not blank, and what is wrong with the file's form; `name` is how people know the file."""
    try:
        rows = _workbook(path) if is_workbook(path) else _csv(_text(path.read_bytes()))
    except UnreadableError as error:
        return [], [Problem(name, 1, "-", str(error), _UNREADABLE, FORM)]
    header = [cell.strip() for cell in rows[0]] if rows else []
    if not file.fits(header):
        return [], [_wrong_header(name, header, file)]
    lacking = {column.name: "" for column in file.columns if column.name not in header}
    found, problems = [], []
    for number, cells in enumerate(rows[1:], start=2):
        texts = [cell.strip() for cell in cells]
        if not any(texts):
            continue
        if len(texts) != len(header):
            remedy = Remedy(f"Write {len(header)} cells.", f"每行应有{len(header)}个单元格。")
            problems.append(Problem(name, number, "-", ",".join(cells), remedy, FORM))
            continue
        found.append(Line(number, lacking | dict(zip(header, texts, strict=True))))
    return found, problems


def _wrong_header(name: str, header: Sequence[str], file: RegistryFile) -> Problem:
    expected = ",".join(f"[{c.name}]" if c.may_lack else c.name for c in file.columns)
    remedy = Remedy(
        f"The first row must be: {expected} (those in brackets may be missing).",
        f"第一行应为：{expected}（方括号内的列可缺）。",
    )
    return Problem(name, 1, "-", ",".join(header), remedy, FORM)


def _header(path: Path) -> list[str]:
    """Cells of the first row; of a CSV only its beginning is read."""
    if is_workbook(path):
        rows = _workbook(path)
    else:
        with path.open("rb") as file:
            first = file.read(_FIRST_LINE)
        rows = _csv(_text(first.splitlines()[0] if first else b""))
    return [cell.strip() for cell in rows[0]] if rows else []


def _text(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            reason = error
    raise UnreadableError(str(reason))


def _csv(content: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(content, newline=""), strict=True))
    except csv.Error as error:
        raise UnreadableError(str(error)) from error


def _workbook(path: Path) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook  # only for the folder that has one

    try:
        rows = (
            CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
            .get_sheet_by_index(0)
            .to_python(skip_empty_area=False)
        )
    except CalamineError as error:
        raise UnreadableError(f"no readable workbook: {error}") from error
    return [[_cell(value) for value in row] for row in rows]


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        value = value.date()
    return str(value)
