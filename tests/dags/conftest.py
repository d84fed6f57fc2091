"""The DAG files, read as the DAG processor reads them, with and without a replay."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gongshi.platform.resources import project_root

# A process of its own: Airflow reads its configuration once, and must not touch the developer's AIRFLOW_HOME.
READ = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1], bundle_path=__import__("pathlib").Path(sys.argv[1]))
def task(t):
    return {"retries": t.retries, "callbacks": bool(t.on_failure_callback), "pool": t.pool,
            "mapped": t.is_mapped or t.get_closest_mapped_task_group() is not None, "downstream": sorted(t.downstream_task_ids), "timeout": t.execution_timeout is not None}
def one(d):
    ticks = getattr(d.timetable, "timetable", d.timetable)  # of a schedule by asset or time
    return {"file": d.fileloc, "doc": d.doc_md or "", "tags": sorted(d.tags), "schedule": getattr(ticks, "expression", type(ticks).__name__), "watches": ticks is not d.timetable,
            "timezone": str(d.timezone), "tick_timezone": str(getattr(ticks, "timezone", "")),
            "catchup": d.catchup, "max_active_runs": d.max_active_runs, "params": sorted(d.params), "name": d.dag_display_name,
            "tasks": {t.task_id: task(t) for t in d.tasks}, "roots": [t.task_id for t in d.roots],
            "heavy": sorted({"great_expectations", "pandas", "pyarrow", "sqlalchemy.dialects.oracle"} & set(sys.modules))}
print("RESULT" + json.dumps({"errors": bag.import_errors, "dags": {i: one(d) for i, d in bag.dags.items()}}))
"""


def read_dags(home: Path, replay: str) -> dict[str, Any]:
    """Import errors and the DAGs as plain data."""
    root = project_root()
    env = os.environ | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/unused.db",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(root / "plugins"),
        "GONGSHI_HOME": str(home),
        "GONGSHI_REPLAY": replay,
    }
    command = [sys.executable, "-c", READ, str(root / "dags")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.split("RESULT", 1)[1])


@pytest.fixture(scope="session")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """As in production."""
    return read_dags(tmp_path_factory.mktemp("airflow"), "0")


@pytest.fixture(scope="session")
def replay_bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """As in a replay."""
    return read_dags(tmp_path_factory.mktemp("airflow"), "1")
