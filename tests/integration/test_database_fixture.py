"""The fixtures of tests/conftest.py give every test a migrated, empty warehouse."""

from __future__ import annotations

import pytest

from gongshi.platform import database
from gongshi.platform.settings import Settings


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_starts_with_an_empty_warehouse(settings: Settings, turn: int) -> None:
    with database.connect(settings) as connection:
        assert database.fetch(connection, "SELECT count(*) AS n FROM intake.transfer_log") == [{"n": 0}]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO intake.transfer_log (source_id, at, status, message) VALUES ('x', '2026-05-01Z', 'ok', '')"
            )
    assert database.migrate(settings) == []
