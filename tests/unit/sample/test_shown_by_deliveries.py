"""Rules no row of a file can show alone have tests that show them firing and silent; the tests named exist and name the rule."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from gongshi.platform.resources import project_root
from gongshi.sample.province import table
from gongshi.standard import rulebook

BOOK = rulebook.shipped()
BY_ROWS = {case.rule.id for kind in BOOK.kinds for case in BOOK.row_cases(kind)} | {
    rule.id for rule in BOOK.all_rules.values() if rule.effect == "fix" and rule.scope == "row"
}
LISTED = table("shown_by_deliveries")


def test_every_rule_that_rows_cannot_show_is_listed_once() -> None:
    listed = [row["rule"] for row in LISTED]
    assert sorted(set(BOOK.all_rules) - BY_ROWS - set(listed)) == [], (
        "add it to sample/data/shown_by_deliveries.csv"
    )
    assert sorted(set(listed) - (set(BOOK.all_rules) - BY_ROWS)) == []
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("row", LISTED, ids=[row["rule"] for row in LISTED])
@pytest.mark.parametrize("side", ["fires", "silent"])
def test_the_test_that_shows_it_exists_and_names_the_rule(row: dict[str, str], side: str) -> None:
    assert all(row.values())
    path, *names = row[side].split("::")
    found = _source(project_root() / path, tuple(names))
    tells_nothing = side == "silent" and "()" in found
    assert row["rule"] in found or tells_nothing, (
        f"{row[side]} neither names {row['rule']} nor expects nothing"
    )


@cache
def _source(path: Path, names: tuple[str, ...]) -> str:
    """Text of a test with its docstring, its class's docstring, and the module's constants it is parametrized by."""
    text = path.read_text("utf-8")
    module = ast.parse(text)
    constants = [node for node in module.body if isinstance(node, ast.Assign)]
    node, seen = module, []
    for name in names:
        inner = [n for n in node.body if getattr(n, "name", "") == name]
        assert inner, f"{path}: no {name}"
        node = inner[0]
        seen.append(ast.get_docstring(node) or "")
    own = ast.get_source_segment(text, node) or ""
    decorators = " ".join(ast.unparse(one) for one in getattr(node, "decorator_list", []))
    used = [ast.unparse(c) for c in constants if any(ast.unparse(t) in decorators for t in c.targets)]
    return "\n".join([*seen, decorators, own, *used])
