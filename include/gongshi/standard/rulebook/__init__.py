"""The rule book: every rule of every kind, its preconditions spelled out, its version.

`shipped()` is what the product brings; `book.with_settings` changes switches and thresholds of it; `from_data` reads one
back from what `as_data` printed. What a suite checks, what `gongshi rules` prints and what receipts say all come from
one `Rulebook`; which one judges a batch is decided when it arrives.
"""

from __future__ import annotations

from gongshi.standard.rulebook.book import (
    BROKEN,
    COMPLETE,
    FIELD_GUARDS,
    RELEASED_AT,
    SEVERITY,
    WITHDRAWAL,
    RowCase,
    Rulebook,
    shipped,
    spec,
)
from gongshi.standard.rulebook.data import RulebookError, from_data
from gongshi.standard.rulebook.settings import Setting, fault_of, with_settings

__all__ = [
    "BROKEN",
    "COMPLETE",
    "FIELD_GUARDS",
    "RELEASED_AT",
    "SEVERITY",
    "WITHDRAWAL",
    "RowCase",
    "Rulebook",
    "RulebookError",
    "Setting",
    "fault_of",
    "from_data",
    "shipped",
    "spec",
    "with_settings",
]
