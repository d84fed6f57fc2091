"""法人库 as it is asked: names by 统一社会信用代码, a million of them in some 60 MB."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

_CODE = "S18"


def _no_rows() -> pa.Table:
    return pa.table(
        {
            "uscc": pa.array([], pa.string()),
            "name": pa.array([], pa.string()),
            "known_on": pa.array([], pa.date32()),
        }
    )


@dataclass(frozen=True)
class Entities:
    """Registered names.

    Attributes:
        rows: `uscc`, `name` text and `known_on` date32, ascending by the bytes of `uscc`.
    """

    rows: pa.Table = field(default_factory=_no_rows)
    _codes: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        """Keep the codes as fixed-width bytes, for searching."""
        codes = self.rows.column("uscc").to_numpy() if self.rows.num_rows else []
        object.__setattr__(self, "_codes", np.array(codes, dtype=_CODE))

    def places(self, codes: pa.Array) -> pa.Array:
        """Position in `rows` of each code; null where it is null or not registered."""
        if not self.rows.num_rows:
            return pa.nulls(len(codes), pa.int64())
        wanted = np.array(
            [code.encode("ascii", "replace") for code in codes.fill_null("").to_pylist()], dtype=_CODE
        )
        found = np.minimum(np.searchsorted(self._codes, wanted), len(self._codes) - 1)
        return pa.array(found, mask=self._codes[found] != wanted)
