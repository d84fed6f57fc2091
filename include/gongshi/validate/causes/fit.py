"""How well cells fit fields by their looks alone: what tells that values stand one column beside their own.

A cell scores 1 where it looks like its field, -1 where it does not, 0 where nothing can be told.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.code_lists import load_list, split_penalty_categories
from gongshi.standard.columns import as_numpy
from gongshi.standard.model import Field

_LOOKS = {
    "date": r"^\d{4}[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?([ T].*)?$|^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}$|^(长期|永久)",
    "amount": r"^\d{1,12}(\.\d+)?$",
    "state": r"^[0-3]$",
    "id_no": r"^\d{17}[\dXx*]$|^\d{15}$|^[A-Za-z]{1,2}\d{7,10}$",
    "name": r"\p{Han}",
    "text": r"\p{Han}",
    "document_no": r"\d",
}
_CODES = {
    "party_registration_no": r"^\d{13}(\d{2})?$",
    "party_organisation_code": r"^[0-9A-Za-z]{8}-?[0-9A-Za-z]$",
    "party_tax_no": r"^[0-9A-Za-z]{15,20}$",
    "party_institution_no": r"^\d{12}$",
    "party_society_no": "",
}
_CREDIT_CODE = r"^[0-9A-Za-z]{18}$"


class Fit:
    """Scores of the columns of a table of cells, each against the fields asked for.

    Attributes:
        rows: rows.
        width: columns.
    """

    def __init__(self, cells: Sequence[pa.Array], fields: Sequence[Field | None]) -> None:
        """Columns of texts without outer blanks, and the fields their positions stand for (None: nothing is known)."""
        self._cells, self._fields = cells, fields
        self.rows, self.width = len(cells[0]), len(cells)
        self._empty = [as_numpy(pc.equal(column, "")) for column in cells]

    def score(self, column: int, place: int) -> np.ndarray:
        """The cells of a column as values of the field at `place`, int8 per row."""
        field = self._fields[place]
        if field is None:
            return np.zeros(self.rows, dtype=np.int8)
        empty = self._empty[column]
        scores = np.where(_fits(self._cells[column], field), 1, -1).astype(np.int8)
        scores[empty] = -1 if field.required == "R" else 0
        if field.dtype == "document_no" or field.code == "" or _CODES.get(field.name) == "":
            scores[scores < 0] = 0
        return scores

    def no_value(self, place: int) -> int:
        """The score of a field that gets no cell."""
        field = self._fields[place]
        return -1 if field is not None and field.required == "R" else 0

    def is_empty(self, column: int) -> np.ndarray:
        """Cells of a column without a value."""
        return self._empty[column]


def _fits(cells: pa.Array, field: Field) -> np.ndarray:
    if field.code_list:
        distinct = cells.dictionary_encode()
        known = np.array([_is_listed(text, field.code_list) for text in distinct.dictionary.to_pylist()])
        return known[distinct.indices.to_numpy(zero_copy_only=False)] if len(known) else np.empty(0, bool)
    pattern = _LOOKS.get(field.dtype) or _CODES.get(field.name, _CREDIT_CODE)
    return as_numpy(pc.match_substring_regex(cells, pattern))


def _is_listed(text: str, code_list: str) -> bool:
    known = load_list(code_list)
    parts = split_penalty_categories(text) if code_list == "penalty_category" else [text]
    return bool(parts) and all(known.canonical(part) is not None for part in parts)
