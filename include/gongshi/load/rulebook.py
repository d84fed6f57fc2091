"""The rule book in force, recorded in the warehouse at its release."""

from __future__ import annotations

import json

from gongshi.platform.database import Connection
from gongshi.standard import rulebook


def record_rulebook(connection: Connection) -> None:
    """Record the shipped rule book once; the version before it is retired at its release."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM ref.rulebook WHERE version = %s", (rulebook.version(),))
        if cursor.fetchone():
            return
        cursor.execute(
            "UPDATE ref.rulebook SET retired_at = greatest(recorded_at, %(at)s) WHERE retired_at IS NULL",
            {"at": rulebook.RELEASED_AT},
        )
        cursor.execute(
            "INSERT INTO ref.rulebook (version, content, recorded_at) VALUES (%s, %s, %s)",
            (rulebook.version(), json.dumps(rulebook.as_data(), ensure_ascii=False), rulebook.RELEASED_AT),
        )
