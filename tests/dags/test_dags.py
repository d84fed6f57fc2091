"""Every DAG: read without error, documented, scheduled in local time, and governed by `at` in a replay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gongshi.platform.resources import project_root

SCHEDULES = {
    "collect_drop_folders": "*/5 * * * *",
    "collect_agency_databases": "0 1 * * *",
    "daily_monitoring": "30 7 * * *",
    "weekly_feedback": "0 8 * * 1",
    "monthly_bulletin": "0 8 2 * *",
    "quarterly_assessment": "0 8 5 1,4,7,10 *",
}
FILES = {
    "collect_drop_folders.py": {"collect_drop_folders"},
    "collect_agency_databases.py": {"collect_agency_databases"},
    "reports.py": {"daily_monitoring", "weekly_feedback", "monthly_bulletin", "quarterly_assessment"},
}
REPORTS = FILES["reports.py"]


def wrong(bag: dict[str, Any], fits: Any) -> list[str]:
    """Ids of all DAGs that do not fit."""
    return [dag_id for dag_id, dag in sorted(bag["dags"].items()) if not fits(dag)]


def wrong_tasks(bag: dict[str, Any], fits: Any) -> list[str]:
    """All tasks that do not fit."""
    return [
        f"{dag_id}.{task_id}"
        for dag_id, dag in sorted(bag["dags"].items())
        for task_id, task in dag["tasks"].items()
        if not fits(task)
    ]


def test_no_import_errors_and_nothing_heavy(bag: dict[str, Any], replay_bag: dict[str, Any]) -> None:
    assert bag["errors"] == replay_bag["errors"] == {}
    assert (
        wrong(bag, lambda dag: "great_expectations" not in dag["heavy"] and "pandas" not in dag["heavy"])
        == []
    )


def test_every_dag_file_is_accounted_for(bag: dict[str, Any]) -> None:
    found: dict[str, set[str]] = {path.name: set() for path in (project_root() / "dags").glob("*.py")}
    for dag_id, dag in bag["dags"].items():
        found[Path(dag["file"]).name].add(dag_id)
    assert found == FILES


def test_schedules_are_local(bag: dict[str, Any]) -> None:
    assert {dag_id: dag["schedule"] for dag_id, dag in bag["dags"].items()} == SCHEDULES
    assert wrong(bag, lambda dag: dag["timezone"] == dag["tick_timezone"] == "Asia/Shanghai") == []


def test_a_replay_has_no_schedules(replay_bag: dict[str, Any]) -> None:
    assert set(replay_bag["dags"]) == set(SCHEDULES)
    assert wrong(replay_bag, lambda dag: dag["schedule"] == "NullTimetable") == []


def test_runs_do_not_overlap_or_catch_up(bag: dict[str, Any]) -> None:
    assert wrong(bag, lambda dag: dag["catchup"] is False and dag["max_active_runs"] == 1) == []


@pytest.mark.parametrize("word", ["输入", "输出", "重跑", "失败时"])
def test_documentation_says(bag: dict[str, Any], word: str) -> None:
    assert wrong(bag, lambda dag: f"**{word}**" in dag["doc"]) == []


def test_names_and_tags_are_chinese(bag: dict[str, Any]) -> None:
    assert wrong(bag, lambda dag: not dag["name"].isascii() and "双公示" in dag["tags"]) == []


def test_parameters(bag: dict[str, Any]) -> None:
    assert wrong(bag, lambda dag: "at" in dag["params"]) == []
    assert {dag_id for dag_id, dag in bag["dags"].items() if "period" in dag["params"]} == REPORTS


def test_tasks_retry_alert_and_end(bag: dict[str, Any]) -> None:
    fits = wrong_tasks(bag, lambda task: task["retries"] >= 1 and task["callbacks"] and task["timeout"])
    assert fits == []


def test_tasks_on_the_warehouse_take_turns(bag: dict[str, Any]) -> None:
    outside = {"go_on", "one.fetch", "one.tell"}  # they wait for agencies
    for dag_id, dag in bag["dags"].items():
        pools = {task_id: task["pool"] for task_id, task in dag["tasks"].items() if task_id not in outside}
        assert set(pools.values()) == {"warehouse"}, (dag_id, pools)


def test_the_collection_goes_on_last(bag: dict[str, Any]) -> None:
    dag = bag["dags"]["collect_drop_folders"]
    assert dag["roots"] == ["take"]
    assert [dag["tasks"][name]["downstream"] for name in ("take", "load", "answer", "go_on")] == [
        ["go_on", "load"], ["answer"], ["go_on"], [],
    ]  # fmt: skip


def test_only_the_collection_of_files_watches_and_none_in_a_replay(
    bag: dict[str, Any], replay_bag: dict[str, Any]
) -> None:
    assert wrong(bag, lambda dag: not dag["watches"]) == ["collect_drop_folders"]
    assert wrong(replay_bag, lambda dag: not dag["watches"]) == []


def test_every_source_is_mapped(bag: dict[str, Any]) -> None:
    assert bag["dags"]["collect_agency_databases"]["tasks"]["one.land"]["mapped"]
