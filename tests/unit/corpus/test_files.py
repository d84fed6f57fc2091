"""Which files a run of the corpus drops, and how a cell is compared."""

from __future__ import annotations

import os

import pytest

from gongshi.corpus.compare import expected
from gongshi.corpus.files import copies_of, files_of
from gongshi.corpus.own import FORMS, own_files
from gongshi.corpus.results import shown
from gongshi.sample.bad_files import bad_files
from gongshi.standard.kinds import LICENCE, PENALTY

TEXT = "名称,文号\n云岭,〔2026〕1号\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.csv").write_text(TEXT)
    (tmp_path / "a.bin").write_bytes(b"\xff\xfe\x00\x01")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "link").symlink_to("sub")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


def test_everything_but_folders_is_found_and_nothing_opened(folder):
    assert [file.label for file in files_of(folder)] == [
        ".hidden",
        "a.bin",
        "empty",
        "link",
        "pipe",
        "sub/b.csv",
    ]


def copies(folder, seed=1):
    return {
        copy.label: copy.change(copy.path.read_bytes())
        for file in files_of(folder)
        for copy in copies_of(file, ["gb18030", "utf-16"], 3, seed)
    }


def test_texts_are_re_encoded_and_everything_is_damaged(folder):
    made = copies(folder)
    assert len(made) == 3 + 2 + 3 * 3
    assert made["sub/b.csv [gb18030]"].decode("gb18030") == TEXT
    assert made["sub/b.csv [utf-16]"].decode("utf-16") == TEXT
    assert TEXT.encode().startswith(made["sub/b.csv [cut 0]"])
    assert len(made["sub/b.csv [utf-16] [flip 1]"]) == len(TEXT.encode("utf-16"))
    assert made["sub/b.csv [flip 1]"] != TEXT.encode()


def test_damage_is_the_same_for_the_same_seed(folder):
    assert copies(folder) == copies(folder)
    assert copies(folder) != copies(folder, seed=2)


def test_a_byte_order_mark_is_not_doubled(tmp_path):
    (tmp_path / "a.csv").write_text(TEXT, "utf-8-sig")
    assert copies(tmp_path)["a.csv [utf-16]"].decode("utf-16") == TEXT


def test_own_files_are_reproducible_and_of_every_form(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    day = bad_files.__defaults__[0]
    first, second = (list(own_files(tmp_path / name, 30, day, 7)) for name in ("one", "two"))
    assert [file.rows for file in first] == [file.rows for file in second]
    assert {file.path.name.partition("-")[2] for file in first} == {name for name, _ in FORMS}


@pytest.mark.parametrize(
    ("kind", "name", "written", "fixes", "wanted"),
    [
        (LICENCE, "content", "a\nb", (), "a\nb"),
        (LICENCE, "content", " a", ((" a", "a"),), "a"),
        (LICENCE, "content", " a\u200b", ((" a", "a"), (" a\u200b", " a")), "a"),
        (LICENCE, "content", "b", ((" a", "a"),), "b"),
        (LICENCE, "decision_date", "2026年5月1日", (), "2026/05/01"),
        (LICENCE, "decision_date", "20260501", (), "2026/05/01"),
        (LICENCE, "decision_date", "2026-05-01 00:00:00", (), "2026/05/01"),
        (LICENCE, "valid_to", "长期", (("长期", "2099/12/31"),), "2099/12/31"),
        (PENALTY, "fine_wan", "1.50", (), "1.5"),
        (PENALTY, "fine_wan", "100", (), "100"),
        (PENALTY, "fine_wan", "1,200", (("1,200", "1200"),), "1200"),
        (PENALTY, "fine_wan", "", (), ""),
    ],
)
def test_a_cell_may_differ_by_recorded_fixes_and_writing_only(kind, name, written, fixes, wanted):
    assert expected(kind.field(name), written, fixes) == wanted


def test_a_name_is_one_harmless_line():
    assert shown("许可 a\n\x1b[1m\u202eb\udcff.csv") == "许可 a\\n\\x1b[1m\\u202eb\\udcff.csv"
