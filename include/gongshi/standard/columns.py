"""A text column prepared for many checks: repeated values are looked at once.

Organ names, categories and dates repeat; a check that runs over the distinct values only costs next to nothing.
Columns of mostly different values (document numbers, contents) are left as they are.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_SAMPLE = 20_000
_WORTH_ENCODING = 0.3
_WORTH_SPLITTING = 100_000
_BLOCK = 1 << 22

Rows = np.ndarray
"""Ascending 0-based row positions, int64."""

NO_ROWS: Rows = np.empty(0, dtype=np.int64)


class Column:
    """One column of a frame: text by row, null = empty.

    Attributes:
        values: the column as one string array.
        distinct: the distinct values when encoding pays, else None.
        codes: per row the position in `distinct`; -1 for null.
    """

    def __init__(self, values: pa.Array | pa.ChunkedArray) -> None:
        """Combine chunks and encode when a sample of the column repeats itself."""
        combined = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        self.values: pa.Array = (
            combined if pa.types.is_large_string(combined.type) else combined.cast(pa.large_string())
        )
        self.distinct: pa.Array | None = None
        self.codes: np.ndarray | None = None
        sample = self.values.slice(0, _SAMPLE)
        if len(sample) and pc.count_distinct(sample, mode="only_valid").as_py() <= _WORTH_ENCODING * len(
            sample
        ):
            encoded = self.values.dictionary_encode()
            self.distinct = encoded.dictionary
            self.codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        self._matching: dict[str, Rows] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.values)

    def rows_where(self, predicate: Callable[[pa.Array], pa.BooleanArray]) -> Rows:
        """Rows whose value satisfies `predicate`; null never does."""
        if self.values.null_count == len(self.values):
            return NO_ROWS
        if self.distinct is None:
            return true_rows(predicate(self.values))
        hits = as_numpy(predicate(self.distinct))
        if not hits.any():
            return NO_ROWS
        return np.flatnonzero(np.append(hits, False)[self.codes])

    def rows_matching(self, pattern: str) -> Rows:
        """Rows in whose value an RE2 pattern is found; looked for once, whoever asks first."""
        with self._lock:
            if pattern not in self._matching:
                self._matching[pattern] = self.rows_where(
                    lambda values: pc.match_substring_regex(values, pattern)
                )
            return self._matching[pattern]

    def null_rows(self) -> Rows:
        """Rows without a value."""
        return true_rows(self.values.is_null()) if self.values.null_count else NO_ROWS

    def may_hold(self, allowed: Iterable[str]) -> bool:
        """Some row may have one of these values; False only when it is known that none has."""
        if self.distinct is None:
            return True
        members = pa.array(list(allowed), pa.large_string())
        return bool(pc.any(pc.is_in(self.distinct, value_set=members)).as_py())

    def keep(self, rows: Rows, allowed: Iterable[str]) -> Rows:
        """Those of `rows` whose value is one of `allowed`."""
        if not len(rows):
            return rows
        members = pa.array(list(allowed), pa.large_string())
        if self.distinct is None:
            return rows[as_numpy(pc.is_in(self.values.take(pa.array(rows)), value_set=members))]
        hits = as_numpy(pc.is_in(self.distinct, value_set=members))
        return rows[np.append(hits, False)[self.codes[rows]]]  # type: ignore[index]


def mask_of(values: pa.Array, predicate: Callable[[pa.Array], pa.BooleanArray]) -> np.ndarray:
    """An element-wise predicate over a column, a slice a core: Arrow's kernels run without the interpreter's lock."""
    cores = os.cpu_count() or 1
    if len(values) < _WORTH_SPLITTING or cores < 2:
        return as_numpy(predicate(values))
    edges = [len(values) * i // cores for i in range(cores + 1)]
    slices = [values.slice(start, end - start) for start, end in itertools.pairwise(edges)]
    with ThreadPoolExecutor(cores) as pool:
        return np.concatenate(list(pool.map(lambda part: as_numpy(predicate(part)), slices)))


def holds_any_byte(values: pa.Array, wanted: bytes) -> bool:
    """Whether the column's text holds one of these ASCII characters anywhere; no value is looked at by itself."""
    present = bytes_of(values)
    return any(
        (present[at : at + _BLOCK] == byte).any() for at in range(0, len(present), _BLOCK) for byte in wanted
    )


def bytes_of(values: pa.Array) -> np.ndarray:
    """All text of a large_string array, end to end, as bytes."""
    if not len(values):
        return np.empty(0, dtype=np.uint8)
    _, offsets, data = values.cast(pa.large_string()).buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[values.offset : values.offset + len(values) + 1]
    return (
        np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[-1]] if data is not None else np.empty(0, np.uint8)
    )


def as_numpy(mask: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """A boolean mask as numpy; null counts as False."""
    if isinstance(mask, pa.ChunkedArray):
        mask = mask.combine_chunks()
    if mask.null_count:
        mask = mask.fill_null(False)
    return mask.to_numpy(zero_copy_only=False)


def true_rows(mask: pa.Array | pa.ChunkedArray) -> Rows:
    """Row positions where the mask is True."""
    return np.flatnonzero(as_numpy(mask))
