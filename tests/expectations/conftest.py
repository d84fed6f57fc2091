"""Rows judged by the committed suites, without a database; suites a test edits are run from a version of their own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from gongshi.platform.resources import expectations_folder
from gongshi.platform.settings import Settings, load_settings
from gongshi.registry.facts import RegistryFacts
from gongshi.sample.decisions import no_fault_rows
from gongshi.sample.registry_facts import sample_facts
from gongshi.standard import rulebook
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import CELL_COUNT, RAW_CELLS, ROW_NO, ReadBatch
from gongshi.standard.periods import SHANGHAI
from gongshi.validate.frame import Frame, build_frame
from gongshi.validate.rows import validate_rows
from gongshi.validate.suites import suite_folder

AT = datetime(2026, 6, 30, 9, tzinfo=SHANGHAI)
Row = dict[str, str]
Hit = tuple[int, str, str, str]
"""(row number, rule id, field name, effect)."""


@dataclass(frozen=True)
class Judge:
    """Judges rows as a delivery of one batch; the first row has number 2, as in a plain CSV."""

    settings: Settings
    facts: RegistryFacts

    def frame(
        self,
        kind: str,
        rows: Sequence[Row],
        batch_id: str = "batch",
        broken: dict[int, list[str]] | None = None,
        layout: str = "S2018b",
        sender: str | None = None,
    ) -> Frame:
        return build_frame(
            batch_id, self.read(kind, rows, broken or {}, layout), AT, self.facts, sender=sender
        )

    def read(
        self, kind: str, rows: Sequence[Row], broken: dict[int, list[str]], layout: str = "S2018b"
    ) -> ReadBatch:
        """The batch as a reader would hand it over; `broken`: row number → its cells, for rows that do not fit."""
        names = list(dict.fromkeys(name for row in rows for name in row))
        numbers = range(2, len(rows) + 2)
        table = {name: pa.array([row.get(name, "") for row in rows], pa.string()) for name in names}
        counts = [len(broken.get(number, names)) for number in numbers]
        raw = [json.dumps(broken[number]) if number in broken else None for number in numbers]
        table |= {ROW_NO: pa.array(numbers, pa.int32()), CELL_COUNT: pa.array(counts, pa.int32())}
        return ReadBatch(
            kind,
            layout,
            pa.table(table | {RAW_CELLS: pa.array(raw, pa.string())}),
            expected_cells=len(names),
        )

    def found(self, frames: Sequence[Frame], version: str = "") -> list[list[Hit]]:
        """Per frame what was found, sorted."""
        judged = validate_rows(
            self.settings, frames, suite_folder(self.settings, version or rulebook.shipped().version), AT
        )
        return [
            sorted(
                (int(row) + 2, violation.rule_id, violation.field, violation.effect)
                for violation in violations
                for row in violation.rows
            )
            for violations in judged
        ]

    def hits(self, kind: str, rows: Sequence[Row], version: str = "", **more: Any) -> list[Hit]:
        return self.found([self.frame(kind, rows, **more)], version)[0]

    def rules(self, kind: str, row: Row, **more: Any) -> list[tuple[str, str]]:
        """(rule, field) found on one row."""
        return [(rule, field) for _, rule, field, _ in self.hits(kind, [row], **more)]

    def edited(
        self, kind: str, edit: Callable[[list[dict[str, Any]]], Iterable[dict[str, Any]] | None], version: str
    ) -> str:
        """Write the kind's suite, its list of expectations edited, as rule book `version`; returns the version."""
        folder = self.settings.suites / version
        shutil.copytree(expectations_folder() / "suites", folder)
        path = folder / f"{kind}_rows.json"
        suite = json.loads(path.read_text("utf-8"))
        edited = edit(suite["expectations"])
        suite["expectations"] = suite["expectations"] if edited is None else list(edited)
        path.write_text(json.dumps(suite, ensure_ascii=False), "utf-8")
        return version

    def results(self, kind: str) -> list[Path]:
        """Kept results of the kind's row suite, oldest first."""
        paths = (self.settings.validations / f"{kind}_rows").rglob("*.json")
        return sorted(paths, key=lambda path: path.stat().st_mtime_ns)


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    return Judge(load_settings({"GONGSHI_HOME": str(tmp_path)}), sample_facts())


@pytest.fixture(scope="module")
def module_judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """For tests that only ask what the committed suites find."""
    return Judge(load_settings({"GONGSHI_HOME": str(tmp_path_factory.mktemp("home"))}), sample_facts())


@pytest.fixture(params=list(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def good_rows() -> Callable[[str], list[Row]]:
    """Rows of a kind that break no rule."""
    rows = {kind: no_fault_rows(kind, 12) for kind in KINDS}
    return lambda kind: [dict(row) for row in rows[kind]]
