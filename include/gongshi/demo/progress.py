"""What the replay has done so far: completed steps, and whose replay this home holds."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

from gongshi.errors import UsageError
from gongshi.platform.database import connect, fetch
from gongshi.platform.settings import Settings


class OtherReplayError(UsageError):
    """Raised when this `GONGSHI_HOME` holds other data than the replay asked for."""


def claim_home(settings: Settings, seed: int, rows: int) -> None:
    """Note seed and size of the replay in `demo.json`, or check that they are the same as before.

    Raises:
        OtherReplayError: the home holds another replay, or deliveries that are no replay's.
    """
    path = settings.home / "demo.json"
    wanted = {"seed": seed, "rows": rows}
    if path.exists():
        held = json.loads(path.read_text(encoding="utf-8"))
        if held != wanted:
            raise OtherReplayError(
                f"{settings.home} holds the replay with seed {held['seed']} and {held['rows']} rows. Go on with "
                f"`make demo SEED={held['seed']} ROWS={held['rows']}`, or choose another folder by GONGSHI_HOME."
            )
        return
    with connect(settings) as connection:
        if fetch(connection, "SELECT 1 AS one FROM intake.delivery LIMIT 1"):
            raise OtherReplayError(
                f"{settings.home} holds deliveries that are not the demo's. Choose another folder by GONGSHI_HOME."
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(wanted), encoding="utf-8")


def completed_steps(settings: Settings, seed: int) -> int:
    """Number of the last completed step; 0 when none is."""
    query = "SELECT coalesce(max(step_no), 0) AS step_no FROM audit.replay_step WHERE seed = %(seed)s"
    with connect(settings) as connection:
        return int(fetch(connection, query, {"seed": seed})[0]["step_no"])


def complete_step(settings: Settings, seed: int, step_no: int, at: datetime, dag_id: str) -> None:
    """Record that a step's run ended in success; `at` stands for both times, a replay has no other clock."""
    with connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit.replay_step (seed, step_no, at, dag_id, completed_at) "
            "VALUES (%(seed)s, %(step_no)s, %(at)s, %(dag_id)s, %(at)s) ON CONFLICT DO NOTHING",
            {"seed": seed, "step_no": step_no, "at": at, "dag_id": dag_id},
        )


def figure_digests(settings: Settings) -> dict[str, str]:
    """SHA-256 of every figures.json, by path below the home."""
    return {
        str(path.relative_to(settings.home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(settings.reports.glob("*/*/figures.json"))
    }


def task_log(settings: Settings, dag_id: str) -> Path | None:
    """The newest task log of a DAG."""
    logs = (settings.airflow / "logs").glob(f"dag_id={dag_id}/*/*/**/attempt=*.log")
    return max(logs, key=lambda path: path.stat().st_mtime, default=None)
