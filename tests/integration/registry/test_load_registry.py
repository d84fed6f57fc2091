"""Registry files: loaded whole or not at all, read back as of any instant."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from gongshi.platform import database
from gongshi.registry import read
from gongshi.registry.errors import RegistryClockError, RegistryError, RegistryFolderError
from gongshi.registry.load import load_registry, seed_shipped
from gongshi.standard.periods import SHANGHAI
from gongshi.standard.working_days import shipped_calendar

from .files import AT, GOOD, OLD, ONE, TWO, content, workbook

LATER = AT + timedelta(days=60)
LONG_AGO = date(2020, 6, 1)


def test_what_was_loaded_is_read_back(load, ask):
    counts = load()
    assert {name: c["added"] for name, c in counts.items()} == {
        name: rows.count("\n") for name, rows in GOOD.items()
    }
    assert ask(read.registered_codes, AT) == {ONE, TWO}
    assert ("昆明海关", TWO) in ask(read.registered_pairs, AT)
    assert [a.is_central for a in ask(read.agencies, AT)] == [a.code == TWO for a in ask(read.agencies, AT)]
    assert [d.parent_code for d in ask(read.divisions, AT)] == [None, "530000", "530100"]
    assert [d.level for d in ask(read.divisions, AT)] == ["province", "prefecture", "zone"]
    assert ask(read.aliases, AT) == {"昆明市市监局": {ONE}}
    assert [d.agency_code for d in ask(read.lead_departments, AT)] == [ONE]


def test_validity_includes_both_days(load, ask):
    load()
    assert TWO in ask(read.registered_codes, AT, date(2026, 3, 31))
    assert TWO not in ask(read.registered_codes, AT, date(2026, 4, 1))
    liaisons = [
        [c.name for c in ask(read.contacts, AT, date(2026, 5, day)) if c.role == "联络员"] for day in (14, 15)
    ]
    assert liaisons == [["张三"], ["李四"]]


def test_loading_again_changes_nothing(load, settings):
    load()
    counts = load(at=LATER)
    assert {(c["added"], c["retired"]) for c in counts.values()} == {(0, 0)}
    with database.connect(settings) as connection:
        assert (
            database.fetch(connection, "SELECT 1 FROM ref.agency WHERE recorded_at <> %(at)s", {"at": AT})
            == []
        )


def test_a_changed_and_a_vanished_row_stay_readable_as_of_before(load, ask):
    load()
    changed = GOOD["contacts"].replace("李四", "王五")
    only_one = "".join(line for line in GOOD["agencies"].splitlines(True) if TWO not in line)
    counts = load(at=LATER, contacts=changed, agencies=only_one, holidays=None, reporting_rights="")
    assert counts["contacts"] == {"rows": 4, "added": 1, "retired": 1, "unchanged": 3}
    assert counts["agencies"]["retired"] == 1
    day = date(2026, 6, 1)
    before, after = LATER - timedelta(seconds=1), LATER
    assert [c.name for c in ask(read.contacts, before, day) if c.role == "联络员"] == ["李四"]
    assert [c.name for c in ask(read.contacts, after, day) if c.role == "联络员"] == ["王五"]
    assert ask(read.registered_codes, before, AT.date()) == {ONE, TWO}
    assert ask(read.registered_codes, after, AT.date()) == {ONE}
    assert ask(read.registered_codes, AT - timedelta(seconds=1)) == set()


def test_a_change_before_what_it_changes_is_refused(load):
    load(at=LATER)
    with pytest.raises(RegistryClockError, match="agencies: a change at 2026-03-01"):
        load(at=AT, agencies=GOOD["agencies"].replace("昆明海关", "昆明海关关区"))


def test_a_year_of_holidays_is_recorded_at_its_notice_and_changes_at_load(load, ask):
    load()
    notice = datetime(2026, 11, 10, tzinfo=SHANGHAI)
    assert ask(read.calendar, notice).years == {2027}
    assert ask(read.calendar, notice - timedelta(seconds=1)).years == set()
    more = GOOD["holidays"] + "2027-01-04,0,元旦,国办发明电〔2026〕10号,2026-11-10\n"
    load(at=notice + timedelta(days=30), holidays=more)
    assert ask(read.calendar, notice + timedelta(days=29)).is_workday(date(2027, 1, 4))
    assert not ask(read.calendar, notice + timedelta(days=30)).is_workday(date(2027, 1, 4))


def test_shipped_holidays_are_seeded_once_and_survive_another_year(load, ask, settings):
    with database.connect(settings) as connection:
        assert seed_shipped(connection) > 100
        assert seed_shipped(connection) == 0
    assert ask(read.calendar, AT).due_date(date(2026, 2, 13)) == shipped_calendar().due_date(
        date(2026, 2, 13)
    )
    assert load()["holidays"] == {"rows": 1, "added": 1, "retired": 0, "unchanged": 0}
    assert ask(read.calendar, AT + timedelta(days=300)).years == shipped_calendar().years | {2027}


def test_a_wrong_header_names_the_right_one(load, settings, tmp_path):
    load()
    (tmp_path / "files" / "agency_aliases.csv").write_text("code,alias\n", encoding="utf-8")
    with pytest.raises(RegistryError, match="agency_code,alias"):
        load_registry(settings, tmp_path / "files", LATER)


def test_workbooks_are_read_like_csv(settings, load, tmp_path, ask):
    for name, rows in GOOD.items():
        workbook(tmp_path / f"{name}.xlsx", content(name, rows))
    counts = load_registry(settings, tmp_path, AT)
    assert {name: c["added"] for name, c in counts.items()} == {
        name: rows.count("\n") for name, rows in GOOD.items()
    }
    assert ask(read.registered_codes, AT) == {ONE, TWO}
    with pytest.raises(RegistryFolderError):
        load_registry(settings, tmp_path / "nowhere", AT)


def test_old_codes_stay_valid_for_their_time_and_name_their_successor(load, ask):
    load()
    assert ask(read.registered_codes, AT, LONG_AGO) == {OLD}
    (succession,) = ask(read.successions, AT)
    assert (succession.agency_code, succession.successor_code, succession.manner) == (OLD, ONE, "合并")


def test_rights_items_duties_and_backlogs_are_read_back(load, ask):
    load()
    assert [(r.agency_code, r.granted_for, r.kinds) for r in ask(read.reporting_rights, AT)] == [
        (ONE, TWO, "licence;penalty")
    ]
    assert ask(read.reporting_rights, AT, LONG_AGO) == []
    assert [(i.item_name, i.secrecy_result) for i in ask(read.items, AT)] == [("食品经营许可", "通过")]
    assert [(d.kind, d.item_code) for d in ask(read.reporting_duties, AT)] == [
        ("award", None),
        ("licence", "XK-1"),
    ]
    (backlog,) = ask(read.backlogs, AT)
    assert (backlog.decided_from, backlog.decided_to) == (date(2018, 1, 1), date(2023, 12, 31))


def test_the_five_other_kinds_are_data(load, ask):
    assert ask(read.reported_kinds, AT) == read.DEFAULT_REPORTED_KINDS
    load()
    assert ask(read.reported_kinds, AT) == ("award",)


def test_a_role_left_without_successor_is_a_task_as_of_its_day(load, ask):
    """A handover makes none, nor does the end of the agency itself."""
    load()
    assert ask(read.contact_gaps, AT, date(2026, 2, 10)) == []
    (gap,) = ask(read.contact_gaps, AT)
    assert (gap.agency_code, gap.role, gap.last_name, gap.since) == (
        ONE,
        "分管领导",
        "赵六",
        date(2026, 2, 11),
    )
    assert [g.role for g in ask(read.contact_gaps, AT, date(2026, 6, 1))] == ["分管领导"]
    filled = GOOD["contacts"] + f"{ONE},分管领导,,孙七,,2026-03-02,\n"
    load(at=LATER, contacts=filled)
    assert ask(read.contact_gaps, LATER) == []
    assert ask(read.contact_gaps, LATER - timedelta(seconds=1)) != []


def test_files_of_before_new_columns_are_read(settings, tmp_path, load, ask):
    """A column that may be missing reads as empty."""
    load(item_lists=None, reporting_list=None)
    old = f"agency_code,item_code,item_name,kind,valid_from,valid_to\n{ONE},XK-1,食品经营许可,licence,2024-01-01,\n"
    (tmp_path / "item_lists.csv").write_text(old, encoding="gb18030")
    load_registry(settings, tmp_path, AT)
    assert [i.publication for i in ask(read.items, AT)] == [None]
