"""The command of every service of docker-compose.yaml, run without containers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from gongshi.platform import airflow_home
from gongshi.platform.resources import project_root


@pytest.fixture
def compose() -> dict[str, Any]:
    return yaml.safe_load((project_root() / "docker-compose.yaml").read_text(encoding="utf-8"))["services"]


@pytest.fixture
def env(compose: dict[str, Any], tmp_path: Path, new_database: Callable[[], str]) -> dict[str, str]:
    """The services' environment with this machine's folders, databases and a free port on loopback."""
    password = tmp_path / "postgres-password"
    password.write_text("not asked for\n", encoding="utf-8")
    port = airflow_home.free_port()
    here = {
        "GONGSHI_HOME": str(tmp_path / "home"),
        "GONGSHI_DATABASE_URL": new_database(),
        "GONGSHI_AIRFLOW_DATABASE_URL": new_database(),
        "GONGSHI_DATABASE_PASSWORD_FILE": str(password),
        "GONGSHI_PORT": str(port),
        "GONGSHI_API_HOST": "127.0.0.1",
        "GONGSHI_API_URL": f"http://127.0.0.1:{port}",
    }
    given = compose["scheduler"]["environment"]
    assert set(here) <= set(given), "the compose file no longer sets what this test replaces"
    return os.environ | given | here


@pytest.mark.slow
def test_each_command_runs_until_healthy_and_ends_on_sigterm(
    compose: dict[str, Any], env: dict[str, str]
) -> None:
    subprocess.run(_here(compose["init"]["command"]), env=env, check=True, timeout=120)
    services = [name for name in compose if name not in ("postgres", "init")]
    running = {
        name: subprocess.Popen(
            _here(compose[name]["command"]),
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for name in services
    }
    try:
        latest = time.monotonic() + 120
        for name in services:
            check = _here(compose[name]["healthcheck"]["test"][1:])
            while subprocess.run(check, env=env, capture_output=True, check=False).returncode != 0:
                assert running[name].poll() is None, f"{name} ended {running[name].returncode}"
                assert time.monotonic() < latest, f"{name} is not healthy"
                time.sleep(0.5)
        children = [
            child for one in running.values() for child in psutil.Process(one.pid).children(recursive=True)
        ]
        for name in sorted(services, key=lambda name: name in compose["scheduler"]["depends_on"]):
            running[name].send_signal(signal.SIGTERM)
            running[name].wait(timeout=120)  # the compose file's grace period
        _, left = psutil.wait_procs(children, timeout=30)
        assert left == []
    finally:
        for process in running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _here(command: list[str]) -> list[str]:
    return [sys.executable if word == "python" else word for word in command]
