"""Where the repository keeps what is not Python: SQL, suites, DAGs, plugins."""

from __future__ import annotations

import os
from pathlib import Path


def project_root() -> Path:
    """The checkout this package is installed from, or `GONGSHI_PROJECT`."""
    return Path(os.environ.get("GONGSHI_PROJECT") or Path(__file__).parents[3])


def sql_folder() -> Path:
    """`sql/`: migrations and one statement per file."""
    return project_root() / "sql"


def expectations_folder() -> Path:
    """`expectations/`: the Great Expectations project."""
    return project_root() / "expectations"
