"""Sheets and texts in the shapes agencies send (issue 3, shapes; standard BT-01, BT-02, BT-04, BT-07, BT-10)."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.intake.readers import lines, shapes, tables, yuan
from gongshi.intake.readers.lines import Line
from gongshi.intake.readers.tables import Grid, UnreadableError
from gongshi.standard.checks.amounts import amount_not_numeric
from gongshi.standard.kinds import LICENCE, PENALTY
from gongshi.standard.messages import CELL_COUNT, CELL_FIXES, EXTRA_PREFIX, RAW_CELLS, ROW_NO
from gongshi.standard.normalise import normalise

NAMES = [f.name for f in LICENCE.fields]
HEADER = [f.label_zh for f in LICENCE.fields]
PENALTIES = [f.label_zh for f in PENALTY.fields]
TITLE = ["昆明市2026年第一季度行政许可信息表"]
BLANK: list[str] = []
VALUES = {
    "party_name": "云南某某有限公司",
    "party_category": "法人及非法人组织",
    "party_uscc": "91530102MA6K0000X1",
    "representative_name": "张三",
    "document_name": "准予行政许可决定书",
    "document_no": "云市监许〔2026〕1号",
    "licence_category": "普通",
    "content": "许可经营预包装食品",
    "violation_type": "无照经营",
    "facts": "当事人未办理营业执照从事经营",
    "legal_basis": "《无证无照经营查处办法》第十三条",
    "penalty_categories": "罚款",
    "fine_wan": "0.2",
    "decision_date": "2026/05/06",
    "valid_from": "2026/05/06",
    "valid_to": "2099/12/31",
    "organ_name": "昆明市市场监督管理局",
    "organ_code": "11530100MB1234567X",
    "state": "1",
    "source_name": "昆明市市场监督管理局",
    "source_code": "11530100MB1234567X",
}


def record(kind=LICENCE, **changes):
    return [(VALUES | changes).get(f.name, "") for f in kind.fields]


def read(*rows, **options):
    return shapes.batches(Grid(list(map(list, rows)), **options))


def only(*rows, **options):
    (batch,) = read(*rows, **options)
    assert batch.refusal is None
    return batch


def column(batch, name):
    return batch.rows.column(name).to_pylist()


def said(batch):
    return " ".join(batch.remarks)


def padded(*rows):
    """As a workbook stores them: all lines of one width."""
    width = max(map(len, rows))
    return [[*row, *[""] * (width - len(row))] for row in rows]


def told_lines(batch):
    """Line numbers its remarks name as no data."""
    return sorted(
        number
        for remark in batch.remarks
        if remark.endswith("未作为数据读取。")
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", remark.split("行")[0])
        for number in range(int(first), int(last or first) + 1)
    )


def accounted_for(batches):
    """Every line of a grid: rows, blank rows, told lines, header lines."""
    numbers = []
    for batch in batches:
        two = re.search(r"表头占两行（第(\d+)、(\d+)行）", said(batch))
        numbers += [batch.header_row, *([int(two[2])] if two else [])]
        numbers += [*column(batch, ROW_NO), *batch.blank_rows, *told_lines(batch)]
    return sorted(numbers)


def test_a_plain_table():
    batch = only(HEADER, record(), record(party_name="乙公司"))
    assert column(batch, ROW_NO) == [2, 3]
    assert column(batch, "party_name") == ["云南某某有限公司", "乙公司"]
    assert (batch.header_row, batch.expected_cells, batch.blank_rows, batch.remarks) == (1, 28, (), ())
    assert CELL_FIXES not in batch.rows.column_names


@pytest.mark.parametrize(
    "above",
    [
        [TITLE],
        [TITLE, BLANK, ["填报单位：昆明市市场监督管理局", "", "填报日期：2026年4月1日"]],
        [
            ["填写说明：1.带*的列必填；2.日期格式为YYYY/MM/DD。\n3.金额单位为万元"],
            ["必填", "必填", "选填", "选填"],
        ],
        [BLANK] * 7 + [TITLE] * 20,
    ],
)
def test_the_header_may_stand_in_any_row(above):
    batch = only(*padded(*above, HEADER, record(), record()))
    assert batch.header_row == len(above) + 1
    assert column(batch, ROW_NO) == [len(above) + 2, len(above) + 3]
    assert batch.header == tuple(HEADER)
    assert told_lines(batch) == [n for n, row in enumerate(above, 1) if row]
    assert "在表头之前" in said(batch)


def test_a_header_further_down_than_fifty_filled_lines_is_none():
    assert read(*[TITLE] * 51, HEADER, record())[0].refusal.rule_id == "BT-01"


GROUPED = [
    ["序号", "行政相对人名称", "行政相对人类别", "行政相对人代码", "", "法定代表人", "", "", *HEADER[13:]],
    ["", "", "", "统一社会信用代码", "工商注册号", "姓名", "证件类型", "证件号码", *[""] * 15],
]
GROUPED_FIELDS = [
    "x:序号", "party_name", "party_category", "party_uscc", "party_registration_no",
    "representative_name", "representative_id_type", "representative_id_no", *NAMES[13:],
]  # fmt: skip


def test_a_header_in_two_lines():
    row = [
        "1",
        "甲公司",
        "法人及非法人组织",
        "91530102MA6K0000X1",
        "",
        "张三",
        "身份证",
        "530102198001011234",
        *record()[13:],
    ]
    batch = only(TITLE, *GROUPED, row)
    assert batch.rows.column_names[: len(GROUPED_FIELDS)] == GROUPED_FIELDS
    assert (batch.header_row, column(batch, ROW_NO), batch.expected_cells) == (2, [4], 23)
    assert column(batch, "representative_id_no") == ["530102198001011234"]
    assert "表头占两行（第2、3行）" in said(batch)
    assert accounted_for([batch]) == [1, 2, 3, 4]


def test_groups_over_a_whole_header():
    groups = [
        "行政相对人信息",
        *[""] * 7,
        "法定代表人信息",
        "",
        "",
        "自然人信息",
        "",
        "许可信息",
        *[""] * 8,
        "许可机关信息",
        "",
        "",
        "数据来源单位",
        "",
    ]
    below = list(HEADER)
    below[8:13] = ["姓名", "证件类型", "证件号码", "证件类型", "证件号码"]
    below[22:24], below[25:27] = ["名称", "统一社会信用代码"], ["名称", "统一社会信用代码"]
    batch = only(*padded(groups, below), record())
    assert [n for n in batch.rows.column_names if n in NAMES] == NAMES
    assert column(batch, "organ_code") == ["11530100MB1234567X"]


def test_a_part_that_could_belong_to_anyone_is_never_read_without_its_group():
    upper = ["某某信息", *HEADER[1:]]
    below = ["名称", *[""] * 27]
    (batch,) = read(upper, below, record())
    assert batch.refusal.rule_id == "BT-01"
    assert "行政相对人名称" in batch.refusal.details["columns"]


def test_labels_over_codes_are_one_header():
    batch = only(HEADER, [f.code for f in LICENCE.fields], record())
    assert column(batch, ROW_NO) == [3]
    assert said(batch) == "第2行重复了表头，未作为数据读取。"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ([str(n) for n in range(1, 29)], "是列号"),
        (["栏次", *(str(n) for n in range(1, 28))], "是列号"),
        ([f"({n})" for n in range(1, 29)], "是列号"),
        (["必填", "必填", *["选填"] * 11, *["必填"] * 14, "选填"], "是填写说明"),
        (["必填，不超过200字", "必填，从下拉列表选择", "法人必填，18位", *["选填"] * 10, *["文本，最大长度64"] * 6, *["日期，格式：YYYY/MM/DD"] * 3, *["必填"] * 5, ""], "是填写说明"),
        (["文本(200)", "字符型", "18位", *["VARCHAR2(50)"] * 16, *["日期"] * 3, *["文本"] * 6], "是填写说明"),
        (["填写说明：本表由许可机关填写，每条记录占一行。"], "是填写说明"),
        (["示例", *record()[1:]], "标明是示例"),
        (["（示例）昆明某公司".replace("昆明某公司", ""), *record()[1:]], "标明是示例"),
    ],
)  # fmt: skip
def test_lines_between_the_header_and_the_first_record(line, what):
    batch = only(*padded(HEADER, line, record(), record()))
    assert column(batch, ROW_NO) == [3, 4]
    assert said(batch) == f"第2行{what}，未作为数据读取。"


def at(place, text, width=28):
    return ["" if n != place else text for n in range(width)]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (["合计", "", "12"], Line.TOTAL),
        (["合　计：", *[""] * 18, "3"], Line.TOTAL),
        (["", "总计", "35家"], Line.TOTAL),
        (["小计", "3", "", "", "1,200.50"], Line.TOTAL),
        (["共计12条记录"], Line.TOTAL),
        (["本页合计", "20"], Line.TOTAL),
        (["填报人：张三", "", "审核人：李四", "", "", "单位负责人：王五", "联系电话：0871-65320000", "填报日期：2026年4月1日"], Line.FOOTER),
        (["填报人：", "张三", "审核人", "李四", "填报日期：", "2026/04/01"], Line.FOOTER),
        (["单位负责人（签字）：", "", "", "填表人（签字）：王五"], Line.FOOTER),
        (["备注：本表一式两份"], Line.FOOTER),
        (["说明：1.本表由许可机关填报。\n2.逾期不候。"], Line.FOOTER),
        (at(3, "注：空白表示无"), Line.FOOTER),
        (["备注：", "本表一式两份"], Line.FOOTER),
        (["昆明市市场监督管理局（盖章）"], Line.FOOTER),
        (HEADER, Line.HEADER),
        ([f"{label}*" for label in HEADER], Line.HEADER),
        (PENALTIES, Line.TABLE),
        (BLANK, Line.BLANK),
        ([" ", "\u3000", "\n"], Line.BLANK),
        (record(), Line.DATA),
        (record(party_name="合计置业有限公司"), Line.DATA),
        (record(party_name="合计"), Line.DATA),
        (record(party_name="总计商贸（昆明）有限公司", decision_date=""), Line.DATA),
        (record(party_name="示例"), Line.DATA),
        (record(party_name="填报人：张三"), Line.DATA),
        (record(party_name="备注文化传播有限公司", decision_date=""), Line.DATA),
        (["合计", "法人及非法人组织"], Line.DATA),
        (["云南某某有限公司"], Line.DATA),
        (["负责人"], Line.DATA),
        ([str(n) for n in range(1, 29)], Line.DATA),
        (["必填"] * 28, Line.DATA),
    ],
)  # fmt: skip
def test_what_a_line_among_records_is(line, what):
    columns = tuple(NAMES)
    assert shapes.classify(line, columns) is what


def test_points_of_a_note_belong_to_it():
    notes = [["填表说明："], ["1、本表由许可机关填报。"], BLANK, ["（2）有效期长期的填2099/12/31。"]]
    batch = only(*padded(HEADER, record(), *notes))
    assert (told_lines(batch), batch.blank_rows) == ([3, 4, 6], (5,))


def test_totals_and_signatures_are_told_with_their_lines():
    rows = padded(
        HEADER, record(), ["小计", "1"], record(), ["合计", "2"], BLANK, ["填报人：张三", "审核人：李四"]
    )
    batch = only(*rows)
    assert column(batch, ROW_NO) == [2, 4]
    assert batch.remarks == (
        "第3、5行是合计，未作为数据读取。",
        "第7行是填报人、备注说明等表尾内容，未作为数据读取。",
    )
    assert batch.blank_rows == (6,)


def test_a_header_repeated_on_every_page():
    page = [HEADER, [str(n) for n in range(1, 29)], record(), record()]
    batch = only(*page * 3)
    assert column(batch, ROW_NO) == [3, 4, 7, 8, 11, 12]
    assert told_lines(batch) == [2, 5, 6, 9, 10]


def test_blank_rows_and_columns():
    rows = [
        ["", "", *HEADER[:5], "", *HEADER[5:]],
        [""] * 31,
        ["", "", *record()[:5], "", *record()[5:]],
        [" "] * 31,
    ]
    batch = only(*rows)
    assert (batch.blank_rows, column(batch, ROW_NO), column(batch, "party_name")) == (
        (2, 4),
        [3],
        ["云南某某有限公司"],
    )
    assert not any(name.startswith(EXTRA_PREFIX) for name in batch.rows.column_names)
    assert batch.expected_cells == 31


def test_a_column_without_header_is_kept_where_it_holds_anything():
    batch = only(["", *HEADER[:5], " ", *HEADER[5:]], ["", *record()[:5], "何物", *record()[5:]])
    assert column(batch, "x:(7)") == ["何物"]
    assert "x:(1)" not in batch.rows.column_names
    assert said(batch) == "第7列没有列名，作为附加列保留。"


def test_unknown_columns_are_kept_with_the_row():
    batch = only(["序号", *HEADER, "经办人 "], ["1", *record(), "李四"])
    assert (column(batch, "x:序号"), column(batch, "x:经办人")) == (["1"], ["李四"])


def test_several_tables_below_each_other():
    rows = padded(
        TITLE, HEADER, record(), record(), ["合计", "2"], BLANK, ["二、行政处罚"], BLANK,
        ["序号", *PENALTIES], ["1", *record(PENALTY)], ["填报人：张三"],
    )  # fmt: skip
    first, second = read(*rows)
    assert (first.kind, column(first, ROW_NO), told_lines(first)) == ("licence", [3, 4], [1, 5])
    assert (second.kind, column(second, ROW_NO), second.header_row, told_lines(second)) == (
        "penalty",
        [10],
        9,
        [7, 11],
    )
    assert column(second, "fine_wan") == ["0.2"]
    assert accounted_for([first, second]) == list(range(1, 12))


def test_the_same_columns_in_another_order_are_another_table():
    first, second = read(HEADER, record(), HEADER[::-1], record(party_name="乙公司")[::-1])
    assert (column(first, "party_name"), column(second, "party_name")) == (["云南某某有限公司"], ["乙公司"])


def test_a_refused_table_does_not_take_the_next_one_with_it():
    first, second = read(*padded(HEADER[:10], record()[:10], PENALTIES, record(PENALTY)))
    assert (first.refusal.rule_id, first.rows.num_rows, first.header_row) == ("BT-01", 0, 1)
    assert (second.kind, column(second, ROW_NO)) == ("penalty", [4])


def test_tables_beside_each_other():
    fixes = {(1, 32): ("TX-12", "91530102")}
    left, right = read(*padded([*HEADER, "", *PENALTIES], [*record(), "", *record(PENALTY)]), fixes=fixes)
    assert (left.kind, right.kind) == ("licence", "penalty")
    assert column(left, "party_name") == column(right, "party_name") == ["云南某某有限公司"]
    assert column(right, "facts") == [VALUES["facts"]]


def test_duplicated_and_missing_columns_refuse_the_table():
    (twice,) = read([*HEADER, "许可内容"], [*record(), ""])
    assert (twice.refusal.rule_id, twice.refusal.details) == ("BT-02", {"columns": "许可内容"})
    (less,) = read(HEADER[:14], record()[:14])
    assert less.refusal.rule_id == "BT-01"
    assert "行政许可决定文书号（XK_WSH）" in less.refusal.details["columns"]


def test_no_header_at_all_is_answered_at_the_line_with_most_cells():
    (batch,) = read(TITLE, record(), record())
    assert (batch.refusal.rule_id, batch.header_row, batch.kind) == ("BT-01", 2, None)
    assert "行政许可模板的必填列" in batch.refusal.details["columns"]


def test_a_form_filled_in_downwards_is_answered_not_guessed():
    (batch,) = read(*([label, value] for label, value in zip(HEADER, record(), strict=True)))
    assert batch.refusal.rule_id == "BT-01"
    assert "第1列自上而下是列名" in batch.refusal.details["columns"]


def test_nothing_below_the_header():
    (batch,) = read(TITLE, HEADER, ["合计", "0"])
    assert (batch.kind, batch.refusal.rule_id) == ("licence", "BT-04")
    assert read(BLANK, [" "]) == []


def test_cells_beyond_the_header_do_not_fit_it():
    shifted = [*record()[:3], "多出", *record()[3:-1], "末尾"]
    batch = only(*padded(HEADER, record(), shifted, [*record(), " "]))
    assert column(batch, ROW_NO) == [2, 3, 4]
    assert column(batch, RAW_CELLS) == [None, json.dumps(shifted, ensure_ascii=False), None]
    assert column(batch, CELL_COUNT) == [28, 29, 28]
    assert column(batch, "party_name")[1] == ""


def test_in_text_a_cell_more_or_less_does_not_fit():
    rows = [HEADER, record(), record()[:27], [*record(), ""], BLANK, ["填报人：张三"], record()]
    batch = only(*rows, ragged=True, broken=frozenset({6}))
    assert column(batch, CELL_COUNT) == [28, 27, 29, 0]
    assert column(batch, ROW_NO) == [2, 3, 4, 7]
    assert (batch.blank_rows, told_lines(batch)) == ((5,), [6])


def test_short_lines_of_a_sheet_end_in_empty_cells():
    batch = only(HEADER, record()[:27], record())
    assert column(batch, "remark") == ["", ""]
    assert column(batch, RAW_CELLS) == [None, None]


def test_what_a_reader_changed_counts_only_where_digits_matter():
    place = {name: n for n, name in enumerate(NAMES)}
    rows = [TITLE, HEADER, record(party_organisation_code="012345678", content="007"), record()]
    fixes = {
        (2, place["party_organisation_code"]): ("TX-12", "12345678"),
        (2, place["content"]): ("TX-12", "7"),
        (3, 0): ("TX-12", "甲"),
    }
    batch = only(*rows, fixes=fixes)
    assert column(batch, "party_organisation_code")[0] == "012345678"
    assert (column(batch, "content")[0], column(batch, "party_name")[1]) == ("7", "甲")
    told = [["party_organisation_code", "TX-12", "12345678", "012345678"]]
    assert column(batch, CELL_FIXES) == [json.dumps(told, ensure_ascii=False), None]


def test_a_row_that_does_not_fit_is_kept_as_stored():
    batch = only(
        *padded(HEADER, [*record(party_uscc="0123"), "多"], record()), fixes={(1, 2): ("TX-12", "123")}
    )
    assert json.loads(column(batch, RAW_CELLS)[0])[2] == "123"
    assert CELL_FIXES not in batch.rows.column_names


def test_amounts_in_yuan_are_moved_to_wan_and_recorded():
    header = [label.replace("罚款金额（万元）", "罚款金额（元）") for label in PENALTIES]
    rows = [record(PENALTY, fine_wan=text) for text in ("2000", "1,234.5", "", "贰仟元", "0")]
    batch = only(header, *rows)
    assert column(batch, "fine_wan") == ["0.2", "0.12345", "", "贰仟元", "0"]
    assert json.loads(column(batch, CELL_FIXES)[1]) == [["fine_wan", "CF-18", "1,234.5", "0.12345"]]
    assert column(batch, CELL_FIXES)[2:] == [None, None, None]
    assert "第20列的金额单位为元，已换算为万元读取（共2格）" in said(batch)


@pytest.mark.parametrize(
    ("yuan_text", "expected"),
    [("1", "0.0001"), ("10000", "1"), ("12345678901234567890123456789012.34", "1234567890123456789012345678.901234"),
     ("0.5", "0.00005"), ("２０００", "0.2"), (" 2000\n", "0.2"), ("2000元", None), ("-5", None), ("1,23", None), ("", None), ("²", None)],
)  # fmt: skip
def test_the_decimal_point_moves_four_places(yuan_text, expected):
    assert yuan.wan(yuan_text) == expected


@given(st.text("0123456789.,元- \t０１²，\u200b\xa0", max_size=8))
def test_what_is_not_moved_is_never_taken_for_wan(text):
    """Whatever the fix rules make of a cell that was left in 元, CF-18 answers it."""
    header = [label.replace("罚款金额（万元）", "罚款金额（元）") for label in PENALTIES]
    batch = only(header, record(PENALTY, fine_wan=text))
    moved = CELL_FIXES in batch.rows.column_names
    after = normalise(PENALTY, batch.rows).columns["fine_wan"]
    if not moved and after[0].as_py() not in (None, "0"):
        assert amount_not_numeric(after, 12)[0].as_py() or float(after[0].as_py()) == 0


def test_half_a_surrogate_pair_is_no_text():
    with pytest.raises(UnreadableError):
        read(HEADER, record(party_name="云南\ud800公司"))


FILLERS = st.sampled_from(
    [BLANK, [" "], TITLE, ["合计", "3"], ["填报人：张三", "审核人：李四"], ["说明：无"], HEADER, ["必填"] * 28, ["1.见附件"],
     [str(n) for n in range(1, 29)], record(), record(decision_date=""), record(party_name="合计"), [*record(), "多"], ["单格"],
     PENALTIES, record(PENALTY), [*HEADER[:5], *HEADER[6:]], GROUPED[0], GROUPED[1], record()[:9]]
)  # fmt: skip


@given(
    st.lists(FILLERS, max_size=3),
    st.lists(FILLERS, max_size=14),
    st.integers(1, 5),
    st.booleans(),
    st.booleans(),
)
def test_no_line_vanishes(above, below, first_line, ragged, even):
    rows = [*above, HEADER, *below]
    rows = padded(*rows) if even else rows
    batches = shapes.batches(Grid(rows, first_line=first_line, ragged=ragged))
    if any(batch.refusal for batch in batches):
        assert all(batch.refusal is None or batch.rows.num_rows == 0 for batch in batches)
        return
    assert accounted_for(batches) == list(range(first_line, first_line + len(rows)))


@given(
    st.lists(st.sampled_from([record(), record(party_name="合计"), [*record(), "x"]]), min_size=1),
    st.integers(0, 3),
)
def test_rows_with_values_where_every_record_has_some_are_all_data(rows, titles):
    batch = only(*[TITLE] * titles, HEADER, *rows)
    assert column(batch, ROW_NO) == list(range(titles + 2, titles + 2 + len(rows)))


@given(st.lists(st.lists(st.text(max_size=4), max_size=30), max_size=8))
def test_any_grid_is_answered(rows):
    batches = shapes.batches(Grid(rows))
    assert all(batch.refusal or batch.rows.num_rows for batch in batches)
    assert bool(batches) == any(cell.strip() for row in rows for cell in row)


def test_ranges_of_lines():
    assert lines.ranges([1, 2, 3, 7, 9, 10]) == "1-3、7、9-10"


def test_the_reader_of_tables_says_nothing_of_amounts_in_a_refused_table():
    header = [label.replace("（万元）", "（元）") for label in PENALTIES[:20]]
    (batch,) = read(header, record(PENALTY)[:20])
    assert (batch.refusal.rule_id, batch.rows.column_names) == ("BT-01", tables.empty_rows().column_names)


def test_a_header_in_two_lines_repeated_on_every_page():
    row = ["1", "甲公司", "法人及非法人组织", "91530102MA6K0000X1", "", "张三", "", "", *record()[13:]]
    batch = only(*GROUPED, row, *GROUPED, row)
    assert (column(batch, ROW_NO), told_lines(batch)) == ([3, 6], [4, 5])


def test_groups_over_the_header_of_the_second_table():
    groups = ["行政相对人信息", *[""] * 7, "法定代表人信息", *[""] * 17, "数据来源单位", ""]
    below = list(PENALTIES)
    below[0], below[8:11], below[27:29] = (
        "名称",
        ["姓名", "证件类型", "证件号码"],
        ["名称", "统一社会信用代码"],
    )
    groups = [
        "行政相对人信息",
        *[""] * 7,
        "法定代表人信息",
        "",
        "",
        "自然人",
        "",
        "处罚信息",
        *[""] * 13,
        "数据来源单位",
        "",
        "其他",
    ]
    first, second = read(*padded(HEADER, record(), ["二、处罚"], groups, below, record(PENALTY)))
    assert (first.kind, column(first, ROW_NO), second.refusal) == ("licence", [2], None)
    assert (second.kind, second.header_row, column(second, ROW_NO)) == ("penalty", 4, [6])
    assert column(second, "source_code") == ["11530100MB1234567X"]
    assert accounted_for([first, second]) == [1, 2, 3, 4, 5, 6]
