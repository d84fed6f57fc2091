"""Files whose findings are known, run through the row suite: how many rows each rule fires on, and stays silent on."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from gongshi.intake import readers
from gongshi.platform.settings import Settings
from gongshi.sample.fault_files import LAYOUTS, KnownFile, all_faults, no_faults
from gongshi.sample.registry_facts import sample_facts
from gongshi.standard.messages import ROW_NO
from gongshi.standard.periods import SHANGHAI
from gongshi.standard.rulebook import Rulebook
from gongshi.validate.frame import Frame, build_frame
from gongshi.validate.rows import validate_rows
from gongshi.validate.suites import ready_suites

AT = datetime(2026, 6, 30, 9, tzinfo=SHANGHAI)
"""When the files are reported: what they are told holds on that day."""

Found = tuple[int, str, str, str]
"""(row number, rule id, our name of the field, E or W)."""


def frame_of(file: KnownFile, book: Rulebook) -> Frame:
    """The file read and normalised, as a delivery would be."""
    (batch,) = readers.read(file.csv())
    return build_frame(
        f"{file.kind}-{file.layout}", batch, AT, sample_facts(), book.switched_off, file.sender
    )


def found(settings: Settings, frame: Frame, book: Rulebook) -> list[Found]:
    """What the suite of a rule book finds in a frame, sorted."""
    (violations,) = validate_rows(settings, [frame], ready_suites(settings, book), AT)
    numbers = frame.table.column(ROW_NO).to_pylist()
    return sorted(
        (numbers[row], one.rule_id, one.field, "E" if one.effect == "reject_row" else "W")
        for one in violations
        for row in one.rows.tolist()
    )


@dataclass
class RuleCount:
    """Rows of the files by what a rule said of them, by kind.

    Attributes:
        fires: rows it spoke of in the files of faults; a rule that only mends: rows it mended.
        near: near misses made for it that it stayed silent on.
        silent: all rows of the files without faults that it stayed silent on.
    """

    fires: Counter[str] = field(default_factory=Counter)
    near: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)


def count(settings: Settings, book: Rulebook) -> dict[str, RuleCount]:
    """Run all files of all kinds by a rule book whose suites are written; counts by rule id."""
    counts: dict[str, RuleCount] = defaultdict(RuleCount)
    for kind in book.kinds:
        for layout in LAYOUTS:
            _count_faults(settings, all_faults(kind, layout), book, counts)
            _count_silent(settings, no_faults(kind, layout), book, counts)
    return counts


def _spoken(settings: Settings, file: KnownFile, book: Rulebook) -> set[tuple[int, str]]:
    """(row number, rule id) of what a file is told and of what is mended in it."""
    frame = frame_of(file, book)
    told = {(row, rule) for row, rule, _, _ in found(settings, frame, book)}
    return told | set(
        zip(*(frame.fixes.column(name).to_pylist() for name in (ROW_NO, "rule_id")), strict=True)
    )


def _count_faults(settings: Settings, file: KnownFile, book: Rulebook, counts: dict[str, RuleCount]) -> None:
    spoken = _spoken(settings, file, book)
    for _, rule in spoken:
        counts[rule].fires[file.kind] += 1


def _count_silent(settings: Settings, file: KnownFile, book: Rulebook, counts: dict[str, RuleCount]) -> None:
    spoken = _spoken(settings, file, book)
    for rule in book.rules(file.kind):
        silent = [row for number, row in enumerate(file.rows, 2) if (number, rule) not in spoken]
        counts[rule].silent[file.kind] += len(silent)
        counts[rule].near[file.kind] += sum(row.is_near_miss and row.rule == rule for row in silent)
