"""Rows a rule across records can be about by their content alone.

Told when they are staged, so that the merge looks at no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.messages import ROW_NO
from gongshi.standard.rulebook import Rulebook

_CAN_BE: Mapping[str, Callable[[pa.Table, Mapping[str, Any]], pa.ChunkedArray]] = {
    "XK-18": lambda rows, _: pc.equal(rows.column("state"), "2"),
    "XR-12": lambda rows, _: pc.greater(rows.column("fine_yuan"), 0),
    "XR-18": lambda rows, limits: pc.match_substring_regex(rows.column("document_name"), limits["pattern"]),
}


def candidates(rows: pa.Table, kind: str, book: Rulebook) -> dict[str, list[int]]:
    """Rule id → numbers of the typed rows the rule can be about; rules that can be about any row have no entry.

    Args:
        rows: as staged, columns of `stage.<kind>`.
        kind: of the batch.
        book: the rule book of the batch; a rule switched off has no candidates.
    """
    return {
        rule_id: rows.column(ROW_NO).filter(can_be(rows, thresholds(book, kind, rule_id))).to_pylist()
        for rule_id, can_be in _CAN_BE.items()
        if rule_id in book.rules(kind) and rule_id not in book.switched_off
    }


def together(parts: Sequence[Mapping[str, list[int]]]) -> dict[str, list[int]]:
    """The candidates of several parts of one batch."""
    return {rule_id: [row for part in parts for row in part[rule_id]] for rule_id in parts[0]}


def thresholds(book: Rulebook, kind: str, rule_id: str) -> dict[str, Any]:
    """The parameters of a rule, over all its cases."""
    return {name: value for case in book.rules(kind)[rule_id].cases for name, value in case.params.items()}
