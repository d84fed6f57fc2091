"""What earlier layouts leave open, filled in after the fix rules have cleaned the cells (standard 1.4).

L2015 knows no first day of validity, no codes of organs and no source unit, and writes the state by a list of its own.
Each value filled in is a fix under the rule of the standard that asks for it; a default that the agency should look at
is a warning too. What S2018b has no field for is handed on by itself (`Completed.beside`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.columns import as_numpy
from gongshi.standard.dates import FOREVER
from gongshi.standard.layouts.fixes import FixLog
from gongshi.standard.layouts.model import Layout
from gongshi.standard.messages import ROW_NO
from gongshi.standard.normalise import TEXT
from gongshi.standard.text_columns import map_distinct

IN_FORCE, NOT_IN_FORCE = "1", "2"
STATES = {
    "": (IN_FORCE, ""), "0": (IN_FORCE, ""), "正常": (IN_FORCE, ""), "公示中": (IN_FORCE, ""),
    "1": (NOT_IN_FORCE, "撤销"), "撤销": (NOT_IN_FORCE, "撤销"), "取消公示": (NOT_IN_FORCE, "撤销"),
    "2": (IN_FORCE, "异议"), "异议": (IN_FORCE, "异议"),
}  # fmt: skip
"""State of L2015 → state of S2018, life-cycle state. `3` (其他) is told by the remark, and needs one."""
OTHER_STATES = ("3", "其他")
ENDED = "撤销|撤回|注销|吊销|失效|无效|作废|废止|终止"
RANGES = {
    "": "", "0": "", "公示": "", "社会公开": "",
    "1": "政务共享", "政务共享": "政务共享", "仅政府部门内部共享": "政务共享",
    "2": "授权查询", "授权查询": "授权查询", "仅可授权查询": "授权查询",
}  # fmt: skip
"""信息使用范围 → publication range (standard 2.6), empty = may be published; an unknown value is kept as written."""
SEVERITIES = {"": "", "0": "", "1": "一般", "2": "较重", "3": "严重"}
"""失信严重程度: informational; the classes of 2026 (standard 7.2) are others."""

BESIDE_SCHEMA = pa.schema([(ROW_NO, pa.int32()), ("name", pa.string()), ("value", pa.string())])
_AS_WRITTEN = ("item_code", "place_code", "updated_at")
_READABLE_DATE = r"^\d{4}/\d{2}/\d{2}$"


@dataclass(frozen=True)
class Completed:
    """The normalised columns of a batch, complete.

    Attributes:
        columns: by field name.
        fixes: what was filled in or mapped (`normalise.FIX_SCHEMA`).
        notes: (rule id, field, rows): fixes that are warnings too.
        beside: what no field holds: row_no, name (publication_range, life_cycle, severity, item_code, place_code,
            updated_at), value; only what says something.
    """

    columns: dict[str, pa.Array]
    fixes: pa.Table
    notes: tuple[tuple[str, str, np.ndarray], ...]
    beside: pa.Table


def complete(
    layout: Layout,
    rows: pa.Table,
    columns: Mapping[str, pa.Array],
    is_complete: np.ndarray,
    code_of: Callable[[str], str | None],
) -> Completed:
    """Fill in what the layout has no column for.

    Args:
        layout: the layout the rows came in.
        rows: as read.
        columns: normalised, null = empty.
        is_complete: rows that fit their header and withdraw nothing; of others only codes of organs are filled in.
        code_of: registered code of an organ by its exact name; None when unknown or ambiguous.
    """
    if layout.generation != "L2015":
        return Completed(dict(columns), FixLog(np.empty(0)).table(), (), BESIDE_SCHEMA.empty_table())
    work = _Work(dict(columns), FixLog(rows.column(ROW_NO).to_numpy()), is_complete)
    work.fill_organ_codes(code_of)
    if layout.kind == "licence":
        work.fill_validity()
    life_cycle = work.map_states()
    beside = _beside(rows, is_complete, life_cycle)
    return Completed(work.columns, work.log.table(), tuple(work.notes), beside)


class _Work:
    """The columns under completion."""

    def __init__(self, columns: dict[str, pa.Array], log: FixLog, is_complete: np.ndarray) -> None:
        self.columns = columns
        self.log = log
        self.notes: list[tuple[str, str, np.ndarray]] = []
        self._complete = is_complete

    def fill_organ_codes(self, code_of: Callable[[str], str | None]) -> None:
        """The code of the deciding organ by its exact name; without a source unit the organ is taken for it."""
        no_source = self._empty("source_name") & self._empty("source_code") & self._complete
        self._fill("source_name", "AG-01", no_source, self.columns["organ_name"])
        for role in ("organ", "source"):
            codes = map_distinct(self.columns[f"{role}_name"], code_of, TEXT)
            self._fill(f"{role}_code", "AG-02", self._empty(f"{role}_code"), codes)

    def fill_validity(self) -> None:
        """有效期自 = the day of the decision, an empty 有效期至 = without end; both are told (XK-11, DT-08)."""
        decided = self.columns["decision_date"]
        readable = as_numpy(pc.match_substring_regex(decided, _READABLE_DATE))
        rows = self._fill(
            "valid_from", "XK-11", self._empty("valid_from") & readable & self._complete, decided
        )
        self.notes.append(("XK-11", "valid_from", rows))
        forever = pa.repeat(pa.scalar(FOREVER, TEXT), len(decided))
        rows = self._fill("valid_to", "DT-08", self._empty("valid_to") & self._complete, forever)
        self.notes.append(("DT-08", "valid_to", rows))

    def map_states(self) -> pa.Array:
        """The state by the list of L2015; what that list does not have stays for XK-15. Returns life-cycle states."""
        states, remarks = self.columns["state"], self.columns["remark"]
        written = states.fill_null("")
        mapped = map_distinct(written, lambda text: STATES.get(text, (None, None))[0], TEXT)
        life_cycle = map_distinct(written, lambda text: STATES.get(text, (None, None))[1], TEXT)
        told = pc.and_(pc.is_in(written, pa.array(OTHER_STATES, TEXT)), remarks.is_valid())
        ended = pc.fill_null(pc.match_substring_regex(remarks, ENDED), False)
        by_remark = pc.if_else(ended, pa.scalar(NOT_IN_FORCE, TEXT), pa.scalar(IN_FORCE, TEXT))
        mapped = pc.if_else(told, by_remark, mapped)
        known = as_numpy(mapped.is_valid()) & self._complete
        self.columns["state"] = pc.if_else(pa.array(known), mapped, states)
        self.log.add(
            "state", "XK-15", np.flatnonzero(known & as_numpy(pc.not_equal(mapped, written))), states, mapped
        )
        return pc.if_else(told, pa.scalar("其他", TEXT), life_cycle)

    def _empty(self, name: str) -> np.ndarray:
        return as_numpy(self.columns[name].is_null())

    def _fill(self, name: str, rule_id: str, where: np.ndarray, values: pa.Array) -> np.ndarray:
        """Set the empty cells at `where` that `values` has something for; the rows filled."""
        where = where & as_numpy(values.is_valid())
        rows = np.flatnonzero(where)
        if len(rows):
            self.columns[name] = pc.if_else(pa.array(where), values.cast(TEXT), self.columns[name])
            self.log.add(name, rule_id, rows, None, self.columns[name])
        return rows


def _beside(rows: pa.Table, is_complete: np.ndarray, life_cycle: pa.Array) -> pa.Table:
    """What no field holds, one row a value."""
    found = {"life_cycle": life_cycle}
    for name, column, meanings in (
        ("publication_range", "use_range", RANGES),
        ("severity", "severity", SEVERITIES),
        *((name, name, {}) for name in _AS_WRITTEN),
    ):
        if column in rows.column_names:
            values = rows.column(column).combine_chunks()
            found[name] = map_distinct(values, lambda text, known=meanings: _meaning(text, known), TEXT)  # type: ignore[misc]
    parts = []
    for name, values in found.items():
        said = as_numpy(pc.fill_null(pc.not_equal(values, ""), False)) & is_complete
        places = pa.array(np.flatnonzero(said))
        numbers = rows.column(ROW_NO).combine_chunks().take(places)
        names = pa.repeat(pa.scalar(name, pa.string()), len(places))
        parts.append(pa.table([numbers, names, values.take(places).cast(pa.string())], schema=BESIDE_SCHEMA))
    return pa.concat_tables(parts)


def _meaning(text: str, known: Mapping[str, str]) -> str:
    cleaned = unicodedata.normalize("NFKC", text).strip()
    if known and cleaned.endswith(".0"):
        cleaned = cleaned[:-2]
    return known.get(cleaned, cleaned)
