"""A small client of Airflow's REST API: what the demo, `make up` and the tests ask of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import requests

from gongshi.errors import EnvironmentNotReadyError, GongshiError

COMPONENT_KEYS = ("metadatabase", "scheduler", "triggerer", "dag_processor")
FINAL_STATES = ("success", "failed")
POLL_SECONDS = 0.5
TIMEOUT_SECONDS = 30.0


class AirflowApiError(GongshiError):
    """Raised when the API answers a request with an error."""


class RunTimeoutError(GongshiError):
    """Raised when a DAG run is not finished within the time given."""


class RunFailedError(GongshiError):
    """Raised when a DAG run ended in another state than success."""


@dataclass
class AirflowApi:
    """Speaks to one API server as one user; fetches a new token when the old one is refused.

    Attributes:
        base_url: e.g. `http://127.0.0.1:8080`.
        username: FAB user.
        password: that user's password.
    """

    base_url: str
    username: str
    password: str = field(repr=False)
    _token: str = field(default="", repr=False)

    def token(self) -> str:
        """A fresh bearer token.

        Raises:
            EnvironmentNotReadyError: the user or the password is wrong.
        """
        answer = requests.post(
            f"{self.base_url}/auth/token",
            json={"username": self.username, "password": self.password},
            timeout=TIMEOUT_SECONDS,
        )
        if answer.status_code != 201:
            raise EnvironmentNotReadyError(
                f"Airflow refuses user {self.username!r} ({answer.status_code}). If its password was changed, "
                "write the new one into the file secrets/first-password."
            )
        return str(answer.json()["access_token"])

    def request(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """One call below `/api/v2`; the decoded answer.

        Raises:
            AirflowApiError: any status of 400 and above.
        """
        for attempt in (1, 2):
            self._token = self._token or self.token()
            headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
            answer = requests.request(
                method, f"{self.base_url}/api/v2{path}", headers=headers, timeout=TIMEOUT_SECONDS, **arguments
            )
            if answer.status_code in (401, 403) and attempt == 1:
                self._token = ""
                continue
            break
        if answer.status_code >= 400:
            raise AirflowApiError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else {}

    def unhealthy(self, since: datetime) -> list[str]:
        """Components not healthy yet, or whose newest heartbeat is older than `since` (an earlier instance's)."""
        try:
            answer = requests.get(f"{self.base_url}/api/v2/monitor/health", timeout=TIMEOUT_SECONDS)
        except requests.ConnectionError:
            return ["api-server"]
        if answer.status_code != 200:
            return ["api-server"]
        health = answer.json()
        waiting = []
        for key in COMPONENT_KEYS:
            state = health.get(key) or {}
            beat = state.get(f"latest_{key}_heartbeat")
            stale = key != "metadatabase" and (
                not beat or datetime.fromisoformat(beat) < since.astimezone(UTC)
            )
            if state.get("status") != "healthy" or stale:
                waiting.append(key)
        return waiting

    def dags(self) -> list[dict[str, Any]]:
        """All DAGs known, with `dag_id`, `timetable_summary`, `last_parsed_time`, `is_stale` and more."""
        return list(self.request("GET", "/dags", params={"limit": 100})["dags"])

    def import_errors(self) -> list[str]:
        """`file: error` of every DAG file that could not be read."""
        errors = self.request("GET", "/importErrors")["import_errors"]
        return [f"{error['filename']}: {error['stack_trace']}" for error in errors]

    def trigger(self, dag_id: str, conf: dict[str, Any], run_id: str | None = None) -> str:
        """Start a run; its id."""
        body: dict[str, Any] = {"logical_date": None, "conf": conf}
        if run_id:
            body["dag_run_id"] = run_id
        return str(self.request("POST", f"/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """One run."""
        return self.request("GET", f"/dags/{dag_id}/dagRuns/{run_id}")

    def runs(self, dag_id: str = "~", states: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        """The newest 100 runs of a DAG (`~`: of all) in the given states."""
        params = {"limit": 100, "order_by": "-id", **({"state": list(states)} if states else {})}
        return list(self.request("GET", f"/dags/{dag_id}/dagRuns", params=params)["dag_runs"])

    def wait(self, dag_id: str, run_id: str, timeout_seconds: float) -> dict[str, Any]:
        """The run, once it is finished.

        Raises:
            RunTimeoutError: it is not finished in time.
        """
        latest = time.monotonic() + timeout_seconds
        while True:
            run = self.run(dag_id, run_id)
            if run["state"] in FINAL_STATES:
                return run
            if time.monotonic() > latest:
                states = {ti["task_id"]: ti["state"] for ti in self.task_instances(dag_id, run_id)}
                raise RunTimeoutError(
                    f"{dag_id} {run_id}: {run['state']} after {timeout_seconds:.0f} s; {states}"
                )
            time.sleep(POLL_SECONDS)

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The run's tasks with `task_id`, `map_index`, `state`, `try_number` and more."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        return list(self.request("GET", path, params={"limit": 100})["task_instances"])

    def log(self, dag_id: str, run_id: str, task_id: str, try_number: int, map_index: int = -1) -> str:
        """The log of one try as text, one event a line, an error's traceback after it."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/{max(try_number, 1)}"
        params = {"map_index": map_index, "full_content": "true"}
        content = self.request("GET", path, params=params)["content"]
        return "\n".join(_line(event) for event in content)

    def failure_text(self, dag_id: str, run_id: str, lines: int = 30) -> str:
        """The end of the log of every failed task of the run."""
        parts = []
        for ti in self.task_instances(dag_id, run_id):
            if ti["state"] in ("failed", "up_for_retry"):
                text = self.log(dag_id, run_id, ti["task_id"], ti["try_number"], ti["map_index"])
                head = f"--- {dag_id} · {ti['task_id']}[{ti['map_index']}] try {ti['try_number']} ---"
                parts.append("\n".join([head, *text.splitlines()[-lines:]]))
        return "\n".join(parts) or f"{dag_id} {run_id}: no failed task; see its tasks in the Airflow pages."

    def mark_failed(self, dag_id: str, run_id: str) -> None:
        """End a run nobody works on any more; its unfinished tasks fail with it."""
        self.request("PATCH", f"/dags/{dag_id}/dagRuns/{run_id}", json={"state": "failed"})

    def mark_stale_runs_failed(self) -> list[str]:
        """Mark every queued or running run failed; their ids. Only right when no component of before is alive."""
        stale = self.runs(states=("queued", "running"))
        for run in stale:
            self.mark_failed(run["dag_id"], run["dag_run_id"])
        return [f"{run['dag_id']} {run['dag_run_id']}" for run in stale]


def _line(event: Any) -> str:
    if not isinstance(event, dict):
        return str(event)
    detail = "\n".join(
        f"{error.get('exc_type')}: {error.get('exc_value')}" for error in event.get("error_detail") or []
    )
    return "\n".join(filter(None, [str(event.get("event", "")), detail]))
