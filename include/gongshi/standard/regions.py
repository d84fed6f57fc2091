"""Division codes within codes and ID numbers: which were ever given (GB/T 2260), so that old ones stay known.

`codes/regions.csv` holds the prefixes: for Yunnan all six digits of every division since 1980, elsewhere the four of
province and prefecture, each with the years it was seen in publications and its basis.
"""

from functools import cache

import numpy as np
import pyarrow as pa

from gongshi.standard.identifiers import DIGIT_VALUES, code_table, sums_of
from gongshi.standard.text_columns import FixedWidth, TextColumn


def region_unknown(values: TextColumn, first: int, width: int = 18) -> pa.BooleanArray:
    """The six digits from position `first` (0-based) of a value of `width` characters name no known division.

    Values of another width, or with other characters than digits there, violate a form rule and are not judged.
    """
    column = FixedWidth.of(values, width)
    digits = column.matrix[:, first : first + 6]
    are_digits = ~np.isnan(sums_of(DIGIT_VALUES, digits, (1,) * 6))
    numbers = (digits.astype(np.int64) - ord("0")) @ (10 ** np.arange(5, -1, -1))
    return column.spread(are_digits & ~_known()[np.where(are_digits, numbers, 0)])


@cache
def _known() -> np.ndarray:
    """For every number of six digits whether a known prefix begins it."""
    known = np.zeros(10**6, dtype=bool)
    for prefix in code_table("regions"):
        rest = 10 ** (6 - len(prefix))
        known[int(prefix) * rest : (int(prefix) + 1) * rest] = True
    return known
