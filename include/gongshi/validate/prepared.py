"""One evaluation of check specifications for whoever asks: the metric of a suite run, and trying a correction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from threading import Lock
from typing import Any

import numpy as np

from gongshi.standard.checks import violating_rows
from gongshi.standard.columns import Column, Rows


class PreparedColumns:
    """The columns of a frame; each check specification is computed once, whichever thread asks first."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        """Hold the encoded columns; no check is computed yet."""
        self._columns = columns
        self._rows: dict[str, Future[Rows]] = {}
        self._lock = Lock()

    def violating(self, check: dict[str, Any], unless: Iterable[dict[str, Any]]) -> Rows:
        """Rows that violate `check` and none of the checks that must be silent first.

        Args:
            check: `{check, columns, params, when}`.
            unless: specifications of the same shape.
        """
        rows = self._rows_of(check)
        for spec in unless:
            if not len(rows):
                break
            excluded = self._rows_of(spec)
            if len(excluded):
                rows = np.setdiff1d(rows, excluded, assume_unique=True)
        return rows

    def _rows_of(self, spec: dict[str, Any]) -> Rows:
        key, own = as_text(spec), Future[Rows]()
        with self._lock:
            known = self._rows.setdefault(key, own)
        if known is own:
            try:
                own.set_result(self._computed(spec))
            except Exception as error:
                own.set_exception(error)
        return known.result()

    def _computed(self, spec: dict[str, Any]) -> Rows:
        columns = [self._columns[name] for name in spec["columns"]]
        if not all(self._columns[name].may_hold(allowed) for name, allowed in spec["when"].items()):
            # no row can match, but the check still has to exist
            columns = [Column(column.values.slice(0, 0)) for column in columns]
        rows = violating_rows(spec["check"], columns, spec["params"])
        for name, allowed in spec["when"].items():
            rows = self._columns[name].keep(rows, allowed)
        return rows


def as_text(value: Any) -> str:
    """A specification as JSON: equal ones have equal texts."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
