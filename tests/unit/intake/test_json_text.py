"""JSON and NDJSON: every value as written, or its row answered."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.intake import readers
from gongshi.intake.readers.limits import Limits
from gongshi.standard.kinds import LICENCE
from gongshi.standard.messages import ReadBatch
from tests.unit.intake.files import COLUMNS, NAMES, record


def read(text: str, encoding: str = "utf-8", limits: Limits | None = None) -> ReadBatch:
    (batch,) = readers.read(text.encode(encoding), limits or Limits())
    return batch


def dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def firsts(batch: ReadBatch) -> dict[int, str]:
    """Row number → first column, of the rows that fit."""
    rows = batch.rows.select(["row_no", "party_name", "raw_cells"]).to_pylist()
    return {r["row_no"]: r["party_name"] for r in rows if r["raw_cells"] is None}


def odd(batch: ReadBatch) -> dict[int, list[str]]:
    rows = batch.rows.select(["row_no", "raw_cells", "cell_count"]).to_pylist()
    found = {r["row_no"]: r for r in rows if r["raw_cells"] is not None}
    assert all(r["cell_count"] != batch.expected_cells for r in found.values())
    return {number: json.loads(r["raw_cells"]) for number, r in found.items()}


def reason(batch: ReadBatch) -> str:
    assert batch.refusal is not None
    return f"{batch.refusal.rule_id} {batch.refusal.details.get('reason', '')}"


TWO = [record("甲"), record("乙")]


@pytest.mark.parametrize(
    "text",
    [
        dumps(TWO),
        json.dumps(TWO, indent=2),
        dumps({"rows": TWO}),
        json.dumps({"code": 200, "msg": {"a": [1]}, "data": TWO, "total": 2}, indent=1),
        "\n".join(map(dumps, TWO)),
        "\r\n\r\n".join(map(dumps, TWO)) + "\r\n",
        "\n".join(json.dumps(one, indent=2) for one in TWO),
        "".join(map(dumps, TWO)),
    ],
    ids=["array", "indented", "wrapper", "wrapper-with-more", "ndjson", "ndjson-crlf", "indented-objects", "in-a-row"],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_shape_and_encoding(text, encoding):
    batch = read(text, encoding)
    assert (batch.kind, batch.refusal, batch.expected_cells) == ("licence", None, len(COLUMNS))
    assert firsts(batch) == {1: "甲", 2: "乙"}
    assert "行号为记录序号，第一条记录为1。" in batch.remarks
    assert any("不是数据" in remark for remark in batch.remarks) == ("total" in text)


def test_keys_may_be_chinese_names():
    labels = {f.name: f.label_zh for f in LICENCE.fields}
    batch = read(dumps([{labels[name]: "值" for name in NAMES}]))
    assert (batch.kind, batch.rows["party_name"].to_pylist()) == ("licence", ["值"])


def test_values_are_as_written():
    more = (
        '"JE": 1.10, "n": 123456789012345678901234567890, "e": 1E+5, "z": -0.0, "t": true, "f": false, '
        '"nul": null, "s": " a\\u00a0\\t\\n\\"", "long": ' + "9" * 5000
    )
    batch = read(dumps([record("a")])[:-2] + f", {more}}}]")
    (row,) = batch.rows.to_pylist()
    assert {name: row[f"x:{name}"] for name in ("JE", "n", "e", "z", "t", "f", "nul", "s", "long")} == {
        "JE": "1.10",
        "n": "123456789012345678901234567890",
        "e": "1E+5",
        "z": "-0.0",
        "t": "true",
        "f": "false",
        "nul": "",
        "s": ' a\u00a0\t\n"',
        "long": "9" * 5000,
    }


def test_records_may_differ_in_keys():
    batch = read(dumps([record("a"), record("b", 备注一="x"), record("c", 备注二="y")]))
    assert batch.rows["x:备注一"].to_pylist() == ["", "x", ""]
    assert batch.rows["x:备注二"].to_pylist() == ["", "", "y"]
    assert batch.expected_cells == len(COLUMNS) + 2


def test_many_records_with_columns_that_come_late():
    rows = [{**record(str(n)), **({"late": "x"} if n > 20_005 else {})} for n in range(20_010)]
    batch = read("\n".join(map(dumps, rows)))
    assert firsts(batch) == {n + 1: str(n) for n in range(20_010)}
    assert batch.rows["x:late"].to_pylist() == [""] * 20_006 + ["x"] * 4


@pytest.mark.parametrize("shape", ["array", "ndjson"])
@pytest.mark.parametrize(
    ("source", "told"),
    [
        (dumps(record("x", more={"a": 1})), "嵌套"),
        (dumps(record("x", more=[1.50, None])), "嵌套"),
        (dumps(record("x", more=[])), "嵌套"),
        (dumps(record("x"))[:-1] + ', "XK_WSH": "again"}', "重复的键"),
        (dumps(record("x", more=float("nan"))), "NaN"),
        (dumps(record("x", more=float("-inf"))), "NaN"),
        (dumps(record("x"))[:-1] + ', "more": "\\ud83d"}', "代理字符"),
        (dumps(record("x"))[:-1] + ', "more": "a\\u0000"}', "空字符"),
        (dumps(record("x"))[:-1] + ', "a\\u0000": "a"}', "空字符"),
        ("17", "不是对象"),
        ("null", "不是对象"),
        ('["a"]', "不是对象"),
    ],
)
def test_a_record_that_does_not_fit_into_cells_is_answered_as_written(shape, source, told):
    parts = [dumps(record("a")), source, dumps(record("c"))]
    batch = read(f"[{','.join(parts)}]" if shape == "array" else "\n".join(parts))
    assert firsts(batch) == {1: "a", 3: "c"}
    assert odd(batch) == {2: [source]}
    assert any(remark.startswith("第2记录") and told in remark for remark in batch.remarks)


@pytest.mark.parametrize("line", ['{"a": 1', "甲,乙", '{"a": 1} x', "[" * 5000, '{"a":' * 5000])
def test_a_bad_line_of_ndjson_is_answered_on_its_own(line):
    batch = read("\n".join([dumps(record("a")), line, dumps(record("c"))]))
    assert (firsts(batch), odd(batch)) == ({1: "a", 3: "c"}, {2: [line]})


def test_blank_records_are_blank_rows():
    batch = read(dumps([{}, record("a"), dict.fromkeys(COLUMNS), dict.fromkeys(COLUMNS, " ")]))
    assert (batch.blank_rows, firsts(batch)) == ((1, 3, 4), {2: "a"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[]", "BT-04"),
        ("{}", "BT-04"),
        ('{"rows": []}', "BT-04"),
        ('[{"a": ""}]', "BT-01"),
        ('[{"姓名": "张三"}]', "BT-01"),
        (dumps([record("a", 行政相对人名称="again")]), "BT-02"),
        (dumps(TWO)[:-1], "JSON格式有误（第1行"),
        (dumps(TWO)[:-20], "JSON格式有误"),
        (dumps(TWO) + "x", "JSON格式有误"),
        (dumps(TWO) + dumps(TWO), "JSON格式有误"),
        ("[{},]", "JSON格式有误"),
        ('[{"a": 01}]', "JSON格式有误"),
        ("[{'a': 1}]", "JSON格式有误"),
        ('{"rows": [{"a": 1}] "b": 2}', "JSON格式有误"),
        ('{"rows": [{"a": 1}]} trailing', "JSON格式有误"),
        (dumps({"rows": TWO, "more": TWO}), "多个记录数组"),
        (dumps({"data": {"rows": TWO}}), "JSON应为对象数组"),
        ("[[1, 2]]", "JSON应为对象数组"),
        ('[{"a": ' + "[" * 100_000, "BT-11 JSON嵌套过深"),
        ('{"a": ' * 100_000, "BT-11 JSON嵌套过深"),
    ],
)
def test_what_is_no_list_of_records_is_refused(text, expected):
    assert expected in reason(read(text))


def test_damaged_encoding_is_refused():
    data = dumps([record("许可" * 20)]).encode()
    assert [b.refusal.rule_id for b in readers.read(data.replace("许".encode(), b"\xe8\xae", 1))] == ["BT-03"]


def test_limits_on_columns_cells_and_values():
    wide = [{f"k{n}": "x"} for n in range(30)]
    assert reason(read(dumps(wide), limits=Limits(columns=20))) == "BT-11 一张表的列数超过20"
    assert reason(read(dumps(TWO), limits=Limits(cells=20))) == "BT-11 单元格总数超过20个"
    long = Limits(value_chars=1000)
    assert reason(read(dumps([record("x" * 1001)]), limits=long)) == "BT-11 单个值超过1,000个字符"
    assert read(dumps([record("x" * 1000)]), limits=long).refusal is None


def test_sparse_records_take_no_more_memory_than_the_limit_allows():
    """Each record brings a column of its own: rows × columns would be a thousand times the file."""
    text = dumps([{f"k{n}": "x"} for n in range(1_900)])
    tracemalloc.start()
    batch = read(text, limits=Limits(cells=1_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reason(batch) == "BT-11 单元格总数超过1,000,000个"
    assert peak < 10 << 20


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(
    rows=st.lists(st.lists(TEXTS, min_size=len(COLUMNS), max_size=len(COLUMNS)), min_size=1, max_size=5),
    shape=st.sampled_from(["array", "ndjson", "indented", "wrapper"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    escaped=st.booleans(),
)
def test_what_is_written_is_what_is_read(rows, shape, encoding, escaped):
    records = [dict(zip(COLUMNS, row, strict=True)) for row in [["first"] * len(COLUMNS), *rows]]
    wrapped = {"数据": records} if shape == "wrapper" else records
    parts = records if shape == "ndjson" else [wrapped]
    lines = [json.dumps(p, ensure_ascii=escaped, indent=2 if shape == "indented" else None) for p in parts]
    batch = read("\n".join(lines), encoding)
    filled = {n: row for n, row in enumerate(rows, start=2) if any(map(str.strip, row))}
    got = dict(zip(batch.rows["row_no"].to_pylist(), batch.rows.select(NAMES).to_pylist(), strict=True))
    assert {n: list(row.values()) for n, row in got.items() if n > 1} == filled
    assert set(batch.blank_rows) == set(range(2, len(rows) + 2)) - set(filled)


@given(st.binary(max_size=60).map(lambda tail: dumps(TWO).encode()[:200] + tail))
def test_any_tail_is_answered(data):
    assert readers.read(data)
