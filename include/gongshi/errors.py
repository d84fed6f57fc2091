"""The base of every error this project raises on purpose.

An error says what was found, where, what was expected and what to do next; the exit code of the `gongshi`
command follows from its class (architecture, section 3: 1 data · 2 usage · 3 environment).
"""

from __future__ import annotations


class GongshiError(Exception):
    """Raised when the product refuses to go on; subclasses choose the exit code."""

    exit_code = 1


class UsageError(GongshiError):
    """Raised when a command, a parameter or a clock is not acceptable."""

    exit_code = 2


class EnvironmentNotReadyError(GongshiError):
    """Raised when a database, a key or a setting the work needs is missing."""

    exit_code = 3
