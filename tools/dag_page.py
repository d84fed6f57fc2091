"""docs/generated/dags.md: every DAG with its schedule and its own documentation, as the DAG processor reads it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from gongshi.platform.resources import project_root

# A process of its own: importing Airflow writes a configuration file, and its settings are read once a process.
_READ = """
import json, sys
from pathlib import Path
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1], bundle_path=Path(sys.argv[1]))
assert not bag.import_errors, bag.import_errors
found = [{"id": d.dag_id, "name": d.dag_display_name, "doc": d.doc_md, "tags": sorted(d.tags),
          "schedule": getattr(d.timetable, "timetable", d.timetable).expression,
          "watches": hasattr(d.timetable, "timetable"), "params": sorted(d.params),
          "tasks": [f"{t.task_id} {t.task_display_name}" for t in d.topological_sort()]}
         for _, d in sorted(bag.dags.items())]
print("RESULT" + json.dumps(found))
"""
INTRO = """# DAGs

Times are Asia/Shanghai. With `GONGSHI_REPLAY=1` no DAG has a schedule and every run needs the parameter `at`.

"""


def page() -> str:
    """The whole page."""
    return INTRO + "\n".join(map(_dag, _read())) + "\n"


def _read() -> list[dict[str, Any]]:
    folder = str(project_root() / "dags")
    with tempfile.TemporaryDirectory() as home:
        env = os.environ | {
            "AIRFLOW_HOME": home,
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/unused.db",
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "GONGSHI_HOME": home,
            "GONGSHI_REPLAY": "0",
        }
        command = [sys.executable, "-c", _READ, folder]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the DAGs could not be read:\n{done.stderr}")
    return json.loads(done.stdout.split("RESULT", 1)[1])


def _dag(dag: dict[str, Any]) -> str:
    facts = (
        f"- **DAG**: `{dag['id']}`",
        f"- **Schedule**: `{dag['schedule']}` (cron)"
        + (", and when a complete file lands" if dag["watches"] else ""),
        f"- **Parameters**: {', '.join(f'`{name}`' for name in dag['params'])}",
        f"- **Tasks**: {' → '.join(dag['tasks'])}",
    )
    title, _, text = dag["doc"].strip().partition("\n")
    return "\n".join([title, "", *facts, "", text.strip(), ""])
