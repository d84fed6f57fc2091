"""`make bench`: file to warehouse with receipts against `plain` and `same shape`, validation against stock GX, reading an
xlsx against calamine (`workbooks.py`, which also runs by itself).

One warm process, imports not counted, every figure printed beside its baseline (architecture, section 5). Ratios are
what counts: single seconds say more about the machine.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import pandas as pd
import plain
import psutil
import pyarrow as pa
import pyarrow.csv as pacsv
import same_shape
import stock
import workbooks

from gongshi import bootstrap, flow
from gongshi.load.ledger import recount
from gongshi.platform import embedded
from gongshi.platform.database import connect, fetch
from gongshi.platform.settings import Settings, load_settings
from gongshi.registry.facts import RegistryFacts
from gongshi.registry.load import load_registry
from gongshi.registry.read import calendar
from gongshi.sample.bench_rows import bench_rows
from gongshi.sample.province import province
from gongshi.sample.registry_files import COLLECTOR, write_registry
from gongshi.standard import rulebook
from gongshi.standard.kinds import LICENCE
from gongshi.standard.messages import ReadBatch
from gongshi.standard.periods import SHANGHAI
from gongshi.validate.frame import build_frame
from gongshi.validate.rows import validate_rows
from gongshi.validate.suites import ready_suites

AT = datetime(2026, 6, 30, 18, tzinfo=SHANGHAI)
ROUNDS = 3
BOUNDS = {"plain": 3.0, "same shape": 1.6, "stock GX": 15.0}


def main() -> None:
    """Run everything on a scratch instance and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    home = Path(tempfile.mkdtemp(prefix="gsb", dir="/tmp"))
    settings = load_settings({"GONGSHI_HOME": str(home), "GONGSHI_REPLAY": "1"})
    try:
        bench(settings, rows)
    finally:
        embedded.stop(settings)
        shutil.rmtree(home, ignore_errors=True)


def bench(settings: Settings, rows: int) -> None:
    """Measure on a fresh warehouse."""
    _prepare(settings)
    path = settings.home / "licences.csv"
    table = bench_rows(rows, on=AT.date())
    pacsv.write_csv(table.rename_columns([f.code for f in LICENCE.fields]), path)
    print(f"{rows:,} licence rows, {path.stat().st_size / 1e6:,.0f} MB, 2 % faulty, {os.cpu_count()} cores")
    _warm(settings, table.slice(0, 2000))
    rounds = [_round(settings, path) for _ in range(ROUNDS)]
    seconds = {name: median(one[name] for one in rounds) for name in rounds[0]}
    print("  medians: " + ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items()))
    for name in ("plain", "same shape"):
        _verdict(f"file to warehouse with receipts ÷ {name}", seconds["product"] / seconds[name], BOUNDS[name], at_most=True)
    _validation(settings, table)
    _verdict("xlsx ÷ python-calamine alone", workbooks.ratio(AT.date()), workbooks.BOUND, at_most=True)


def _round(settings: Settings, path: Path) -> dict[str, float]:
    """Both baselines and the product once, in turn: what else the machine does meets all three."""
    seconds = {
        "plain": _timed("plain", lambda: plain.load(settings, path), lambda: plain.drop(settings)),
        "same shape": _timed("same shape", lambda: same_shape.load(settings, path), lambda: _empty(settings)),
        "product": _product(settings, path),
    }
    _empty(settings)
    return seconds


def _prepare(settings: Settings) -> None:
    bootstrap.prepare(settings)
    with TemporaryDirectory() as folder:
        write_registry(province(), Path(folder))
        load_registry(settings, Path(folder), datetime(2026, 1, 1, tzinfo=SHANGHAI))


def _drop(settings: Settings, path: Path, agency: str) -> None:
    inbox = settings.inbox(agency)
    inbox.mkdir(parents=True, exist_ok=True)
    os.link(path, inbox / path.name)
    os.utime(inbox / path.name, (0, 0))


def _sender() -> str:
    """The agency that may report for the whole province."""
    return next(agency.code for agency in province().agencies if agency.field == COLLECTOR)


def _warm(settings: Settings, table: pa.Table) -> None:
    """Run everything once on a few rows, then empty the warehouse."""
    path = settings.home / "warm.csv"
    pacsv.write_csv(table.rename_columns([f.code for f in LICENCE.fields]), path)
    plain.load(settings, path)
    plain.drop(settings)
    same_shape.load(settings, path)
    _empty(settings)
    _drop(settings, path, _sender())
    flow.collect(settings, AT)
    _empty(settings)


def _empty(settings: Settings) -> None:
    with connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("TRUNCATE core.licence, core.penalty, core.record, core.former_identity, intake.delivery, intake.batch, intake.row_outcome, "
                       "intake.zero_report, quality.finding, quality.fix, quality.quarantine, quality.restricted, stage.licence CASCADE")  # fmt: skip
    with connect(settings) as connection:
        connection.autocommit = True
        connection.cursor().execute("CHECKPOINT")
    os.sync()


def _timed(name: str, work: Callable[[], int], clean: Callable[[], None]) -> float:
    began = time.perf_counter()
    count = work()
    seconds = time.perf_counter() - began
    clean()
    print(f"  {name:<28} {seconds:7.1f} s   {count:,} rows stored")
    return seconds


def _product(settings: Settings, path: Path) -> float:
    _drop(settings, path, _sender())
    steps: list[tuple[str, Callable[[], Any]]] = [
        ("take", lambda: flow.take(settings, AT)),
        ("load", lambda: flow.load(settings, AT)),
        ("answer", lambda: flow.answer(settings, AT)),
    ]
    total = 0.0
    for name, step in steps:
        began = time.perf_counter()
        step()
        seconds = time.perf_counter() - began
        total += seconds
        print(f"    {name:<26} {seconds:7.1f} s")
    print(f"  {'product':<28} {total:7.1f} s")
    with connect(settings) as connection:
        counts = fetch(connection, "SELECT rows_read, rows_accepted, rows_rejected, error_count FROM intake.batch")[0]
        balanced = recount(settings, connection).balances
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"    {counts}, ledger balances: {balanced}")
    print(f"    peak memory {peak:,.0f} MiB in Python; PostgreSQL {_postgres_memory():,.0f} MiB resident now")
    return total


def _postgres_memory() -> float:
    processes = [p for p in psutil.process_iter(["name", "memory_info"]) if p.info["name"] == "postgres"]
    return sum(p.info["memory_info"].rss for p in processes) / 2**20


def _validation(settings: Settings, table: pa.Table) -> None:
    numbers = pa.array(range(2, table.num_rows + 2), pa.int32())
    batch = ReadBatch("licence", "S2018b", table.add_column(0, "row_no", numbers), expected_cells=len(LICENCE.fields))
    with connect(settings) as connection:
        days = calendar(connection, AT)
    assert days.years, "the calendar is empty"
    frame = build_frame("bench", batch, AT, RegistryFacts(frozenset(), frozenset()))
    began = time.perf_counter()
    validate_rows(settings, [frame], ready_suites(settings, rulebook.shipped()), AT)
    print(f"  all row rules of a licence   {time.perf_counter() - began:7.1f} s")
    result = stock.compare(frame.table.to_pandas(types_mapper=pd.ArrowDtype), rounds=1 if table.num_rows > 300_000 else 3)
    print(f"  stock GX, {len(result['rules'])} rules of it    {result['stock']:7.1f} s")
    print(f"  ours, the same rules         {result['own']:7.1f} s")
    print(f"    compared: {' '.join(result['rules'])}")
    _verdict("stock GX ÷ ours", result["stock"] / result["own"], BOUNDS["stock GX"], at_most=False)


def _verdict(what: str, ratio: float, bound: float, *, at_most: bool) -> None:
    good = ratio <= bound if at_most else ratio >= bound
    print(f"{'ok ' if good else 'MISSED'} {what}: {ratio:.2f} (bound {'≤' if at_most else '≥'} {bound})")


if __name__ == "__main__":
    main()
