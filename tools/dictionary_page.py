"""docs/generated/data_dictionary.md: the fields of every kind, and every table the migrations make.

The tables are read from the migrations themselves, so that the page needs no database and never differs from one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown import table

from gongshi.platform.resources import sql_folder
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import OPERATION_CODES, OPERATION_LABELS, OPERATIONS, Kind

REQUIRED = {
    "R": "必填",
    "Org": "单位、个体工商户必填",
    "Nat": "自然人必填",
    "cond": "按规则",
    "o": "选填",
}
TYPES = {
    "text": "文本", "name": "名称", "document_no": "文号", "code": "代码", "id_no": "证件号码", "enum": "码表",
    "date": "日期", "amount": "金额", "state": "状态",
}  # fmt: skip
INTRO = """# Data dictionary

Part 1 lists the fields of each kind of record (layout S2018b): what agencies send and how it is stored. Part 2 lists
the tables of the warehouse: comments of the migrations, and for columns that stand in many tables one common meaning.
Validity (`valid`) and transaction time (`recorded_at`, `retired_at`) are kept apart: a report reads both as of an instant.

"""
_TOKEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|\(|\)|,|;|[^'(),;-]+|-", re.S)
_TABLE = re.compile(r"CREATE (?:UNLOGGED )?TABLE (\S+)\s*\((.*)\)$", re.S)
_COMMENT = re.compile(r"COMMENT ON (TABLE|COLUMN) (\S+) IS\s+'(.*)'$", re.S)
_ADDED = re.compile(r"ALTER TABLE (\S+) ADD COLUMN (.*)$", re.S)
GLOSSARY = {
    "agency_code": "统一社会信用代码 of an agency; of the sender unless said otherwise.",
    "agency_id": "Surrogate of an agency, for constraints on overlapping validity.",
    "at": "Instant of the argument clock.",
    "batch_id": "YYYYMMDD-HHMMSS-kind-number, sortable.",
    "batch_seq": "intake.batch.seq.",
    "decision_key": "HMAC of kind, organ and document number.",
    "delivery_id": "The delivery.",
    "division_code": "行政区划代码.",
    "due_date": "Last on-time day: 7 working days after the decision (Article 2); null = unknown or provisional.",
    "identity_key": "HMAC of kind, organ, document number and counterpart.",
    "kind": "licence or penalty.",
    "key_id": "Id of an HMAC key.",
    "operation": "操作类型 CZLX.",
    "received_at": "Instant of receipt.",
    "recorded_at": "Since when we know it.",
    "record_id": "记录编号 JLBH.",
    "record_ref": "记录编号 JLBH as sent, with 更正 or 撤销.",
    "retired_at": "Until when we believed it; null = still.",
    "row_no": "Line as the clerk sees it: header = 1 in a plain CSV, the sheet row in a workbook.",
    "rule_id": "Rule of the rule book.",
    "same_number_rows": "Rows of the batch with the same organ and document number.",
    "sha256": "Of the bytes as received; name of the file in archive/.",
    "sheet": "Sheet of a workbook.",
    "source_id": "Agency database (intake/sources/).",
    "valid": "Days on which it holds, half-open.",
    "version": "1…n, without a gap.",
}
"""Columns that mean the same wherever they stand; a COMMENT ON COLUMN goes before."""
_DROPPED = re.compile(r"ALTER TABLE (\S+) DROP COLUMN (\S+)$")
_CONSTRAINT = ("PRIMARY", "UNIQUE", "EXCLUDE", "CHECK", "FOREIGN", "CONSTRAINT")


@dataclass
class Table:
    """A table as the migrations leave it: definitions of its columns by name, and comments."""

    columns: dict[str, str] = field(default_factory=dict)
    constraints: list[str] = field(default_factory=list)
    comment: str = ""
    comments: dict[str, str] = field(default_factory=dict)


def page() -> str:
    """The whole page."""
    fields = "".join(_kind(kind) for kind in KINDS.values())
    tables = "".join(_table(name, found) for name, found in warehouse_tables().items())
    return f"{INTRO}## Part 1: fields\n\n{fields}## Part 2: tables of the warehouse\n\n{tables}"


def warehouse_tables() -> dict[str, Table]:
    """Every table by name, in the order of the migrations."""
    tables: dict[str, Table] = {}
    for path in sorted((sql_folder() / "migrations").glob("[0-9]*.sql")):
        for statement in _statements(path.read_text(encoding="utf-8")):
            _apply(statement, tables)
    return tables


def _apply(statement: str, tables: dict[str, Table]) -> None:
    if made := _TABLE.match(statement):
        own = tables.setdefault(made[1], Table())
        for item in _items(made[2]):
            _add(own, item)
    elif added := _ADDED.match(statement):
        _add(tables[added[1]], added[2])
    elif dropped := _DROPPED.match(statement):
        del tables[dropped[1]].columns[dropped[2]]
    elif said := _COMMENT.match(statement):
        text = " ".join(said[3].replace("''", "'").split())
        if said[1] == "TABLE":
            tables[said[2]].comment = text
        else:
            name, _, column = said[2].rpartition(".")
            tables[name].comments[column] = text


def _add(own: Table, item: str) -> None:
    name, _, definition = item.partition(" ")
    if name in _CONSTRAINT:
        own.constraints.append(item)
    else:
        own.columns[name] = definition


def _statements(text: str) -> Iterator[str]:
    """Statements without comments; a semicolon inside a text ends nothing."""
    parts: list[str] = []
    for part in _TOKEN.findall(text):
        if part == ";":
            yield "".join(parts).strip()
            parts = []
        elif not part.startswith("--"):
            parts.append(part)


def _items(body: str) -> Iterator[str]:
    """The parts of a table's definition, split at commas outside brackets."""
    depth, parts = 0, [""]
    for part in _TOKEN.findall(body):
        depth += (part == "(") - (part == ")")
        if part == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += part
    return (" ".join(part.split()) for part in parts)


def _kind(kind: Kind) -> str:
    rows = [
        (number, f.label_zh, f.code, f.column, TYPES[f.dtype], f.max_length or "—", REQUIRED[f.required],
         f.code_list or "—", f.note or "—")
        for number, f in enumerate(kind.fields, 1)
    ]  # fmt: skip
    for name, code in OPERATION_CODES.items():
        note = (
            f"仅{'、'.join(OPERATIONS)}；不填为新增"
            if name == "operation"
            else "更正、撤销时填写回执给出的编号"
        )
        rows.append(("—", OPERATION_LABELS[name], code, name, "文本", "—", "选填", "—", note))
    header = ("序号", "名称", "列代码", "Column", "类型", "长度", "填报", "码表", "说明")
    return f"### {kind.label_zh} (`{kind.name}`)\n\n" + table(header, rows)


def _table(name: str, found: Table) -> str:
    rows = [
        (f"`{column}`", definition, found.comments.get(column) or GLOSSARY.get(column, ""))
        for column, definition in found.columns.items()
    ]
    constraints = "".join(f"- `{text}`\n" for text in found.constraints) + ("\n" if found.constraints else "")
    return f"### {name}\n\n{found.comment}\n\n" + table(("Column", "Type", "Meaning"), rows) + constraints
