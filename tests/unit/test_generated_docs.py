"""The pages under docs/generated/ say what the code says."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest

from gongshi.platform.resources import project_root
from gongshi.standard.kinds import KINDS


@pytest.fixture
def make_docs(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(project_root() / "tools"))
    return importlib.import_module("make_docs")


def test_pages_are_in_sync(make_docs: ModuleType) -> None:
    pages = make_docs.pages()
    committed = {path.name: path.read_text("utf-8") for path in make_docs.FOLDER.glob("*")}
    stale = sorted(name for name in pages.keys() | committed.keys() if pages.get(name) != committed.get(name))
    assert stale == [], "run `make docs`"
    assert [name for name, text in pages.items() if "do not edit" not in text.splitlines()[0]] == []


@pytest.mark.usefixtures("make_docs")
def test_every_table_and_every_column_of_a_record_is_explained() -> None:
    tables = importlib.import_module("dictionary_page").warehouse_tables()
    missing = [name for name, table in tables.items() if not table.comment]
    for kind in KINDS.values():
        comments = tables[f"core.{kind.name}"].comments
        wanted = {field.column: f"{field.label_zh} {field.code}" for field in kind.fields}
        missing += [
            f"core.{kind.name}.{name}: {text}" for name, text in wanted.items() if comments.get(name) != text
        ]
    assert missing == [], "write a migration with COMMENT ON"


def test_migrations_are_numbered_without_gap_or_clash() -> None:
    numbers = [path.name[:4] for path in sorted((project_root() / "sql" / "migrations").glob("*.sql"))]
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
