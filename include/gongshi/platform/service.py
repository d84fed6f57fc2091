"""Airflow as a service: `python -m gongshi.platform.service up | down | status | init | run COMPONENT`.

`up` and `down` are `make up` and `make down`. `init` and `run` are what each container of docker-compose.yaml calls:
one prepares both databases and ends, the other becomes one component in the foreground.
"""

from __future__ import annotations

import argparse
import os
import sys

from gongshi.errors import GongshiError
from gongshi.platform import airflow_home, components, database, embedded, secret_files
from gongshi.platform.settings import Settings, load_settings


def up(settings: Settings) -> None:
    """Start everything and say where it is."""
    database.migrate(settings)
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
    applied = database.migrate(settings)
    prepared = airflow_home.prepare(settings, env)
    print(
        f"warehouse: {len(applied)} migrations applied; Airflow: {'prepared' if prepared else 'current already'}"
    )


def run(settings: Settings, name: str) -> None:
    """Become the component `name`."""
    env = airflow_home.environment(settings, settings.port)
    settings.airflow.mkdir(parents=True, exist_ok=True)
    os.execve(sys.executable, [sys.executable, "-m", "airflow", *components.COMMANDS[name]], env)  # noqa: S606


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m gongshi.platform.service", description=__doc__.split("\n")[0]
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in (up, down, status, init):
        verbs.add_parser(verb.__name__, help=verb.__doc__).set_defaults(call=verb)
    runner = verbs.add_parser("run", help=run.__doc__)
    runner.add_argument("name", choices=list(components.COMMANDS), metavar="COMPONENT")
    runner.set_defaults(call=run)
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
