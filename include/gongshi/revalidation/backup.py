"""A copy of the fact tables and answers as they were, taken before a revalidation replaces them."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from gongshi.platform.database import Connection
from gongshi.platform.settings import Settings
from gongshi.revalidation.facts import facts, unsealed
from gongshi.standard.periods import SHANGHAI

MANIFEST = "manifest.json"


def back_up(settings: Settings, connection: Connection, at: datetime, folders: Sequence[Path]) -> Path:
    """Write every fact table and some answer folders under `backup/`; returns the folder, 0700.

    A table is `<schema>.<name>.copy.gz`, PostgreSQL's binary COPY; `manifest.json` says how many rows each has.
    Sealed rows are left out (`facts.find_sealed`).
    Restoring one: `gunzip -c FILE | psql -c "COPY <table> (<columns of the manifest>) FROM STDIN (FORMAT binary)"`.
    """
    folder = (
        settings.home
        / "backup"
        / f"revalidation-{at.astimezone(SHANGHAI):%Y%m%d-%H%M%S}-{connection.info.backend_pid}"
    )
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700)
    manifest = {}
    with connection.cursor() as cursor:
        for fact in facts(connection):
            columns = f"{fact.columns}, believed_from"
            query = f"SELECT {columns} FROM {fact.table} AS h WHERE {unsealed(fact)}"  # noqa: S608 - our own words
            with gzip.open(folder / f"{fact.table}.copy.gz", "wb", compresslevel=3) as file:
                cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", file)
            manifest[fact.table] = {"columns": columns, "rows": cursor.rowcount}
    for answered in folders:
        if answered.exists():
            shutil.copytree(answered, folder / "feedback" / answered.name)
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return folder
