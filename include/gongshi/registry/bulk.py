"""法人库: a registry file of a million rows, read and compared as columns, stored by COPY (ADR 19)."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from psycopg2 import sql

from gongshi.platform.database import Cursor, copy_table
from gongshi.registry import reading, tables
from gongshi.registry.cells import EMPTY, NO_DAY, NO_USCC, day
from gongshi.registry.errors import CELL, FORM, OVERLAP, CellError, Problem, Remedy
from gongshi.registry.files import ENTITIES
from gongshi.registry.world import Loaded
from gongshi.standard.identifiers import uscc_wrong_check, uscc_wrong_form

_MOST_TOLD = 100
_REPEATED = Remedy("It stands in the file more than once. Keep one.", "该代码在文件中重复出现，请保留一行。")


def read_entities(path: Path, file_name: str) -> tuple[Loaded, list[Problem]]:
    """The file as a table (`uscc`, `name` text, `known_on` date32), and what is wrong with it (the first of each kind)."""
    texts, rows, problems = _texts(path, file_name)
    if problems:
        return Loaded(ENTITIES, file_name, rows=texts), problems
    columns = {name: texts[name].combine_chunks() for name in texts.column_names}
    codes = columns["uscc"] = pc.utf8_upper(columns["uscc"])
    days = _days(columns["known_on"])
    counts = pc.value_counts(codes)
    several = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    for name, bad, remedy, check in (
        ("uscc", pc.or_(uscc_wrong_form(codes), uscc_wrong_check(codes)), Remedy(*NO_USCC), CELL),
        ("uscc", pc.is_in(codes, several), _REPEATED, OVERLAP),
        ("name", pc.equal(columns["name"], ""), Remedy(*EMPTY), CELL),
        ("known_on", days.is_null(), Remedy(*NO_DAY), CELL),
    ):
        places = np.flatnonzero(bad.fill_null(True).to_numpy(zero_copy_only=False))[:_MOST_TOLD]
        found = columns[name].take(pa.array(places)).to_pylist()
        problems += [
            Problem(file_name, int(rows[place]), name, value, remedy, check)
            for place, value in zip(places, found, strict=True)
        ]
    return Loaded(ENTITIES, file_name, rows=pa.table(columns | {"known_on": days})), problems


def apply_entities(cursor: Cursor, part: Loaded, at: datetime) -> dict[str, int]:
    """Bring the table to what the file says; counts as of any registry file.

    Raises:
        RegistryClockError: the table holds something recorded after `at`.
    """
    tables.lock(cursor, ENTITIES)
    rows = part.rows
    cursor.execute("CREATE TEMP TABLE new_entity (uscc text, name text, known_on date) ON COMMIT DROP")
    copy_table(cursor, rows, "new_entity")
    cursor.execute("ANALYZE new_entity")
    cursor.execute(
        """CREATE TEMP TABLE gone_entity ON COMMIT DROP AS
           SELECT uscc FROM ref.legal_entity o WHERE retired_at IS NULL AND NOT EXISTS (
               SELECT FROM new_entity n WHERE (n.uscc, n.name, n.known_on) = (o.uscc, o.name, o.known_on))"""
    )
    gone = cursor.rowcount
    cursor.execute(
        """DELETE FROM new_entity n USING ref.legal_entity o
           WHERE o.retired_at IS NULL AND (n.uscc, n.name, n.known_on) = (o.uscc, o.name, o.known_on)"""
    )
    added = rows.num_rows - cursor.rowcount
    if gone or added:
        tables.Change(cursor, ENTITIES, at).refuse_backwards(sql.SQL(""), ())
    cursor.execute(
        """UPDATE ref.legal_entity o SET retired_at = %s FROM gone_entity g
           WHERE o.uscc = g.uscc AND o.retired_at IS NULL""",
        (at,),
    )
    cursor.execute(
        """INSERT INTO ref.legal_entity (uscc, name, known_on, recorded_at)
           SELECT uscc, name, known_on, %s FROM new_entity ORDER BY uscc""",
        (at,),
    )
    cursor.execute("DROP TABLE new_entity, gone_entity")
    return {"rows": rows.num_rows, "added": added, "retired": gone, "unchanged": rows.num_rows - added}


def _texts(path: Path, file_name: str) -> tuple[pa.Table, np.ndarray, list[Problem]]:
    """Cells without outer blanks, and the row each stands in as a spreadsheet shows it; blank rows are left out."""
    names = [column.name for column in ENTITIES.columns]
    if reading.is_workbook(path):
        lines, problems = reading.lines(path, ENTITIES, file_name)
        table = pa.table(
            {name: pa.array([line.texts[name] for line in lines], pa.string()) for name in names}
        )
        return table, np.array([line.row for line in lines]), problems
    try:
        table = _csv(path.read_bytes(), names)
    except (pa.ArrowInvalid, UnicodeDecodeError, KeyError) as error:
        remedy = Remedy(
            f"Save it as CSV (UTF-8) or xlsx; its columns are {', '.join(names)}.",
            f"请另存为CSV（UTF-8）或xlsx；列为：{'、'.join(names)}。",
        )
        return (
            pa.table({name: pa.array([], pa.string()) for name in names}),
            np.array([]),
            [Problem(file_name, 1, "-", str(error)[:200], remedy, FORM)],
        )
    filled = pc.greater(pc.binary_length(pc.binary_join_element_wise(*table.columns, "")), 0)
    rows = np.flatnonzero(filled.to_numpy(zero_copy_only=False)) + 2
    return table.filter(filled), rows, []


def _csv(raw: bytes, names: list[str]) -> pa.Table:
    """The columns of a CSV as text."""
    encoding = "utf8"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        encoding = "gb18030"
    table = pacsv.read_csv(
        io.BytesIO(raw),
        read_options=pacsv.ReadOptions(encoding=encoding, block_size=1 << 24),
        parse_options=pacsv.ParseOptions(newlines_in_values=False, ignore_empty_lines=False),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
        ),
    )
    table = table.rename_columns([name.strip() for name in table.column_names])
    return pa.table({name: pc.utf8_trim_whitespace(table[name]).combine_chunks() for name in names})


def _days(texts: pa.Array) -> pa.Array:
    """Days by distinct text; null where it cannot be read."""
    encoded = texts.dictionary_encode()
    values: list[date | None] = []
    for text in encoded.dictionary.to_pylist():
        try:
            values.append(day(text))
        except CellError:
            values.append(None)
    return pa.array(values, pa.date32()).take(encoded.indices)
