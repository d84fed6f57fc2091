"""What-if and revalidation give what a fresh load under the other rule book gives; nothing of what was is lost."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gongshi import flow
from gongshi.errors import UsageError
from gongshi.oversee.snapshot import province, snapshot
from gongshi.platform.database import connect
from gongshi.platform.settings import Settings
from gongshi.registry.errors import RegistryError
from gongshi.registry.load import load_registry
from gongshi.revalidation.anew import judged_batches, load_anew
from gongshi.revalidation.facts import compare
from gongshi.revalidation.scratch import scratch_warehouse
from gongshi.standard.model import ORGANISATION
from gongshi.standard.periods import parse_period
from gongshi.standard.rulebook import RulebookError, shipped

from .conftest import AT, House, open_house

HEADER = "rule_id,kind,field,setting,value,basis,valid_from,valid_to\n"
CHANGED = "TX-08,licence,XK_NR,length,6,试点通知,2026-01-01,\nID-03,,,enabled,0,试点通知,2026-01-01,\n"
"""One rule rejects more than before, one no longer anything."""
LATER = 30 * 24.0
PERIOD = "2026-06"


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    path = tmp_path / "rule_settings.csv"
    path.write_text(HEADER + CHANGED, "utf-8")
    return path


@pytest.fixture
def other(other_settings: Settings, registry: Path) -> House:
    return open_house(other_settings, registry)


def _load(house: House, path: Path, hours: float) -> None:
    folder = path.parent / f"settings-{hours}"
    folder.mkdir(exist_ok=True)
    (folder / path.name).write_bytes(path.read_bytes())
    load_registry(house.settings, folder, house.at + timedelta(hours=hours))


def _stock(house: House) -> None:
    """Deliveries whose outcomes hang together: versions, repetitions, corrections, a withdrawal; and declared old stock."""
    rows = house.rows("licence", 7, category=ORGANISATION)
    short, wrong, changed, plain, withdrawn, again, old = rows
    _declare_backlog(house)
    short = short | {"content": "准予从事经营活动"}
    code = wrong["party_uscc"]
    spoilt = wrong | {
        "party_uscc": code[:-1] + ("1" if code[-1] != "1" else "2"),
        "party_organisation_code": "",
    }
    six = {"content": "准予经营。"}
    first = [
        short,
        spoilt,
        changed | six,
        plain | six,
        withdrawn | six,
        again | {"content": "准予经营相关业务"},
    ]
    first.append(old | six | {"decision_date": "2021/03/05"})
    house.drop("first.csv", house.csv("licence", first))
    penalties = house.rows("penalty", 5)
    penalties[2]["remark"] = "机密★一年"
    house.drop("penalty.csv", house.csv("penalty", penalties))
    house.collect()
    second = [
        short | six,
        spoilt,
        changed | {"content": "准予变更后从事经营"},
        plain | six,
        withdrawn | {"operation": "撤销", "remark": "决定被撤销"},
        again | {"content": "准予经营"},
    ]
    house.drop("second.csv", house.csv("licence", second))
    house.drop("empty.csv", "")
    house.collect(hours=3)


def _declare_backlog(house: House) -> None:
    folder = house.settings.home / "declared"
    folder.mkdir(parents=True)
    header = "agency_code,kind,decided_from,decided_to,declared_on,basis,valid_from,valid_to\n"
    declared = f"{house.agencies[0].code},licence,2020-01-01,2022-12-31,2026-06-01,补录计划,2026-06-01,\n"
    (folder / "backlogs.csv").write_text(header + declared, "utf-8")
    load_registry(house.settings, folder, house.at - timedelta(hours=1))


def _content(house: House) -> dict[str, Any]:
    """All tables and receipts, without what says that they were made anew."""
    state = house.state()
    for name in ("landed", "archive", "waiting"):
        state.pop(name)
    for table in [
        name for name in state if not name.startswith(("core.", "intake.", "quality.", "receipts"))
    ]:
        state.pop(table)
    for row in [*state["intake.batch"], *state["receipts"]]:
        if row.get("refused_rule") == "BT-04" or "BT-04" in row.get("finding_counts", {}):
            row["rulebook_version"] = row["rulebook"] = "refused before a rule judged it"
    drop = {"believed_from", "remarks"}
    return {
        name: sorted(({k: v for k, v in row.items() if k not in drop} for row in rows), key=repr)
        for name, rows in state.items()
    }


def _figures(house: House, hours: float) -> dict[str, Any]:
    at = house.at + timedelta(hours=hours)
    with snapshot(house.settings, parse_period(PERIOD), at) as view:
        return province(view).as_figures()


def test_judged_anew_by_the_same_rules_nothing_differs(house: House) -> None:
    _stock(house)
    with connect(house.settings) as connection, scratch_warehouse(house.settings) as own:
        load_anew(house.settings, own, judged_batches(connection), [], shipped(), progress=False)
        with connect(own) as scratch:
            assert compare(connection, scratch) == {}
    assert [path.name for path in house.settings.home.glob("scratch-*")] == []
    assert house.fetch("SELECT datname FROM pg_database WHERE datname LIKE 'gongshi_scratch%'") == []


def test_revalidated_rows_are_what_a_fresh_load_gives_and_what_was_stays_known(
    house: House, other: House, settings_file: Path
) -> None:
    _stock(house)
    before, was = _figures(house, 25), house.receipts()
    _load(house, settings_file, LATER)
    told = flow.what_if(house.settings, settings_file, PERIOD, house.at + timedelta(hours=LATER))
    assert _figures(house, 25) == before
    done = flow.revalidate(house.settings, None, PERIOD, house.at + timedelta(hours=LATER + 1))
    assert done["changed_rows"] > 0
    assert house.ledger().balances

    _load(other, settings_file, -LATER)
    _stock(other)
    assert _content(house) == _content(other)

    after = _figures(house, LATER + 1)
    assert after == _figures(other, LATER + 1)
    assert after != before
    assert _figures(house, 25) == before, (
        "a report as of an instant before the revalidation prints what it printed"
    )
    moved = {name: move for line in told["total"] for name, move in line["figures"].items()}
    flat = dict(_leaves(after["total"]))
    assert {name: flat[name] for name in moved} == {name: move["after"] for name, move in moved.items()}

    reissued = {r["batch_id"]: r for r in house.receipts()}
    assert set(done["reissued"]) <= set(reissued)
    changed = [r for r in was if r["rows"] != reissued[r["batch_id"]]["rows"]]
    assert changed
    for receipt in changed:
        assert "重新核验" in reissued[receipt["batch_id"]]["remarks"][-1]
        kept = house.settings.home / done["backup"] / "feedback" / receipt["batch_id"] / "receipt.json"
        assert json.loads(kept.read_text("utf-8")) == receipt
    logged = house.fetch("SELECT count(*) AS n FROM audit.revalidated_row")
    assert logged == [{"n": done["changed_rows"]}]


def test_revalidating_twice_changes_nothing_the_second_time(house: House, settings_file: Path) -> None:
    _stock(house)
    _load(house, settings_file, LATER)
    at = house.at + timedelta(hours=LATER + 1)
    flow.revalidate(house.settings, None, PERIOD, at)
    state = house.state()
    again = flow.revalidate(house.settings, None, PERIOD, at + timedelta(hours=1))
    assert (again["facts"], again["changed_rows"], again["backup"]) == ({}, 0, None)
    assert house.state() == state


def test_one_batch_is_judged_anew_and_the_others_stay_under_their_book(
    house: House, settings_file: Path
) -> None:
    _stock(house)
    _load(house, settings_file, LATER)
    batch = house.receipt("first.csv")["batch_id"]
    done = flow.revalidate(house.settings, batch, None, house.at + timedelta(hours=LATER + 1))
    assert done["batches"] == 1
    assert house.receipt("first.csv")["rulebook"] == done["rulebook"]
    assert house.receipt("second.csv")["rulebook"] == shipped().version
    assert house.ledger().balances


def test_the_backup_holds_every_row_it_names(house: House, settings_file: Path) -> None:
    _stock(house)
    _load(house, settings_file, LATER)
    counts = {
        t: house.fetch(f"SELECT count(*) AS n FROM {t}")[0]["n"] for t in ("core.licence", "quality.finding")
    }
    done = flow.revalidate(house.settings, None, PERIOD, house.at + timedelta(hours=LATER + 1))
    folder = house.settings.home / done["backup"]
    assert folder.stat().st_mode & 0o077 == 0
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert {name: manifest[name]["rows"] for name in counts} == counts


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("ZZ-99,,,enabled,0,通知,2026-01-01,\n", "row 2, column setting.*no rule 'ZZ-99'"),
        ("NM-02,,,check,no_such_check,通知,2026-01-01,\n", "row 2.*unknown check"),
        ("", "no row"),
    ],
)
def test_a_file_that_is_no_rule_book_is_refused_with_its_place(
    house: House, tmp_path: Path, rows: str, told: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(HEADER + rows, "utf-8")
    with pytest.raises(RegistryError, match=f"(?s)bad.csv.*{told}"):
        flow.what_if(house.settings, path, PERIOD, AT)


def test_an_edited_rule_book_is_understood_and_an_unusable_one_refused(house: House, tmp_path: Path) -> None:
    _stock(house)
    path = tmp_path / "book.json"
    data = json.loads(json.dumps(shipped().as_data(), ensure_ascii=False))
    for rule in data["rules"]:
        if rule["id"] == "ID-03":
            rule["enabled"] = False
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    found = flow.what_if(house.settings, path, PERIOD, AT + timedelta(hours=25))
    assert found["findings"]["ID-03 error"]["after"] is None
    data["rules"][0]["effect"] = "refuse"
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    with pytest.raises(RulebookError, match=r"book\.json.*\n.*unknown effect"):
        flow.what_if(house.settings, path, PERIOD, AT + timedelta(hours=25))


def test_what_waits_to_be_loaded_must_be_loaded_first(house: House, settings_file: Path) -> None:
    _stock(house)
    house.execute("UPDATE intake.batch SET status = 'merged' WHERE seq = (SELECT max(seq) FROM intake.batch)")
    with pytest.raises(UsageError, match="gongshi collect"):
        flow.what_if(house.settings, settings_file, PERIOD, AT + timedelta(hours=25))


def test_a_batch_nobody_knows_is_named(house: House) -> None:
    with pytest.raises(UsageError, match="20200101-000000-licence-0000"):
        flow.revalidate(house.settings, "20200101-000000-licence-0000", None, AT)


def _leaves(figures: Any, path: str = "") -> list[tuple[str, Any]]:
    if not isinstance(figures, dict):
        return [(path, figures)]
    return [
        leaf for name, part in figures.items() for leaf in _leaves(part, f"{path}.{name}" if path else name)
    ]


NOT_MADE_OF_ROWS = {
    "core.reserved_number", "intake.delivery", "intake.registry_delivery", "intake.returned_row", "intake.self_check", "intake.source_pause", "intake.source_row", "intake.transfer_log", "intake.watermark", "intake.zero_report",
}  # fmt: skip


def test_every_table_that_follows_from_rows_can_be_made_anew(house: House) -> None:
    tables = house.fetch(
        """SELECT schemaname || '.' || tablename AS name FROM pg_tables
           WHERE schemaname IN ('core', 'intake', 'quality')"""
    )
    known = house.fetch("SELECT source_schema || '.' || name AS name FROM history.fact")
    assert {t["name"] for t in tables} - NOT_MADE_OF_ROWS == {t["name"] for t in known}
    columns = """SELECT array_agg(attname::text ORDER BY attname::text) AS names FROM pg_attribute
                 WHERE attrelid = '{}'::regclass AND attnum > 0 AND NOT attisdropped"""
    for fact in known:
        (ours,), (kept,) = (
            house.fetch(columns.format(name))
            for name in (fact["name"], f"history.{fact['name'].split('.')[1]}")
        )
        assert {*ours["names"], "believed_to"} == set(kept["names"]), fact["name"]
