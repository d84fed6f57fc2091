"""需修改.xlsx: an agency's own rejected rows to mend and send back; on further sheets what to look at and what to withdraw.

Rows that must not be sent again are named by their place in the file alone.

The columns of the layout the rows came in stand first and in order, so that the sheet can be dropped into the inbox as
it is; what we say about each row stands to the right of them, under headers the reader knows to pass over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from gongshi.documents.columns import Column
from gongshi.documents.workbook import (
    NOTES_SHEET,
    RETURN_COLUMNS,
    WARNINGS_SHEET,
    WITHDRAW_SHEET,
    Marked,
    Sheet,
    column_width,
    write_workbook,
)
from gongshi.platform.database import Connection, fetch, statement
from gongshi.platform.identity_key import open_key
from gongshi.registry.rulebook import in_force
from gongshi.respond.receipt import FOREIGN_FOLDER, of_kind, read_batch
from gongshi.respond.template_rules import Asked, asked_of
from gongshi.standard.kinds import KINDS
from gongshi.standard.layouts import LayoutColumn, layout_of
from gongshi.standard.messages import EXTRA_PREFIX
from gongshi.standard.model import OPERATION_CODES, OPERATION_FIELDS, OPERATION_LABELS, OPERATIONS, Kind
from gongshi.standard.row_keys import Place, Seal, row_key
from gongshi.standard.rulebook import Rulebook

MOST_ROWS = 100_000
RAGGED = "_cells"
NOTE_COLUMNS = (
    *(
        Column(title, width, emphasis=True, locked=True)
        for title, width in zip(RETURN_COLUMNS[:4], (44, 26, 16, 8), strict=True)
    ),
    *(
        Column(title, width, "wrapped", emphasis=True, locked=True)
        for title, width in zip(RETURN_COLUMNS[4:], (12, 48, 40), strict=True)
    ),
)
WARNING_COLUMNS = (
    Column("行号", 8),
    Column("文书号", 26),
    Column("记录编号", 14),
    Column("字段", 22),
    Column("内容", 24),
    Column("规则", 10),
    Column("问题说明", 52, "wrapped"),
    Column("建议", 40, "wrapped"),
)
WITHDRAW_COLUMNS = (
    Column("行号", 8),
    Column("文件", 40, "wrapped"),
    Column("规则", 12),
    Column("说明", 52, "wrapped"),
)
_SEVERITY = {"error": "", "warning": "（提示）", "batch": ""}


@dataclass(frozen=True)
class _Layout:
    """Which columns of `cells` the sheet shows, in order; `codes`: fields whose findings mark the cell (extra: none)."""

    names: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]
    titles: tuple[str, ...]


def write_corrections(connection: Connection, key_file: Path, batch_id: str, folder: Path) -> list[str]:
    """Write 需修改.xlsx (then -2, -3: at most 100,000 rows each) into `folder`; returns the names, none when not needed.

    Each row carries its key (`standard.row_keys`), sealed with the key of the installation.

    Raises:
        UnknownBatchError: there is no such batch.
    """
    batch = read_batch(connection, batch_id)
    if batch["kind"] not in KINDS or batch["refused_rule"] == FOREIGN_FOLDER:
        return []
    size = fetch(connection, statement("respond/correction_size"), {"batch_id": batch_id})[0]
    parts = -(-max(size["rejected"], size["warnings"], min(size["restricted"], 1)) // MOST_ROWS)
    layout = _layout(KINDS[batch["kind"]], batch["layout"], size["columns"], size["fields"])
    seal = open_key(connection, key_file, batch["received_at"]).tag
    names = [f"需修改{f'-{part + 1}' if part else ''}.xlsx" for part in range(parts)]
    for part, name in enumerate(names):
        write_workbook(
            folder / name, _sheets(connection, batch, layout, seal, part * MOST_ROWS), batch["received_at"]
        )
    return names


def _sheets(
    connection: Connection, batch: Mapping[str, Any], layout: _Layout, seal: Seal, first: int
) -> Iterator[Sheet]:
    kind = KINDS[batch["kind"]]
    bound = {"batch_id": batch["batch_id"], "first": first, "most": MOST_ROWS}
    columns = _columns(in_force(connection, batch["received_at"]), kind, batch["layout"], layout)
    rejected = _stream(connection, "rejected_rows", statement("respond/rejected_rows"), bound)
    key_of = partial(row_key, seal, batch["agency_code"])
    yield Sheet(
        kind.label_zh,
        (*columns, *NOTE_COLUMNS),
        (_row(row, layout, key_of(Place(batch["batch_id"], row[0]))) for row in rejected),
        freeze_columns=1,
        protected=True,
    )
    warnings = _stream(connection, "warnings", of_kind(statement("respond/warnings"), kind.name), bound)
    labels = {field.code: field.label_zh for field in (*kind.legacy_fields, *kind.fields)}
    yield Sheet(WARNINGS_SHEET, WARNING_COLUMNS, (_warning(row, labels) for row in warnings))
    restricted = fetch(connection, statement("respond/restricted_rows"), bound) if first == 0 else []
    if restricted:
        yield Sheet(WITHDRAW_SHEET, WITHDRAW_COLUMNS, (list(row.values()) for row in restricted))
    yield Sheet(NOTES_SHEET, (Column("项目", 14), Column("说明", 80, "wrapped")), _notes(batch))


def _columns(book: Rulebook, kind: Kind, layout_id: str | None, layout: _Layout) -> Iterator[Column]:
    """Columns of the cells as sent; in layouts of today with what the rules allow in them."""
    is_judged_so = layout_of(kind.name, layout_id).generation == "S2018"
    for name, title in zip(layout.names, layout.titles, strict=True):
        asked = asked_of(book, kind.name, name) if is_judged_so else Asked()
        yield Column(
            title,
            column_width((title,), 12, 30),
            choices=OPERATIONS if name == "operation" else asked.choices,
            strict_choices=asked.refuses_others,
            longest=asked.longest,
            strict_length=asked.refuses_longer,
        )


def _notes(batch: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        ("批次", batch["batch_id"]),
        ("规则库版本", batch["rulebook_version"]),
        ("怎么改", "改正第一张表中标色的单元格后，将本文件放回本单位报送目录；右侧各列说明不必删除。"),
        (
            "行键",
            "行键说明每一行是原来报送的哪一行，请勿改动、复制或清空；不要增加行。新增的数据请另用模板报送。"
            "改完一部分也可以先报，未报的行仍待改正。",
        ),
    ]


def _stream(
    connection: Connection, name: str, query: str, bound: Mapping[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """Rows of a query, a few thousand at a time."""
    with connection.cursor(name=name) as cursor:
        cursor.itersize = 5_000
        cursor.execute(query, bound)
        yield from cursor


def _layout(kind: Kind, layout_id: str | None, present: Sequence[str], faulty: Sequence[str]) -> _Layout:
    """The layout's columns, fields of today that it lacks and a row has or a finding asks for, then what else was sent."""
    own = layout_of(kind.name, layout_id).columns
    shown = {column.name: (_marked_by(kind, column), column.label_zh) for column in own}
    marked = {code for codes, _ in shown.values() for code in codes}
    for field in kind.fields:
        if field.name not in shown and (field.name in present or {field.code} & set(faulty) - marked):
            shown[field.name] = ((field.code,), field.label_zh)
    for name in OPERATION_FIELDS:
        if name in present:
            shown[name] = ((OPERATION_CODES[name],), OPERATION_LABELS[name])
    ours = {column.title for column in NOTE_COLUMNS}  # a sheet that was sent back has them as extra columns
    for name in present:
        if name not in (RAGGED, *ours):
            shown.setdefault(name, ((), name.removeprefix(EXTRA_PREFIX)))
    return _Layout(tuple(shown), *zip(*shown.values(), strict=True))


def _marked_by(kind: Kind, column: LayoutColumn) -> tuple[str, ...]:
    """Codes findings name when they speak of what stands in this column."""
    fields = {field.name for field in (*kind.fields, *kind.legacy_fields)}
    names = [
        column.feeds or column.name,
        *(("representative_id_no",) if column.name == "person_id_no" else ()),
    ]
    return tuple(kind.official(name) for name in names if name in fields)


def _row(row: tuple[Any, ...], layout: _Layout, key: str) -> list[Any]:
    """One line: cells as sent, faulty ones marked, then which row it is and what is wrong with it."""
    row_no, cells, found, document_no, record_id = row
    findings = [tuple(finding) for finding in found or ()]
    faults: dict[str, list[str]] = {}
    for code, rule, severity, message, _ in findings:
        if code:
            faults.setdefault(code, []).append(f"{rule}{_SEVERITY[severity]} {message}")
    values, overflow = _values(cells, layout)
    line: list[Any] = [
        Marked(value, "\n".join(line for code in codes for line in faults.get(code, ())))
        if faults.keys() & set(codes)
        else value
        for value, codes in zip(values, layout.codes, strict=True)
    ]
    messages = [f"{_SEVERITY[severity]}{message}" for _, _, severity, message, _ in findings]
    if overflow:
        messages.append("多出的单元格：" + " | ".join(overflow))
    rules = dict.fromkeys(rule for _, rule, *_ in findings)
    advice = dict.fromkeys(suggestion for *_, suggestion in findings if suggestion)
    known = "" if record_id is None else str(record_id)
    about = [key, document_no or "", known, str(row_no)]
    return [*line, *about, "；".join(rules), _lines(messages), _lines(list(advice))]


def _values(cells: Mapping[str, Any], layout: _Layout) -> tuple[list[str], list[str]]:
    """Texts by column; a row whose cells did not fit its header is laid out from the left, the rest beside it."""
    ragged = cells.get(RAGGED)
    if ragged is None:
        return [cells.get(name) or "" for name in layout.names], []
    width = len(layout.names)
    padded = [str(cell) for cell in ragged[:width]] + [""] * (width - len(ragged))
    return padded, [str(cell) for cell in ragged[width:]]


def _lines(texts: Sequence[str]) -> str:
    if len(texts) < 2:
        return "".join(texts)
    return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))


def _warning(row: tuple[Any, ...], labels: Mapping[str, str]) -> list[Any]:
    row_no, record_no, record_id, code, value, rule, message, suggestion = row
    return [row_no, record_no, record_id, labels.get(code, code), value, rule, message, suggestion]
