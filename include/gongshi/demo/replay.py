"""The replay: one triggered DAG run a step, its state read from Airflow's API."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from secrets import token_hex

from tqdm import tqdm

from gongshi.demo import agency_database, deliver, progress
from gongshi.demo.against_truth import CADENCES
from gongshi.errors import GongshiError
from gongshi.platform.airflow_api import AirflowApi, RunFailedError
from gongshi.platform.settings import Settings
from gongshi.sample.replay import Step

STEP_TIMEOUT_SECONDS = 600.0


class FiguresChangedError(GongshiError):
    """Raised when reports run again for their old instants give other figures."""


def replay(settings: Settings, api: AirflowApi, steps: Sequence[Step], seed: int) -> None:
    """Go on after the last completed step; when all are complete, run only the reports again.

    Raises:
        RunFailedError: a run did not end in success; its message ends with the failing task's log.
        FiguresChangedError: see there.
    """
    done = progress.completed_steps(settings, seed)
    numbered = list(enumerate(steps, 1))
    if done < len(steps):
        if done:
            print(f"Going on after step {done} of {len(steps)} ({steps[done - 1].at:%Y-%m-%d %H:%M}).")
        _run_all(numbered[done:], len(steps), lambda no, step: _step(settings, api, seed, no, step))
        return
    print("The replay is complete: nothing is dropped again, the reports are run for their old instants.")
    before = progress.figure_digests(settings)
    reports = [(no, step) for no, step in numbered if step.dag_id in CADENCES]
    _run_all(reports, len(steps), lambda _, step: _run(api, step))
    after = progress.figure_digests(settings)
    if changed := sorted(path for path in before if after.get(path) != before[path]):
        raise FiguresChangedError(
            f"other figures than before in {', '.join(changed)}. The same program must give the same figures; "
            "if the program was changed in between, start anew in another GONGSHI_HOME."
        )
    print(f"{len(after)} figures.json, all byte for byte as before.")


def _run_all(todo: Sequence[tuple[int, Step]], total: int, work: Callable[[int, Step], str]) -> None:
    on_terminal = sys.stdout.isatty()
    for no, step in tqdm(todo, unit="step", disable=not on_terminal, file=sys.stdout):
        began = time.monotonic()
        what = work(no, step)
        line = f"[{no:>2}/{total}] {step.at:%Y-%m-%d %H:%M} {step.dag_id:<24} {what:<32} {time.monotonic() - began:6.1f} s"
        tqdm.write(line, file=sys.stdout)
        sys.stdout.flush()


def _step(settings: Settings, api: AirflowApi, seed: int, no: int, step: Step) -> str:
    files = deliver.drop_files(settings, step.at, step.files)
    rows = agency_database.insert(settings, step.source_rows)
    _run(api, step)
    progress.complete_step(settings, seed, no, step.at, step.dag_id)
    given = [f"{files} files" if files else "", f"{rows} source rows" if rows else ""]
    return ", ".join(["success", *filter(None, given)])


def _run(api: AirflowApi, step: Step) -> str:
    run_id = f"demo__{step.at:%Y%m%dT%H%M}__{token_hex(3)}"
    api.trigger(step.dag_id, step.conf, run_id)
    run = api.wait(step.dag_id, run_id, STEP_TIMEOUT_SECONDS)
    if run["state"] != "success":
        raise RunFailedError(
            f"{step.dag_id} at {step.at} ended {run['state']}\n{api.failure_text(step.dag_id, run_id)}"
        )
    return "success"
