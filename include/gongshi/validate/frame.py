"""From a batch as read to the frame a suite is run on: normalised, with the facts its rules ask for beside it.

Facts are columns, so that the suite sees all it judges by: the day of report, what the registry knows of the organs,
which fixes are warnings too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.platform.database import Connection
from gongshi.registry.read import known_divisions, registered_codes, registered_pairs
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


@dataclass(frozen=True)
class RegistryFacts:
    """What the registry knew of organs when the batch arrived.

    Attributes:
        pairs: registered (name, code) pairs.
        codes: registered codes.
        divisions: codes of administrative divisions, past ones too; empty = not known.
    """

    pairs: frozenset[tuple[str, str]]
    codes: frozenset[str]
    divisions: frozenset[str] = frozenset()

    @cached_property
    def _codes_by_name(self) -> dict[str, set[str]]:
        by_name: dict[str, set[str]] = {}
        for name, code in self.pairs:
            by_name.setdefault(name, set()).add(code)
        return by_name

    def code_of(self, name: str) -> str | None:
        """The code registered for exactly this name; None when there is none, or more than one."""
        codes = self._codes_by_name.get(name, set())
        return next(iter(codes)) if len(codes) == 1 else None

    def codes_of(self, names: Iterable[pa.ChunkedArray]) -> list[pa.Array]:
        """Codes of the organs some columns name, each once; a name nobody registered says nothing."""
        written = {text.strip() for column in names for text in pc.unique(column).to_pylist() if text}
        return [pa.array(sorted(filter(None, map(self.code_of, written))), TEXT)]


def registry_facts(connection: Connection, as_of: datetime) -> RegistryFacts:
    """The registry's answer as of an instant."""
    return RegistryFacts(
        registered_pairs(connection, as_of),
        registered_codes(connection, as_of),
        known_divisions(connection, as_of),
    )


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
) -> Frame:
    """Bring a batch to the layout in use, normalise it (without fix rules switched off), put the facts beside it."""
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
    for role in ("organ", "source"):
        name, code = columns[f"{role}_name"], columns[f"{role}_code"]
        columns[f"{role}_code_registered"] = _known([code], {(known,) for known in facts.codes})
        columns[f"{role}_pair_registered"] = _known([name, code], facts.pairs)
    fixes = [converted.fixes, normalised.fixes, completed.fixes]
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


def _known(parts: list[pa.Array], known: Iterable[tuple[str, ...]]) -> pa.Array:
    """Per row "yes" or "no": the combination of the parts is known; looked up once per distinct combination."""
    members = set(known)
    encoded = [part.dictionary_encode() for part in parts]
    codes = [e.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64) for e in encoded]
    width = len(encoded[-1].dictionary) + 1
    combined = codes[0] if len(codes) == 1 else (codes[0] + 1) * width + codes[1] + 1
    inverse, distinct = pd.factorize(combined)
    values = [[*e.dictionary.to_pylist(), None] for e in encoded]
    answers = []
    for key in distinct.tolist():
        places = (key,) if len(codes) == 1 else (key // width - 1, key % width - 1)
        answers.append(tuple(column[place] for column, place in zip(values, places, strict=True)) in members)
    words = pa.array(["yes" if answer else "no" for answer in answers], TEXT)
    return words.take(pa.array(inverse))


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
