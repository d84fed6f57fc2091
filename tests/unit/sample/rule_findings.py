"""Evaluates the row rules on plain rows, without Great Expectations: enough to hold the sample against the rule book."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from gongshi.sample.decisions import Row, day
from gongshi.sample.province import province
from gongshi.standard.checks import violating_rows
from gongshi.standard.columns import Column
from gongshi.standard.kinds import KINDS
from gongshi.standard.rulebook import row_cases

Finding = tuple[int, str, str, str]
"""(row position, official column code, rule id, effect)."""


def findings(kind: str, rows: list[Row], received_on: date) -> list[Finding]:
    """Findings of the row and registry rules on rows as they are after normalisation, values not being fixed."""
    columns = _columns(kind, rows, received_on)
    found = []
    for case in row_cases(KINDS[kind]):
        hits = _rows(case.spec, columns)
        for blocking in case.unless:
            hits = np.setdiff1d(hits, _rows(blocking, columns))
        code = "" if case.field == "cell_count" else KINDS[kind].official(case.field)
        found += [(int(row), code, case.rule.id, case.effect) for row in hits]
    return sorted(found)


def _rows(spec: dict, columns: dict[str, Column]) -> np.ndarray:
    hits = violating_rows(spec["check"], [columns[name] for name in spec["columns"]], spec["params"])
    for name, allowed in spec["when"].items():
        hits = columns[name].keep(hits, allowed)
    return hits


def _columns(kind: str, rows: list[Row], received_on: date) -> dict[str, Column]:
    names = [*(f.name for f in KINDS[kind].fields), "operation"]
    texts = {name: [row.get(name) or None for row in rows] for name in names}
    codes = province().by_code
    for name, code in (("organ_name", "organ_code"), ("source_name", "source_code")):
        texts[f"{code}_registered"] = ["yes" if c in codes else "no" for c in texts[code]]
        texts[f"{name.removesuffix('_name')}_pair_registered"] = [
            "yes" if c in codes and codes[c].name == n else "no"
            for n, c in zip(texts[name], texts[code], strict=True)
        ]
    texts |= {"received_on": [day(received_on)] * len(rows), "fixed": [None] * len(rows)}
    texts |= {"cell_count": [None] * len(rows), "expected_cells": [None] * len(rows)}
    return {name: Column(pa.array(values, pa.large_string())) for name, values in texts.items()}
