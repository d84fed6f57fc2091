"""From a batch as read to the frame a suite is run on: normalised, with the facts its rules ask for beside it.

Facts are columns, so that the suite sees all it judges by: the day of report, what the registry knows of the organs,
which fixes are warnings too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.registry.facts import RegistryFacts
from gongshi.standard import rulebook
from gongshi.standard.columns import as_numpy
from gongshi.standard.kinds import KINDS
from gongshi.standard.layouts import Layout, layout_of
from gongshi.standard.layouts.complete import complete
from gongshi.standard.layouts.convert import convert
from gongshi.standard.messages import CELL_COUNT, CELL_FIXES, RAW_CELLS, ROW_NO, ReadBatch
from gongshi.standard.model import Kind
from gongshi.standard.normalise import FIX_SCHEMA, TEXT, normalise
from gongshi.standard.periods import SHANGHAI
from gongshi.validate.organs import fill_full_names, organ_facts
from gongshi.validate.parties import entity_facts


@dataclass
class Frame:
    """A batch ready to be judged.

    Attributes:
        batch_id: whose rows these are.
        kind: kind of record.
        table: one row a row read, in file order: `row_no`, the kind's fields and operation columns as text (null =
            empty), and the fact columns.
        fixes: one row a change (`normalise.FIX_SCHEMA`).
        sheet: sheet the rows come from, for findings.
        source_stamps: timestamp[us, UTC] per row for a table source, else None.
        beside: what no field of the kind holds (`layouts.complete.BESIDE_SCHEMA`).
    """

    batch_id: str
    kind: str
    table: pa.Table
    fixes: pa.Table
    sheet: str | None = None
    source_stamps: pa.Array | None = None
    beside: pa.Table | None = None


def build_frame(
    batch_id: str,
    batch: ReadBatch,
    received_at: datetime,
    facts: RegistryFacts,
    switched_off: frozenset[str] = frozenset(),
    sender: str | None = None,
) -> Frame:
    """Bring a batch to the layout in use, normalise it (without fix rules switched off), put the facts beside it.

    `sender` is the reporting agency (Article 8); None leaves its rights out.
    """
    kind = KINDS[str(batch.kind)]
    layout = layout_of(kind.name, batch.layout)
    converted = convert(layout, _own_columns(batch.rows, kind, layout))
    rows = converted.rows
    normalised = normalise(kind, rows, switched_off)
    count = rows.num_rows
    broken = _broken_rows(batch)
    states = _row_states(normalised.columns["operation"], broken)
    is_complete = as_numpy(pc.equal(states, rulebook.COMPLETE))
    completed = complete(layout, batch.rows, normalised.columns, is_complete, facts.code_of)
    columns: dict[str, pa.Array] = {ROW_NO: rows.column(ROW_NO).combine_chunks(), **completed.columns}
    columns["generation"] = _constant(layout.generation, count)
    columns["cell_count"] = _cell_counts(batch, broken)
    columns["expected_cells"] = _constant(str(batch.expected_cells), count)
    columns["row_state"] = states
    columns["broken_cells"] = _broken_cells(batch, broken)
    columns["received_on"] = _constant(f"{received_at.astimezone(SHANGHAI):%Y/%m/%d}", count)
    columns["fixed"] = _noted(_sparse(normalised.noted, count), completed.notes)
    columns["place_registered"] = _places_known(columns["place_code"], facts.divisions)
    known = facts if "AG-05" not in switched_off else replace(facts, aliases={})
    names, name_fixes = fill_full_names(columns, columns[ROW_NO], known)
    columns |= names
    columns |= organ_facts(columns, kind.name, received_at.astimezone(SHANGHAI).date(), facts, sender)
    columns |= entity_facts(columns["party_uscc"], facts.entities)
    fixes = [converted.fixes, normalised.fixes, completed.fixes, name_fixes]
    if CELL_FIXES in rows.column_names:
        fixes.insert(0, _reader_fixes(rows))
    return Frame(
        batch_id,
        kind.name,
        pa.table(columns),
        pa.concat_tables(fixes).combine_chunks(),
        batch.sheet,
        batch.source_stamps,
        completed.beside,
    )


def _own_columns(rows: pa.Table, kind: Kind, layout: Layout) -> pa.Table:
    """Rows without columns that only other layouts have: to this one they are extra columns, not judged."""
    foreign = [f.name for f in kind.legacy_fields if f.name not in layout.names]
    return rows.drop_columns([name for name in foreign if name in rows.column_names])


def _reader_fixes(rows: pa.Table) -> pa.Table:
    """What the reader itself changed, one row a change."""
    changed = rows.select([ROW_NO, CELL_FIXES]).filter(rows.column(CELL_FIXES).is_valid()).to_pylist()
    found = [(row[ROW_NO], *fix) for row in changed for fix in json.loads(row[CELL_FIXES])]
    return pa.Table.from_pylist([dict(zip(FIX_SCHEMA.names, fix, strict=True)) for fix in found], FIX_SCHEMA)


def _broken_rows(batch: ReadBatch) -> np.ndarray:
    """Rows whose cells do not fit the header, or whose quoting is broken."""
    if RAW_CELLS not in batch.rows.column_names:
        return np.zeros(batch.rows.num_rows, dtype=bool)
    return as_numpy(batch.rows.column(RAW_CELLS).is_valid())


def _cell_counts(batch: ReadBatch, broken: np.ndarray) -> pa.Array:
    """Cells found, as text; a broken row never shows the expected number."""
    expected = _constant(str(batch.expected_cells), batch.rows.num_rows)
    if not broken.any():
        return expected
    found = batch.rows.column(CELL_COUNT).combine_chunks().cast(TEXT)
    texts = pc.binary_join_element_wise(found, pa.scalar("cells", TEXT), pa.scalar(" ", TEXT))
    return pc.if_else(pa.array(broken), texts, expected)


def _broken_cells(batch: ReadBatch, broken: np.ndarray) -> pa.Array:
    """The cells of broken rows, one a line; their field columns are empty, and must not hide what they hold."""
    if not broken.any():
        return pa.nulls(batch.rows.num_rows, TEXT)
    raw = batch.rows.column(RAW_CELLS).to_pylist()
    return pa.array([None if cells is None else "\n".join(json.loads(cells)) for cells in raw], TEXT)


def _row_states(operations: pa.Array, broken: np.ndarray) -> pa.Array:
    """Which rules judge the row (`rulebook.COMPLETE`, `WITHDRAWAL`, `BROKEN`)."""
    withdrawn = as_numpy(pc.equal(operations, "撤销"))
    states = np.where(broken, rulebook.BROKEN, np.where(withdrawn, rulebook.WITHDRAWAL, rulebook.COMPLETE))
    return pa.array(states, TEXT)


def _constant(text: str, count: int) -> pa.Array:
    return pa.array([text], TEXT).take(pa.array(np.zeros(count, dtype=np.int64)))


def _noted(notes: pa.Array, more: Iterable[tuple[str, str, np.ndarray]]) -> pa.Array:
    """The fixes that are warnings too, those of whole columns (rule, field, rows) added."""
    for rule_id, name, rows in more:
        mask = np.zeros(len(notes), dtype=bool)
        mask[rows] = True
        added = pc.binary_join_element_wise(
            notes.fill_null("|"), pa.scalar(f"{rule_id}:{name}|", TEXT), pa.scalar("", TEXT)
        )
        notes = pc.if_else(pa.array(mask), added, notes)
    return notes


def _places_known(places: pa.Array, divisions: frozenset[str]) -> pa.Array:
    """Per row "yes" or "no": the registry has the division; null where it knows none, or the code is none of Yunnan."""
    if not divisions or places.null_count == len(places):
        return pa.nulls(len(places), TEXT)
    looked_at = pc.if_else(pc.match_substring_regex(places, r"^53\d{4}$"), places, pa.scalar(None, TEXT))
    known = pc.is_in(looked_at, pa.array(sorted(divisions), TEXT))
    words = pc.if_else(known, pa.scalar("yes", TEXT), pa.scalar("no", TEXT))
    return pc.if_else(looked_at.is_valid(), words, pa.scalar(None, TEXT))


def _sparse(texts: dict[int, str], count: int) -> pa.Array:
    if not texts:
        return pa.nulls(count, TEXT)
    values = np.full(count, None, dtype=object)
    for row, text in texts.items():
        values[row] = text
    return pa.array(values, TEXT)
