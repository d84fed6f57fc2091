"""Dates whose day and month changed places: DD/MM/YYYY and MM/DD/YYYY (DT-01), YYYY/DD/MM (DT-02 where it shows)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.columns import as_numpy
from gongshi.standard.dates import FOREVER
from gongshi.validate.causes.material import Candidate, Limits, Material, column_names, replaced

_CLOCK = r"(?:\s.*)?"
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([/.\-])(\d{{1,2}})\2(\d{{4}}){_CLOCK}", re.ASCII)
_YEAR_FIRST = re.compile(rf"(\d{{4}})([/.\-])(\d{{1,2}})\2(\d{{1,2}}){_CLOCK}", re.ASCII)
_DATE_RULES = ("DT-01", "DT-02", "DT-04", "DT-07")
_NEARLY_ALL = 0.95
_IMPOSSIBLE_SHARE = 0.2
"""Of dates spread over a month, three in five show the mistake; a fifth is asked for."""

Reading = Callable[[str], date | None]


def month_first(text: str) -> date | None:
    """MM/DD/YYYY."""
    found = _YEAR_LAST.fullmatch(text.strip())
    return _day(found[4], found[1], found[3]) if found else None


def day_first(text: str) -> date | None:
    """DD/MM/YYYY."""
    found = _YEAR_LAST.fullmatch(text.strip())
    return _day(found[4], found[3], found[1]) if found else None


def day_in_the_middle(text: str) -> date | None:
    """YYYY/DD/MM; the day without end stays what it is."""
    found = _YEAR_FIRST.fullmatch(text.strip())
    return _day(found[1], found[4], found[3]) if found and text.strip() != FOREVER else None


def year_last(material: Material, claimed: np.ndarray, limits: Limits) -> Iterator[Candidate]:
    """Date columns that end with the year."""
    columns = [f.name for f in material.fields("date") if _is_open(material, claimed, limits, f.name)]
    counted = {name: _counts(material, name) for name in columns}
    columns = [
        name
        for name, values in counted.items()
        if limits.reached(_number(values, lambda t: day_first(t) or month_first(t)), sum(values.values()))
    ]
    if not columns:
        return
    readings = {"月/日/年": month_first, "日/月/年": day_first}
    fitting = {
        order: sum(_number(counted[name], reading) for name in columns) for order, reading in readings.items()
    }
    order = max(fitting, key=lambda key: fitting[key])
    is_clear = len(set(fitting.values())) > 1
    labels = column_names([material.label(name) for name in columns])
    written = f"按“{order}”的顺序填写" if is_clear else "把年份写在最后，日与月的先后无法判断"
    yield Candidate(
        "day_month_swapped",
        f"{labels}的日期{written}，应为“年/月/日”。",
        "请把这些列的日期整列改为 YYYY/MM/DD（如 2026/05/08）后重新报送；日、月请与决定文书核对。",
        _positions(material, columns, readings[order]),
        lambda rows: _rewritten(rows, columns, readings[order]),
    )


def day_before_month(material: Material, claimed: np.ndarray, limits: Limits) -> Iterator[Candidate]:
    """Date columns written YYYY/DD/MM: impossible where the day is above 12, wrong without a word elsewhere."""
    columns = []
    for f in material.fields("date"):
        if not _is_open(material, claimed, limits, f.name):
            continue
        values = {text: n for text, n in _counts(material, f.name).items() if text != FOREVER}
        total = sum(values.values())
        impossible = sum(n for text, n in values.items() if _is_impossible(text) and day_in_the_middle(text))
        fits = _number(values, day_in_the_middle)
        enough = impossible >= max(limits.findings, _IMPOSSIBLE_SHARE * total)
        if enough and fits >= _NEARLY_ALL * total:
            columns.append(f.name)
    if not columns:
        return
    labels = column_names([material.label(name) for name in columns])
    yield Candidate(
        "day_month_swapped",
        f"{labels}的日期按“年/日/月”填写，日与月颠倒；其中日不大于12的虽能读出，日期也是错的。",
        "请把这些列的日期整列改为 YYYY/MM/DD（月在前、日在后）后重新报送，不要只改被退回的行。",
        _positions(material, columns, day_in_the_middle),
        lambda rows: _rewritten(rows, columns, day_in_the_middle),
    )


def _is_open(material: Material, claimed: np.ndarray, limits: Limits, name: str) -> bool:
    return int((material.findings.of(_DATE_RULES, name) & ~claimed).sum()) >= limits.findings


def _counts(material: Material, name: str) -> dict[str, int]:
    counted = pc.value_counts(material.texts(name)).to_pylist()
    return {item["values"]: item["counts"] for item in counted if item["values"]}


def _number(values: dict[str, int], reading: Reading) -> int:
    return sum(count for text, count in values.items() if reading(text))


def _positions(material: Material, columns: list[str], reading: Reading) -> np.ndarray:
    """Rows with a date of that reading in one of the columns."""
    hit = np.zeros(material.rows, dtype=bool)
    for name in columns:
        read = [text for text in _counts(material, name) if reading(text)]
        hit |= as_numpy(pc.is_in(material.texts(name), value_set=pa.array(read, pa.large_string())))
    return np.flatnonzero(hit)


def _rewritten(rows: pa.Table, columns: list[str], reading: Reading) -> pa.Table:
    def change(text: str) -> str:
        day = reading(text)
        return f"{day.year:04d}/{day:%m/%d}" if day else text

    for name in columns:
        rows = replaced(rows, name, change)
    return rows


def _is_impossible(text: str) -> bool:
    found = _YEAR_FIRST.fullmatch(text)
    return found is not None and _day(found[1], found[3], found[4]) is None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
