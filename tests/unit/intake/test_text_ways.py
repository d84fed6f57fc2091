"""Text as office software and databases write it: encodings, delimiters, quotes, lines around the data."""

from __future__ import annotations

import json

import pytest

from gongshi.intake import readers
from gongshi.intake.readers import csv_text, dialects
from gongshi.intake.readers.limits import LIMITS
from gongshi.standard.kinds import LICENCE, PENALTY
from gongshi.standard.messages import ReadBatch

CODES = [f.code for f in LICENCE.fields if f.required == "R"]
LABELS = [f.label_zh for f in LICENCE.fields if f.required == "R"]
WIDTH = len(CODES)
SAMPLE = {"decision_date": "2026/05/06", "organ_code": "11530000015100001X", "document_no": "云许〔2026〕1号"}
DATA = [SAMPLE.get(f.name, "甲") for f in LICENCE.fields if f.required == "R"]


def line(first: str, *, by: str = ",", last: str = "z") -> str:
    return by.join([first, *DATA[1:-1], last])


def text(*lines: str, end: str = "\n") -> bytes:
    return end.join(lines).encode()


def read(data: bytes) -> ReadBatch:
    (batch,) = readers.read(data)
    return batch


def firsts(batch: ReadBatch) -> dict[int, str]:
    """Row number → first cell of the rows that fit the header."""
    rows = batch.rows.select(["row_no", "party_name", "raw_cells"]).to_pylist()
    return {r["row_no"]: r["party_name"] for r in rows if r["raw_cells"] is None}


def misfits(batch: ReadBatch) -> dict[int, list[str]]:
    rows = batch.rows.select(["row_no", "raw_cells"]).to_pylist()
    return {r["row_no"]: json.loads(r["raw_cells"]) for r in rows if r["raw_cells"] is not None}


class TestEncodings:
    def test_rare_characters_survive_gb18030(self):
        names = "䶮𠮷㛃𬱖䲜龑〇"
        assert firsts(read(text(",".join(LABELS), line(names)).decode().encode("gb18030"))) == {2: names}

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (text(",".join(LABELS), line("甲")) + "\n乙".encode("gb18030"), "损坏或混有"),
            (text(",".join(LABELS), line("甲")).decode().encode("gb18030") + "云南省昆明市某公司".encode(), "两种编码"),
            (text(",".join(LABELS), line("甲")).decode().encode("utf-16")[:-1], "不完整"),
            (text(",".join(LABELS), line("甲")).decode().encode("utf-32"), "NUL"),
            (text(",".join(CODES), line("a") + "\0"), "NUL"),
            (text("行政相對人名稱,許可決定日期,許可機關\n臺灣某公司,2026,甲").decode().encode("big5") * 9, "Big5"),
        ],
    )  # fmt: skip
    def test_what_is_not_decoded_cleanly_is_refused_with_the_reason(self, data, reason):
        batch = read(data)
        assert batch.refusal.rule_id == "BT-03"
        assert reason in batch.refusal.details["reason"]

    @pytest.mark.parametrize("content", ["姓名,电话\n张三,1\n", "许可名称,机关\n", "單位,會議\n臺灣,無\n"])
    def test_a_short_text_in_gb18030_is_not_taken_for_another_encoding(self, content):
        assert read(content.encode("gb18030")).refusal.rule_id == "BT-01"

    def test_a_text_damaged_behind_two_characters_is_not_taken_for_gb18030(self):
        data = text(",".join(CODES), line("张三"))
        assert read(data[: data.index("三".encode()) + 3] + b"\xb8\xb8\n").refusal.rule_id == "BT-03"

    def test_the_end_mark_of_old_systems_is_no_row(self):
        batch = read(text(",".join(CODES), line("a"), "\x1a"))
        assert (firsts(batch), misfits(batch)) == ({2: "a"}, {})

    def test_utf16_is_told(self):
        assert (
            "文件为UTF-16-LE编码。"
            in read(text(",".join(CODES), line("a")).decode().encode("utf-16")).remarks
        )


class TestDelimiters:
    @pytest.mark.parametrize("by", [",", "\t", ";", "|", "^"])
    @pytest.mark.parametrize("names", [CODES, LABELS])
    def test_the_header_tells_the_delimiter(self, by, names):
        others = ",\t;|^".replace(by, "")
        batch = read(text(by.join(names), line(f"甲{others}乙", by=by)))
        assert firsts(batch) == {2: f"甲{others}乙"}

    def test_full_width_punctuation_is_text(self):
        assert firsts(read(text(",".join(CODES), line("甲，乙、丙；丁")))) == {2: "甲，乙、丙；丁"}

    def test_the_sep_line_is_honoured_and_not_counted(self):
        batch = read(text("sep=;", ";".join(CODES), line("a", by=";")))
        assert firsts(batch) == {2: "a"}
        assert "首行“sep=;”说明分隔符，行号从其下一行起算。" in batch.remarks

    def test_a_delimiter_at_the_end_of_every_line(self):
        batch = read(text(*(f"{row}," for row in (",".join(CODES), line("a"), line("b")))))
        assert firsts(batch) == {2: "a", 3: "b"}
        assert not [name for name in batch.rows.column_names if name.startswith("x:")]

    @pytest.mark.parametrize("many", [1, 2000])
    def test_a_delimiter_at_the_end_of_every_row_but_not_of_the_header(self, many):
        batch = read(text(",".join(CODES), *[f"{line('a')},"] * many, f"{line('b')},"))
        assert firsts(batch) == dict.fromkeys(range(2, many + 2), "a") | {many + 2: "b"}

    def test_a_delimiter_at_the_end_of_the_header_only(self):
        assert firsts(read(text(f"{','.join(CODES)},", line("a"), line("b")))) == {2: "a", 3: "b"}

    def test_one_row_that_fits_speaks_against_delimiters_at_the_end(self):
        rows = [line("a", last="") + ","] * 60
        batch = read(text(",".join(CODES), *rows, line("b")))
        assert firsts(batch) == {62: "b"}
        assert sorted(misfits(batch)) == list(range(2, 62))

    def test_a_row_with_something_beyond_the_header_is_answered(self):
        batch = read(text(f"{','.join(CODES)},", f"{line('a')},", f"{line('b')},?"))
        assert firsts(batch) == {2: "a"}
        assert misfits(batch) == {3: [*line("b").split(","), "?"]}


class TestQuotes:
    def test_tab_separated_text_without_quoting_keeps_its_quotes(self):
        rows = [line('"甲"公司', by="\t"), line('5" 管', by="\t")]
        assert firsts(read(text("\t".join(CODES), *rows))) == {2: '"甲"公司', 3: '5" 管'}

    def test_not_where_a_whole_cell_stands_in_quotes(self):
        batch = read(text("\t".join(CODES), line('"甲"', by="\t"), line('5" 管', by="\t")))
        assert firsts(batch) == {2: "甲"}
        assert sorted(misfits(batch)) == [3]

    def test_single_quotes_where_needed_are_told_by_what_they_explain(self):
        batch = read(text(",".join(CODES), line("'甲,乙'"), line("丙")))
        assert firsts(batch) == {2: "甲,乙", 3: "丙"}
        assert "文件以单引号括起单元格内容，读取时已去掉。" in batch.remarks

    def test_single_quotes_that_do_not_explain_every_row_are_text(self):
        batch = read(text(",".join(CODES), line("'甲,乙'"), line("丙,丁"), line("'5301'")))
        assert firsts(batch) == {4: "'5301'"}
        assert sorted(misfits(batch)) == [2, 3]


class TestLines:
    def test_mixed_line_ends(self):
        data = f"{','.join(CODES)}\r\n{line('a')}\r{line('b')}\n\r\n{line('c')}".encode()
        assert firsts(read(data)) == {2: "a", 3: "b", 5: "c"}

    @pytest.mark.parametrize("by", [",", "\t"])
    def test_titles_totals_signatures_and_the_header_again(self, by):
        header = by.join(LABELS)
        filled = by * (WIDTH - 1)
        batch = read(
            text(
                "2026年5月行政许可信息公示表" + filled, "填报单位：某局", "", header,
                line("甲", by=by), header, line("乙", by=by), "合计" + filled, by.join(["填报人：张三", "审核人：李四"]),
            )
        )  # fmt: skip
        assert batch.header_row == 4
        assert firsts(batch) == {5: "甲", 7: "乙"}
        assert misfits(batch) == {}
        assert batch.blank_rows == (3,)
        told = "".join(batch.remarks)
        assert all(f"第{n}行" in told for n in ("1-2", "6", "8", "9"))

    def test_a_header_in_two_lines(self):
        upper = [*LABELS[:-2], "数据来源", ""]
        lower = [*[""] * (WIDTH - 2), "数据来源单位", "数据来源单位统一社会信用代码"]
        batch = read(text(",".join(upper), ",".join(lower), line("甲")))
        assert firsts(batch) == {3: "甲"}

    def test_several_tables_in_one_file(self):
        penalty = [f.code for f in PENALTY.fields if f.required == "R"]
        row = ["丙", *["2026/05/06" if code == "CF_JDRQ" else "x" for code in penalty[1:]]]
        first, second = readers.read(
            text(
                ",".join(CODES), line("甲"), line('"'), "", "行政处罚", ",".join(penalty), ",".join(row), "x"
            )
        )
        assert (first.kind, firsts(first), sorted(misfits(first))) == ("licence", {2: "甲"}, [3])
        assert (second.kind, second.header_row, firsts(second)) == ("penalty", 6, {7: "丙"})
        assert misfits(second) == {8: ["x"]}

    def test_a_second_table_in_a_large_file_is_asked_for_apart(self, monkeypatch):
        monkeypatch.setattr(csv_text, "LARGEST_GRID", 100)
        penalty = ",".join(f.code for f in PENALTY.fields)
        assert read(text(",".join(CODES), line("a"), penalty)).refusal.rule_id == "BT-11"


class TestLimits:
    def test_a_file_without_any_line_end(self):
        assert read(b"x," * dialects.LONGEST_HEAD).refusal.rule_id == "BT-11"

    def test_a_huge_cell(self):
        data = text(",".join(CODES), line("a"), line("b" * (LIMITS.value_chars + 1)), line("c"))
        assert read(data).refusal.rule_id == "BT-11"

    def test_a_huge_irregular_line(self):
        data = text(",".join(CODES), line("a"), "b" * (LIMITS.value_chars + 1), line("c"))
        assert read(data).refusal.rule_id == "BT-11"

    def test_blank_lines_without_end(self):
        assert read(b"\n" * 3_000_000).refusal.rule_id == "BT-04"

    def test_too_many_columns(self):
        assert read(text(",".join([*CODES, *["x"] * LIMITS.columns]), "a")).refusal.rule_id == "BT-11"
