"""Whatever lies in an inbox gets a clear receipt; nothing is lost, nothing of it loaded, and other files go their way."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from gongshi.load.ledger import OUTCOMES
from gongshi.sample.bad_files import bad_files
from gongshi.standard.kinds import KINDS

SECRET = "云南云岭机密商贸有限公司"
UNKNOWN = "11530999999999999X"


def workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def table(house: Any, kind: str, rows: list[dict[str, str]]) -> list[list[str]]:
    names = [f.name for f in KINDS[kind].fields]
    return [[KINDS[kind].official(name) for name in names], *([row[name] for name in names] for row in rows)]


def odd_files(house: Any) -> dict[str, tuple[bytes | str, str, list[str], int]]:
    """File name → (content, status, rules of its findings, rows accepted)."""
    rows = house.rows("licence", 30)
    good = house.csv("licence", rows[:3])
    header, *lines = good.splitlines(keepends=True)
    (organisation,) = house.rows("licence", 1, category="法人及非法人组织")
    rare = [
        organisation
        | {
            "document_no": "昆罕〔2026〕1号",
            "party_name": "昆明𠮷祥商贸有限公司",
            "content": "准予𪚥㐂经营。",
        }
    ]
    huge = [rows[4] | {"content": "准予" * 175_000}]
    foreign = [row | {"party_name": SECRET} for row in house.rows("licence", 2, house.agencies[1])]
    explained = {
        "填写说明": [["请按本说明填写"], ["一、名称填写全称"]],
        "行政许可": table(house, "licence", rows[6:8]),
    }
    two = {
        "许可": table(house, "licence", rows[8:10]),
        "处罚": table(house, "penalty", house.rows("penalty", 2)),
        "Sheet3": [],
    }
    lone = [header, lines[0].replace("准予", '"准予', 1), lines[1], lines[2]]
    return {
        "BOM.csv": (b"\xef\xbb\xbf", "rejected", ["BT-04"], 0),
        "空行.csv": ("\r\n\r\n\r\n", "rejected", ["BT-04"], 0),
        "NUL.csv": (good.replace("准予", "准\x00予").encode(), "rejected", ["BT-03"], 0),
        "两次表头.csv": (house.csv("licence", rows[10:11]).replace("\r\n", "\r\n" + header, 1), "accepted", [], 1),
        "罕用字.csv": (house.csv("licence", rare).encode("gb18030"), "accepted", [], 1),
        "大单元格.csv": (house.csv("licence", huge), "rejected", ["TX-08"], 0),
        "单个引号.csv": ("".join(lone), "partly_accepted", ["BT-10"], 2),
        "错放.csv": (house.csv("licence", foreign), "rejected", ["BT-06"], 0),
        "说明.xlsx": (workbook(explained), "accepted", [], 2),
        "两表.xlsx": (workbook(two), "accepted", [], 4),
        "网页.csv": ("<html><body>登录超时</body></html>", "rejected", ["BT-03"], 0),
        "分号.csv": (house.csv("licence", rows[14:17]).replace(",", ";"), "accepted", [], 3),
        "别的表.csv": ("姓名,工资\r\n甲,1\r\n", "rejected", ["BT-01"], 0),
        "图片.xlsx": (b"\x89PNG\r\n\x1a\n" + bytes(100), "rejected", ["BT-03"], 0),
        "a'b\"; DROP TABLE x;--.csv": (house.csv("licence", rows[12:13]), "accepted", [], 1),
        "长" * 60 + ".csv": (house.csv("licence", rows[13:14]), "accepted", [], 1),
    }  # fmt: skip


@pytest.fixture(scope="module")
def fed(module_house: Any) -> tuple[Any, dict[str, tuple[Any, ...]]]:
    """Everything odd in one run, with good files of two agencies among it."""
    house = module_house
    odd = odd_files(house)
    for name, (content, *_) in odd.items():
        house.drop(name, content)
    for name, content, _ in bad_files(house.at.date()):
        house.drop(f"样本-{name}", content)
    house.drop("好.csv", house.csv("licence", house.rows("licence", 22)[20:]))
    house.drop(
        "好.csv", house.csv("penalty", house.rows("penalty", 2, house.agencies[2])), house.agencies[2].code
    )
    house.drop(
        "陌生.csv",
        house.csv("licence", [row | {"party_name": SECRET} for row in house.rows("licence", 22)[18:20]]),
        UNKNOWN,
    )
    house.collect()
    return house, odd


def test_every_odd_file_has_the_receipt_it_deserves(fed: Any) -> None:
    house, odd = fed
    told: dict[str, tuple[str, list[str], int]] = {}
    for receipt in house.receipts():
        if receipt["file"] in odd:
            before = told.get(receipt["file"], ("accepted", [], 0))
            worse = max(before[0], receipt["status"], key=["accepted", "partly_accepted", "rejected"].index)
            told[receipt["file"]] = (
                worse,
                before[1] + list(receipt["finding_counts"]),
                before[2] + receipt["rows"]["accepted"],
            )
    wrong = {
        name: (told.get(name), expected)
        for name, (_, *expected) in odd.items()
        if name not in told
        or (told[name][0], told[name][2]) != (expected[0], expected[2])
        or (expected[1] and told[name][1] != expected[1])
        or (expected[0] == "accepted" and [rule for rule in told[name][1] if rule != "XR-15"])
    }
    assert wrong == {}


def test_every_bad_file_of_the_sample_names_its_rule(fed: Any) -> None:
    house, _ = fed
    wanted = {f"样本-{name}": rule for name, _, rule in bad_files(house.at.date())}
    told = {receipt["file"]: receipt for receipt in house.receipts() if receipt["file"] in wanted}
    assert {name: rule for name, rule in wanted.items() if rule not in told[name]["finding_counts"]} == {}
    refused = [receipt for name, receipt in told.items() if wanted[name] != "BT-10"]
    assert {receipt["status"] for receipt in refused} == {"rejected"}
    assert {receipt["rows"]["accepted"] for receipt in refused} == {0}


def test_every_refusal_says_in_chinese_what_to_do(fed: Any) -> None:
    house, _ = fed
    for receipt in house.receipts():
        if receipt["status"] == "rejected":
            assert receipt["next_step"]
            assert all(
                f["message"] and f["suggestion"] for f in receipt["findings"] if f["severity"] == "batch"
            )


def test_other_files_of_the_same_run_are_unaffected(fed: Any) -> None:
    house, _ = fed
    good = [receipt for receipt in house.receipts() if receipt["file"] == "好.csv"]
    assert [(r["status"], r["rows"]["accepted"], r["errors"]) for r in good] == [("accepted", 2, 0)] * 2


def test_nothing_is_lost(fed: Any) -> None:
    house, _ = fed
    assert house.ledger().problems == []
    assert list(house.settings.dropbox.glob("*/inbox/*")) == []
    for receipt in house.receipts():
        assert receipt["rows"]["read"] == sum(receipt["rows"][outcome] for outcome in OUTCOMES)
        assert (house.settings.archive / receipt["sha256"]).exists()
    read = Counter(r["sha256"] for r in house.receipts())
    assert {path.name for path in house.settings.archive.iterdir()} == set(read)


def test_a_header_written_twice_is_told_and_is_no_row(fed: Any) -> None:
    house, _ = fed
    receipt = house.receipt("两次表头.csv")
    assert receipt["rows"]["read"] == 1
    assert any("第2行" in remark and "表头" in remark for remark in receipt["remarks"])


def test_rare_characters_are_stored_as_written(fed: Any) -> None:
    house, _ = fed
    (row,) = house.fetch("SELECT content FROM core.licence WHERE party_name = '昆明𠮷祥商贸有限公司'")
    assert row["content"] == "准予𪚥㐂经营。"


def test_a_page_of_instructions_is_no_data(fed: Any) -> None:
    house, _ = fed
    assert [r["sheet"] for r in house.receipts() if r["file"] == "说明.xlsx" and r["rows"]["read"]] == [
        "行政许可"
    ]


def test_a_file_in_a_wrong_folder_discloses_nothing(fed: Any) -> None:
    """Neither to the owner of the folder nor to an unknown one: no cell of it is in any answer."""
    house, _ = fed
    for file, status in (("错放.csv", "rejected"), ("陌生.csv", "rejected")):
        receipt = house.receipt(file)
        assert (receipt["status"], list(receipt["finding_counts"])) == (status, ["BT-06"])
        folder = house.settings.feedback(receipt["agency"]) / receipt["batch_id"]
        assert not list(folder.glob("需修改*"))
        assert _holding(folder, SECRET) == []
    rows = house.rows("licence", 2, house.agencies[1])
    receipt = house.receipt("错放.csv")
    cells = {
        value
        for row in rows
        for name, value in row.items()
        if name.endswith(("name", "no", "code", "content", "uscc")) and len(value) > 3
    }
    folder = house.settings.feedback(receipt["agency"]) / receipt["batch_id"]
    assert sorted(cell for cell in cells if _holding(folder, cell)) == []
    assert house.fetch(f"SELECT count(*) AS n FROM core.licence WHERE party_name = '{SECRET}'") == [{"n": 0}]


def _holding(folder: Path, text: str) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


ID_NUMBERS = ("530102199003071238", "11010519491231002X", "53010219900307123X")
PHONE = "13888123456"


@pytest.fixture(scope="module")
def confided(fed: Any) -> Any:
    """Personal data in every place it may turn up: right fields, wrong fields, names, free text, headers, broken rows."""
    house, _ = fed
    right, wrong, masked = ID_NUMBERS
    person = house.rows("licence", 4, category="自然人")
    company = house.rows("penalty", 4, category="法人及非法人组织")
    card = {"party_id_type": "身份证", "party_id_no": right}
    licences = [
        person[0] | card | {"party_name": "李丽", "content": f"准予，联系电话{PHONE}，身份证{wrong}。", "document_no": "甲〔2026〕1号"},
        person[1] | {"party_id_type": "身份证", "party_id_no": masked, "document_no": "甲〔2026〕2号"},
        person[2] | card | {"party_name": right, "document_no": "甲〔2026〕3号"},
        person[3] | card | {"party_name": f"李丽 {PHONE}", "document_no": "甲〔2026〕4号", "decision_date": right, "state": PHONE},
        person[3] | {"party_id_type": right, "party_id_no": PHONE, "licence_category": f"其他{wrong}", "organ_code": right},
        person[3] | {"operation": PHONE, "record_ref": right, "document_no": "甲〔2026〕6号"},
        person[0] | {"operation": "撤销", "remark": f"{right}申请", "record_ref": right},
        person[1] | card | {"party_id_no": f" {right.lower()}　", "document_no": "甲〔2026〕7号", "valid_to": "长期"},
    ]  # fmt: skip
    penalties = [
        company[0]
        | {
            "representative_id_type": "身份证",
            "representative_id_no": masked,
            "facts": f"当事人{wrong}，{PHONE}。",
        },
        company[1]
        | {
            "party_uscc": right,
            "penalty_categories": f"罚款;{right}",
            "fine_wan": PHONE,
            "remark": f"={PHONE}",
        },
        company[2] | {"party_registration_no": f"{wrong}.0", "party_tax_no": PHONE, "violation_type": right},
    ]
    text = house.csv("licence", licences)
    broken = text.splitlines(keepends=True)
    broken[-1] = broken[-1].rstrip() + f",{right},{PHONE}\r\n"
    house.drop("个人.csv", "".join(broken))
    house.drop("处罚个人.csv", house.csv("penalty", penalties))
    house.drop("表头个人.csv", text.replace("BZ", f"备注{right}", 1).replace("XK_NR", PHONE, 1))
    house.drop(
        "个人零报送.csv", f"报送单位代码,信息类别,期间起,期间止,零报送\r\n{right},{PHONE},{wrong},x,是\r\n"
    )
    house.collect(1)
    return house


def test_no_personal_number_leaves_the_warehouse_in_an_answer(confided: Any) -> None:
    """ID numbers and phones are in 需修改.xlsx of the own folder, archive, landing and warehouse, and nowhere else."""
    numbers = [text.encode() for text in (*ID_NUMBERS, PHONE)]
    home = confided.settings.home
    allowed = ("archive", "landing", "postgres")
    found = {
        f"{path.relative_to(home)}: {number.decode()}"
        for path in home.rglob("*")
        if path.is_file()
        and path.relative_to(home).parts[0] not in allowed
        and not path.name.startswith("需修改")
        for number in numbers
        if number in path.read_bytes()
    }
    assert found == set()
    assert confided.ledger().problems == []


def test_the_correction_workbook_gives_the_numbers_back(confided: Any) -> None:
    """An agency gets its own rows as sent, or it could not correct them."""
    receipt = confided.receipt("个人.csv")
    path = confided.settings.feedback(receipt["agency"]) / receipt["batch_id"] / "需修改.xlsx"
    cells = {
        str(cell)
        for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
        for cell in row
    }
    assert {ID_NUMBERS[0], PHONE} <= cells


def test_exceptions_hide_personal_numbers(confided: Any) -> None:
    """What an exception says of a value that could not be judged goes to logs and screens."""
    from gongshi.validate import rows as validation

    told = {"raised_exception": True, "exception_message": f"cannot cast {ID_NUMBERS[0]}, {PHONE}"}
    config = SimpleNamespace(kwargs={"rule_id": "X"}, type="t")
    item = SimpleNamespace(expectation_config=config, exception_info=told, success=False)
    suite = SimpleNamespace(name="s", expectations=[1])
    with pytest.raises(validation.CheckCouldNotRunError) as raised:
        validation._demand_complete(suite, SimpleNamespace(results=[item]))
    assert not any(text in str(raised.value) for text in (*ID_NUMBERS, PHONE))
