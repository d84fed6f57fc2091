"""A file lands and is answered, by a real Airflow with its schedules; also when the triggerer was killed meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from gongshi import bootstrap
from gongshi.platform import airflow_home, components
from gongshi.platform.airflow_api import FINAL_STATES, AirflowApi
from gongshi.platform.settings import Settings, load_settings

AGENCY = "11530100048945871T"
LONGEST = 120.0


@pytest.fixture
def house(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[tuple[Settings, AirflowApi]]:
    """An idle instance as `make up` starts it; the first runs of a fresh schedule are over."""
    settings = load_settings({"GONGSHI_HOME": str(tmp_path)})
    settings = replace(settings, database_url=new_database(), airflow_database_url=new_database())
    bootstrap.prepare(settings)
    settings.inbox(AGENCY).mkdir(parents=True)
    settings.registry_inbox.mkdir(parents=True)
    try:
        api = components.start(settings, airflow_home.free_port(), owned=True)
        until(lambda: all(run["state"] in FINAL_STATES for run in api.runs()))
        yield settings, api
    finally:
        components.stop(settings)


def until(condition: Callable[[], bool]) -> None:
    latest = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < latest, "the condition was never met"
        time.sleep(0.2)


def watched_runs(api: AirflowApi) -> int:
    return sum(run["run_type"] == "asset_triggered" for run in api.runs())


@pytest.mark.slow
def test_a_file_starts_its_collection_and_a_killed_triggerer_loses_none(
    house: tuple[Settings, AirflowApi],
) -> None:
    settings, api = house
    (settings.inbox(AGENCY) / "a.csv").write_text("x", "utf-8")
    until(lambda: len(list(settings.feedback(AGENCY).glob("*/receipt.json"))) == 1)
    assert watched_runs(api) >= 1
    (settings.registry_inbox / "holidays.csv").write_text("x", "utf-8")
    until(lambda: len(list(settings.registry_feedback.glob("*/receipt.json"))) == 1)

    (triggerer,) = (one for one in components.recorded(settings) if one.name == "triggerer")
    for process in triggerer.members():
        process.kill()
    psutil.wait_procs([psutil.Process(triggerer.pid)] if psutil.pid_exists(triggerer.pid) else [])
    before = watched_runs(api)
    (settings.inbox(AGENCY) / "b.csv").write_text("y", "utf-8")
    env = airflow_home.environment(settings, triggerer.port)
    components._spawn(settings, "triggerer", env, triggerer.mark, triggerer.port, triggerer.owner)
    until(lambda: watched_runs(api) > before)
    until(lambda: len(list(settings.feedback(AGENCY).glob("*/receipt.json"))) == 2)
    assert list(settings.inbox(AGENCY).iterdir()) == []
