"""Airflow's environment and its prepared metadata database; imports no Airflow itself.

The four components, the tasks they run and every helper process get the same environment, so that all of them see
the same `GONGSHI_HOME`, DAGs, plugins and package.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import psycopg2

from gongshi.errors import EnvironmentNotReadyError
from gongshi.platform import secret_files
from gongshi.platform.database import airflow_database_url, libpq_dsn
from gongshi.platform.resources import project_root
from gongshi.platform.settings import Settings

HOST = "127.0.0.1"
ADMIN = "admin"
AUTH_MANAGER = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"


class AirflowNotPreparedError(EnvironmentNotReadyError):
    """Raised when Airflow's metadata database could not be migrated or its first user not made."""


def free_port() -> int:
    """A TCP port on 127.0.0.1 nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    """False when something listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def environment(settings: Settings, port: int, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The whole environment of a component: what this process has, our settings made absolute, Airflow's options."""
    root = project_root()
    python_path = [str(root / "include"), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = (
        dict(os.environ)
        | _password()
        | {
            "PYTHONPATH": os.pathsep.join(python_path),
            "PYTHONUNBUFFERED": "1",
            "SPT_NOENV": "1",  # a process that renames itself keeps its environment readable: stop() finds it by that
            "GONGSHI_HOME": str(settings.home),
            "GONGSHI_PORT": str(port),
            "GONGSHI_REPLAY": "1" if settings.replay else "0",
            "GONGSHI_IDENTITY_KEY_FILE": str(settings.identity_key_file.absolute()),
        }
    )
    for key, value in (
        ("GONGSHI_DATABASE_URL", settings.database_url),
        ("GONGSHI_AIRFLOW_DATABASE_URL", settings.airflow_database_url),
    ):
        env.pop(key, None)
        if value:
            env[key] = value
    return env | _options(settings, port, root) | dict(extra or {})


def _password() -> dict[str, str]:
    """The database password from `GONGSHI_DATABASE_PASSWORD_FILE`, where both PostgreSQL drivers look for it."""
    path = os.environ.get("GONGSHI_DATABASE_PASSWORD_FILE")
    return {"PGPASSWORD": Path(path).read_text(encoding="utf-8").strip()} if path else {}


def _options(settings: Settings, port: int, root: Path) -> dict[str, str]:
    """Airflow's own options; secrets are made on first use."""
    base_url = f"http://{HOST}:{port}"
    execution_url = (
        os.environ.get("GONGSHI_API_URL") or base_url
    )  # in containers: the API server's own host name
    return {
        "AIRFLOW_HOME": str(settings.airflow),
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "3",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(root / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(root / "plugins"),
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",  # a killed task holds the pool's only slot
        # Seconds between two turns of an idle scheduler; a replay waits for every task of a chain.
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2" if settings.replay else "1",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
        "AIRFLOW__CORE__AUTH_MANAGER": AUTH_MANAGER,
        "AIRFLOW__CORE__FERNET_KEY": secret_files.secret(settings, secret_files.FERNET_KEY),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{execution_url}/execution/",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": airflow_database_url(settings),
        "AIRFLOW__API__HOST": os.environ.get("GONGSHI_API_HOST") or HOST,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__BASE_URL": base_url,
        "AIRFLOW__API__SECRET_KEY": secret_files.secret(settings, secret_files.SESSION_KEY),
        "AIRFLOW__API_AUTH__JWT_SECRET": secret_files.secret(settings, secret_files.JWT_SECRET),
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "15",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "15",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(settings.airflow / "logs"),
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def prepare(settings: Settings, env: Mapping[str, str]) -> bool:
    """Migrate the metadata database, make roles, pool and first user; False when all that is current already.

    Raises:
        AirflowNotPreparedError: with the end of the failing command's output.
    """
    settings.airflow.mkdir(parents=True, exist_ok=True)
    if _stamp(settings) == _read_stamp(settings):
        return False
    password = {"GONGSHI_FIRST_PASSWORD": secret_files.secret(settings, secret_files.FIRST_PASSWORD)}
    _run([sys.executable, "-m", "airflow", "db", "migrate"], env)
    _run([sys.executable, "-m", "gongshi.platform.airflow_seed"], dict(env) | password)
    _stamp_file(settings).write_text(json.dumps(_stamp(settings), indent=1), encoding="utf-8")
    return True


def _run(command: list[str], env: Mapping[str, str]) -> None:
    done = subprocess.run(command, env=dict(env), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise AirflowNotPreparedError(f"`{' '.join(command[2:])}` ended {done.returncode}:\n{tail}")


def _stamp_file(settings: Settings) -> Path:
    return settings.airflow / "prepared.json"


def _read_stamp(settings: Settings) -> dict[str, str] | None:
    path = _stamp_file(settings)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _stamp(settings: Settings) -> dict[str, str]:
    """What must be unchanged for the preparation to be current: installed versions, revisions, the first user."""
    stamp = {name: version(name) for name in ("apache-airflow", "apache-airflow-providers-fab", "gongshi")}
    connection = psycopg2.connect(libpq_dsn(airflow_database_url(settings)))
    try:
        with connection, connection.cursor() as cursor:
            for query in (
                "SELECT version_num FROM alembic_version",
                "SELECT version_num FROM alembic_version_fab",
                "SELECT username FROM ab_user WHERE username = 'admin'",
            ):
                cursor.execute("SAVEPOINT before")
                try:
                    cursor.execute(query)
                    row = cursor.fetchone()
                except psycopg2.errors.UndefinedTable:
                    cursor.execute("ROLLBACK TO SAVEPOINT before")
                    row = None
                stamp[query] = row[0] if row else "none"
    finally:
        connection.close()
    return stamp
