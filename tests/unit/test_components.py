"""Starting and stopping by pid file and mark, with real processes that stand for components."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from gongshi.platform import airflow_home, components, secret_files
from gongshi.platform.components import Component
from gongshi.platform.settings import Settings, load_settings

STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_DFL)
child = os.fork()
if child == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.setpgid(0, 0)
os.write(1, b"ready\\n")
time.sleep(600)
"""


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = load_settings({"GONGSHI_HOME": str(tmp_path / "home")})
    settings.airflow.mkdir(parents=True)
    return settings


@pytest.fixture
def spawn(home: Settings) -> Iterator[Callable[..., Component]]:
    """Starts a process with a stubborn child, as the component `scheduler` of this home."""
    started = []

    def start(mark: str = "m", recorded_mark: str = "m", owner: tuple[int, float] | None = None) -> Component:
        process = subprocess.Popen(
            [sys.executable, "-c", STUBBORN],
            env=os.environ | {components.MARK: mark},
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout
        assert process.stdout.read(12) == b"ready\nready\n"
        created = psutil.Process(process.pid).create_time()
        component = Component("scheduler", process.pid, created, recorded_mark, 1, owner)
        (home.airflow / "scheduler.pid").write_text(json.dumps(asdict(component)))
        return component

    yield start
    for process in started:
        for one in psutil.process_iter():
            if one.pid == process.pid or (one.is_running() and _session(one.pid) == process.pid):
                one.kill()
        process.wait()


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


def test_stop_ends_the_component_and_its_stubborn_child(
    home: Settings, spawn: Callable[..., Component]
) -> None:
    component = spawn()
    assert len(component.members()) == 2
    assert components.stop(home) == ["scheduler"]
    assert component.members() == []
    assert components.recorded(home) == []


def test_children_of_a_killed_component_are_found(home: Settings, spawn: Callable[..., Component]) -> None:
    component = spawn()
    psutil.Process(component.pid).kill()
    _until(lambda: not component.is_alive())
    assert len(component.members()) == 1
    components.refuse_if_running(home)
    assert components.stop(home) == []
    assert component.members() == []


def test_a_process_without_our_mark_is_left_alone(home: Settings, spawn: Callable[..., Component]) -> None:
    """A re-used process number must not cost a stranger its life."""
    component = spawn(mark="theirs", recorded_mark="ours")
    (home.airflow / "scheduler.pid").write_text(
        json.dumps(asdict(component) | {"created": component.created - 60})
    )
    assert components.stop(home) == []
    assert psutil.Process(component.pid).is_running()


def test_a_running_instance_is_refused(home: Settings, spawn: Callable[..., Component]) -> None:
    spawn()
    with pytest.raises(components.AlreadyRunningError, match="make down"):
        components.refuse_if_running(home)


def test_an_instance_whose_driver_was_killed_is_not(home: Settings, spawn: Callable[..., Component]) -> None:
    own = (os.getpid(), psutil.Process().create_time())
    spawn(owner=own)
    with pytest.raises(components.AlreadyRunningError):
        components.refuse_if_running(home)
    spawn(owner=(own[0], own[1] - 60))
    components.refuse_if_running(home)


def test_secrets_are_made_once_and_for_the_owner_only(home: Settings) -> None:
    first = secret_files.secret(home, secret_files.JWT_SECRET)
    assert len(first) >= 64
    assert secret_files.secret(home, secret_files.JWT_SECRET) == first
    assert (
        home.secrets.stat().st_mode & 0o777,
        (home.secrets / secret_files.JWT_SECRET).stat().st_mode & 0o777,
    ) == (
        0o700,
        0o600,
    )


def test_the_environment_is_absolute_and_on_loopback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONGSHI_DATABASE_PASSWORD_FILE", raising=False)
    url = "postgresql+psycopg2://u@h/d"
    given = {"GONGSHI_HOME": str(tmp_path), "GONGSHI_DATABASE_URL": url, "GONGSHI_AIRFLOW_DATABASE_URL": url}
    env = airflow_home.environment(load_settings(given), 8123, {"GONGSHI_SOURCE_X_URL": "y"})
    assert env["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert env["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8123/execution/"
    paths = ("GONGSHI_HOME", "AIRFLOW_HOME", "AIRFLOW__CORE__DAGS_FOLDER", "AIRFLOW__CORE__PLUGINS_FOLDER")
    assert [name for name in paths if not Path(env[name]).is_absolute()] == []
    assert (env["GONGSHI_REPLAY"], env["GONGSHI_DATABASE_URL"], env["GONGSHI_SOURCE_X_URL"]) == (
        "0",
        url,
        "y",
    )


def _until(condition: Callable[[], bool]) -> None:
    latest = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < latest
        time.sleep(0.02)
