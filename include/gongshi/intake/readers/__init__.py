"""Any received file → batches as read. What a file is, its bytes say, never its name."""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from gongshi.intake.readers import archives, csv_text, formats, json_text, workbook, workbook_xls, xml_text
from gongshi.intake.readers.archives import Member
from gongshi.intake.readers.formats import Format
from gongshi.intake.readers.limits import LIMITS, Budget, Bytes, DeliveryLimitError, Limits
from gongshi.intake.readers.tables import UnreadableError, UnsafeError, refused, refused_for
from gongshi.standard.messages import ReadBatch

__all__ = ["read"]

_REMARKED = 10


def read(source: Path | bytes, limits: Limits = LIMITS) -> list[ReadBatch]:
    """Read a file into one batch a table; at least one, a file that cannot be read is one refused batch.

    Args:
        source: path of the file, or its bytes.
        limits: what it may hold.

    Returns:
        Batches in file order, each with rows or with a refusal: BT-01/BT-02 wrong header, BT-03 unreadable, BT-04 no
        data row, BT-11 over a limit or unsafe.
    """
    budget = Budget(limits)
    try:
        if isinstance(source, bytes) or source.stat().st_size == 0:
            return _read(source if isinstance(source, bytes) else b"", budget, 0)
        with source.open("rb") as file:
            return _read(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), budget, 0)
    except DeliveryLimitError as error:
        return [refused_for(error)]


def _read(data: Bytes, budget: Budget, level: int) -> list[ReadBatch]:
    """One file, `level` archives deep."""
    try:
        return _batches(data, formats.sniff(data, budget.limits), budget, level)
    except DeliveryLimitError:
        raise
    except (UnreadableError, UnsafeError) as error:
        return [refused_for(error)]


def _batches(data: Bytes, found: Format, budget: Budget, level: int) -> list[ReadBatch]:
    match found:
        case Format.ZIP | Format.GZIP:
            if level > budget.limits.nesting:
                raise UnsafeError(f"压缩包嵌套超过{budget.limits.nesting}层")
            members = (
                archives.zip_members(data, budget)
                if found is Format.ZIP
                else [archives.gz_member(data, budget)]
            )
            return _of_members(members, budget, level)
        case Format.JSON:
            return json_text.read(data, budget)
        case Format.XML:
            return xml_text.read(data, budget)
        case Format.WORKBOOK:
            return workbook.read(data, budget)
        case Format.OLE_WORKBOOK:
            return workbook_xls.read(data, budget)
        case Format.TEXT:
            return csv_text.read(data)


def _of_members(members: Iterable[Member], budget: Budget, level: int) -> list[ReadBatch]:
    """The files of an archive one by one; what of them is no data stands in the remarks of the first batch."""
    batches: list[ReadBatch] = []
    skipped: list[str] = []
    for member in members:
        if member.is_skipped:
            skipped.append(member.name or "")
        elif member.refusal:
            batches.append(replace(refused_for(member.refusal), member=member.name))
        else:
            batches += [_in_member(batch, member) for batch in _read(member.content, budget, level + 1)]
    batches = batches or [refused("BT-04")]
    if skipped:
        more = f"等{len(skipped):,}个" if len(skipped) > _REMARKED else ""
        told = f"压缩包内的系统附带文件不是数据，已略过：{'、'.join(skipped[:_REMARKED])}{more}。"
        batches[0] = replace(batches[0], remarks=(told, *batches[0].remarks))
    return batches


def _in_member(batch: ReadBatch, member: Member) -> ReadBatch:
    return replace(batch, member="/".join(filter(None, (member.name, batch.member))) or None)
