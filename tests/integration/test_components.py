"""Airflow itself: started, asked, killed, stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from gongshi.platform import airflow_home, components
from gongshi.platform.settings import Settings, load_settings

CLOCK_REFUSED = "this run has no `at`"


@pytest.fixture
def home(tmp_path: Path, new_database: Callable[[], str]) -> Settings:
    settings = load_settings({"GONGSHI_HOME": str(tmp_path), "GONGSHI_REPLAY": "1"})
    return replace(settings, database_url=new_database(), airflow_database_url=new_database())


@pytest.mark.slow
def test_airflow_starts_refuses_a_run_without_at_and_leaves_nothing(home: Settings) -> None:
    port = airflow_home.free_port()
    try:
        api = components.start(home, port, owned=True)
        started = components.recorded(home)
        processes = [process for component in started for process in component.members()]
        assert sorted(component.name for component in started) == sorted(components.COMMANDS)
        assert listening(processes) == {("127.0.0.1", port)}
        assert {dag["timetable_summary"] for dag in api.dags()} == {None}

        run_id = api.trigger("collect_drop_folders", {})
        run = api.wait("collect_drop_folders", run_id, timeout_seconds=60)
        assert run["state"] == "failed"
        assert CLOCK_REFUSED in api.failure_text("collect_drop_folders", run_id)
        assert [
            ti["try_number"]
            for ti in api.task_instances("collect_drop_folders", run_id)
            if ti["task_id"] == "take"
        ] == [1]

        with pytest.raises(components.AlreadyRunningError):
            components.start(home, airflow_home.free_port())
        scheduler = next(component for component in started if component.name == "scheduler")
        psutil.Process(scheduler.pid).kill()
    finally:
        components.stop(home)
    assert [
        process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ] == []
    assert [component.members() for component in started] == [[], [], [], []]
    assert airflow_home.port_is_free(port)
    env = airflow_home.environment(home, port)
    assert airflow_home.prepare(home, env) is False, "a prepared database must not be migrated again"


def listening(processes: list[psutil.Process]) -> set[tuple[str, int]]:
    """Addresses the processes accept connections on."""
    connections = [connection for process in processes for connection in process.net_connections("inet")]
    return {tuple(one.laddr) for one in connections if one.status == psutil.CONN_LISTEN}
