"""What is wrong with registry files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gongshi.errors import GongshiError, UsageError

_SHOWN = 20


@dataclass(frozen=True)
class Problem:
    """One thing to correct: where it stands, what stands there, what to do."""

    file: str
    row: int
    column: str
    value: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, column {self.column}: {self.value!r}. {self.remedy}"


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
