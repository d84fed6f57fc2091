"""Reading an xlsx of 100,000 rows against python-calamine alone: what finding tables, hidden rows, formulas without a
value and bombs costs on top of the cells."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from python_calamine import CalamineWorkbook

from gongshi.intake import readers
from gongshi.sample.bench_rows import bench_rows
from gongshi.standard.kinds import LICENCE

ROWS, ROUNDS = 100_000, 5
BOUND = 1.3


def ratio(on: date) -> float:
    """Best of several rounds, ours ÷ calamine's."""
    with TemporaryDirectory(prefix="gongshi") as folder:
        path = Path(folder, "licences.xlsx")
        _write(path, on)
        ours, alone = [], []
        for _ in range(ROUNDS):
            ours.append(_seconds(lambda: _read(path)))
            alone.append(_seconds(lambda: CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()))
    print(f"  xlsx, {ROWS:,} rows, ours      {min(ours):7.2f} s")
    print(f"  python-calamine alone        {min(alone):7.2f} s")
    return min(ours) / min(alone)


def _read(path: Path) -> None:
    (batch,) = readers.read(path)
    assert batch.rows.num_rows == ROWS


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _write(path: Path, on: date) -> None:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("行政许可")
    sheet.write_row(0, 0, [f.label_zh for f in LICENCE.fields])
    for place, column in enumerate(bench_rows(ROWS, on=on).columns):
        for line, text in enumerate(column.to_pylist(), 1):
            if text:
                sheet.write_string(line, place, text)
    book.close()


if __name__ == "__main__":
    print(f"xlsx ÷ python-calamine: {ratio(date(2026, 6, 30)):.2f} (bound ≤ {BOUND})")
