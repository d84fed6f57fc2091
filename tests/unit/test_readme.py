"""The settings in code, .env.example and both READMEs are the same, and links of the pages lead somewhere."""

from __future__ import annotations

import re

import pytest

from gongshi.platform.resources import project_root

PAGES = ("README.md", "README.zh-CN.md")
INTERNAL = {
    "GONGSHI_FIRST_PASSWORD",  # handed from one of our processes to the next
    "GONGSHI_INSTANCE",
    "GONGSHI_SUITES",  # folders for great_expectations.yml
    "GONGSHI_VALIDATIONS",
    "GONGSHI_DATA_DOCS",
}


def variables(*paths: str) -> set[str]:
    """Names of our settings in the files."""
    text = "\n".join((project_root() / path).read_text("utf-8") for path in paths)
    return {name for name in re.findall(r"\bGONGSHI_[A-Z_]*[A-Z]\b", text) if "SOURCE" not in name}


def code() -> list[str]:
    root = project_root()
    folders = [root / "include", root / "dags", root / "plugins", root / "tests"]
    files = [root / "conftest.py", *(path for folder in folders for path in folder.rglob("*.py"))]
    return [str(path.relative_to(root)) for path in files if path.name != "test_readme.py"]


def test_every_setting_is_in_the_example() -> None:
    assert variables(*code()) - INTERNAL == variables(".env.example")


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_is_in_the_table(page: str) -> None:
    assert variables(".env.example") - variables(page) == set()


def test_links_lead_somewhere() -> None:
    root = project_root()
    pages = [root / page for page in PAGES] + sorted((root / "docs").rglob("*.md"))
    dead = [
        f"{page.relative_to(root)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []
