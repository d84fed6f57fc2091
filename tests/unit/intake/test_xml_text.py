"""XML messages: every value as written, or its row answered; nothing a document type could do."""

from __future__ import annotations

import json
import tracemalloc
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.intake import readers
from gongshi.intake.readers.limits import Limits
from gongshi.standard.messages import ReadBatch
from tests.unit.intake.files import COLUMNS, NAMES


def read(text: str, encoding: str = "utf-8", limits: Limits | None = None) -> ReadBatch:
    (batch,) = readers.read(text.encode(encoding), limits or Limits())
    return batch


def row(first: str, more: str = "") -> str:
    cells = "".join(f"<{code}>{first if n == 0 else 'x'}</{code}>" for n, code in enumerate(COLUMNS))
    return f"<row>{cells}{more}</row>"


def message(*rows: str, declared: str | None = None, root: str = "<rows>") -> str:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    return f"{declaration}{root}\n  " + "\n  ".join(rows) + "\n</rows>\n"


def firsts(batch: ReadBatch) -> dict[int, str]:
    rows = batch.rows.select(["row_no", "party_name", "raw_cells"]).to_pylist()
    return {r["row_no"]: r["party_name"] for r in rows if r["raw_cells"] is None}


def odd(batch: ReadBatch) -> dict[int, str]:
    rows = batch.rows.select(["row_no", "raw_cells", "cell_count"]).to_pylist()
    found = {r["row_no"]: r for r in rows if r["raw_cells"] is not None}
    assert all(r["cell_count"] != batch.expected_cells for r in found.values())
    return {number: json.loads(r["raw_cells"])[0] for number, r in found.items()}


def reason(batch: ReadBatch) -> str:
    assert batch.refusal is not None
    return f"{batch.refusal.rule_id} {batch.refusal.details.get('reason', '')}"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None),
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "GB2312"),
        ("gb18030", "gbk"),
        ("utf-16", "UTF-16"),
    ],
)
def test_encodings(encoding, declared):
    """镕 is not in GB 2312, 𠮷 not in GBK: programs declare less than they write."""
    batch = read(message(row("镕𠮷"), row("乙"), declared=declared), encoding)
    assert (batch.kind, batch.refusal, batch.expected_cells) == ("licence", None, len(COLUMNS))
    assert firsts(batch) == {1: "镕𠮷", 2: "乙"}
    assert batch.remarks == ("行号为记录序号，第一条记录为1。",)


def test_a_wrong_declaration_yields_to_the_bytes_and_is_told():
    for encoding, declared in (("utf-8", "GBK"), ("gb18030", "utf-8")):
        batch = read(message(row("云南省昆明市"), declared=declared), encoding)
        assert firsts(batch) == {1: "云南省昆明市"}
        assert any(f"声明的编码为{declared}，与实际不符" in remark for remark in batch.remarks)


def test_a_foreign_encoding_is_refused():
    assert "XML声明的编码为Big5" in reason(read(message(row("雲南"), declared="Big5"), "big5"))
    assert read(message(row("a"), declared="ISO-8859-1")).refusal is None


def test_values_are_as_written():
    more = (
        "<a> x\n y </a><b>&lt;b&gt; &amp; &#x6587;</b><c><![CDATA[<!DOCTYPE a> & ]]></c><d/><e>1<!-- no -->2</e>"
        "<f:f xmlns:f='urn:f'>001.10</f:f>"
    )
    (got,) = read(message(row("a", more))).rows.to_pylist()
    assert {k[2:]: v for k, v in got.items() if k.startswith("x:")} == {
        "a": " x\n y ", "b": "<b> & 文", "c": "<!DOCTYPE a> & ", "d": "", "e": "12", "f": "001.10",
    }  # fmt: skip


def test_namespaces_row_names_and_missing_columns():
    text = message(row("a"), row("b", "<extra>y</extra>"), root="<rows xmlns='urn:x' version='1'>")
    batch = read(text.replace("row>", "记录>"))
    assert firsts(batch) == {1: "a", 2: "b"}
    assert batch.rows["x:extra"].to_pylist() == ["", "y"]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (row("x", "<more><deep>1 &lt; 2</deep></more>"), "下级元素"),
        (row("x", "<more>text<deep/></more>"), "下级元素"),
        (row("x", "<more unit='万元'>1</more>"), "带有属性"),
        (row("x").replace("<row>", '<row id="1">'), "带有属性"),
        (row("x", "<XK_WSH>again</XK_WSH>"), "重复的列元素"),
        (row("x", "loose"), "之外有文字"),
        ("<row>only text</row>", "之外有文字"),
    ],
)
def test_a_row_that_does_not_fit_into_cells_is_answered_as_written(bad, told):
    batch = read(message(row("a"), bad, row("c")))
    assert firsts(batch) == {1: "a", 3: "c"}
    written = odd(batch)[2].replace('"', "'")
    assert written == bad.replace("<deep/>", "<deep></deep>").replace('"', "'")
    assert any(remark.startswith("第2记录") and told in remark for remark in batch.remarks)


def test_blank_rows():
    batch = read(message("<row/>", row("a"), "<row> </row>", "<row><XK_WSH> </XK_WSH></row>"))
    assert (batch.blank_rows, firsts(batch)) == ((1, 3, 4), {2: "a"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<rows/>", "BT-04"),
        ("<rows><row/></rows>", "BT-04"),
        ("<rows><row><a>1</a></row></rows>", "BT-01"),
        (message(row("a"))[:-9], "XML格式有误"),
        (message(row("a"))[:200], "XML格式有误"),
        (message(row("a")) + "<rows/>", "XML格式有误"),
        (message(row("a")) + "tail", "XML格式有误"),
        (message(row("a", "<b>&undefined;</b>")), "XML格式有误"),
        (message(row("a", "<b>&#0;</b>")), "XML格式有误"),
        (message(row("a", "<b></c>")), "XML格式有误"),
        (message("text", row("a")), "记录元素之外有文字"),
        (f"<message><body>{row('a')}</body></message>", "XML应为：根元素下每条记录一个元素"),
        ("<a>" * 40 + "</a>" * 40, "BT-11 XML嵌套过深"),
        ("<a>" * 100_000, "BT-11 XML嵌套过深"),
    ],
)
def test_what_is_no_list_of_rows_is_refused(text, expected):
    assert expected in reason(read(text))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "prolog",
    [
        "<!DOCTYPE rows>",
        '<!DOCTYPE rows SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE rows [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        f'<!DOCTYPE rows [<!ENTITY l0 "laugh">{LAUGHS}]>',
        '<!-- <rows> --><?a b?>\n<!DOCTYPE rows [<!ENTITY % p SYSTEM "x"> %p;]>',
        "<!doctype rows>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("declared", [None, "UTF-8"])
def test_no_document_type_at_all(prolog, encoding, declared):
    declaration = '<?xml version="1.0"?>' if declared else ""
    text = f"{declaration}{prolog}<rows>{row('&x;&l9;')}</rows>"
    assert reason(read(text, encoding)) == "BT-11 XML含文档类型声明（DTD），请去掉后报送"


def test_a_huge_row_or_value_takes_bounded_memory():
    pieces = 400
    text = message(row("a", "<big>" + "x" * 50_000 * pieces + "</big>"))
    data = text.encode()
    tracemalloc.start()
    (batch,) = readers.read(data, Limits(value_chars=1_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reason(batch) == "BT-11 一条记录超过1,000,000个字符"
    assert peak < 8 << 20
    many = message(f"<row>{''.join(f'<a{n}/>' for n in range(100_000))}</row>")
    assert reason(read(many, limits=Limits(value_chars=1_000_000))).startswith("BT-11")


def test_too_many_columns():
    cells = "".join(f"<a{n}>1</a{n}>" for n in range(30))
    assert (
        reason(read(message(f"<row>{cells}</row>"), limits=Limits(columns=20))) == "BT-11 一张表的列数超过20"
    )


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\n\t"),
    max_size=20,
)


@given(
    rows=st.lists(st.lists(TEXTS, min_size=len(COLUMNS), max_size=len(COLUMNS)), min_size=1, max_size=5),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_what_is_written_is_what_is_read(rows, encoding):
    written = [
        "<r>" + "".join(f"<{c}>{escape(t)}</{c}>" for c, t in zip(COLUMNS, cells, strict=True)) + "</r>"
        for cells in [["first"] * len(COLUMNS), *rows]
    ]
    batch = read(f"<rows>{''.join(written)}</rows>", encoding)
    filled = {n: cells for n, cells in enumerate(rows, start=2) if any(map(str.strip, cells))}
    got = dict(zip(batch.rows["row_no"].to_pylist(), batch.rows.select(NAMES).to_pylist(), strict=True))
    assert {n: list(cells.values()) for n, cells in got.items() if n > 1} == filled
    assert set(batch.blank_rows) == set(range(2, len(rows) + 2)) - set(filled)


@given(st.binary(max_size=60), st.integers(0, 400))
def test_any_damage_is_answered(junk, place):
    data = message(row("a"), row("b"), declared="UTF-8").encode()
    assert readers.read(data[:place] + junk + data[place:])
