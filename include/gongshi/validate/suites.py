"""Suites: generated from the rule book, committed under `expectations/suites/`, loaded and counted before every run."""

from __future__ import annotations

import json
import tempfile
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from gongshi.errors import GongshiError
from gongshi.platform.resources import expectations_folder
from gongshi.platform.settings import Settings
from gongshi.standard import rulebook
from gongshi.standard.rulebook import RowCase, Rulebook
from gongshi.validate.prepared import as_text

NAMESPACE = uuid.UUID("7b1c6f5e-6f0e-4c57-9a6c-6a8c5b0a2f11")
_SEVERITY = {"reject_batch": "critical", "reject_row": "critical", "warn": "warning", "fix": "info"}


class SuiteIncompleteError(GongshiError):
    """Raised when a suite loads with other expectations than its JSON names, so that a rule would not be run."""

    exit_code = 3


def row_suite(book: Rulebook, kind: str) -> dict[str, Any]:
    """The row suite of a kind as Great Expectations stores it; ids are uuid5 of the rule and case."""
    name = row_suite_name(kind)
    expectations = [_row_count(name), *(_expectation(name, case) for case in book.row_cases(kind))]
    return {
        "name": name,
        "id": str(uuid.uuid5(NAMESPACE, name)),
        "expectations": expectations,
        "meta": {"rulebook": book.version, "kind": kind},
        "notes": f"generated from the rule book by `make suites`, do not edit: {book.kinds[kind].label_zh}",
    }


def row_suite_name(kind: str) -> str:
    """`licence_rows`."""
    return f"{kind}_rows"


def write_suites(folder: Path, suites: Iterable[dict[str, Any]]) -> list[Path]:
    """Write suites as `<name>.json`; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for suite in suites:
        path = folder / f"{suite['name']}.json"
        path.write_text(json.dumps(suite, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
        paths.append(path)
    return paths


def suite_folder(settings: Settings, rulebook_version: str) -> Path:
    """Where the suites of a rule book lie: committed for the shipped one, else under `suites/<version>/`."""
    is_shipped = rulebook_version == rulebook.shipped().version
    return expectations_folder() / "suites" if is_shipped else settings.suites / rulebook_version


def ready_suites(settings: Settings, book: Rulebook) -> Path:
    """The folder with the row suites of a book; those of one that is not shipped are written at its first use.

    Written beside and renamed, so that a run killed half-way leaves no folder with suites missing.
    """
    folder = suite_folder(settings, book.version)
    if folder.exists():
        return folder
    settings.suites.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.suites, prefix=".new-") as beside:
        made = Path(beside) / "suites"
        write_suites(made, [row_suite(book, kind) for kind in book.kinds])
        with suppress(OSError):  # another run was quicker: the same version says the same
            made.rename(folder)
    return folder


def load_suite(context: Any, folder: Path, name: str) -> Any:
    """Read a suite through the context's store, with our classes registered.

    Returns:
        great_expectations.ExpectationSuite

    Raises:
        SuiteIncompleteError: an expectation of the JSON did not load, or is listed twice.
    """
    import gongshi.validate.expectations  # noqa: F401 - registers the classes before anything is loaded

    path = folder / f"{name}.json"
    if not path.exists():
        raise SuiteIncompleteError(f"{path} does not exist. Run `make suites`.")
    listed = json.loads(path.read_text("utf-8"))["expectations"]
    distinct = {json.dumps([named["type"], named["kwargs"]], sort_keys=True) for named in listed}
    suite = context.suites.get(name)
    if not listed or not len(listed) == len(distinct) == len(suite.expectations):
        raise SuiteIncompleteError(
            f"{path} names {len(listed)} expectations, {len(distinct)} of them different, {len(suite.expectations)} were "
            "loaded. Run `make suites`, and check that every expectation type is registered and none is listed twice."
        )
    return suite


def _row_count(suite: str) -> dict[str, Any]:
    return {
        "type": "expect_table_row_count_to_equal",
        "kwargs": {"value": {"$PARAMETER": "rows_read"}},
        "id": str(uuid.uuid5(NAMESPACE, f"{suite}/row-count")),
        "meta": {},
        "severity": "critical",
        "description": "读取的每一行都参加校验",
    }


def _expectation(suite: str, case: RowCase) -> dict[str, Any]:
    return {
        "type": "expect_rows_to_keep_rule",
        "kwargs": {
            "rule_id": case.rule.id,
            "case": case.number,
            "field": case.field,
            **case.spec,
            "unless": [as_text(spec) for spec in case.unless],
        },
        "id": str(uuid.uuid5(NAMESPACE, f"{suite}/{case.rule.id}/{case.number}")),
        "meta": {"rule_id": case.rule.id, "basis": case.rule.basis},
        "severity": _SEVERITY[case.effect],
        "description": f"{case.rule.id} {case.rule.message_zh}",
    }
