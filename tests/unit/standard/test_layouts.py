"""Layouts: told by the columns a header has, and brought to S2018b cell by cell (standard 1.1, 1.4)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from gongshi.standard.kinds import KINDS
from gongshi.standard.layouts import column_of, layout_of, layouts_of, recognise
from gongshi.standard.layouts.complete import RANGES, complete
from gongshi.standard.layouts.convert import convert
from gongshi.standard.messages import RAW_CELLS, ROW_NO
from gongshi.standard.model import ORGANISATION, PERSON, SELF_EMPLOYED
from gongshi.standard.normalise import normalise

ORGAN = ("昆明市市场监督管理局", "11530100015114589Q")
USCC, SHOP = "91530100MA6K8X2N0H", "92530102MA6KAB12XY"
CARD = "530102199003071238"
COUNTS = {"S2018b": (28, 30), "S2018a": (26, 28), "L2015": (20, 24), "S2018b-ZRR": (18, 20)}


def names(kind: str, layout: str) -> set[str]:
    return set(layout_of(kind, layout).names)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", COUNTS)
def test_each_layout_has_its_columns_and_is_told_by_them(kind: str, layout: str) -> None:
    own = layout_of(kind, layout)
    assert len(own.columns) == COUNTS[layout][list(KINDS).index(kind)]
    assert len(own.names) == len(own.columns) == len({column.code for column in own.columns})
    assert recognise(kind, own.names).id == layout
    assert (
        recognise(kind, {column.name for column in own.columns if column.required == "R"} | own.signature).id
        == layout
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_less_or_more_does_not_make_another_layout(kind: str) -> None:
    for layout in layouts_of(kind):
        for column in layout.required:
            rest = set(layout.names) - {column.name}
            if (layout.id, column.name) != ("S2018b", "party_category"):
                assert recognise(kind, rest).id == layout.id, column
                assert [c.name for c in layout.missing(rest)] == [column.name]
    assert recognise(kind, names(kind, "S2018b") - {"party_category"}).id == "S2018b"
    assert recognise(kind, names(kind, "S2018b") | {"place_code", "updated_at"}).id == "S2018b"
    assert recognise(kind, names(kind, "L2015") | {"organ_code", "source_name"}).id == "L2015"


def test_what_feeds_a_field_names_one() -> None:
    wrong = [
        column
        for kind in KINDS.values()
        for layout in layouts_of(kind.name)
        for column in layout.columns
        if column.feeds and column.feeds not in {f.name for f in kind.fields}
    ]
    assert wrong == []
    assert column_of("licence", "project_name").code == "XK_XMMC"  # type: ignore[union-attr]
    assert column_of("licence", "organ_name", "L2015").code == "XK_XZJG"  # type: ignore[union-attr]
    assert column_of("licence", "organ_name").code == "XK_XKJG"  # type: ignore[union-attr]
    assert column_of("licence", "nothing") is None


def table(rows: list[dict[str, str]], broken: tuple[int, ...] = ()) -> pa.Table:
    every = list(dict.fromkeys(name for row in rows for name in row))
    columns: dict[str, Any] = {
        name: pa.array([row.get(name, "") for row in rows], pa.string()) for name in every
    }
    columns[ROW_NO] = pa.array(range(2, len(rows) + 2), pa.int32())
    columns[RAW_CELLS] = pa.array(
        ["[]" if place in broken else None for place in range(len(rows))], pa.string()
    )
    return pa.table(columns)


def converted(
    kind: str, layout: str, rows: list[dict[str, str]], **more: Any
) -> tuple[list[dict[str, str]], set[tuple]]:
    done = convert(layout_of(kind, layout), table(rows, **more))
    fixes = {tuple(fix.values()) for fix in done.fixes.to_pylist()}
    return done.rows.to_pylist(), fixes


@pytest.mark.parametrize(
    ("codes", "category", "owner"),
    [
        ({"party_uscc": USCC}, ORGANISATION, "representative"),
        ({"party_uscc": f" {SHOP.lower()}"}, SELF_EMPLOYED, "representative"),
        ({"party_registration_no": SHOP}, SELF_EMPLOYED, "representative"),
        ({"party_organisation_code": "MA6K8X2N-0"}, ORGANISATION, "representative"),
        ({"party_tax_no": "530102015123450"}, ORGANISATION, "representative"),
        ({"party_uscc": "\u3000", "party_tax_no": " "}, PERSON, "party"),
        ({"party_organisation_code": "-"}, PERSON, "party"),
        ({}, PERSON, "party"),
    ],
)
def test_the_id_number_of_l2015_has_two_meanings(codes: dict[str, str], category: str, owner: str) -> None:
    """*_XDR_SFZ is the counterpart's own number when no organisation code is filled, else the representative's."""
    (row,), fixes = converted("penalty", "L2015", [{"person_id_no": CARD, **codes}])
    other = {"party": "representative", "representative": "party"}[owner]
    assert (row["party_category"], row[f"{owner}_id_no"], row[f"{owner}_id_type"]) == (
        category,
        CARD,
        "身份证",
    )
    assert (row[f"{other}_id_no"], row[f"{other}_id_type"]) == ("", "")
    assert (2, "party_category", "CT-01", "", category) in fixes
    assert (
        2,
        f"{owner}_id_type",
        {"party": "PE-01", "representative": "LR-03"}[owner],
        "",
        "身份证",
    ) in fixes


def test_copied_cells_stay_as_written() -> None:
    cells = {
        "project_name": " 某项目 ",
        "approval_category": "核准",
        "organ_name": ORGAN[0],
        "party_uscc": USCC,
    }
    (row,), fixes = converted("licence", "L2015", [cells])
    assert (row["document_name"], row["licence_category"]) == (" 某项目 ", "核准")
    assert {rule for _, _, rule, _, _ in fixes} == {"CT-01"}
    (row,), _ = converted("penalty", "L2015", [{"penalty_name": "无证经营", "result": "罚款2000元"}])
    assert (row["violation_type"], row["content"]) == ("无证经营", "罚款2000元")


def test_a_filled_cell_of_today_is_never_written_over() -> None:
    (row,), _ = converted(
        "licence", "L2015", [{"project_name": "项目", "document_name": "决定书", "party_category": "组织"}]
    )
    assert (row["document_name"], row["party_category"]) == ("决定书", "组织")


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("警告", "罚款", "警告;罚款"), ("罚款", "", "罚款"), ("", "罚款", "罚款"), ("其他", "责令改正", "其他-责令改正"),
        ("其他", "罚款", "其他;罚款"), ("罚款", "罚款", "罚款;罚款"), ("", "", ""),
    ],
)  # fmt: skip
def test_two_categories_become_one_field(first: str, second: str, joined: str) -> None:
    (row,), fixes = converted(
        "penalty", "L2015", [{"penalty_category_1": first, "penalty_category_2": second}]
    )
    assert row["penalty_categories"] == joined
    assert ((2, "penalty_categories", "CF-08", first, joined) in fixes) == bool(first and second)


def test_dashes_are_taken_out_of_old_codes() -> None:
    cells = {
        "party_organisation_code": "MA6K8X2N-0",
        "party_registration_no": "530100-100012345",
        "party_tax_no": "53010201512345－0",
    }
    (row,), fixes = converted("licence", "L2015", [cells])
    assert [row[name] for name in cells] == ["MA6K8X2N0", "530100100012345", "530102015123450"]
    assert {(name, rule) for _, name, rule, _, _ in fixes if rule == "TX-06"} == {
        (name, "TX-06") for name in cells
    }


def test_s2018a_lacks_category_and_type_of_the_number() -> None:
    rows = [
        {"party_uscc": USCC, "representative_id_no": CARD},
        {"party_id_type": "护照", "party_id_no": "E12345678"},
        {"party_uscc": USCC, "representative_id_no": ""},
    ]
    done, _ = converted("licence", "S2018a", rows)
    assert [row["party_category"] for row in done] == [ORGANISATION, PERSON, ORGANISATION]
    assert [row["representative_id_type"] for row in done] == ["身份证", "", ""]
    assert done[1]["party_id_type"] == "护照"


def test_the_form_for_persons_has_one_category() -> None:
    (row,), fixes = converted("penalty", "S2018b-ZRR", [{"party_name": "李建国", "party_id_no": CARD}])
    assert row["party_category"] == PERSON
    assert fixes == {(2, "party_category", "CT-01", "", PERSON)}


def test_rows_that_do_not_fit_and_withdrawals_are_left_alone() -> None:
    rows = [{"operation": ""}, {"operation": "撤销 ", "party_uscc": USCC}]
    done, fixes = converted("licence", "L2015", rows, broken=(0,))
    assert [row["party_category"] for row in done] == ["", ""]
    assert fixes == set()


def test_s2018b_is_handed_on_untouched() -> None:
    rows = table([{"party_uscc": USCC, "representative_id_no": CARD}])
    assert convert(layout_of("licence", "S2018b"), rows).rows is rows
    assert convert(layout_of("licence", None), rows).fixes.num_rows == 0


def completed(
    kind: str, layout: str, rows: list[dict[str, str]], is_complete: list[bool] | None = None
) -> Any:
    read = table(rows)
    form = layout_of(kind, layout)
    columns = normalise(KINDS[kind], convert(form, read).rows).columns
    judged = np.array(is_complete or [True] * len(rows))
    return complete(form, read, columns, judged, dict([ORGAN]).get)


STATES = [
    ("0", "", "1", ""), ("", "", "1", ""), ("1", "", "2", "撤销"), ("2", "", "1", "异议"), ("１", "", "2", "撤销"),
    (" 0 ", "", "1", ""), ("1.0", "", "2", "撤销"), ("正常", "", "1", ""), ("3", "", "3", ""), ("3", "已注销", "2", "其他"),
    ("3", "变更法定代表人", "1", "其他"), ("9", "", "9", ""), ("有效", "", "有效", ""),
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("written", "remark", "state", "life_cycle"), STATES)
def test_a_state_of_l2015_is_read_by_its_own_list(
    kind: str, written: str, remark: str, state: str, life_cycle: str
) -> None:
    """0 正常, 1 撤销, 2 异议, 3 其他, which needs a remark; what is none of them stays for XK-15."""
    done = completed(kind, "L2015", [{"state": written, "remark": remark}])
    assert done.columns["state"].to_pylist() == [state]
    said = {row["name"]: row["value"] for row in done.beside.to_pylist()}
    assert said.get("life_cycle", "") == life_cycle
    fixed = [fix["fixed"] for fix in done.fixes.to_pylist() if fix["field"] == "state"]
    assert fixed == ([] if state in ("3", "9", "有效") else [state])


@pytest.mark.parametrize("layout", ["S2018b", "S2018a", "S2018b-ZRR"])
@pytest.mark.parametrize("state", ["1", "2", "0", "3"])
def test_a_state_of_s2018_is_never_mapped(layout: str, state: str) -> None:
    """`1` means 有效 here and 撤销 in L2015: only the generation tells."""
    done = completed("licence", layout, [{"state": state}])
    assert done.columns["state"].to_pylist() == [state]
    assert done.beside.num_rows == 0


def test_validity_is_filled_in_and_told() -> None:
    rows = [
        {"decision_date": "2016年5月8日", "valid_to": ""},
        {"decision_date": "2016-05-08", "valid_to": "长期"},
        {"decision_date": "某日", "valid_to": "2018/05/08"},
    ]
    done = completed("licence", "L2015", rows)
    assert done.columns["valid_from"].to_pylist() == ["2016/05/08", "2016/05/08", None]
    assert done.columns["valid_to"].to_pylist() == ["2099/12/31", "2099/12/31", "2018/05/08"]
    assert [(rule, name, places.tolist()) for rule, name, places in done.notes] == [
        ("XK-11", "valid_from", [0, 1]),
        ("DT-08", "valid_to", [0]),  # 长期 itself is mended by the fix rules
    ]


def test_the_code_of_an_organ_comes_by_its_exact_name() -> None:
    name, code = ORGAN
    rows = [
        {"organ_name": name},
        {"organ_name": "昆明市市监局"},
        {"organ_name": f" {name}　"},
        {"organ_name": name, "source_name": "甲局"},
    ]
    done = completed("penalty", "L2015", rows)
    assert done.columns["organ_code"].to_pylist() == [code, None, code, code]
    assert done.columns["source_name"].to_pylist() == [name, "昆明市市监局", name, "甲局"]
    assert done.columns["source_code"].to_pylist() == [code, None, code, None]


def test_withdrawals_get_an_organ_code_and_no_defaults() -> None:
    done = completed("licence", "L2015", [{"organ_name": ORGAN[0], "decision_date": "2016/05/08"}], [False])
    assert done.columns["organ_code"].to_pylist() == [ORGAN[1]]
    assert [
        done.columns[name].to_pylist() for name in ("valid_from", "valid_to", "source_name", "state")
    ] == [[None]] * 4
    assert done.beside.num_rows == 0


@pytest.mark.parametrize(
    ("written", "range_"),
    [
        ("", None),
        ("0", None),
        ("1", "政务共享"),
        ("2", "授权查询"),
        (" １ ", "政务共享"),
        ("1.0", "政务共享"),
        ("9", "9"),
        ("不公开", "不公开"),
    ],
)
def test_a_restricted_range_is_never_lost(written: str, range_: str | None) -> None:
    """0 and blank may be published; what is neither restricts, also when the list does not have it."""
    done = completed(
        "penalty",
        "L2015",
        [{"use_range": written, "severity": "2", "item_code": "53-01", "place_code": "530100"}],
    )
    said = {row["name"]: row["value"] for row in done.beside.to_pylist()}
    expected = {"severity": "较重", "item_code": "53-01", "place_code": "530100"}
    assert said == (expected | {"publication_range": range_} if range_ else expected)
    assert set(RANGES.values()) == {"", "政务共享", "授权查询"}


def test_stamps_are_read_by_their_day() -> None:
    written = ["20160508123000", "2016-05-08 12:30:00", "2016/05/08", "20160508"]
    done = completed("licence", "L2015", [{"updated_at": text} for text in written])
    assert done.columns["updated_at"].to_pylist() == ["2016/05/08"] * 4
    said = [row["value"] for row in done.beside.to_pylist() if row["name"] == "updated_at"]
    assert said == written
