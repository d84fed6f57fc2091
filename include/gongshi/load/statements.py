"""The statements of `sql/load/`, filled in for one batch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gongshi.platform.database import Cursor, statement
from gongshi.platform.identity_key import IdentityKey
from gongshi.standard.messages import JudgedBatch
from gongshi.standard.model import Kind


class Statements:
    """Runs the statements of `sql/load/` with the batch's parameters and the kind's column names."""

    def __init__(
        self, cursor: Cursor, kind: Kind, judged: JudgedBatch, key: IdentityKey, at: datetime
    ) -> None:
        names = [f.column for f in kind.fields]
        kept = [
            "s.remark" if name == "remark" else f"CASE WHEN d.is_withdrawal THEN v.{name} ELSE s.{name} END"
            for name in names
        ]
        self._cursor = cursor
        self._words = {
            "kind": kind.name,
            "names": ", ".join(names),
            "columns": ", ".join(f"s.{name}" for name in names),
            "version_columns": ", ".join(f"v.{name}" for name in names),
            "kept": ", ".join(kept),
        }
        self._parameters: dict[str, Any] = {
            "batch_seq": judged.seq,
            "batch_id": judged.batch_id,
            "kind": kind.name,
            "agency_code": judged.agency_code,
            "key_id": key.key_id,
            "received_at": judged.received_at,
            "at": at,
        }

    def word(self, **words: str) -> None:
        """Names in the statements to come."""
        self._words |= words

    def bind(self, **parameters: Any) -> None:
        """Parameters of the statements to come."""
        self._parameters |= parameters

    def __call__(self, name: str, **parameters: Any) -> None:
        """Run a statement."""
        self._cursor.execute(statement(name).format(**self._words), self._parameters | parameters)

    def rows(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """What a statement gives."""
        self(name, **parameters)
        names = [column.name for column in self._cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in self._cursor.fetchall()]
