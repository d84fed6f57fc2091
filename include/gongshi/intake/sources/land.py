"""Landing fetched pages: each with unknown rows becomes a delivery of one landed batch, in a transaction of its own."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from psycopg2 import sql

from gongshi.intake import headers
from gongshi.intake.archive import archive_file
from gongshi.intake.batches import Delivery, delete_orphans, enter, insert, lock_reading
from gongshi.intake.ids import next_id
from gongshi.intake.readers import tables
from gongshi.intake.sources.base import TableSource, label
from gongshi.intake.sources.fetch import fetched_folder
from gongshi.intake.sources.known import Known
from gongshi.intake.sources.rows import Fetched, SourceRows, read_fetched
from gongshi.intake.sources.transfer_log import Line, write_line
from gongshi.platform import database
from gongshi.platform.database import Connection, Cursor
from gongshi.platform.settings import Settings
from gongshi.registry.rulebook import enter_in_force
from gongshi.standard.messages import ReadBatch


def land(settings: Settings, source: TableSource, kind: str, at: datetime) -> tuple[list[str], bool]:
    """Land what was fetched of one table, in order; ids of the batches, and whether its end was among it.

    A page is gone once its transaction is committed. Landed twice, after a kill in between, its rows are known.
    """
    batches: list[str] = []
    is_whole = False
    for path in sorted(fetched_folder(settings, source, kind).glob("*.parquet")):
        page = read_fetched(path)
        with database.connect(settings) as connection:
            batches += _land_page(settings, connection, source, kind, page, at, not batches)
        path.unlink()
        is_whole = page.is_last
    return batches, is_whole


def _land_page(
    settings: Settings, connection: Connection, source: TableSource, kind: str, page: Fetched, at: datetime, none_yet: bool
) -> list[str]:  # fmt: skip
    with connection.cursor() as cursor:
        lock_reading(cursor)
        delete_orphans(settings, connection, at)
        known = Known.of(cursor, source, kind)
        rows = known.unread(settings, cursor, page)
        fields = headers.recognise(rows.columns).columns
        remarks = "; ".join([*page.remarks, *_ahead(rows, at)])
        batches = []
        if rows.count:
            delivery = _deliver(settings, cursor, source, kind, rows.cells, at)
            batch = _batch(rows)
            batches.append(enter(settings, cursor, delivery, batch, enter_in_force(connection, at).version))
            known.remember(cursor, rows, batches[0])
            line = Line("ok", remarks or "read", rows=rows.count, delivery_id=delivery.delivery_id)
            write_line(cursor, source, kind, at, line)
        elif page.is_last and none_yet:
            write_line(cursor, source, kind, at, Line("empty", remarks or "no new rows"))
        known.move(cursor, page, fields, at)
    return batches


def _ahead(rows: SourceRows, at: datetime) -> list[str]:
    """Stamps of the future: read, but the watermark does not follow them."""
    ahead = sum(1 for stamp in rows.stamps.to_pylist() if stamp > at)
    return [f"{ahead} rows with a stamp in the future"] if ahead else []


def _batch(rows: SourceRows) -> ReadBatch:
    """The rows as a batch, numbered from 1 in order of their stamps."""
    header = headers.recognise(rows.columns)
    numbers = pa.array(range(1, rows.count + 1), pa.int32())
    table = tables.regular_rows(rows.cells.rename_columns(list(header.columns)), numbers)
    batch = tables.read_batch(header, rows.columns, 0, table, [])
    return replace(batch, source_stamps=rows.stamps)


def _deliver(
    settings: Settings, cursor: Cursor, source: TableSource, kind: str, cells: pa.Table, at: datetime
) -> Delivery:
    """Archive the rows as read and enter the delivery."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        pq.write_table(cells, path, compression="zstd")
        sha256, size = archive_file(settings, path)
    values: dict[str, Any] = {
        "delivery_id": next_id(cursor, at),
        "agency_code": source.agency_code,
        "channel": "database",
        "source_id": source.source_id,
        "file_name": label(source, kind),
        "sha256": sha256,
        "size_bytes": size,
        "received_at": at,
        "status": "read",
    }
    insert(cursor, sql.Identifier("intake", "delivery"), values)
    return Delivery(values["delivery_id"], source.agency_code, sha256, at)
