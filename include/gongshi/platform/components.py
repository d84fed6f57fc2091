"""The four components of Airflow on this machine: start, wait until healthy, stop without a trace.

`airflow standalone` opens ports on all interfaces and leaves its children behind, so each component is started here in
a session of its own, with a pid file. A process counts as ours when it is in a session we started *and* carries that
start's random mark in its environment: neither a re-used process number nor a stranger's Airflow is ever touched.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from gongshi.errors import EnvironmentNotReadyError, UsageError
from gongshi.platform import airflow_home, secret_files
from gongshi.platform.airflow_api import AirflowApi
from gongshi.platform.resources import project_root
from gongshi.platform.settings import Settings

COMMANDS = {
    "api-server": ["api-server"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],  # without it, it listens on all interfaces
    "scheduler": ["scheduler", "--skip-serve-logs"],
}
LAST_STOPPED = "api-server"
MARK = "GONGSHI_INSTANCE"
HEALTH_TIMEOUT_SECONDS = 180.0
STOP_TIMEOUT_SECONDS = 30.0
POLL_SECONDS = 0.5


class AlreadyRunningError(UsageError):
    """Raised when Airflow of this `GONGSHI_HOME` runs already, or its port is taken."""


class ComponentDiedError(EnvironmentNotReadyError):
    """Raised when a component ended, or was not healthy in time, while starting."""


@dataclass(frozen=True)
class Component:
    """One started component, as its pid file records it.

    Attributes:
        name: key of `COMMANDS`.
        pid: process number, also its session's and group's.
        created: the process's creation time, seconds since the epoch.
        mark: the start's random mark.
        port: port of the API server of that start.
        owner: process number and creation time of a driver that stops it at its own end; None for `make up`.
    """

    name: str
    pid: int
    created: float
    mark: str
    port: int
    owner: tuple[int, float] | None = None

    def is_alive(self) -> bool:
        """True while the very process we started runs."""
        return _is_alive(self.pid, self.created)

    def is_orphan(self) -> bool:
        """True when the driver that would have stopped it is gone (killed)."""
        return self.owner is not None and not _is_alive(*self.owner)

    def members(self) -> list[psutil.Process]:
        """All living processes of the component's session that carry its mark, the component itself included."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                in_session = os.getsid(process.pid) == self.pid and process.status() != psutil.STATUS_ZOMBIE
                if in_session and process.environ().get(MARK) == self.mark:
                    found.append(process)
        return found


def start(
    settings: Settings, port: int, extra_env: Mapping[str, str] | None = None, *, owned: bool = False
) -> AirflowApi:
    """Prepare Airflow, start its components, wait until all are healthy and all DAGs read; a client of its API.

    In a replay the scheduler comes last, when the DAGs have been read anew and runs nobody works on any more are
    ended: until then DAGs stored by an earlier `make up` still have their schedules, and a scheduler would create
    runs from them, or go on with the runs of a killed demo.

    Args:
        settings: which home and databases.
        port: port of the API server on 127.0.0.1.
        extra_env: further variables of the components and their tasks.
        owned: True when this process stops them at its end; should it be killed, the next start cleans up.

    Raises:
        AlreadyRunningError: components of this home are alive, or the port is taken.
        ComponentDiedError: one ended or did not become healthy; everything started is stopped again.
    """
    refuse_if_running(settings)
    stop(settings)  # what a killed instance left behind
    if not airflow_home.port_is_free(port):
        raise AlreadyRunningError(
            f"port {port} on 127.0.0.1 is taken. Choose another: GONGSHI_PORT={port + 1}"
        )
    env = airflow_home.environment(settings, port, extra_env)
    airflow_home.prepare(settings, env)
    owner = (os.getpid(), psutil.Process().create_time()) if owned else None
    mark = secrets.token_hex(16)
    began = datetime.now(UTC)
    api = client(settings, port)
    last = "scheduler" if settings.replay else None
    try:
        for name in COMMANDS:
            if name != last:
                _spawn(settings, name, env, mark, port, owner)
        if last:
            _wait(settings, lambda: {*api.unhealthy(began)} - {last} or _unread(api, began))
            api.mark_stale_runs_failed()
            _spawn(settings, last, env, mark, port, owner)
        _wait(settings, lambda: api.unhealthy(began) or _unread(api, began))
    except BaseException:
        stop(settings)
        raise
    return api


def refuse_if_running(settings: Settings) -> None:
    """Do nothing unless components of this home are alive and somebody's.

    Raises:
        AlreadyRunningError: they are.
    """
    if alive := [one.name for one in recorded(settings) if one.is_alive() and not one.is_orphan()]:
        raise AlreadyRunningError(
            f"Airflow of {settings.home} is running already ({', '.join(alive)}). `make down` stops it."
        )


def stop(settings: Settings) -> list[str]:
    """Stop the components of this home and whatever they left in their sessions; names of those that were alive.

    SIGTERM goes to the components only: a scheduler whose workers get it too has been seen to hang. The API server
    comes last: the scheduler waits for its running tasks, and they cannot end without it. What is left of their
    sessions after that is killed.
    """
    components = recorded(settings)
    alive = [component for component in components if component.is_alive()]
    for is_last in (False, True):
        parents = []
        for component in alive:
            if (component.name == LAST_STOPPED) is is_last:
                with suppress(psutil.NoSuchProcess):
                    process = psutil.Process(component.pid)
                    process.send_signal(signal.SIGTERM)
                    parents.append(process)
        psutil.wait_procs(parents, timeout=STOP_TIMEOUT_SECONDS)
    for component in components:
        members = component.members()
        for process in members:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(members, timeout=STOP_TIMEOUT_SECONDS)
        _pid_file(settings, component.name).unlink(missing_ok=True)
    return [component.name for component in alive]


def recorded(settings: Settings) -> list[Component]:
    """The components the pid files name, alive or not."""
    paths = [_pid_file(settings, name) for name in COMMANDS]
    return [Component(**json.loads(path.read_text(encoding="utf-8"))) for path in paths if path.exists()]


def client(settings: Settings, port: int) -> AirflowApi:
    """An API client of the first administrator."""
    password = secret_files.secret(settings, secret_files.FIRST_PASSWORD)
    return AirflowApi(f"http://{airflow_home.HOST}:{port}", airflow_home.ADMIN, password)


def log_file(settings: Settings, name: str) -> Path:
    """Where a component's own output goes."""
    return settings.airflow / "logs" / f"{name}.log"


def _is_alive(pid: int, created: float) -> bool:
    try:
        process = psutil.Process(pid)
        return bool(abs(process.create_time() - created) < 1.0 and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _pid_file(settings: Settings, name: str) -> Path:
    return settings.airflow / f"{name}.pid"


def _spawn(
    settings: Settings,
    name: str,
    env: Mapping[str, str],
    mark: str,
    port: int,
    owner: tuple[int, float] | None,
) -> None:
    log_file(settings, name).parent.mkdir(parents=True, exist_ok=True)
    with log_file(settings, name).open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "airflow", *COMMANDS[name]],
            env=dict(env) | {MARK: mark},
            cwd=settings.airflow,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    component = Component(name, process.pid, psutil.Process(process.pid).create_time(), mark, port, owner)
    _pid_file(settings, name).write_text(json.dumps(asdict(component)), encoding="utf-8")


def _unread(api: AirflowApi, began: datetime) -> list[str]:
    """DAG files not read since `began`.

    Raises:
        ComponentDiedError: a DAG file cannot be imported.
    """
    if errors := api.import_errors():
        raise ComponentDiedError("a DAG file cannot be read: " + "; ".join(errors))
    dags = api.dags()
    read = {dag["fileloc"] for dag in dags if datetime.fromisoformat(dag["last_parsed_time"]) >= began}
    files = sorted((project_root() / "dags").glob("*.py"))
    return [path.name for path in files if str(path) not in read]


def _wait(settings: Settings, missing: Callable[[], Collection[str]]) -> None:
    """Poll until `missing()` is empty.

    Raises:
        ComponentDiedError: a component ended meanwhile, or the time is over.
    """
    latest = time.monotonic() + HEALTH_TIMEOUT_SECONDS
    while waiting := missing():
        dead = [component.name for component in recorded(settings) if not component.is_alive()]
        if dead or time.monotonic() > latest:
            raise ComponentDiedError(_why(settings, dead, sorted(waiting)))
        time.sleep(POLL_SECONDS)


def _why(settings: Settings, dead: list[str], waiting: list[str]) -> str:
    if not dead:
        return (
            f"Airflow not ready after {HEALTH_TIMEOUT_SECONDS:.0f} s; still waiting for {', '.join(waiting)}."
        )
    path = log_file(settings, dead[0])
    tail = "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
    return f"Airflow's {dead[0]} ended while starting; {path}:\n{tail}"
