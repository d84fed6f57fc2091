"""Text of others made harmless where it is printed: shown as it is, never run. What is stored is never changed.

Pages escape markup and workbooks store text as text; here is what is left: characters nobody sees, and CSV, whose
readers take some texts for formulas.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_LINE_ENDS = re.compile("[\r\n\u2028\u2029]+")

FORMULA = r"^[\s\x01-\x1f]*(?:[=+@＝＋＠－]|-[-0-9.]*[^-0-9.])"
"""How a text begins that a spreadsheet takes for a formula; read alike by Python and PostgreSQL."""

_FORMULA = re.compile(FORMULA)


def printable(text: str) -> str:
    """Control characters, and marks that turn the direction of writing, by their code: `[U+202E]`.

    A file name can then not look like another one, and XML can hold the text. Tabs and line ends stay.
    """
    return _UNSEEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)


def one_line(text: str) -> str:
    """As `printable`, line ends as blanks."""
    return printable(_LINE_ENDS.sub(" ", text))


def csv_text(text: str) -> str:
    """A cell of a CSV file: a text a spreadsheet takes for a formula begins with an apostrophe (TX-13).

    Numbers below zero and lone dashes are none.
    """
    return f"'{text}" if starts_formula(text) else text


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula when it is typed or read from CSV."""
    return _FORMULA.match(text) is not None
