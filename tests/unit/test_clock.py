"""Which instant a DAG's task works at, and when a run is refused."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from gongshi.platform.dag_support import SHANGHAI, ReplayClockError, alert, instant

TICK = datetime(2026, 5, 9, 23, 30, tzinfo=UTC)  # 07:30 on the 10th in Shanghai


def context(at: str | None) -> Any:
    return {"params": {"at": at}, "dag_run": SimpleNamespace(run_after=TICK)}


@pytest.fixture
def replay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGSHI_REPLAY", "1")


@pytest.fixture
def no_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGSHI_REPLAY", "0")


@pytest.mark.usefixtures("replay")
def test_a_replay_uses_at() -> None:
    given = instant(context("2026-05-12T01:00:00Z"))
    assert given == datetime(2026, 5, 12, 9, tzinfo=SHANGHAI)
    assert given.utcoffset() == timedelta(hours=8)


@pytest.mark.usefixtures("replay")
@pytest.mark.parametrize("at", [None, "", "tomorrow", "2026-05-12T09:00:00"])
def test_a_replay_refuses_a_run_without_an_instant(at: str | None) -> None:
    with pytest.raises(ReplayClockError, match="at"):
        instant(context(at))


@pytest.mark.usefixtures("no_replay")
def test_without_a_replay_at_is_refused() -> None:
    with pytest.raises(ReplayClockError, match="GONGSHI_REPLAY=1"):
        instant(context("2026-05-12T09:00:00+08:00"))


@pytest.mark.usefixtures("no_replay")
def test_reports_work_at_their_tick_and_collections_now() -> None:
    assert instant(context(None), of_tick=True) == datetime(2026, 5, 10, 7, 30, tzinfo=SHANGHAI)
    before = datetime.now(UTC)
    assert before <= instant(context(None)) <= datetime.now(UTC)


def test_the_alert_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    ti = SimpleNamespace(dag_id="d", task_id="t", map_index=-1, run_id="r", try_number=2)
    with caplog.at_level(logging.ERROR, logger="gongshi.alert"):
        alert({"ti": ti, "exception": ValueError("two\nlines")})  # type: ignore[typeddict-item]
    assert caplog.messages == ["ALERT dag=d task=t map_index=-1 run=r try=2 reason=two lines"]
