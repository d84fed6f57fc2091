"""Fetching: what is new in an agency's table, from its database into files of ours; the warehouse only tells what is known.

A slow or failing database holds nobody up: fetching takes no lock and no turn on the warehouse. Pages that came before
a connection was lost are kept; what followed is fetched by the next run.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from gongshi.intake import headers
from gongshi.intake.archive import private_folder
from gongshi.intake.sources.agency import opened
from gongshi.intake.sources.base import SourceError, TableSource, label
from gongshi.intake.sources.known import Known
from gongshi.intake.sources.reading import AgencyTable
from gongshi.intake.sources.rows import Fetched, write_fetched
from gongshi.intake.sources.transfer_log import Line, write_line
from gongshi.platform import database
from gongshi.platform.settings import Settings
from gongshi.registry.read import is_registered
from gongshi.standard.messages import EXTRA_PREFIX


def fetched_folder(settings: Settings, source: TableSource, kind: str) -> Path:
    """Where the pages of a table wait to be landed."""
    return settings.landing / "fetched" / source.source_id / kind


def fetch(settings: Settings, source: TableSource, kind: str, url: str, at: datetime) -> int:
    """Fetch what is new in one table; rows fetched, known ones among them.

    Raises:
        SourceError: the table could not be read, or not to its end; it has its line in the transfer log.
    """
    folder = fetched_folder(settings, source, kind)
    shutil.rmtree(folder, ignore_errors=True)  # a killed run's: it is fetched again
    for path in (settings.landing, folder.parent.parent, folder.parent, folder):
        private_folder(path)
    with database.connect(settings) as connection, connection.cursor() as cursor:
        known = Known.of(cursor, source, kind)
        registered = is_registered(connection, source.agency_code, at)
    try:
        if not registered:
            raise SourceError(
                f"agency {source.agency_code} of source {source.source_id!r} is not registered."
            )
        with opened(source, url) as agency:
            return _fetch(AgencyTable(source, agency, kind), kind, known, folder)
    except SourceError as error:
        with database.connect(settings) as connection, connection.cursor() as cursor:
            write_line(cursor, source, kind, at, Line("failed", str(error)))
        raise SourceError(f"{label(source, kind)}: {error}") from None


def _fetch(table: AgencyTable, kind: str, known: Known, folder: Path) -> int:
    remarks = _columns_checked(table, kind, known)
    table.refuse_unmarked()
    table.claim()
    late = known.counted and table.rows_before(known.counted[0]) - known.counted[1]
    is_search = bool(late and late > 0)
    if is_search:
        remarks.append(f"{late} rows written far behind the watermark, looked for among all rows")
    newest = table.newest()
    before = newest - table.source.look_back if newest else None
    head = Fetched(
        table.nothing(),
        tuple(remarks),
        is_search=is_search,
        counted=None if before is None else (before, table.rows_before(before)),
    )
    count = 0
    number = 0
    for number, rows in enumerate(table.pages(None if is_search else known.since), start=1):
        count += rows.count
        write_fetched(folder / f"{number:06}.parquet", replace(head, rows=rows))
    write_fetched(folder / f"{number + 1:06}.parquet", replace(head, is_last=True))
    return count


def _columns_checked(table: AgencyTable, kind: str, known: Known) -> list[str]:
    """What changed in the table's columns since it was read last.

    Raises:
        SourceError: they are not those of its kind, or a field vanished: its content would silently be missing.
    """
    names = [column.name for column in table.content]
    header = headers.recognise(names)
    if header.kind != kind or header.refusal:
        missing = "、".join(header.refusal.details.values()) if header.refusal else ", ".join(names)
        raise SourceError(
            f"source {table.source.source_id!r}: table {table.name!r} has not the columns of {kind}: {missing}."
        )
    gone = sorted(known.fields - set(header.columns))
    new = sorted(set(header.columns) - known.fields) if known.fields else []
    lost = [name for name in gone if not name.startswith(EXTRA_PREFIX)]
    if lost:
        renamed = f" New are: {', '.join(_plain(new))}; was it renamed?" if new else ""
        raise SourceError(
            f"source {table.source.source_id!r}: table {table.name!r} no longer has {', '.join(lost)}.{renamed} Ask the "
            f"agency; if it is meant, run `gongshi source accept-columns {table.source.source_id}`."
        )
    told = (("new columns", new), ("columns gone", gone))
    return [f"{words}: {', '.join(_plain(found))}" for words, found in told if found]


def _plain(fields: Sequence[str]) -> list[str]:
    return [field.removeprefix(EXTRA_PREFIX) for field in fields]
