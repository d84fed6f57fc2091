"""Registry files: loaded whole or not at all, read back as of any instant."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import openpyxl
import pytest

from gongshi.platform import database
from gongshi.registry import read
from gongshi.registry.errors import RegistryClockError, RegistryError, RegistryFolderError
from gongshi.registry.load import load_registry, seed_shipped
from gongshi.standard.identifiers import make_uscc
from gongshi.standard.periods import SHANGHAI
from gongshi.standard.working_days import shipped_calendar

AT = datetime(2026, 3, 1, 8, tzinfo=SHANGHAI)
LATER = AT + timedelta(days=60)
ONE, TWO = (make_uscc("11", "530100", body) for body in ("04894587", "04894588"))
UNKNOWN = make_uscc("11", "530100", "09999999")
GOOD = {
    "divisions": "code,name,parent_code,level\n530000,云南省,,province\n530100,昆明市,530000,prefecture\n",
    "agencies": (
        "code,name,short_name,division_code,level,is_central,valid_from,valid_to\n"
        f"{ONE},昆明市市场监督管理局,昆明市市监局,530100,prefecture,0,2024-01-01,\n"
        f"{TWO},昆明海关,,530100,prefecture,1,2024-01-01,2026-03-31\n"
    ),
    "agency_aliases": f"agency_code,alias\n{ONE},昆明市市监局\n",
    "lead_departments": f"division_code,agency_code,valid_from,valid_to\n530100,{ONE},2024-01-01,\n",
    "contacts": (
        "agency_code,role,office,name,phone,valid_from,valid_to\n"
        f"{ONE},联络员,法规科,张三,0871-1,2024-01-01,2026-05-14\n{ONE},联络员,法规科,李四,0871-2,2026-05-15,\n"
    ),
    "item_lists": (
        f"agency_code,item_code,item_name,kind,valid_from,valid_to\n{ONE},XK-1,食品经营许可,licence,2024-01-01,\n"
    ),
    "holidays": "date,is_workday,name,source_notice,notice_date\n2027-01-01,0,元旦,国办发明电〔2026〕9号,2026-11-10\n",
}


@pytest.fixture
def load(settings, tmp_path):
    """Loads GOOD with some files replaced (None: left out)."""

    def load(at=AT, **changed):
        for old in tmp_path.glob("*.csv"):
            old.unlink()
        for name, content in (GOOD | changed).items():
            if content is not None:
                (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8-sig")
        return load_registry(settings, tmp_path, at)

    return load


@pytest.fixture
def ask(settings):
    """Calls a function of `registry.read` in a transaction."""

    def ask(function, *arguments, **named):
        with database.connect(settings) as connection:
            return function(connection, *arguments, **named)

    return ask


def test_what_was_loaded_is_read_back(load, ask):
    counts = load()
    assert {name: c["added"] for name, c in counts.items()} == {
        "divisions": 2, "agencies": 2, "agency_aliases": 1, "lead_departments": 1, "contacts": 2, "item_lists": 1,
        "holidays": 1,
    }  # fmt: skip
    assert ask(read.registered_codes, AT) == {ONE, TWO}
    assert ("昆明海关", TWO) in ask(read.registered_pairs, AT)
    assert [a.is_central for a in ask(read.agencies, AT)] == [a.code == TWO for a in ask(read.agencies, AT)]
    assert [d.parent_code for d in ask(read.divisions, AT)] == [None, "530000"]
    assert ask(read.aliases, AT) == {"昆明市市监局": {ONE}}
    assert [d.agency_code for d in ask(read.lead_departments, AT)] == [ONE]


def test_validity_includes_both_days(load, ask):
    load()
    assert TWO in ask(read.registered_codes, AT, date(2026, 3, 31))
    assert TWO not in ask(read.registered_codes, AT, date(2026, 4, 1))
    names = [[c.name for c in ask(read.contacts, AT, date(2026, 5, day))] for day in (14, 15)]
    assert names == [["张三"], ["李四"]]


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
    only_one = GOOD["agencies"].rsplit(TWO, 1)[0]
    counts = load(at=LATER, contacts=changed, agencies=only_one, holidays=None)
    assert counts["contacts"] == {"rows": 2, "added": 1, "retired": 1, "unchanged": 1}
    assert counts["agencies"]["retired"] == 1
    day = date(2026, 6, 1)
    before, after = LATER - timedelta(seconds=1), LATER
    assert [c.name for c in ask(read.contacts, before, day)] == ["李四"]
    assert [c.name for c in ask(read.contacts, after, day)] == ["王五"]
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


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("divisions", "530000,云南省,,province\n530100,昆明市,539900,prefecture\n", "row 3, column parent_code: '539900'"),
        ("divisions", "530000,云南省,,province\n530000,云南,,province\n", "row 3, column code: '530000'"),
        ("divisions", "5300,云南省,,province\n", "row 2, column code: '5300'"),
        ("agencies", f"{ONE[:-1]}X,某局,,530100,prefecture,0,2024-01-01,\n", "row 2, column code"),
        ("agencies", f"{ONE},某局,,539999,prefecture,0,2024-01-01,\n", "row 2, column division_code: '539999'"),
        ("agencies", f"{ONE},甲,,530100,county,0,2024-01-01,\n{ONE},乙,,530100,county,0,2025-01-01,\n", "row 3, column code"),
        ("agencies", f"{ONE},甲,,530100,county,0,2024-02-30,\n", "row 2, column valid_from: '2024-02-30'"),
        ("agencies", f"{ONE},甲,,530100,county,0,2024-02-03,2024-02-02\n", "row 2, column valid_to"),
        ("agencies", f"{ONE},甲\n", "row 2, column -"),
        ("lead_departments", f"530100,{ONE},2024-01-01,\n530100,{TWO},2025-01-01,\n", "row 3, column division_code"),
        ("contacts", f"{UNKNOWN},联络员,,张三,,2024-01-01,\n", f"row 2, column agency_code: '{UNKNOWN}'"),
        ("contacts", f"{ONE},科长,,张三,,2024-01-01,\n", "row 2, column role: '科长'"),
        ("item_lists", f"{ONE},1,某事项,许可,2024-01-01,\n", "row 2, column kind: '许可'"),
        ("holidays", "2027-01-01,2,元旦,x,2026-11-10\n", "row 2, column is_workday: '2'"),
    ],
)  # fmt: skip
def test_an_error_is_named_and_nothing_is_loaded(load, ask, name, content, where):
    header = GOOD[name].splitlines()[0]
    with pytest.raises(RegistryError) as raised:
        load(**{name: f"{header}\n{content}"})
    assert f"{name}.csv, {where}" in str(raised.value)
    assert ask(read.divisions, LATER) == []


def test_a_wrong_header_names_the_right_one(load):
    with pytest.raises(RegistryError, match="agency_code,alias"):
        load(agency_aliases="code,alias\n")


def test_workbooks_are_read_like_csv(settings, load, tmp_path, ask):
    for name in ("divisions", "agencies"):
        book = openpyxl.Workbook()
        for line in GOOD[name].splitlines():
            book.active.append([int(c) if c.isdigit() and len(c) < 9 else c for c in line.split(",")])
        book.save(tmp_path / f"{name}.xlsx")
    load_registry(settings, tmp_path, AT)
    assert ask(read.registered_codes, AT) == {ONE, TWO}
    with pytest.raises(RegistryFolderError):
        load_registry(settings, tmp_path / "nowhere", AT)
