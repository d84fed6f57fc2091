"""Sources by hand and by Airflow Connection: pausing, a lost address, what the command says, where addresses come from."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy.engine import make_url

from gongshi import flow
from gongshi.demo import agency_database
from gongshi.intake.sources.active import in_environment
from gongshi.platform.agency_connections import address
from gongshi.platform.database import connect
from gongshi.sample.replay import source_row
from gongshi.sample.source import pulls
from gongshi.standard.periods import SHANGHAI
from tests.integration.flow.conftest import open_house, registry  # noqa: F401  # a fixture
from tests.integration.sources.conftest import lines

AT = datetime(2026, 6, 30, 9, tzinfo=SHANGHAI)
ID = "kunming_market_bureau"
VARIABLE = "GONGSHI_SOURCE_KUNMING_MARKET_BUREAU_URL"


@pytest.fixture
def house(settings_in_env, registry, monkeypatch):  # noqa: F811
    house = open_house(settings_in_env, registry)
    agency_database.prepare(house.settings)
    agency_database.insert(house.settings, [source_row(row) for row in pulls(2026)[0]][:3])
    monkeypatch.setenv(VARIABLE, agency_database.url(house.settings))
    return house


def log(house):
    return lines(lambda: connect(house.settings), "kind, status, message")


def test_a_paused_source_is_not_asked_and_then_caught_up_with(house, gongshi):
    at = ["--at", AT.isoformat()]
    assert gongshi("source", "pause", ID, "--reason", "maintenance", *at).code == 0
    assert gongshi("source", "pause", ID, "--reason", "again", *at).code == 2
    assert json.loads(gongshi("source", "pull", "--json", *at).out)["tables"] == 0
    assert {(status, "maintenance" in message) for _, status, message in log(house)} == {("paused", True)}
    (licence, _) = json.loads(gongshi("source", "list", "--json").out)
    assert (licence["paused_since"], licence["status"]) == ("2026-06-30 09:00", "paused")
    later = ["--at", (AT + timedelta(hours=1)).isoformat()]
    assert gongshi("source", "resume", ID, *later).code == 0
    assert gongshi("source", "resume", ID, *later).code == 2
    done = json.loads(gongshi("source", "pull", ID, "--json", *later).out)
    assert (done["tables"], done["rows"]) == (2, 3)
    assert len(house.receipts()) == done["landed"] > 0


def test_a_source_without_address_is_left_out_until_it_had_one(house, monkeypatch):
    monkeypatch.delenv(VARIABLE)
    assert flow.tables(house.settings, AT, in_environment) == []
    assert log(house) == []
    monkeypatch.setenv(VARIABLE, agency_database.url(house.settings))
    flow.pull(house.settings, AT, in_environment)
    monkeypatch.delenv(VARIABLE)
    assert flow.tables(house.settings, AT, in_environment) == []
    assert [status for _, status, _ in log(house)[2:]] == ["failed", "failed"]


def test_a_source_that_is_down_is_said_and_the_command_ends_3(house, gongshi, monkeypatch):
    monkeypatch.setenv(VARIABLE, "mysql+pymysql://reader@127.0.0.1:9/none")
    done = gongshi("source", "pull", ID, "--at", AT.isoformat())
    assert done.code == 3
    assert "Can't connect" in done.err
    assert gongshi("source", "pull", "nobody").code == 3


def test_a_password_may_lie_in_a_file(monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, "mysql+pymysql://reader@db/x")
    monkeypatch.setenv("GONGSHI_SOURCE_KUNMING_MARKET_BUREAU_PASSWORD_FILE", str(tmp_path / "p"))
    (tmp_path / "p").write_text("p@ss/w:rd\n")
    assert make_url(in_environment(ID)).password == "p@ss/w:rd"


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("mysql://u:p%40s@db:3307/x?charset=utf8mb4", "mysql+pymysql://u:p%40s@db:3307/x?charset=utf8mb4"),
        ("postgres://u:p@db/x", "postgresql+psycopg2://u:p@db/x"),
        ("postgresql+psycopg2://postgres@/x?host=/run/db", "postgresql+psycopg2://postgres@/x?host=%2Frun%2Fdb"),
        ("sqlite:////data/agency.db", "sqlite:////data/agency.db"),
        ('{"conn_type": "generic", "host": "db", "login": "u", "extra": {"driver": "dm+dmPython"}}', "dm+dmPython://u@db"),
    ],
)  # fmt: skip
def test_a_connection_of_airflow_becomes_an_address(monkeypatch, stored, expected):
    monkeypatch.setenv("AIRFLOW_CONN_KUNMING_MARKET_BUREAU", stored)
    assert address(ID) == expected


def test_no_connection_is_no_address(monkeypatch):
    monkeypatch.delenv("AIRFLOW_CONN_KUNMING_MARKET_BUREAU", raising=False)
    assert address(ID) is None
