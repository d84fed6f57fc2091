"""Files in an agency's `selfcheck/`: taken like a delivery, entered apart, never loaded (Article 13)."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from gongshi.intake.drop_folder import Connect, enter_spooled, owner
from gongshi.intake.spool import Spool, take_all
from gongshi.platform import inboxes
from gongshi.platform.settings import Settings

_ENTER = """INSERT INTO intake.self_check
                (check_id, agency_code, file_name, sha256, size_bytes, refusal, received_at, spool_id, status)
            VALUES (%(id)s, %(owner)s, %(name)s, %(sha256)s, %(size)s, %(refusal)s, %(at)s, %(spool_id)s, 'taken')
            ON CONFLICT (spool_id) DO NOTHING RETURNING check_id"""


def take(settings: Settings, connect: Connect, at: datetime) -> list[str]:
    """Take every complete file; checks entered by this run, in order of arrival."""
    taken, _ = take_all(
        settings,
        Spool(settings.landing / "selfcheck-spool"),
        lambda: inboxes.look(settings.dropbox, inboxes.SELF_CHECK),
        partial(owner, settings),
        partial(enter_spooled, connect, at, _ENTER, "selfcheck"),
    )
    return taken
