"""Tools for columns of text: one plain Arrow array, values of fixed width as bytes, work done once per distinct value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

TextColumn: TypeAlias = pa.Array | pa.ChunkedArray


def plain(values: TextColumn) -> pa.Array:
    """One contiguous string array of the same length, whatever the chunking or encoding of the input."""
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if isinstance(array, pa.ChunkedArray):  # combine_chunks keeps chunks apart only beyond 2 GB
        array = pa.concat_arrays(array.cast(pa.large_string()).chunks)
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        return array
    return array.cast(pa.string())


def map_distinct(values: TextColumn, function: Callable[[str], Any], type_: pa.DataType) -> pa.Array:
    """Apply a function of one text to a column, calling it once per distinct value; null stays null."""
    encoded = plain(values).dictionary_encode()
    results = pa.array([function(text) for text in encoded.dictionary.to_pylist()], type=type_)
    return results.take(encoded.indices)


def flag_distinct(values: TextColumn, test: Callable[[str], bool]) -> pa.BooleanArray:
    """Like `map_distinct` for a yes/no question; null and empty answer False."""
    answers = map_distinct(values, lambda text: bool(text) and test(text), pa.bool_())
    return pc.fill_null(answers, False)


@dataclass(frozen=True)
class FixedWidth:
    """The values of a column that are exactly `width` bytes long, as a matrix of bytes.

    Attributes:
        filled: per row, neither null nor empty.
        fits: per row, exactly `width` bytes; `matrix` holds these rows only, in order.
        matrix: uint8, shape (number of fitting rows, width).
    """

    filled: np.ndarray
    fits: np.ndarray
    matrix: np.ndarray

    @classmethod
    def of(cls, values: TextColumn, width: int) -> "FixedWidth":
        """Look at a column of text without making one Python object per value."""
        array = plain(values)
        lengths = np.diff(_offsets(array))
        if array.null_count:
            lengths[~array.is_valid().to_numpy(zero_copy_only=False)] = 0
        fits = lengths == width
        fitting = array if fits.all() else array.filter(pa.array(fits))
        return cls(filled=lengths > 0, fits=fits, matrix=_matrix(fitting, width))

    def spread(self, hits: np.ndarray) -> pa.BooleanArray:
        """Answers for the fitting rows, laid over all rows; the others answer False."""
        answer = np.zeros(len(self.fits), dtype=bool)
        answer[self.fits] = hits
        return pa.array(answer)

    def misfits(self, wrong_form: np.ndarray) -> pa.BooleanArray:
        """Rows that are filled and either of another width or, of this width, of wrong form."""
        answer = self.filled.copy()
        answer[self.fits] = wrong_form
        return pa.array(answer)


def _offsets(array: pa.Array) -> np.ndarray:
    """Byte offsets of a string array: one more than it has rows."""
    dtype = np.int64 if pa.types.is_large_string(array.type) else np.int32
    buffer = array.buffers()[1]
    if len(array) == 0 or buffer is None:
        return np.zeros(len(array) + 1, dtype=dtype)
    return np.frombuffer(buffer, dtype=dtype, offset=array.offset * dtype().itemsize, count=len(array) + 1)


def _matrix(array: pa.Array, width: int) -> np.ndarray:
    """The bytes of an array whose values are all `width` bytes long."""
    if len(array) == 0:
        return np.zeros((0, width), dtype=np.uint8)
    start = int(_offsets(array)[0])
    flat = np.frombuffer(array.buffers()[2], dtype=np.uint8, offset=start, count=len(array) * width)
    return flat.reshape(len(array), width)
