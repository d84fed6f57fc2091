"""Playing the agencies: dropping a step's files into their inboxes, writing rows into an agency's own database."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime

from gongshi.platform.database import connect, fetch
from gongshi.platform.settings import Settings
from gongshi.sample.deliveries import RecordIds, SampleFile


def drop_files(settings: Settings, at: datetime, files: list[SampleFile]) -> int:
    """Put the files an interrupted step has not delivered yet into the inboxes; how many were dropped.

    A file counts as delivered when the ledger of deliveries has it for this agency and instant. One still in the
    inbox is written again: same name, same bytes.
    """
    if not files:
        return 0
    taken = _taken(settings, at)
    known = record_ids(settings)
    dropped = 0
    for file in files:
        content = file.render(known)
        key = (file.agency_code, hashlib.sha256(content).hexdigest())
        if taken[key] > 0:
            taken[key] -= 1
            continue
        inbox = settings.inbox(file.agency_code)
        inbox.mkdir(parents=True, exist_ok=True)
        unfinished = inbox / f".{file.file_name}.part"
        unfinished.write_bytes(content)
        unfinished.rename(inbox / file.file_name)
        dropped += 1
    return dropped


def record_ids(settings: Settings) -> RecordIds:
    """Record ids as the agencies read them in the 明细.csv of their earlier receipts, later ones last."""
    known = RecordIds()
    paths = settings.dropbox.glob("*/feedback/*/明细*.csv")
    for path in sorted(paths, key=lambda path: path.parent.name):
        known.read_detail(path.parents[2].name, path.read_text(encoding="utf-8-sig"))
    return known


def _taken(settings: Settings, at: datetime) -> Counter[tuple[str, str]]:
    query = """SELECT agency_code, sha256, count(*) AS files FROM intake.delivery
               WHERE received_at = %(at)s AND channel = 'drop_folder' GROUP BY agency_code, sha256"""
    with connect(settings) as connection:
        rows = fetch(connection, query, {"at": at})
    return Counter({(row["agency_code"], row["sha256"]): row["files"] for row in rows})
