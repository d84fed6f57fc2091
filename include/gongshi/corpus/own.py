"""Valid files of our own in the forms agencies use, with what stands in every cell: to be compared after loading."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

from gongshi.sample.blemishes import blemishes
from gongshi.sample.decisions import Desk, Row
from gongshi.sample.deliveries import Look, RecordIds, SampleFile, Sheet
from gongshi.sample.faults import market_bureau
from gongshi.sample.names import chance
from gongshi.sample.planted import SampleRow
from gongshi.standard.kinds import KINDS

ROWS = 12
_BLEMISHED = 0.4
_ODD_TEXTS = (
    "",
    "；另见“附件”第1,2;3条",
    '，所称"甲方"即申请人',
    "。\n第二行：𠮷㐂䶮𪚥\n第三行",
    "（含\t制表符）",
    "；it's 100% of R&D, \\n and {x}",
)


@dataclass(frozen=True)
class OwnFile:
    """A file written, and what its rows say.

    Attributes:
        path: where it was written.
        kind: kind of its rows.
        rows: field name → text as it stands in the file, in file order.
    """

    path: Path
    kind: str
    rows: list[Row]


def own_files(folder: Path, count: int, on: date, seed: int) -> Iterator[OwnFile]:
    """Write `count` files of the sample's market bureau, reported on the day `on`, each in the next of the forms."""
    desk = Desk(chance("corpus", seed))
    for number in range(count):
        kind = tuple(KINDS)[number % len(KINDS)]
        name, write = FORMS[number // len(KINDS) % len(FORMS)]
        rows = [_row(desk, kind, on, place) for place in range(ROWS)]
        path = folder / f"{number:05d}-{name}"
        path.write_bytes(write(kind, rows))
        yield OwnFile(path, kind, [row.cells for row in rows])


def _row(desk: Desk, kind: str, on: date, place: int) -> SampleRow:
    """A valid row; some are written untidily, some hold what needs quoting."""
    decided = on - timedelta(days=desk.rng.randint(1, 4))
    if desk.rng.random() < _BLEMISHED:
        return desk.rng.choice([b for b in blemishes(kind) if b.in_deliveries]).plant(
            kind, desk, market_bureau(), decided
        )
    row = desk.decide(kind, market_bureau(), decided)
    name = "content" if kind == "licence" else "facts"
    return SampleRow(kind, row | {name: row[name] + _ODD_TEXTS[place % len(_ODD_TEXTS)]})


Write = Callable[[str, Sequence[SampleRow]], bytes]


def _looking(look: Look) -> Write:
    """As the sample's agencies write."""

    def write(kind: str, rows: Sequence[SampleRow]) -> bytes:
        return SampleFile("", "", [Sheet(kind, list(rows))], look).render(RecordIds())

    return write


def _separated(mark: str, encoding: str = "utf-8", quoting: int = csv.QUOTE_MINIMAL) -> Write:
    def write(kind: str, rows: Sequence[SampleRow]) -> bytes:
        fields = KINDS[kind].fields
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=mark, quoting=quoting)  # type: ignore[arg-type]
        writer.writerow([field.label_zh for field in fields])
        writer.writerows([row.cells[field.name] for field in fields] for row in rows)
        return text.getvalue().encode(encoding)

    return write


def _objects(kind: str, rows: Sequence[SampleRow], *, by_code: bool) -> list[dict[str, str]]:
    fields = KINDS[kind].fields
    return [{f.code if by_code else f.label_zh: row.cells[f.name] for f in fields} for row in rows]


def _json(kind: str, rows: Sequence[SampleRow]) -> bytes:
    return json.dumps(_objects(kind, rows, by_code=True), ensure_ascii=False, indent=1).encode()


def _ndjson(kind: str, rows: Sequence[SampleRow]) -> bytes:
    lines = [json.dumps(one, ensure_ascii=False) for one in _objects(kind, rows, by_code=False)]
    return "\n".join(lines).encode()


def _xml(kind: str, rows: Sequence[SampleRow]) -> bytes:
    root = ElementTree.Element("rows")
    for cells in _objects(kind, rows, by_code=True):
        row = ElementTree.SubElement(root, "row")
        for code, text in cells.items():
            ElementTree.SubElement(row, code).text = text
    return ElementTree.tostring(root, "utf-8", xml_declaration=True)


def _zipped(write: Write, name: str) -> Write:
    def zipped(kind: str, rows: Sequence[SampleRow]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, write(kind, rows))
        return out.getvalue()

    return zipped


def _gzipped(write: Write) -> Write:
    return lambda kind, rows: gzip.compress(write(kind, rows), mtime=0)


_WORKBOOK = _looking(Look("xlsx", header="starred", dates="cells"))
FORMS: tuple[tuple[str, Write], ...] = (
    ("utf8.csv", _looking(Look())),
    ("bom-code.csv", _looking(Look(encoding="utf-8-bom", header="code", dates="dash"))),
    ("gb18030.csv", _looking(Look(encoding="gb18030", header="starred", dates="chinese", brief=True))),
    ("utf16.csv", _separated(",", "utf-16")),
    ("tab.txt", _separated("\t")),
    ("semicolon-gbk.csv", _separated(";", "gb18030", csv.QUOTE_ALL)),
    ("pipe.txt", _separated("|")),
    ("cells.xlsx", _WORKBOOK),
    ("text.xlsx", _looking(Look("xlsx", header="code", dates="plain", brief=True))),
    ("array.json", _json),
    ("lines.ndjson", _ndjson),
    ("rows.xml", _xml),
    ("table.zip", _zipped(_separated(",", "gb18030"), "data.csv")),
    ("book.zip", _zipped(_WORKBOOK, "a/book.xlsx")),
    ("table.csv.gz", _gzipped(_separated(","))),
)
"""End of the file's name and how it is written."""
