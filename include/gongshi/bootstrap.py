"""Making a warehouse ready: migrations, and what ships with the product."""

from __future__ import annotations

from gongshi.platform.database import connect, migrate
from gongshi.platform.settings import Settings
from gongshi.registry.load import seed_shipped
from gongshi.registry.rulebook import record_shipped


def prepare(settings: Settings) -> list[str]:
    """Migrate the warehouse, record rule book and holidays; names of the migrations applied now.

    Nothing is recorded at migration time: the rule book at its release, holidays at their notice.
    """
    applied = migrate(settings)
    with connect(settings) as connection:
        record_shipped(connection)
        seed_shipped(connection)
    return applied
