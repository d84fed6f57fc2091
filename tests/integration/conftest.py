"""A warehouse that knows one agency."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest

from gongshi.platform import database
from gongshi.platform.database import Connection
from gongshi.platform.settings import Settings
from gongshi.standard.identifiers import make_uscc

AGENCY = make_uscc("11", "530100", "04894587")
Connect = Callable[[], AbstractContextManager[Connection]]


@pytest.fixture
def connect(settings: Settings) -> Connect:
    """Opens a transaction on a warehouse that knows AGENCY."""
    connect = partial(database.connect, settings)
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO ref.agency_key (code) VALUES (%s) RETURNING agency_id", (AGENCY,))
        cursor.execute(
            """INSERT INTO ref.agency (agency_id, code, name, division_code, level, is_central, valid, recorded_at)
               VALUES (%s, %s, '昆明市市场监督管理局', '530100', 'prefecture', false, '[2024-01-01,)', '2026-01-01Z')""",
            (cursor.fetchone()[0], AGENCY),
        )
    return connect
