"""Airflow as a service: `python -m gongshi.service up | down | status | init | run NAME | healthy NAME`.

`up` and `down` are `make up` and `make down`. The others are what the containers of docker-compose.yaml call: `init`
prepares both databases and ends, `run` becomes one component in the foreground, `healthy` is its health check.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime

from gongshi.bootstrap import prepare
from gongshi.errors import EnvironmentNotReadyError, GongshiError
from gongshi.platform import airflow_home, components, embedded, secret_files
from gongshi.platform.airflow_api import AirflowApi
from gongshi.platform.settings import Settings, load_settings


class NotHealthyError(EnvironmentNotReadyError):
    """Raised when a component has sent no heartbeat lately."""


def up(settings: Settings) -> None:
    """Start everything and say where it is."""
    prepare(settings)
    api = components.start(settings, settings.port)
    password = secret_files.first_password_file(settings)
    print(
        f"Airflow: {api.base_url}\nUser: {airflow_home.ADMIN}, first password in {password}\nStop: make down"
    )


def down(settings: Settings) -> None:
    """Stop the components and the embedded PostgreSQL."""
    names = components.stop(settings)
    stopped = embedded.stop(settings)
    print(
        "Stopped: " + ", ".join([*names, *(["PostgreSQL"] if stopped else [])])
        if names or stopped
        else "Nothing ran."
    )


def status(settings: Settings) -> None:
    """One line a component."""
    alive = {component.name: component for component in components.recorded(settings) if component.is_alive()}
    for name in components.COMMANDS:
        print(f"{name}: " + (f"running, process {alive[name].pid}" if name in alive else "down"))


def init(settings: Settings) -> None:
    """Migrate the warehouse and Airflow's metadata, make roles, pool and first user."""
    env = airflow_home.environment(settings, settings.port)
    os.environ.update(env)  # the database password, for our own connections too
    applied = prepare(settings)
    prepared = airflow_home.prepare(settings, env)
    print(
        f"warehouse: {len(applied)} migrations applied; Airflow: {'prepared' if prepared else 'current already'}"
    )


def run(settings: Settings, name: str) -> None:
    """Become the component `name`."""
    env = airflow_home.environment(settings, settings.port)
    settings.airflow.mkdir(parents=True, exist_ok=True)
    os.execve(sys.executable, [sys.executable, "-m", "airflow", *components.COMMANDS[name]], env)  # noqa: S606


def healthy(settings: Settings, name: str) -> None:
    """Ask the API server whether the component `name` is healthy.

    Raises:
        NotHealthyError: it is not.
    """
    base_url = os.environ.get("GONGSHI_API_URL") or f"http://{airflow_home.HOST}:{settings.port}"
    waiting = AirflowApi(base_url, "", "").unhealthy(datetime.fromtimestamp(0, UTC))
    if name.replace("-", "_") in waiting or "api-server" in waiting:
        raise NotHealthyError(f"{name} is not healthy; Airflow waits for {', '.join(waiting)}.")


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m gongshi.service", description=__doc__.split("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in (up, down, status, init):
        verbs.add_parser(verb.__name__, help=verb.__doc__).set_defaults(call=verb)
    for verb_of_one in (run, healthy):
        parsed = verbs.add_parser(verb_of_one.__name__, help=verb_of_one.__doc__)
        parsed.add_argument("name", choices=list(components.COMMANDS))
        parsed.set_defaults(call=verb_of_one)
    given = vars(parser.parse_args(arguments))
    call = given.pop("call")
    given.pop("verb")
    try:
        call(load_settings(), **given)
    except GongshiError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
