"""docs/generated/rule_coverage.md: on how many rows each rule fires and stays silent, counted by running the suites."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from markdown import table

from gongshi.corpus.rules import AT, RuleCount, count
from gongshi.platform.settings import load_settings
from gongshi.sample.fault_files import LAYOUTS, all_faults, no_faults
from gongshi.sample.province import table as sample_table
from gongshi.standard import rulebook

INTRO = """# Rules shown firing and silent

Rule book `{version}`. Counted by running the committed suites over four files a kind, as of {day:%Y-%m-%d}: all faults and no faults, in
layouts {layouts}. The same files: `python -m gongshi.sample all-faults --kind licence -o FILE.xlsx`, then
`GONGSHI_REPLAY=1 gongshi check FILE.xlsx --at {day:%Y-%m-%d}T09:00:00+08:00`, with the registry of the sample
province loaded, names exactly these rules and rows
(`tests/expectations/test_fault_files.py`).

| file | {kinds} |
| --- | {lines} |
| all faults, rows | {faulty} |
| no faults, rows | {faultless} |

- **fires**: rows the rule is told of (or mends) in the files of all faults.
- **near**: rows made to come close to it; it stays silent on all of them.
- **silent**: rows of the files without faults it stays silent on, near misses and realistic rows together.

"""
DELIVERIES = """## Shown by deliveries

Rules of files and records, each by a test that names it.

"""


def page() -> str:
    """The whole page; runs the suites."""
    book = rulebook.shipped()
    with TemporaryDirectory() as home:
        counts = count(load_settings({"GONGSHI_HOME": home}), book)
    shown = {rule_id: counts[rule_id] for rule_id in book.all_rules if counts[rule_id].fires}
    header = ("rule", *(f"{kind}: {what}" for kind in book.kinds for what in ("fires", "near", "silent")))
    rows = (_row(book, rule_id, found) for rule_id, found in shown.items())
    deliveries = (
        (row["rule"], _node(row["fires"]), _node(row["silent"]))
        for row in sample_table("shown_by_deliveries")
    )
    return (
        _intro(book) + table(header, rows) + DELIVERIES + table(("rule", "fires in", "silent in"), deliveries)
    )


def _intro(book: rulebook.Rulebook) -> str:
    def rows(make: object) -> str:
        return " | ".join(str(sum(len(make(kind, lay).rows) for lay in LAYOUTS)) for kind in book.kinds)  # type: ignore[operator]

    return INTRO.format(
        version=book.version,
        day=AT,
        layouts=" and ".join(LAYOUTS),
        kinds=" | ".join(book.kinds),
        lines=" | ".join("---" for _ in book.kinds),
        faulty=rows(all_faults),
        faultless=rows(no_faults),
    )


def _row(book: rulebook.Rulebook, rule_id: str, found: RuleCount) -> tuple[object, ...]:
    cells: list[object] = [rule_id]
    for kind in book.kinds:
        known = rule_id in book.rules(kind)
        cells += [counter[kind] if known else "" for counter in (found.fires, found.near, found.silent)]
    return tuple(cells)


def _node(node: str) -> str:
    return "::".join([Path(node.split("::")[0]).name, *node.split("::")[1:]])
