"""A workbook's parts, unfolded once under limits: what a reader behind meets has been counted and looked at."""

from __future__ import annotations

import os
import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

import numpy as np

from gongshi.intake.readers import limits, number_cells, sheet_repair, sheet_scan
from gongshi.intake.readers.limits import Budget, Bytes
from gongshi.intake.readers.sheet_scan import Cells, NotPlainError
from gongshi.intake.readers.tables import UnreadableError, UnsafeError

_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STRINGS, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_ROOT_RELATIONS = b"""<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>
</Relationships>"""
_MOST_TREE_BYTES = 32 << 20
_DAMAGED = "文件不完整或已损坏，请重新生成后报送"
_STRING_CELL = re.compile(rb'<c [^>]*\bt="s"[^>]*>\s*<v>\s*(\d{1,9})')
_OPEN_FILES = Path("/proc/self/fd")
_TYPE, _OPENING = b"<!DOCTYPE", 1 << 16


@dataclass(frozen=True)
class Part:
    """A sheet's XML and where its cells stand."""

    xml: bytes
    cells: Cells


@dataclass
class Package:
    """What is needed of a workbook.

    Attributes:
        file: its parts as a workbook that is not packed, for calamine.
        path: of that file.
        parts: XML by name.
        sheets: per sheet in workbook order its name, and that of its part; None for charts and the like.
        padded: style → digits its number format fills up to with zeros.
    """

    file: IO[bytes]
    path: str
    parts: dict[str, bytes]
    sheets: list[tuple[str, str | None]]
    padded: dict[int, int] = field(default_factory=dict)

    def write(self) -> None:
        """Write the parts to the file."""
        self.file.seek(0)
        self.file.truncate()
        with zipfile.ZipFile(self.file, "w") as target:
            for name, xml in self.parts.items():
                target.writestr(name, xml)
        self.file.flush()

    def scan(self, budget: Budget) -> tuple[dict[str, Part], bool]:
        """Find the cells of all sheets; True when a part had to be written in plain form first.

        Raises:
            UnreadableError: no sound XML.
            UnsafeError: more cells or more text than the limits allow.
        """
        found: dict[str, Part] = {}
        lengths = sheet_scan.lengths_of_strings(self.parts.get(_STRINGS, b""))
        is_rewritten = False
        for _, name in self.sheets:
            if name is None:
                continue
            if name not in found:
                try:
                    cells = sheet_scan.scan(self.parts[name])
                except NotPlainError:
                    self.parts[name], is_rewritten = sheet_repair.rewritten(self.parts[name]), True
                    cells = sheet_scan.scan(self.parts[name])
                found[name] = Part(self.parts[name], cells)
            budget.take_cells(*found[name].cells.extent)
            _demand_bounded_text(found[name], lengths, budget.limits.member_bytes)
        return found, is_rewritten


def _demand_bounded_text(part: Part, lengths: np.ndarray, most: int) -> None:
    """One long text that many cells share becomes as many texts: their sum counts."""
    if not len(lengths) or int(part.cells.filled.sum()) * int(lengths.max()) <= most:
        return
    used = np.array(_STRING_CELL.findall(part.xml), dtype="S9").astype(np.int64)
    if int(lengths[used[used < len(lengths)]].sum()) > most:
        raise UnsafeError("单元格内容的总量过大，疑似压缩炸弹")


@contextmanager
def unfolded(data: Bytes, budget: Budget) -> Iterator[Package]:
    """Unfold what is needed of a workbook.

    Raises:
        UnreadableError: damaged, encrypted, or no workbook.
        UnsafeError: over a limit, or a part with a document type.
    """
    with _scratch_file() as (file, path):
        with limits.open_zip(data, budget.limits) as archive:
            package = _Unfolding(archive, budget).package(file, path)
        package.write()
        yield package


@contextmanager
def _scratch_file() -> Iterator[tuple[IO[bytes], str]]:
    """A file in memory where there is such a thing: a disk may keep a writer waiting for minutes."""
    if hasattr(os, "memfd_create") and _OPEN_FILES.is_dir():
        with os.fdopen(os.memfd_create("workbook"), "w+b") as file:
            yield file, str(_OPEN_FILES / str(file.fileno()))
    else:
        with NamedTemporaryFile(suffix=".xlsx") as file:
            yield file, file.name


class _Unfolding:
    """Goes from the list of sheets to their parts."""

    def __init__(self, archive: zipfile.ZipFile, budget: Budget) -> None:
        self.archive, self.budget = archive, budget
        self.parts = {"_rels/.rels": _ROOT_RELATIONS}
        self.members: dict[str, zipfile.ZipInfo] = {}
        for info in archive.filelist:
            name = info.filename.replace("\\", "/").lstrip("/").lower()
            if name in self.members:
                raise UnsafeError("工作簿内有重名的部件")
            self.members[name] = info

    def package(self, file: IO[bytes], path: str) -> Package:
        """All that is needed."""
        self.parts |= {name: self._small(name) for name in (_BOOK, _RELATIONS)}
        relations = {
            r.get("Id"): (str(r.get("Type")).rsplit("/", 1)[-1], _target(str(r.get("Target"))))
            for r in sheet_repair.parse(self.parts[_RELATIONS]).iter("{*}Relationship")
        }
        by_type = {kind: name for kind, name in relations.values() if name.lower() in self.members}
        padded = self._styles(by_type.get("styles"))
        self._strings(by_type.get("sharedStrings"))
        sheets: list[tuple[str, str | None]] = []
        for sheet in sheet_repair.parse(self.parts[_BOOK]).iterfind("{*}sheets/{*}sheet"):
            identifier = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)
            kind, name = relations.get(identifier, ("", ""))
            if kind == "worksheet" and name not in self.parts:
                self.parts[name] = self._part(name)
            sheets.append((sheet.get("name", ""), name if kind == "worksheet" else None))
            if len(sheets) > self.budget.limits.members:
                raise UnsafeError(f"工作表超过{self.budget.limits.members:,}个")
        return Package(file, path, self.parts, sheets, padded)

    def _strings(self, name: str | None) -> None:
        """The texts that cells share."""
        if name is None:
            return
        xml = self.parts[_STRINGS] = self._part(name)
        most = self.budget.limits.cells
        if len(xml) > most * len(b"<si/>") and xml.count(b"<si") + xml.count(b":si") > most:
            raise UnsafeError(f"共享文本超过{most:,}条")

    def _styles(self, name: str | None) -> dict[int, int]:
        if name is None:
            return {}
        xml = self.parts[_STYLES] = self._small(name)
        root = sheet_repair.parse(xml)
        formats = {f.get("numFmtId"): f.get("formatCode", "") for f in root.iterfind("{*}numFmts/{*}numFmt")}
        lengths = [
            number_cells.padding(formats.get(xf.get("numFmtId"), ""))
            for xf in root.iterfind("{*}cellXfs/{*}xf")
        ]
        return {style: length for style, length in enumerate(lengths) if length}

    def _small(self, name: str) -> bytes:
        """A part that becomes a tree; it takes many times its size."""
        info = self.members.get(name.lower())
        if info is not None and info.file_size > _MOST_TREE_BYTES:
            raise UnsafeError("工作簿的样式或目录部件过大")
        return self._part(name)

    def _part(self, name: str) -> bytes:
        info = self.members.get(name.lower())
        if info is None:
            raise UnreadableError(f"the workbook lacks its part {name!r}.", _DAMAGED)
        xml = b"".join(limits.expand(self.archive, info, self.budget))
        if _TYPE in xml[:_OPENING]:
            raise UnsafeError("工作簿内含XML文档类型声明（DTD）")
        return xml


def _target(target: str) -> str:
    """The member a relation of the workbook points to."""
    target = target.replace("\\", "/")
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
