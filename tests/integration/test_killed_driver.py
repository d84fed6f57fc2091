"""A driver killed in the middle of a run: the next start ends its components and its run, and goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from gongshi.platform import airflow_home, components
from gongshi.platform.resources import project_root
from gongshi.platform.settings import Settings, load_settings

SLEEPER = """
import time
from airflow.sdk import dag, task
from gongshi.platform.dag_support import WAREHOUSE_POOL, clock_params, common

@dag(schedule=None, params=clock_params() | {"seconds": 0}, **common())
def sleeper():
    @task(pool=WAREHOUSE_POOL)
    def sleep(**context):
        time.sleep(context["params"]["seconds"])
    sleep()
sleeper()
"""
DRIVER = """
import sys, time
from gongshi.platform import airflow_home, components
from gongshi.platform.settings import load_settings
settings = load_settings()
api = components.start(settings, airflow_home.free_port(), owned=True)
run_id = api.trigger("sleeper", {"seconds": 500})
while [ti["state"] for ti in api.task_instances("sleeper", run_id)] != ["running"]:
    time.sleep(0.2)
print(run_id, flush=True)
time.sleep(600)
"""


@pytest.fixture
def home(tmp_path: Path, new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A checkout with one DAG that sleeps, its state beside it."""
    for name in ("include", "plugins", "sql", "expectations"):
        (tmp_path / name).symlink_to(project_root() / name)
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "sleeper.py").write_text(SLEEPER, encoding="utf-8")
    env = {
        "GONGSHI_PROJECT": str(tmp_path),
        "GONGSHI_HOME": str(tmp_path / "home"),
        "GONGSHI_REPLAY": "1",
        "GONGSHI_DATABASE_URL": new_database(),
        "GONGSHI_AIRFLOW_DATABASE_URL": new_database(),
    }
    for key, value in env.items():
        monkeypatch.setenv(key, value)
    return replace(load_settings(), replay=True)


@pytest.mark.slow
def test_the_next_start_cleans_up_and_goes_on(home: Settings) -> None:
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    try:
        assert driver.stdout
        killed_run = driver.stdout.readline().strip()
        assert killed_run, "the driver ended early"
        started = components.recorded(home)
        driver.kill()
        driver.wait()
        processes = [process for component in started for process in component.members()]
        assert len(processes) >= len(components.COMMANDS)

        api = components.start(home, airflow_home.free_port(), owned=True)
        assert [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []
        assert api.run("sleeper", killed_run)["state"] == "failed"
        next_run = api.trigger("sleeper", {"seconds": 0})
        assert api.wait("sleeper", next_run, timeout_seconds=60)["state"] == "success", (
            "the pool's slot is free"
        )
    finally:
        driver.kill()
        components.stop(home)
