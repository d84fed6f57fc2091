"""Which files are taken, and when."""

from __future__ import annotations

import os
from datetime import datetime

from gongshi.intake import drop_folder, spool
from gongshi.intake.spool import Portion
from gongshi.platform import database
from gongshi.standard.identifiers import make_uscc
from gongshi.standard.periods import SHANGHAI

AT = datetime(2026, 5, 12, 9, 0, 5, tzinfo=SHANGHAI)
AGENCY = make_uscc("11", "530100", "04894587")
UNKNOWN = make_uscc("11", "530100", "09999999")


def names(settings):
    return [(code, path.name) for code, path in drop_folder.complete_files(settings)]


def test_old_files_come_at_once_oldest_first(settings, drop, monkeypatch):
    monkeypatch.setattr(spool.time, "sleep", lambda seconds: 1 / 0)
    drop("b.csv", "x", age=60)
    drop("a.csv", "x", agency=UNKNOWN, age=90)
    for name in (".hidden", "x.tmp", "x.PART", "~$x.xlsx"):
        drop(name, "x")
    (settings.inbox(AGENCY) / "link.csv").symlink_to("/etc/hostname")
    assert names(settings) == [(AGENCY, "link.csv"), (UNKNOWN, "a.csv"), (AGENCY, "b.csv")]
    assert len(drop_folder.waiting_files(settings)) == 3


def test_a_young_file_is_left_when_the_second_look_finds_it_changed(settings, drop, monkeypatch):
    still = drop("still.csv", "x", age=0)
    growing = drop("growing.csv", "x", age=0)
    looks = []

    def write_on(seconds):
        looks.append(seconds)
        growing.write_text("xx")

    monkeypatch.setattr(spool.time, "sleep", write_on)
    assert names(settings) == [(AGENCY, still.name)]
    assert looks == [2.0]


def test_names_that_are_no_utf8_become_text(settings, connect, drop):
    drop(os.fsdecode("许可.csv".encode("gb18030")), "x")
    drop_folder.take(settings, connect, AT)
    with connect() as connection:
        assert database.fetch(connection, "SELECT file_name FROM intake.delivery") == [
            {"file_name": "许可.csv"}
        ]


def test_of_a_flood_only_a_portion_is_taken_and_everybody_gets_a_turn(settings, connect, drop):
    other = UNKNOWN
    for number in range(5):
        drop(f"{number}.csv", f"flood {number}", age=100 - number)
    drop("other.csv", "other", agency=other, age=60)
    taken, left = drop_folder.take(settings, connect, AT, Portion(files=3, size=1 << 20))
    assert (len(taken), left) == (3, 3)
    assert sorted(path.name for _, path in drop_folder.waiting_files(settings)) == ["2.csv", "3.csv", "4.csv"]
    taken, left = drop_folder.take(settings, connect, AT, Portion(files=9, size=1))
    assert (len(taken), left) == (1, 2), "one file is taken, however large"
    assert drop_folder.take(settings, connect, AT, Portion(files=9, size=99))[1] == 0
