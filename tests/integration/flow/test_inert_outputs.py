"""Nothing an agency writes runs in what we write back, and nothing is changed in what is stored.

Known payloads stand in every free-text field, in file, sheet and column names, and in names of agencies and contacts;
then every file we produce is opened. No browser is needed: pages are parsed, workbooks and documents unpacked.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from gongshi import flow
from gongshi.documents.plain import printable, starts_formula
from gongshi.platform.database import connect, fetch
from gongshi.respond.export import export
from gongshi.respond.feedback import answer_batch, refresh_index
from gongshi.respond.template import write_template
from gongshi.standard.kinds import KINDS
from gongshi.standard.normalise import normalise
from gongshi.standard.rulebook import shipped

PAYLOADS = (
    "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+9)*cmd|' /C calc'!A0", "\t=1+1", "\r=1+1",
    "＝1+1", '=HYPERLINK("http://x/?"&A1,"点击")', '=DDE("cmd";"/C calc";"x")', "=IMPORTXML(CONCAT(\"http://x/\",A1),\"//a\")",
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg/onload=alert(1)>", "</td></table><iframe src=//x>",
    "]]><x/>", "<![CDATA[x]]>", "<!--", "&lt;script&gt;", "{{7013*7013}}", "{% include '/etc/passwd' %}", "${7013*7013}", "#{7013*7013}",
    "javascript:alert(1)", "[链接](javascript:alert(1))", "_x000D_换行", "_x003D_1+1", "控制\x07\x1b[31m\x9b字符", "方向\u202egnp.exe",
    "%s%n{0}", "'; DROP TABLE core.record; --", "[表] 没有这张表", "[页]", "# 标题", "行1\n=1+1", "一\x0b二\x85三\u2028四",
)  # fmt: skip
NAME = "=cmd|' /C calc'!A0\"><img src=x onerror=alert(1)>{{7013*7013}}]]>\u202e,科"
WORKED_OUT = "49182169"
LICENCE_TEXTS = ("document_name", "certificate_name", "certificate_no", "content", "remark")
PENALTY_TEXTS = ("violation_type", "facts", "legal_basis", "content", "certificates_affected", "remark")
TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "span", "strong", "table", "thead", "tbody",
    "tr", "th", "td", "a", "br", "ul", "li", "div", "footer",
}  # fmt: skip
ATTRIBUTES = {"lang", "charset", "name", "content", "class", "href", "colspan"}
LINK = re.compile(r"[\w\-%.]+(/[\w\-%.]+)?")


def csv_of(kind: str, house: Any) -> tuple[str, list[dict[str, str]]]:
    """Rows with a payload in the remark alone, in every text, and in the party's name; a column with a name of its own."""
    texts = LICENCE_TEXTS if kind == "licence" else PENALTY_TEXTS
    rows = house.rows(kind, 3 * len(PAYLOADS))
    for place, payload in enumerate(PAYLOADS):
        alone, everywhere, party = rows[3 * place : 3 * place + 3]
        alone |= {"remark": payload}
        everywhere |= dict.fromkeys(texts, payload)
        party |= {"party_name": payload, "representative_name": payload, "organ_name": payload}
    names = [f.name for f in KINDS[kind].fields]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*(f.code for f in KINDS[kind].fields), NAME])
    writer.writerows(
        [*(row[name] for name in names), PAYLOADS[n % len(PAYLOADS)]] for n, row in enumerate(rows)
    )
    return text.getvalue(), rows


def workbook_of(house: Any, path: Path) -> bytes:
    """A good row and a refused one in a sheet whose name is a formula."""
    fields = KINDS["licence"].fields
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("=1+1<b>{{7-7}}")
        for column, f in enumerate(fields):
            sheet.write_string(0, column, f.label_zh)
        for line, row in enumerate(house.rows("licence", 2, house.agencies[1]), 1):
            for column, f in enumerate(fields):
                sheet.write_string(line, column, row[f.name] if f.name != "content" or line == 1 else "=1+1")
    return path.read_bytes()


@pytest.fixture(scope="module")
def written(module_house: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """The house with everything it writes; what we write on request lies in the folder."""
    house, folder = module_house, tmp_path_factory.mktemp("asked")
    for kind in KINDS:
        house.drop(
            f"=cmd|'{kind}<img src=x onerror=alert(1)>{{{{7013*7013}}}}\u202evsc.csv", csv_of(kind, house)[0]
        )
    house.drop("表.xlsx", workbook_of(house, folder / "in.xlsx"), house.agencies[1].code)
    (folder / "in.xlsx").unlink()
    house.collect()
    house.execute("UPDATE ref.agency SET name = $n$" + NAME + "$n$")
    house.execute(
        "UPDATE ref.contact SET name = $n$"
        + NAME
        + "$n$, office = $n$"
        + NAME
        + "$n$, phone = '+86 871-63330001'"
    )
    at = house.at + timedelta(days=40)
    with connect(house.settings) as connection:
        for receipt in house.receipts():
            answer_batch(house.settings, connection, receipt["batch_id"])
            refresh_index(house.settings, connection, receipt["agency"], at)
    for cadence, period in (
        ("daily", "2026-06-30"),
        ("weekly", "2026-W27"),
        ("monthly", "2026-06"),
        ("quarterly", "2026-Q2"),
    ):
        flow.report(house.settings, cadence, period, at)
    for kind in KINDS:
        for ending in ("csv", "xlsx", "parquet"):
            export(house.settings, kind, folder / f"{kind}.{ending}", at=at, user="x", full=True)
        write_template(kind, folder / f"模板-{kind}.xlsx", shipped(), (house.agencies[0].code, NAME))
    write_template("zero", folder / "零报送.xlsx", shipped(), (house.agencies[0].code, NAME))
    return house, folder


def outputs(written: tuple[Any, Path], ending: str) -> list[Path]:
    house, folder = written
    roots = (folder, house.settings.reports, *house.settings.dropbox.glob("*/feedback"))
    return sorted(path for root in roots for path in root.rglob(f"*.{ending}"))


class _Page(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        wrong = tag not in TAGS or {name for name, _ in attributes} - ATTRIBUTES
        links = [value or "" for name, value in attributes if name == "href"]
        if wrong or any(LINK.fullmatch(link) is None for link in links):
            self.wrong.append(self.get_starttag_text() or tag)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.wrong.append(data)

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(data)


def test_pages_hold_our_tags_only_and_show_what_was_written(written: tuple[Any, Path]) -> None:
    pages = outputs(written, "html")
    assert len(pages) >= 6
    shown = ""
    for path in pages:
        page = _Page(path.read_text("utf-8"))
        assert page.wrong == [], path.name
        assert printable(page.text) == page.text, path.name
        shown += page.text
    for text in (
        printable(NAME),
        "=1+1<b>{{7-7}}",
        "<img src=x onerror=alert(1)>{{7013*7013}}[U+202E]vsc.csv",
        "+86 871-63330001",
    ):
        assert text in shown
    assert WORKED_OUT not in shown


def parts(path: Path) -> Iterator[tuple[str, ElementTree.Element]]:
    """The XML parts of a package; each must be well-formed."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                yield name, ElementTree.fromstring(package.read(name))  # noqa: S314 - we wrote it


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def test_workbooks_hold_no_formula_no_link_and_no_query(written: tuple[Any, Path]) -> None:
    books = outputs(written, "xlsx")
    assert len(books) >= 12
    for path in books:
        for name, root in parts(path):
            tags = {local(element.tag) for element in root.iter()}
            assert not tags & {
                "f",
                "hyperlink",
                "ddeLink",
                "oleLink",
                "externalBook",
                "connection",
                "queryTable",
            }, (path.name, name)
            assert not [e for e in root.iter() if e.get("TargetMode") == "External"], (path.name, name)
            for rule in (e for e in root.iter() if local(e.tag) == "formula1"):
                assert not [
                    text for text in (rule.text or "").strip('"').split(",") if starts_formula(text)
                ], path.name
        book = openpyxl.load_workbook(path)
        assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {
            "s",
            "n",
            "d",
        }, path.name


def test_documents_hold_no_field_but_the_page_number_and_no_link(written: tuple[Any, Path]) -> None:
    documents = outputs(written, "docx")
    assert len(documents) == 2
    for path in documents:
        text = ""
        for name, root in parts(path):
            tags = {local(element.tag) for element in root.iter()}
            assert not tags & {"hyperlink", "object", "altChunk", "fldSimple"}, (path.name, name)
            assert not [e for e in root.iter() if e.get("TargetMode") == "External"], (path.name, name)
            assert {e.text for e in root.iter() if local(e.tag) == "instrText"} <= {"PAGE"}, (path.name, name)
            text += "".join(e.text or "" for e in root.iter() if local(e.tag) == "t")
        assert printable(NAME) in text
        assert WORKED_OUT not in text


def test_no_cell_of_a_csv_starts_a_formula(written: tuple[Any, Path]) -> None:
    files = outputs(written, "csv")
    assert len(files) >= 5
    cells = set()
    for path in files:
        with path.open(encoding="utf-8-sig", newline="") as source:
            cells |= {cell for row in csv.reader(source) for cell in row}
    assert [cell for cell in cells if starts_formula(cell)] == []
    assert {"'=1+1<b>{{7-7}}", "'-2+3+cmd|' /C calc'!A0"} <= cells


def test_what_is_stored_is_what_was_sent(written: tuple[Any, Path]) -> None:
    house, folder = written
    for kind in KINDS:
        _, rows = csv_of(kind, house)
        cells = dict(_quarantined(house, kind))
        stored = _accepted(house, kind)
        assert len(cells) + len(stored) == len(rows)
        assert len(stored) >= 15
        for number, row in enumerate(rows, 2):
            if number in cells:
                assert {f.name: cells[number].get(f.name, "") for f in KINDS[kind].fields} == row
            else:
                assert stored[number] == _normal(kind, row)["remark"]
        exported = {row["BZ"] for row in pq.read_table(folder / f"{kind}.parquet").to_pylist()}
        assert set(stored.values()) <= exported


def _quarantined(house: Any, kind: str) -> list[tuple[int, dict[str, str]]]:
    query = f"SELECT row_no, cells FROM quality.quarantine WHERE kind = '{kind}' AND sheet IS NULL"
    return [(row["row_no"], row["cells"]) for row in house.fetch(query)]


def _accepted(house: Any, kind: str) -> dict[int, str]:
    """Row number → remark of the rows of the CSV file that are in the warehouse."""
    with connect(house.settings) as connection:
        rows = fetch(
            connection,
            f"SELECT v.row_no, v.remark FROM core.{kind} v JOIN intake.batch b USING (batch_id) WHERE b.sheet IS NULL",
        )
    return {row["row_no"]: row["remark"] for row in rows}


def _normal(kind: str, row: dict[str, str]) -> dict[str, str]:
    """A row after the fix rules, which are recorded."""
    import pyarrow as pa

    table = pa.table({name: [text] for name, text in row.items()} | {"row_no": pa.array([2], pa.int32())})
    return {name: column[0].as_py() for name, column in normalise(KINDS[kind], table).columns.items()}
