"""What is wrong with registry files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gongshi.errors import GongshiError, UsageError

_SHOWN = 20

FORM, CELL, REFERENCE, OVERLAP, CIRCLE, CONTRADICTION, CLOCK = (f"RG-0{n}" for n in range(1, 8))
"""Ids in the answers to registry deliveries; rules of the rule book judge rows of agencies, these judge the registry."""


@dataclass(frozen=True)
class Remedy:
    """What to do, in English for the command and in Chinese for the clerk."""

    english: str
    chinese: str


@dataclass(frozen=True)
class Problem:
    """One thing to correct: where it stands, what stands there, what to do.

    `row` is the row a spreadsheet shows; `column` is "-" when the row or the file as a whole is wrong.
    """

    file: str
    row: int
    column: str
    value: str
    remedy: Remedy
    check: str = CELL

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, column {self.column}: {self.value!r}. {self.remedy.english}"


class CellError(ValueError):
    """Raised when the text of a cell cannot be read; says what to write instead."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english)
        self.remedy = Remedy(english, chinese)


class RegistryError(GongshiError):
    """Raised when registry files hold errors; nothing of them was loaded."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        more = len(problems) - _SHOWN
        lines = [str(problem) for problem in problems[:_SHOWN]] + ([f"… and {more} more"] if more > 0 else [])
        super().__init__("\n".join(["nothing was loaded; the registry files hold errors:", *lines]))


class RegistryFolderError(UsageError):
    """Raised when the folder to load holds no registry file."""


class RegistryClockError(UsageError):
    """Raised when a change would be recorded before what it changes (transaction time never runs backwards)."""

    def __init__(self, name: str, at: str, newest: str) -> None:
        super().__init__(
            f"{name}: a change at {at} would lie before {newest}, when this was recorded. Load it with a later `at`."
        )
        self.name = name
        """Name of the registry file whose table would run backwards."""
        self.newest = newest
