"""What a detector of causes looks at: the columns of a batch as read, one at a time, and its findings by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.registry.facts import RegistryFacts
from gongshi.standard.columns import as_numpy
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import BESIDE_CELLS, ROW_NO, ReadBatch
from gongshi.standard.model import OPERATION_CODES, OPERATION_LABELS, Field, Kind
from gongshi.validate.rows import Violation

Key = tuple[str, str | None]
"""Rule id and official field code (None: the row)."""

Correction = Callable[[pa.Table], pa.Table]
"""Rows as read → the same rows corrected."""

_NO_ROWS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Limits:
    """When a cause is told.

    Attributes:
        findings: at least so many.
        share: at least this share of the cells that could show it.
        sample: rows looked at to guess where columns are shifted.
        rows_shown: example rows of a cause.
        most_words: a word used instead of the list's; more different ones have no one cause.
    """

    findings: int = 5
    share: float = 0.6
    sample: int = 2_000
    rows_shown: int = 8
    most_words: int = 3

    def reached(self, found: int, possible: int) -> bool:
        """Enough findings, and enough of what could show it."""
        return found >= self.findings and found >= self.share * possible


@dataclass(frozen=True)
class Candidate:
    """A cause proposed.

    Attributes:
        cause: its name.
        message_zh: what went wrong.
        suggestion_zh: the one correction.
        positions: rows the correction changes.
        correct: rows as read → corrected rows, when the correction is mechanical.
        cleared: mask over the findings that go when people correct, when it is not.
        may_raise: the rows could not be judged before, so the correction may raise more than it clears.
    """

    cause: str
    message_zh: str
    suggestion_zh: str
    positions: np.ndarray = field(default_factory=lambda: _NO_ROWS)
    correct: Correction | None = None
    cleared: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=bool))
    may_raise: bool = False


class Findings:
    """The findings of a batch, by rule and field.

    Attributes:
        positions: row position per finding.
        values: masked value per finding.
        is_error: per finding.
    """

    def __init__(self, kind: Kind, table: pa.Table, row_numbers: np.ndarray) -> None:
        """Place the rows of `table` (columns of `quality.finding`) by row number; both ascend by row as read."""
        numbers = table.column(ROW_NO).combine_chunks().to_numpy(zero_copy_only=False)
        self._official = {f.name: f.code for f in kind.fields} | OPERATION_CODES
        self.positions = np.searchsorted(row_numbers, numbers)
        self.values = table.column("value_masked").combine_chunks()
        self.is_error = as_numpy(pc.equal(table.column("severity"), "error"))
        rules, fields = table.column("rule_id").to_pylist(), table.column("field").to_pylist()
        self._codes: dict[Key, int] = {}
        self._keys = np.array([self._code(key) for key in zip(rules, fields, strict=True)], dtype=np.int64)

    def __len__(self) -> int:
        """How many."""
        return len(self.positions)

    def of(self, rules: Iterable[str], name: str | None, *, filled: bool = False) -> np.ndarray:
        """Mask over the findings of these rules on a field (None: on the row); `filled`: only of cells with a value."""
        code = self._official[name] if name else None
        codes = [self._codes[key] for rule in rules if (key := (rule, code)) in self._codes]
        mask = np.isin(self._keys, codes)
        return mask & as_numpy(self.values.is_valid()) if filled else mask

    def on(self, name: str) -> np.ndarray:
        """Mask over all findings on a field."""
        code = self._official[name]
        return np.isin(self._keys, [number for (_, field), number in self._codes.items() if field == code])

    def compared(self, positions: np.ndarray, violations: Sequence[Violation]) -> tuple[np.ndarray, int]:
        """Which findings of the rows at `positions` are in `violations` no more, and how many there are new.

        Positions of the violations are places in `positions`.
        """
        before = np.flatnonzero(np.isin(self.positions, positions))
        keys = self.positions[before] * _MOST_KEYS + self._keys[before]
        after = [
            positions[v.rows] * _MOST_KEYS + self._code((v.rule_id, self._official.get(v.field)))
            for v in violations
        ]
        left, times = np.unique(np.concatenate([*after, _NO_ROWS]), return_counts=True)
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        nth = np.arange(len(keys)) - np.searchsorted(ordered, ordered)  # of equal findings the first stay
        place = np.searchsorted(left, ordered)
        stays = np.zeros(len(keys), dtype=np.int64)
        known = place < len(left)
        known[known] = left[place[known]] == ordered[known]
        stays[known] = times[place[known]]
        silent = np.zeros(len(self), dtype=bool)
        silent[before[order[nth >= stays]]] = True
        return silent, int(times.sum()) - int((nth < stays).sum())

    def _code(self, key: Key) -> int:
        return self._codes.setdefault(key, len(self._codes))


_MOST_KEYS = 1 << 20


@dataclass(frozen=True)
class Material:
    """A batch as read, column by column, so that a large one is never whole in memory.

    Attributes:
        read: the batch; its rows may be left out, their columns not.
        row_numbers: ascending.
        column: the cells of a column by its name.
        rows_at: the rows at these positions.
        found: findings, columns of `quality.finding`.
        facts: what the registry knew.
    """

    read: ReadBatch
    row_numbers: np.ndarray
    column: Callable[[str], pa.Array]
    rows_at: Callable[[np.ndarray], pa.Table]
    found: pa.Table
    facts: RegistryFacts

    @classmethod
    def of(cls, read: ReadBatch, found: pa.Table, facts: RegistryFacts) -> Material:
        """Of a batch that is in memory."""
        return cls(
            read,
            read.rows.column(ROW_NO).to_numpy(),
            lambda name: read.rows.column(name).combine_chunks(),
            lambda positions: read.rows.take(pa.array(positions)),
            found,
            facts,
        )

    @property
    def kind(self) -> Kind:
        """Kind of record."""
        return KINDS[str(self.read.kind)]

    @property
    def rows(self) -> int:
        """Rows read."""
        return len(self.row_numbers)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Columns as read, in the order of the file."""
        return tuple(name for name in self.read.rows.column_names if name not in BESIDE_CELLS)

    @cached_property
    def findings(self) -> Findings:
        """The findings, by rule and field."""
        return Findings(self.kind, self.found, self.row_numbers)

    def fields(self, *dtypes: str) -> list[Field]:
        """Fields of these types the file has a column for."""
        return [f for f in self.kind.fields if f.dtype in dtypes and f.name in self.names]

    def texts(self, name: str) -> pa.Array:
        """The cells of a column without outer blanks; "" when the file has no such column."""
        if name not in self.names:
            return pa.repeat(pa.scalar("", pa.large_string()), self.rows)
        return pc.utf8_trim_whitespace(self.column(name).cast(pa.large_string()))

    def filled(self, name: str) -> int:
        """Cells of a column that are not blank."""
        return self.rows - int(pc.sum(pc.equal(self.texts(name), "")).as_py() or 0)

    def gathered(
        self, fields: Iterable[Field], hits_of: Callable[[Field], np.ndarray | None]
    ) -> tuple[np.ndarray, list[str]]:
        """Findings of all columns that show the same (mask), and these columns' labels; None = the column does not."""
        hits = np.zeros(len(self.findings), dtype=bool)
        labels = []
        for f in fields:
            own = hits_of(f)
            if own is not None:
                hits |= own
                labels.append(self.label(f.name))
        return hits, labels

    def label(self, name: str) -> str:
        """A column as people call it, in quotation marks."""
        known = {f.name: f.label_zh for f in self.kind.fields} | OPERATION_LABELS
        return f"“{known.get(name, name)}”"


def replaced(rows: pa.Table, name: str, change: Callable[[str], str]) -> pa.Table:
    """Rows with the cells of a column changed one by one."""
    texts = [change(text or "") for text in rows.column(name).to_pylist()]
    place = rows.schema.get_field_index(name)
    return rows.set_column(place, name, pa.array(texts, rows.schema.field(name).type))


def column_names(labels: Sequence[str]) -> str:
    """Labels as one text: the first five."""
    shown = "、".join(labels[:5])
    return shown if len(labels) <= 5 else f"{shown}等{len(labels)}列"


def may_have_causes(found: Sequence[pa.Table], filled: Mapping[str, int], rows: int, kind: Kind) -> bool:
    """Whether a batch is worth a closer look, told from counts alone: most batches are not.

    Args:
        found: findings of its parts.
        filled: cells with a value by field name.
        rows: rows read.
        kind: kind of record.
    """
    limits = Limits()
    if sum(table.num_rows for table in found) < limits.findings:
        return False
    by_field: Counter[str | None] = Counter()
    for table in found:
        counted = pc.value_counts(table.column("field")).to_pylist()
        by_field.update({item["values"]: item["counts"] for item in counted})
    cells = {f.code: filled.get(f.name, 0) for f in kind.fields}
    if any(
        count >= limits.findings and count >= _GATE * cells.get(str(code), rows)
        for code, count in by_field.items()
    ):
        return True
    return sum(_spreadsheet_marks(table) for table in found) >= limits.findings


def _spreadsheet_marks(table: pa.Table) -> int:
    """Findings on values that look like numbers a spreadsheet shortened."""
    values = table.column("value_masked")
    return int(pc.sum(pc.match_substring_regex(values, SHORTENED)).as_py() or 0)


_GATE = 0.2
SHORTENED = r"^\d(\.\d+)?[eE]\+?\d+$|^[\d*]{13,}000$|^\d{7,8}$"
"""Scientific notation, an 18-digit number (masked or not) with zeros at its end, an organisation code too short."""
