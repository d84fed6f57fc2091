"""What a changed rule book would do to the figures of a period: whose, and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from gongshi.oversee.figures import Line
from gongshi.oversee.snapshot import Province, province, snapshot
from gongshi.platform.database import connect, fetch
from gongshi.platform.settings import Settings
from gongshi.registry.rulebook import in_force
from gongshi.revalidation.anew import judged_batches, load_anew
from gongshi.revalidation.scratch import scratch_warehouse
from gongshi.standard.periods import Period
from gongshi.standard.rulebook import Rulebook

_OUTCOMES = """
SELECT name, sum(n) AS n FROM intake.batch CROSS JOIN LATERAL (VALUES
    ('accepted', rows_accepted), ('rejected', rows_rejected), ('unchanged', rows_unchanged),
    ('duplicate', rows_duplicate), ('superseded', rows_superseded), ('late', late_rows)) AS outcome (name, n)
WHERE batch_id = ANY(%(batches)s) GROUP BY name
"""
_FINDINGS = """
SELECT rule_id || ' ' || severity AS name, count(*) AS n FROM quality.finding
WHERE batch_id = ANY(%(batches)s) GROUP BY 1
"""


def what_if(
    settings: Settings, book: Rulebook, period: Period, at: datetime, *, progress: bool = False
) -> dict[str, Any]:
    """Judge what was received in a period by another rule book, in a scratch warehouse, and compare the figures.

    Args:
        settings: the warehouse; nothing in it changes.
        book: the changed rule book.
        period: whose deliveries are judged by it; all others stay judged by the book they are stamped with.
        at: the instant the figures are as of.
        progress: show a bar.

    Returns:
        `period`, `rulebook` (in force at `at`), `changed_rulebook`, `batches` judged by it; `rows` (by outcome) and
        `findings` (by rule and severity) of these; `total`, `agencies` and `senders`: lists of `{"agency", "name",
        "figures": {path: {"before", "after", "change"}}}`. Only what moves is listed.

    Raises:
        NotSettledError: a delivery waits to be loaded or answered.
    """
    with connect(settings) as connection:
        batches = judged_batches(connection)
        current = in_force(connection, at).version
    chosen = [b["batch_id"] for b in batches if period.start <= b["received_at"] < period.end]
    with scratch_warehouse(settings) as own:
        load_anew(settings, own, batches, chosen, book, progress=progress)
        before, after = (_figures(place, period, at) for place in (settings, own))
        outcomes, findings = (
            _counted(settings, own, chosen, _OUTCOMES),
            _counted(settings, own, chosen, _FINDINGS),
        )
    return {
        "period": period.label,
        "rulebook": current,
        "changed_rulebook": book.version,
        "batches": len(chosen),
        "rows": outcomes,
        "findings": findings,
        "total": list(_moved([before.total], [after.total])),
        "agencies": list(_moved(before.organs, after.organs)),
        "senders": list(_moved(before.senders, after.senders)),
    }


def _figures(settings: Settings, period: Period, at: datetime) -> Province:
    with snapshot(settings, period, at) as view:
        return province(view)


def _moved(before: list[Line], after: list[Line]) -> Iterator[dict[str, Any]]:
    ours, theirs = ({line.code: line for line in lines} for lines in (before, after))
    for code in sorted(ours.keys() | theirs.keys()):
        line = theirs.get(code) or ours[code]
        were, are = (
            dict(_leaves(lines[code].as_figures())) if code in lines else {} for lines in (ours, theirs)
        )
        figures = _differing(were, are)
        if figures:
            yield {"agency": code, "name": line.name, "figures": figures}


def _counted(settings: Settings, own: Settings, chosen: list[str], query: str) -> dict[str, Any]:
    """Counts by name over the batches judged by the changed book, those that differ."""
    counts = []
    for place in (settings, own):
        with connect(place) as connection:
            rows = fetch(connection, query, {"batches": chosen})
        counts.append({row["name"]: str(row["n"]) for row in rows})
    return _differing(*counts)


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, Any]:
    """Figures that differ, each with the difference where it is a number; what is missing was not there."""
    return {
        name: {
            "before": before.get(name),
            "after": after.get(name),
            "change": _change(before.get(name), after.get(name)),
        }
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }


def _change(before: str | None, after: str | None) -> str | None:
    try:
        return f"{Decimal(after or '0') - Decimal(before or '0'):+}"
    except InvalidOperation:  # a rate without denominator
        return None


def _leaves(figures: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every figure with its path: `licence.late`."""
    if not isinstance(figures, Mapping):
        yield path, figures
        return
    for name, value in figures.items():
        yield from _leaves(value, f"{path}.{name}" if path else str(name))
