"""Rows of earlier layouts and of the form for natural persons, brought to the columns of S2018b (standard 1.4).

Done before the fix rules, which then clean what came out. A value copied to another column stays as written and is no
fix; a value changed or derived is one, under the rule of the standard that asks for it: a derived category CT-01, the
type of an ID number PE-01 or LR-03, joined penalty categories CF-08, a dash taken out of a code TX-06. A cell that
already holds a value is never written over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.code_lists import OTHER, load_list
from gongshi.standard.columns import as_numpy
from gongshi.standard.kinds import KINDS
from gongshi.standard.kinds.party_rules import ORGANISATION_NUMBERS
from gongshi.standard.layouts.fixes import FixLog
from gongshi.standard.layouts.model import Layout
from gongshi.standard.messages import RAW_CELLS, ROW_NO
from gongshi.standard.model import ORGANISATION, SELF_EMPLOYED
from gongshi.standard.model import PERSON as NATURAL_PERSON
from gongshi.standard.normalise import TEXT

ID_CARD = "身份证"
_VISIBLE = r"[^\s\x{00A0}\x{00AD}\x{3000}\x{200B}-\x{200F}\x{2060}-\x{2064}\x{FEFF}]"
_DASHES = r"[\-\x{2010}-\x{2015}\x{2212}\x{FF0D}]"
_DASHED_CODES = ("party_organisation_code", "party_registration_no", "party_tax_no")
_COMPACT_STAMP = r"^\s*(\d{8})([01]\d|2[0-3])[0-5]\d[0-5]\d(\.\d+)?\s*$"
_OWN = ("person_id_no", "penalty_category_1", "penalty_category_2")
"""Columns of L2015 whose way into S2018b depends on other cells; `feeds` says the way of the others."""


@dataclass(frozen=True)
class Converted:
    """Rows by the field names of the kind.

    Attributes:
        rows: as read, with the columns of S2018b; columns no field holds are still there.
        fixes: what the conversion changed or produced (`normalise.FIX_SCHEMA`).
    """

    rows: pa.Table
    fixes: pa.Table


def convert(layout: Layout, rows: pa.Table) -> Converted:
    """Bring rows as read to S2018b.

    Args:
        layout: the layout they are in.
        rows: `messages.ReadBatch.rows`, key `row_no`; rows that do not fit their header are left alone.
    """
    if layout.id == KINDS[layout.kind].layout:
        return Converted(rows, FixLog(np.empty(0)).table())
    work = _Work(layout, rows)
    if layout.generation == "L2015":
        work.copy_columns()
        work.join_categories()
        work.strip_dashes()
        work.place_person_ids()
        work.shorten_stamps()
    elif layout.id == "S2018a":
        work.name_id_cards("representative_id_no", "representative_id_type", "LR-03", work.organised())
    work.derive_category(layout.category)
    return Converted(work.table(), work.log.table())


class _Work:
    """The columns under conversion."""

    def __init__(self, layout: Layout, rows: pa.Table) -> None:
        self.layout = layout
        self.log = FixLog(rows.column(ROW_NO).to_numpy())
        self._rows = rows
        self._changed: dict[str, pa.Array] = {}
        whole = np.ones(rows.num_rows, dtype=bool)
        if RAW_CELLS in rows.column_names:
            whole = as_numpy(rows.column(RAW_CELLS).is_null())
        self.whole = whole

    def column(self, name: str) -> pa.Array:
        """A column as it stands; absent ones are empty."""
        if name in self._changed:
            return self._changed[name]
        if name in self._rows.column_names:
            return self._rows.column(name).combine_chunks().cast(TEXT).fill_null("")
        return pa.array([""], TEXT).take(pa.array(np.zeros(self._rows.num_rows, np.int64)))

    def filled(self, name: str) -> np.ndarray:
        """Rows whose cell shows something."""
        if name not in self._changed and name not in self._rows.column_names:
            return np.zeros(self._rows.num_rows, dtype=bool)
        return as_numpy(pc.match_substring_regex(self.column(name), _VISIBLE))

    def table(self) -> pa.Table:
        """All columns."""
        rows = self._rows
        for name, values in self._changed.items():
            place = rows.schema.get_field_index(name)
            rows = rows.append_column(name, values) if place < 0 else rows.set_column(place, name, values)
        return rows

    def copy_columns(self) -> None:
        """Columns that only have another name today."""
        for column in self.layout.columns:
            if column.feeds and column.name not in _OWN and column.name in self._rows.column_names:
                kept = pa.array(self.filled(column.feeds))
                self._changed[column.feeds] = pc.if_else(
                    kept, self.column(column.feeds), self.column(column.name)
                )

    def join_categories(self) -> None:
        """CF_CFLB1 and CF_CFLB2 joined with `;`; 其他 in the first is explained by the second (standard 2.3)."""
        if "penalty_category_1" not in self.layout.names:
            return
        first, second = self.column("penalty_category_1"), self.column("penalty_category_2")
        before, both = self.filled("penalty_category_1"), self.filled("penalty_category_2")
        both &= before
        joined = pc.if_else(pa.array(before), first, second)
        rows = np.flatnonzero(both)
        if len(rows):
            joined = _with(joined, rows, _joined(first.take(pa.array(rows)), second.take(pa.array(rows))))
        kept = self.filled("penalty_categories")
        self.log.add("penalty_categories", "CF-08", np.flatnonzero(both & ~kept), first, joined)
        self._changed["penalty_categories"] = pc.if_else(
            pa.array(kept), self.column("penalty_categories"), joined
        )

    def strip_dashes(self) -> None:
        """Old code columns were written with dashes."""
        for name in _DASHED_CODES:
            values = self.column(name)
            rows = np.flatnonzero(as_numpy(pc.match_substring_regex(values, _DASHES)) & self.whole)
            if len(rows):
                stripped = pc.replace_substring_regex(values, _DASHES, "")
                self.log.add(name, "TX-06", rows, values, stripped)
                self._changed[name] = stripped

    def place_person_ids(self) -> None:
        """居民身份证号 is the counterpart's own when no organisation code is filled, else the representative's."""
        numbers, present = self.column("person_id_no"), self.filled("person_id_no")
        organised = self.organised()
        for field, kind_of_id, rule_id, whose in (
            ("party_id_no", "party_id_type", "PE-01", present & ~organised),
            ("representative_id_no", "representative_id_type", "LR-03", present & organised),
        ):
            chosen = whose & ~self.filled(field) & self.whole
            self._changed[field] = pc.if_else(pa.array(chosen), numbers, self.column(field))
            self.name_id_cards(field, kind_of_id, rule_id, chosen)

    def name_id_cards(self, number: str, kind_of_id: str, rule_id: str, whose: np.ndarray) -> None:
        """The column held 身份证 numbers only, so that is their type."""
        rows = np.flatnonzero(whose & self.filled(number) & ~self.filled(kind_of_id) & self.whole)
        types = _with(self.column(kind_of_id), rows, pa.repeat(pa.scalar(ID_CARD, TEXT), len(rows)))
        self.log.add(kind_of_id, rule_id, rows, None, types)
        self._changed[kind_of_id] = types

    def shorten_stamps(self) -> None:
        """A stamp without separators (20160508123000) is read by its day; it is compared and kept nowhere."""
        if "updated_at" in self._rows.column_names:
            self._changed["updated_at"] = pc.replace_substring_regex(
                self.column("updated_at"), _COMPACT_STAMP, r"\1"
            )

    def derive_category(self, category: str) -> None:
        """行政相对人类别 where there is none: the layout's only one, else by the codes of the counterpart."""
        rows = np.flatnonzero(~self.filled("party_category") & self.whole & ~self._withdrawn())
        if category:
            words = np.full(len(rows), category, dtype=object)
        else:
            organised, self_employed = self.organised()[rows], self._self_employed()[rows]
            words = np.where(organised, np.where(self_employed, SELF_EMPLOYED, ORGANISATION), NATURAL_PERSON)
        categories = _with(self.column("party_category"), rows, pa.array(words, TEXT))
        self.log.add("party_category", "CT-01", rows, None, categories)
        self._changed["party_category"] = categories

    def organised(self) -> np.ndarray:
        """Rows with a code of an organisation."""
        return np.logical_or.reduce([self.filled(name) for name in ORGANISATION_NUMBERS])

    def _self_employed(self) -> np.ndarray:
        """The 统一社会信用代码, also one in the column of the 工商注册号 (ID-17), begins with 92."""
        usccs, numbers = _cleaned(self.column("party_uscc")), _cleaned(self.column("party_registration_no"))
        misplaced = pc.and_(pc.equal(usccs, ""), pc.equal(pc.utf8_length(numbers), 18))
        return as_numpy(pc.starts_with(pc.if_else(misplaced, numbers, usccs), "92"))

    def _withdrawn(self) -> np.ndarray:
        """Withdrawals: they need a reason and nothing else."""
        return as_numpy(pc.equal(_cleaned(self.column("operation")), "撤销"))


def _with(values: pa.Array, rows: np.ndarray, replacements: pa.Array) -> pa.Array:
    mask = np.zeros(len(values), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(values, pa.array(mask), replacements)


def _cleaned(values: pa.Array) -> pa.Array:
    """NFKC without anything invisible, the distinct values once."""
    encoded = values.dictionary_encode()
    texts = pa.array([_visible(text) for text in encoded.dictionary.to_pylist()], TEXT)
    return texts.take(encoded.indices)


def _visible(text: str) -> str:
    return re.sub(r"[\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+", "", unicodedata.normalize("NFKC", text))


def _joined(firsts: pa.Array, seconds: pa.Array) -> pa.Array:
    """Two categories as one field; each pair is looked at once."""
    pairs = list(zip(firsts.to_pylist(), seconds.to_pylist(), strict=True))
    answers = dict(_each_joined(set(pairs)))
    return pa.array([answers[pair] for pair in pairs], TEXT)


def _each_joined(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[tuple[str, str], str]]:
    known = load_list("penalty_category")
    for first, second in pairs:
        explains = first.strip() == OTHER and known.canonical(second.strip()) is None
        yield (first, second), f"{OTHER}-{second.strip()}" if explains else f"{first};{second}"
