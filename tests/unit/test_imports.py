"""Imports point down only (architecture, section 2), and the command's light verbs load nothing heavy."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from gongshi.platform.resources import project_root

STEPS = {"intake", "validate", "load", "respond", "publish", "oversee"}
BASE = {"registry", "documents", "platform"}
TOP = {
    "bootstrap",
    "check",
    "cli",
    "corpus",
    "demo",
    "flow",
    "loading",
    "pages",
    "revalidation",
    "service",
    "sample",
}
MAY_IMPORT = {
    "errors": set(),
    "standard": {"errors"},
    **{room: BASE | {"standard", "errors"} for room in BASE},
    **{room: BASE | {"standard", "errors"} for room in STEPS},
    "sample": {"standard", "registry", "documents", "errors"},
    **{
        room: TOP | STEPS | BASE | {"standard", "errors"}
        for room in TOP - {"sample", "flow", "check", "loading", "revalidation"}
    },
    "flow": STEPS | BASE | {"check", "loading", "revalidation", "standard", "errors"},
    "revalidation": STEPS | BASE | {"loading", "standard", "errors"},
    **{room: STEPS | BASE | {"standard", "errors"} for room in ("check", "loading")},
    "__main__": {"cli"},
}
"""Room of `gongshi` → rooms it may import besides itself."""
PURE = sys.stdlib_module_names | {"gongshi", "pyarrow", "numpy"}


@dataclass(frozen=True)
class Import:
    """One imported module: where the line stands and what it names."""

    place: str
    room: str
    module: str

    @property
    def package(self) -> str:
        return self.module.partition(".")[0]

    @property
    def target(self) -> str:
        """Room of `gongshi` it leads to; empty for anything else."""
        return self.module.split(".")[1] if self.module.startswith("gongshi.") else ""


@cache
def imports() -> tuple[Import, ...]:
    """Every import of the package, the DAGs and the plugins, also those inside functions."""
    root = project_root()
    return tuple(
        found
        for folder in ("include/gongshi", "dags", "plugins")
        for path in sorted((root / folder).rglob("*.py"))
        for found in _of_file(root, path)
    )


def _of_file(root: Path, path: Path) -> Iterator[Import]:
    relative = path.relative_to(root)
    room = relative.parts[2].removesuffix(".py") if relative.parts[0] == "include" else relative.parts[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        place = f"{relative}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Import):
            yield from (Import(place, room, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names = [f"gongshi.{alias.name}" for alias in node.names] if module == "gongshi" else [module]
            yield from (Import(place, room, name) for name in names)


def bad(fits: Callable[[Import], bool]) -> list[str]:
    """Every line that does not fit."""
    return [f"{one.place} imports {one.module}" for one in imports() if not fits(one)]


def test_every_room_has_its_place() -> None:
    rooms = {one.room for one in imports()} - {"dags", "plugins", "__init__"}
    assert sorted(rooms - MAY_IMPORT.keys()) == []


def test_imports_are_absolute() -> None:
    assert bad(lambda one: not one.module.startswith(".")) == []


def test_imports_point_down_and_steps_do_not_know_each_other() -> None:
    assert bad(lambda one: not one.target or one.target == one.room or _allowed(one)) == []


def _allowed(one: Import) -> bool:
    if one.room in ("dags", "plugins"):
        return one.target in {"flow", "platform", "errors"}
    return one.target in MAY_IMPORT[one.room]


def test_only_platform_dags_and_plugins_import_airflow() -> None:
    assert bad(lambda one: one.package != "airflow" or one.room in {"platform", "dags", "plugins"}) == []


def test_only_validate_imports_great_expectations() -> None:
    assert bad(lambda one: one.package != "great_expectations" or one.room == "validate") == []


def test_the_vocabulary_is_pure() -> None:
    assert bad(lambda one: one.room != "standard" or one.package in PURE) == []


def test_nobody_below_the_top_imports_sample_demo_or_corpus() -> None:
    allowed = {"sample", "demo", "corpus", "cli"}
    assert bad(lambda one: one.target not in {"sample", "demo", "corpus"} or one.room in allowed) == []


@pytest.mark.parametrize("verb", ["--help", "rules", "rules --json", "db --help", "ledger --help"])
def test_light_verbs_load_nothing_heavy(
    verb: str, heavy_modules: Callable[[str, dict[str, str]], list[str]], tmp_path: Path
) -> None:
    assert heavy_modules(verb, {"GONGSHI_HOME": str(tmp_path)}) == []
