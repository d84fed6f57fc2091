"""The command without a database: usage, the clock, the rule book, templates, and what is said when nothing answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from gongshi.standard.kinds import KINDS

Run = Callable[..., Any]
AT = "2026-05-12T09:00:00+08:00"
NOBODY = "postgresql+psycopg2://nobody:s3cret@/gongshi?host=/nonexistent"
TAKES_A_CLOCK = (
    "collect",
    "check {file}",
    "registry load {folder}",
    "report daily",
    "export licence -o x.csv",
)
NEEDS_A_DATABASE = (
    *TAKES_A_CLOCK,
    "db migrate",
    "ledger",
    "trace 1",
    "template licence --agency 1 -o x.xlsx",
)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own and a database nobody serves."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GONGSHI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GONGSHI_DATABASE_URL", NOBODY)
    monkeypatch.delenv("GONGSHI_REPLAY", raising=False)


@pytest.fixture
def filled(tmp_path: Path) -> Callable[[str], list[str]]:
    """A verb's text as arguments, with a file and a folder that exist."""
    (tmp_path / "some.csv").write_text("x")
    (tmp_path / "some").mkdir()
    return lambda verb: verb.format(file="some.csv", folder="some").split()


@pytest.mark.parametrize(
    "arguments",
    [
        "", "nonsense", "db", "db nonsense", "registry load nowhere", "check", "check nowhere.csv", "collect extra",
        "template", "template coercion -o x.xlsx", "template licence", "template licence -o x.pdf",
        "template licence --form both -o x.xlsx", "report", "report yearly", "export", "export licence", "trace",
        "report monthly --as-of yesterday", "report monthly --as-of 2026-05-01T00:00:00",
    ],
)  # fmt: skip
def test_wrong_usage_ends_2(gongshi: Run, arguments: str) -> None:
    done = gongshi(*arguments.split())
    assert (done.code, bool(done.err or done.out)) == (2, True)
    assert "Traceback" not in done.err


@pytest.mark.parametrize("verb", TAKES_A_CLOCK)
def test_the_clock_is_set_only_in_a_replay(
    gongshi: Run, filled: Callable[[str], list[str]], verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = gongshi(*filled(verb), "--at", AT)
    assert done.code == 2
    assert "GONGSHI_REPLAY=1" in done.err
    monkeypatch.setenv("GONGSHI_REPLAY", "1")
    assert gongshi(*filled(verb), "--at", "2026-05-12T09:00:00").code == 2, "no time zone"
    assert gongshi(*filled(verb), "--at", AT).code == 3, "the clock is good, the database is missing"


@pytest.mark.parametrize("verb", NEEDS_A_DATABASE)
def test_an_unreachable_database_ends_3_with_one_line(
    gongshi: Run, filled: Callable[[str], list[str]], verb: str
) -> None:
    done = gongshi(*filled(verb))
    assert (done.code, len(done.err.splitlines())) == (3, 1)
    assert "GONGSHI_DATABASE_URL" in done.err
    assert "s3cret" not in done.err


def test_an_unreadable_url_ends_3_and_is_not_shown(gongshi: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGSHI_DATABASE_URL", "postgresql://me:s3cret@host:port/db")
    done = gongshi("ledger")
    assert (done.code, len(done.err.splitlines())) == (3, 1)
    assert "s3cret" not in done.err


def test_a_wrong_port_is_wrong_usage(gongshi: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGSHI_PORT", "http")
    assert gongshi("ledger").code == 2


def test_uri_in_both_forms(gongshi: Run) -> None:
    assert gongshi("db", "uri").out.startswith("postgresql+psycopg2://")
    assert gongshi("db", "uri", "--libpq").out.startswith("postgresql://")


def test_help_ends_0_and_names_every_verb(gongshi: Run) -> None:
    done = gongshi("--help")
    assert done.code == 0
    verbs = ("db", "registry", "collect", "check", "template", "rules", "report", "export", "trace", "ledger")
    assert [verb for verb in verbs if f"\n  {verb} " not in done.out] == []


def test_rules_in_both_forms(gongshi: Run) -> None:
    book = json.loads(gongshi("rules", "--json").out)
    wanted = {"id", "effect", "publication", "kinds", "fields", "requires", "message_zh", "basis", "params"}
    assert [rule["id"] for rule in book["rules"] if not wanted <= rule.keys()] == []
    lines = gongshi("rules").out.splitlines()
    assert lines[0] == f"rule book {book['version']}"
    assert [line.split()[0] for line in lines[1:]] == [rule["id"] for rule in book["rules"]]


@pytest.mark.parametrize("kind", KINDS)
def test_templates_have_the_columns_of_their_kind(gongshi: Run, kind: str) -> None:
    assert gongshi("template", kind, "-o", "all.xlsx").code == 0
    assert gongshi("template", kind, "--form", "person", "-o", "person.xlsx").code == 0
    every, person = (_header(Path(name)) for name in ("all.xlsx", "person.xlsx"))
    assert [f.label_zh for f in KINDS[kind].fields if not any(f.label_zh in cell for cell in every)] == []
    assert len(person) < len(every)


def test_the_template_of_a_zero_report(gongshi: Run) -> None:
    assert gongshi("template", "zero", "-o", "zero.xlsx").code == 0
    assert _header(Path("zero.xlsx"))[:5] == ["报送单位代码", "信息类别", "期间起", "期间止", "零报送"]


def _header(path: Path) -> list[str]:
    first = load_workbook(path).worksheets[0]
    return [str(cell.value) for cell in first[1] if cell.value]
