"""Files in an agency's `selfcheck/`: taken like a delivery, entered apart, never loaded (Article 13)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from gongshi.intake.drop_folder import Connect, owner, printable
from gongshi.intake.ids import next_id
from gongshi.intake.spool import Content, Spool, take_all
from gongshi.platform import inboxes
from gongshi.platform.settings import Settings


def take(settings: Settings, connect: Connect, at: datetime) -> list[str]:
    """Take every complete file; checks entered by this run, in order of arrival."""
    taken, _ = take_all(
        settings,
        Spool(settings.landing / "selfcheck-spool"),
        lambda: inboxes.look(settings.dropbox, inboxes.SELF_CHECK),
        partial(owner, settings),
        partial(_insert, connect, at),
    )
    return taken


def _insert(connect: Connect, at: datetime, path: Path, content: Content) -> str | None:
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO intake.self_check
                   (check_id, agency_code, file_name, sha256, size_bytes, refusal, received_at, spool_id, status)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'taken')
               ON CONFLICT (spool_id) DO NOTHING RETURNING check_id""",
            (
                next_id(cursor, at, "selfcheck"),
                printable(path.parts[-3]),
                printable(path.name),
                *content,
                at,
                path.parts[-2],
            ),
        )
        row = cursor.fetchone()
    return str(row[0]) if row else None
