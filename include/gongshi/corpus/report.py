"""What the run prints and writes."""

from __future__ import annotations

import csv
import json
import resource
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from gongshi.corpus.house import Street
from gongshi.corpus.results import FileResult, shown
from gongshi.corpus.run import Totals

REPORT_ENDINGS = (".csv", ".json")
_SHOWN = 20


def line(result: FileResult) -> str:
    """One file: outcome, rows accepted of rows read, seconds, memory, name, rules."""
    rows = f"{result.rows.get('accepted', 0)}/{result.rows.get('read', 0)} rows"
    words = (
        f"{result.outcome:<17} {rows:>13} {result.seconds:7.2f} s {result.peak_mib:6.0f} MiB  "
        f"{shown(result.label)}  {' '.join(result.rules)}"
    )
    return "\n    ".join([words.rstrip(), *result.detail.splitlines()]) if result.detail else words.rstrip()


def summary(
    scratch: Street, totals: Totals, results: Sequence[FileResult], altered: Sequence[str] | None, seconds: float
) -> tuple[str, bool]:  # fmt: skip
    """The last lines, and whether all is well; `altered` is None when nothing was compared."""
    failed = [result for result in results if result.is_failure]
    in_steps = sum(totals.steps.values())
    lines = [
        "",
        f"{len(results):,} files in {seconds:,.0f} s ({len(results) / max(seconds, 0.001):,.1f} a second): "
        f"{_words(totals.files)}",
        f"rules: {_words(dict(totals.rules.most_common(_SHOWN))) or 'none'}",
        f"seconds in the pipeline: {', '.join(f'{step} {spent:,.1f}' for step, spent in totals.steps.items())}; "
        f"dropping, looking at receipts and recounting {max(0.0, seconds - in_steps):,.1f}",
        f"peak memory: {totals.peak_mib:,.0f} MiB in the worker, {_own_peak():,.0f} MiB in this process; "
        f"PostgreSQL {_postgres(scratch):,.0f} MiB resident now",
    ]
    if altered is not None:
        lines += _told("altered cells of our own files", altered)
    lines += _told("crashes, hangs, missing receipts", [f"{r.outcome} {shown(r.label)}" for r in failed])
    lines += _told("ledger", [f"{p.where}: {p.what}. To do: {p.remedy}." for p in totals.problems])
    lines.append(f"ledger {'does not balance' if totals.problems else 'balances'}: {_words(totals.books)}")
    return "\n".join(lines), not (failed or totals.problems or altered)


def write_report(path: Path, results: Sequence[FileResult]) -> None:
    """All results, as JSON or CSV by the ending of the file."""
    rows = [result.as_row() for result in results]
    if path.suffix.lower() == ".json":
        path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(FileResult("", "").as_row()))
        writer.writeheader()
        for row in rows:
            words = {"rules": " ".join(row["rules"]), "batches": " ".join(row["batches"])}
            writer.writerow(row | words | {"rows": json.dumps(row["rows"])})


def _told(what: str, problems: Sequence[str]) -> list[str]:
    more = [f"  … and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []
    return [f"{what}: {len(problems)}", *(f"  {problem}" for problem in problems[:_SHOWN]), *more]


def _words(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in numbers.items())


def _own_peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _postgres(scratch: Street) -> float:
    """Resident memory of the scratch server; its shared memory is counted in each of its processes that used it."""
    pid = int((scratch.settings.postgres / "postmaster.pid").read_text("utf-8").split()[0])
    server = psutil.Process(pid)
    return sum(process.memory_info().rss for process in [server, *server.children(recursive=True)]) / 2**20
