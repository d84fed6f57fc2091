"""What every DAG file shares: the clock, the schedule, parameters, retries, the alert hook."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from airflow.sdk import Asset, AssetOrTimeSchedule, AssetWatcher, Context, CronTriggerTimetable, Param
from airflow.sdk.exceptions import AirflowFailException

from gongshi.errors import UsageError
from gongshi.platform.settings import load_settings
from gongshi.platform.watch import SettledInboxes
from gongshi.standard.periods import SHANGHAI, read_instant

TIME_ZONE = "Asia/Shanghai"
START = datetime(2026, 1, 1, tzinfo=SHANGHAI)
WAREHOUSE_POOL = "warehouse"
"""One slot: tasks on the warehouse take turns. So transaction time never runs backwards, and a report as of an
instant never misses a load that began before that instant and commits after the report has read."""

log = logging.getLogger("gongshi.alert")


class ReplayClockError(UsageError, AirflowFailException):
    """Raised when a run has no `at` in a replay, has one outside a replay, or one that is no instant.

    Fails the task without a retry: trying again would not change the run's parameters.
    """


def every(cron: str) -> CronTriggerTimetable | None:
    """The schedule in local time; None in a replay, where only triggered runs exist."""
    return None if load_settings().replay else CronTriggerTimetable(cron, timezone=TIME_ZONE)


@cache
def inboxes() -> Asset:
    """All inboxes; watched for complete files, but not in a replay."""
    watcher = AssetWatcher(name="settled_inboxes", trigger=SettledInboxes())
    return Asset("inboxes", uri="gongshi://inboxes", watchers=[] if load_settings().replay else [watcher])


def on_files_or_every(cron: str) -> AssetOrTimeSchedule | None:
    """As soon as a file is complete in an inbox, and on the schedule in local time; None in a replay."""
    timetable = every(cron)
    return AssetOrTimeSchedule(assets=[inboxes()], timetable=timetable) if timetable else None


def clock_params() -> dict[str, Param]:
    """The parameter `at` of every DAG."""
    description = "回放时的时刻，ISO 8601 带时区；仅在 GONGSHI_REPLAY=1 时可用，且必填。"
    return {"at": Param(None, type=["null", "string"], title="时刻 at", description=description)}


def instant(context: Context, *, of_tick: bool = False) -> datetime:
    """The instant a task works at, in Asia/Shanghai.

    In a replay it is the run's parameter `at`. Otherwise it is now for what collects (a file taken late was received
    late), and with `of_tick` the run's own `run_after` for what reports (a report made late is the same report).

    Raises:
        ReplayClockError: `at` is missing in a replay, given outside of one, or not an instant with a time zone.
    """
    given = context["params"].get("at")
    replay = load_settings().replay
    if replay and not given:
        raise ReplayClockError(
            'GONGSHI_REPLAY=1: this run has no `at`. Trigger it with {"at": "<ISO 8601>"}.'
        )
    if given and not replay:
        raise ReplayClockError(
            f"`at` = {given!r} is accepted only with GONGSHI_REPLAY=1. Trigger the run without it."
        )
    if given:
        return parse_instant(given)
    run = context["dag_run"]
    return (run.run_after if of_tick else datetime.now(SHANGHAI)).astimezone(SHANGHAI)


def parse_instant(text: str) -> datetime:
    """Read ISO 8601 with a time zone, as Asia/Shanghai.

    Raises:
        ReplayClockError: not an instant, or without a time zone.
    """
    value = read_instant(text)
    if value is None:
        raise ReplayClockError(
            f"`at` is {text!r}; expected ISO 8601 with a time zone, e.g. 2026-05-12T09:00:00+08:00."
        )
    return value


def alert(context: Context) -> None:
    """Log one line a monitor can match: what failed, in which run, why. Replace or extend it to page somebody."""
    ti = context["ti"]
    reason = " ".join(str(context.get("exception") or context.get("reason") or "unknown").split())
    log.error(
        "ALERT dag=%s task=%s map_index=%s run=%s try=%s reason=%s",
        ti.dag_id, ti.task_id, ti.map_index, ti.run_id, ti.try_number, reason,
    )  # fmt: skip


def default_args() -> dict[str, Any]:
    """Arguments of every task: one retry at least, because a killed worker uses up a try."""
    return {
        "owner": "gongshi",
        "retries": 1,
        "retry_delay": timedelta(seconds=10),
        "on_failure_callback": alert,
        "execution_timeout": timedelta(hours=2),
    }


def common(*tags: str) -> dict[str, Any]:
    """Arguments of every DAG besides id, schedule, name and documentation."""
    return {
        "start_date": START,
        "catchup": False,
        "max_active_runs": 1,
        "default_args": default_args(),
        "tags": ["双公示", *tags],
    }
