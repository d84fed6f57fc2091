"""What the warehouse adds to the published rule book: since when settings hold, and which mistakes are made most."""

from __future__ import annotations

from datetime import datetime

from gongshi.platform.database import Connection, fetch, statement
from gongshi.respond.rulebook_page import Mistake, Validity
from gongshi.respond.rulebook_words import message
from gongshi.standard.model import OPERATION_CODES, OPERATION_LABELS, Field
from gongshi.standard.periods import SHANGHAI
from gongshi.standard.rulebook import RELEASED_AT, Rulebook

MOST = 20
"""Mistakes the page lists."""


def setting_days(connection: Connection, at: datetime) -> Validity:
    """Rule id → first and last day of the settings in force at an instant; a setting without end has no last day."""
    bound = {"at": at, "on_day": at.astimezone(SHANGHAI).date()}
    released = RELEASED_AT.astimezone(SHANGHAI).date()
    rows = fetch(connection, statement("respond/setting_days"), bound)
    return {row["rule_id"]: (row["since"] or released, row["until"]) for row in rows}


def frequent_mistakes(connection: Connection, book: Rulebook, as_of: datetime) -> list[Mistake]:
    """The rules told most often, with their fields, of all batches received up to an instant; most frequent first."""
    rows = fetch(connection, statement("respond/frequent_mistakes"), {"as_of": as_of, "most": MOST})
    fields = {
        field.code: field for kind in book.kinds.values() for field in (*kind.legacy_fields, *kind.fields)
    }
    fields |= {
        code: Field(name, code, OPERATION_LABELS[name], "text", None, "o", "")
        for name, code in OPERATION_CODES.items()
    }
    found = []
    for row in rows:
        field = fields.get(row["field"])
        rule = book.all_rules.get(row["rule_id"])
        words = message(rule, field) if rule else ""
        label = field.label_zh if field else ""
        found.append(Mistake(row["rule_id"], label, words, row["findings"], row["agencies"]))
    return found
