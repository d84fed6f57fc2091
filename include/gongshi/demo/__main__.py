"""`python -m gongshi.demo [--rows N] [--seed S]`: set up, replay, say where everything lies, stop everything."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NoReturn

from gongshi import bootstrap
from gongshi.demo import against_truth, agency_database, outputs, progress
from gongshi.demo.replay import replay
from gongshi.errors import GongshiError
from gongshi.platform import airflow_home, components, embedded
from gongshi.platform.airflow_api import AirflowApi
from gongshi.platform.settings import Settings, load_settings
from gongshi.registry.load import load_registry
from gongshi.sample.province import province
from gongshi.sample.registry_files import write_registry
from gongshi.sample.replay import DEFAULT_ROWS, Step, steps

DEFAULT_SEED = 2026


def main() -> int:
    """Run the demo; exit code 0 only when every run succeeded, the ledger balances and all is as planted."""
    parser = argparse.ArgumentParser(prog="python -m gongshi.demo", description=__doc__)
    parser.add_argument(
        "--rows", type=int, default=DEFAULT_ROWS, help="records the agencies send (%(default)s)"
    )
    parser.add_argument(
        "--seed", type=int, default=DEFAULT_SEED, help="another province, other faults (%(default)s)"
    )
    given = parser.parse_args()
    os.environ["GONGSHI_REPLAY"] = "1"
    settings = replace(load_settings(), replay=True)
    for number in (signal.SIGINT, signal.SIGTERM):  # Ctrl-C is ignored in a shell's background job otherwise
        signal.signal(number, _end)
    began = time.monotonic()
    try:
        components.refuse_if_running(settings)
        with _services(settings, given.seed, given.rows) as (api, planned):
            print(f"Ready after {time.monotonic() - began:.1f} s. Airflow: {api.base_url}", flush=True)
            replay(settings, api, planned, given.seed)
            env = airflow_home.environment(settings, settings.port)
            dag_ids = dict.fromkeys(step.dag_id for step in planned)
            print(outputs.summary(settings, dag_ids, outputs.ledger(settings, env)))
            print(f"  truth      {against_truth.compare(settings, planned)}")
    except GongshiError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Interrupted; everything is stopped. The next `make demo` goes on from here.", file=sys.stderr)
        return 130
    print(f"Done in {time.monotonic() - began:.0f} s; everything is stopped. Browse it with `make up`.")
    return 0


@contextmanager
def _services(settings: Settings, seed: int, rows: int) -> Iterator[tuple[AirflowApi, list[Step]]]:
    """Databases and Airflow with the sample province registered; stopped at the end whatever happens."""
    try:
        components.stop(settings)  # those of a killed demo
        bootstrap.prepare(settings)
        progress.claim_home(settings, seed, rows)
        planned = steps(seed, rows)
        if progress.completed_steps(settings, seed) == 0:
            _register(settings, seed, planned)
        extra = agency_database.prepare(settings)
        yield components.start(settings, airflow_home.free_port(), extra, owned=True), planned
    finally:
        for number in (
            signal.SIGINT,
            signal.SIGTERM,
        ):  # stopping takes seconds; a second Ctrl-C must not break it off
            signal.signal(number, signal.SIG_IGN)
        components.stop(settings)
        embedded.stop(settings)
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _register(settings: Settings, seed: int, planned: list[Step]) -> None:
    """Load the province's registry as known a day before the first step; loading it once more changes nothing."""
    with TemporaryDirectory() as folder:
        write_registry(province(seed), Path(folder))
        load_registry(settings, Path(folder), planned[0].at - timedelta(days=1))


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """Turn a signal into an ordinary end, so that everything is stopped."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
