"""Values that stand one column beside their own, because a cell too many or too few came in before them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.messages import CELL_COUNT, RAW_CELLS
from gongshi.validate.causes.fit import Fit
from gongshi.validate.causes.material import Candidate, Limits, Material

_GAIN = 4
"""By so much the cells of a row must fit better in their neighbours' places: two cells at least change sides."""

_LEAST_FIT = 0.5
"""Share of the cells that can be told by their looks: so many fit in the corrected row."""

_COMMA = "如因文字中含有逗号而多出，请把该格内容用英文双引号括起，或改用xlsx报送。"
TOO_MANY, TOO_FEW = 1, -1


@dataclass(frozen=True)
class _Shift:
    """A cell too many or too few at a place of the row (0-based)."""

    step: int
    place: int

    def mended(self, cells: Sequence[str]) -> list[str]:
        """The cells of a row without the cell too many, or with an empty one where one is missing."""
        if self.step == TOO_MANY:
            return [*cells[: self.place], *cells[self.place + 1 :]]
        return [*cells[: self.place], "", *cells[self.place :]]


def misplaced(material: Material, claimed: np.ndarray, limits: Limits) -> Iterator[Candidate]:
    """Rows as wide as the header whose values are shifted: a blank cell inserted, or one deleted."""
    open_rows = np.unique(material.findings.positions[~claimed])
    if not limits.reached(len(open_rows), material.rows):
        return
    sample = _sample(open_rows, limits)
    fit = _fit(material, [material.texts(name).take(pa.array(sample)) for name in material.names])
    shift, gains = _best(fit, fit.width)
    if shift is None or (gains >= _GAIN).mean() < limits.share:
        return
    everything = _fit(material, [material.texts(name) for name in material.names])
    gained = _totals(everything, shift.step, everything.width)[shift.place] - _as_they_are(everything)
    positions = np.flatnonzero(gained >= _GAIN)
    if not limits.reached(len(positions), material.rows):
        return
    yield Candidate(
        "shifted_columns",
        *_words(material, shift, everything, positions),
        positions,
        lambda rows: _moved(rows, material.names, shift),
    )


def _words(material: Material, shift: _Shift, fit: Fit, positions: np.ndarray) -> tuple[str, str]:
    """What is wrong, and what to do."""
    label = material.label(material.names[shift.place])
    if shift.step == TOO_FEW:
        return (
            f"自{label}列起，各列内容整体向左错了一列：{len(positions):,}行少了该列的单元格。",
            f"请在{label}列插入一个单元格，使右侧内容右移一列、与表头对齐，补填该列后重新报送。",
        )
    is_blank = fit.is_empty(shift.place)[positions].all()
    return (
        f"自{label}列起，各列内容整体向右错了一列：{len(positions):,}行在该列多出一个{'空' if is_blank else ''}单元格。",
        f"请在{label}列删除多出的单元格，使右侧内容左移一列、与表头对齐后重新报送。{'' if is_blank else _COMMA}",
    )


def ragged(material: Material, claimed: np.ndarray, limits: Limits) -> Iterator[Candidate]:
    """Rows with one cell more or less than the header (BT-10), all at the same place."""
    hits = material.findings.of(("BT-10",), None) & ~claimed
    positions = np.unique(material.findings.positions[hits])
    if not limits.reached(len(positions), material.rows):
        return
    width = len(material.names)
    lines = [json.loads(text) for text in material.column(RAW_CELLS).take(pa.array(positions)).to_pylist()]
    step, number = Counter(len(line) - width for line in lines).most_common(1)[0]
    if step not in (TOO_MANY, TOO_FEW) or not limits.reached(number, material.rows):
        return
    same = np.array([len(line) - width == step for line in lines])
    cells = list(zip(*(line for line, is_same in zip(lines, same, strict=True) if is_same), strict=True))
    fit = _fit(material, [pc.utf8_trim_whitespace(pa.array(c, pa.large_string())) for c in cells])
    totals = _totals(fit, step, width)
    place = _place(fit, totals, step)
    if totals[place].mean() < _LEAST_FIT * _telling(material):
        return
    chosen = positions[same][totals[place] > totals.max(axis=0) - _GAIN]
    if not limits.reached(len(chosen), material.rows):
        return
    shift = _Shift(step, place)
    where = f"自{material.label(material.names[place])}列起错位" if place < width else "多在行末"
    if step == TOO_MANY:
        message = f"{len(chosen):,}行都比表头多一个单元格，{where}。"
        advice = f"请删除该处多出的单元格或分隔符后重新报送。{_COMMA}"
    else:
        message = f"{len(chosen):,}行都比表头少一个单元格，{where}。"
        advice = "请在该处补上空单元格或分隔符，使各列与表头对齐后重新报送。"
    yield Candidate(
        "shifted_columns", message, advice, chosen, lambda rows: _refilled(rows, material.names, shift), may_raise=True
    )  # fmt: skip


def _sample(positions: np.ndarray, limits: Limits) -> np.ndarray:
    """Evenly spaced."""
    step = -(-len(positions) // limits.sample)
    return positions[::step]


def _fit(material: Material, cells: Sequence[pa.Array]) -> Fit:
    known = {f.name: f for f in material.kind.fields}
    return Fit(cells, [known.get(name) for name in material.names])


def _telling(material: Material) -> float:
    """Cells of a complete row whose looks say something: those everybody must fill."""
    return sum(f.required == "R" and f.name in material.names for f in material.kind.fields)


def _as_they_are(fit: Fit) -> np.ndarray:
    return np.stack([fit.score(place, place) for place in range(fit.width)]).sum(axis=0, dtype=np.int32)


def _best(fit: Fit, width: int) -> tuple[_Shift | None, np.ndarray]:
    """The shift that mends most, and what each row gains by it."""
    before = _as_they_are(fit)
    best, gains = None, np.zeros(fit.rows, dtype=np.int32)
    for step in (TOO_MANY, TOO_FEW):
        totals = _totals(fit, step, width)
        place = _place(fit, totals, step)
        gained = totals[place] - before
        if gained.mean() > gains.mean():
            best, gains = _Shift(step, place), gained
    return best, gains


def _totals(fit: Fit, step: int, width: int) -> np.ndarray:
    """Per place of the cell too many or too few, and per row: how well all cells fit once it is mended."""
    whole = range(fit.width)
    own = [fit.score(c, c) if c < width else np.zeros(fit.rows, dtype=np.int8) for c in whole]
    beside = [
        fit.score(c, c - step) if 0 <= c - step < width else np.zeros(fit.rows, dtype=np.int8) for c in whole
    ]
    none = np.zeros((1, fit.rows), dtype=np.int32)
    before = np.concatenate([none, np.cumsum(own, axis=0, dtype=np.int32)])
    after = np.concatenate([np.cumsum(beside[::-1], axis=0, dtype=np.int32)[::-1], none])
    if step == TOO_MANY:
        lost = fit.no_value(width - 1) if fit.width == width else 0  # pushed over the edge: it is not there
        return np.stack([before[place] + after[place + 1] + lost for place in whole])
    totals = np.stack([before[place] + after[place] + fit.no_value(place) for place in range(width)])
    if fit.width < width:
        return totals
    return totals + np.where(fit.is_empty(width - 1), 0, -2)  # the last cell has no place to go


def _place(fit: Fit, totals: np.ndarray, step: int) -> int:
    """The place that fits best; of equal ones that with most empty cells, then the first."""
    means = totals.mean(axis=1)
    best = np.flatnonzero(means >= means.max() - 1e-9)
    if step == TOO_FEW:
        return int(best[0])
    empty = [fit.is_empty(int(place)).mean() for place in best]
    return int(best[int(np.argmax(empty))])


def _moved(rows: pa.Table, names: Sequence[str], shift: _Shift) -> pa.Table:
    """Rows with the values back under their headers."""
    columns = [rows.column(name) for name in names]
    blank = pa.chunked_array([pa.array([""] * rows.num_rows, columns[0].type)])
    if shift.step == TOO_MANY:
        mended = [*columns[: shift.place], *columns[shift.place + 1 :], blank]
    else:
        mended = [*columns[: shift.place], blank, *columns[shift.place : -1]]
    for name, column in zip(names, mended, strict=True):
        rows = rows.set_column(rows.schema.get_field_index(name), name, column)
    return rows


def _refilled(rows: pa.Table, names: Sequence[str], shift: _Shift) -> pa.Table:
    """Rows that fit their header again, from their raw cells."""
    lines = [shift.mended(json.loads(text)) for text in rows.column(RAW_CELLS).to_pylist()]
    for name, column in zip(names, zip(*lines, strict=True), strict=True):
        place = rows.schema.get_field_index(name)
        rows = rows.set_column(place, name, pa.array(column, rows.schema.field(name).type))
    counts = pa.array([len(names)] * rows.num_rows, pa.int32())
    rows = rows.set_column(rows.schema.get_field_index(CELL_COUNT), CELL_COUNT, counts)
    place = rows.schema.get_field_index(RAW_CELLS)
    return rows.set_column(place, RAW_CELLS, pa.nulls(rows.num_rows, pa.string()))
