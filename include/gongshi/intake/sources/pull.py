"""Pulling a source: what is new in each of its tables becomes a delivery of one landed batch."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from psycopg2 import sql

from gongshi.intake import headers
from gongshi.intake.archive import archive_file
from gongshi.intake.batches import Delivery, delete_orphans, enter, insert, lock_reading
from gongshi.intake.ids import next_id
from gongshi.intake.readers import tables
from gongshi.intake.sources.base import SourceError, SourceRows, TableSource, opened
from gongshi.intake.sources.watermark import Watermark
from gongshi.platform import database
from gongshi.platform.database import Cursor
from gongshi.platform.settings import Settings
from gongshi.registry.read import registered_codes
from gongshi.registry.rulebook import enter_in_force
from gongshi.standard.messages import ReadBatch


def pull(settings: Settings, source: TableSource, url: str, at: datetime) -> list[str]:
    """Pull every table of a source, each in a transaction of its own with its watermark and its transfer log line.

    Raises:
        SourceError: a table could not be read; raised after the others were.
    """
    batches: list[str] = []
    failures: list[str] = []
    for kind in source.tables:
        try:
            with opened(url) as agency:
                batches += _pull_table(settings, source, agency, kind, at)
        except (sa.exc.SQLAlchemyError, SourceError) as error:
            reason = " ".join(str(getattr(error, "orig", None) or error).split())
            failures.append(f"{source.source_id}:{source.tables[kind]}: {reason}")
            with database.connect(settings) as connection, connection.cursor() as cursor:
                _log(cursor, source, kind, at, "failed", reason)
    if failures:
        raise SourceError("; ".join(failures))
    return batches


def _pull_table(
    settings: Settings, source: TableSource, agency: sa.Connection, kind: str, at: datetime
) -> list[str]:
    with database.connect(settings) as connection, connection.cursor() as cursor:
        lock_reading(cursor)
        delete_orphans(settings, connection, at)
        if source.agency_code not in registered_codes(connection, at):
            raise SourceError(
                f"agency {source.agency_code} of source {source.source_id!r} is not registered."
            )
        mark = Watermark.of(cursor, source, kind)
        rows = mark.unread(cursor, source.read(agency, kind, mark.since))
        if rows.cells.num_rows == 0:
            _log(cursor, source, kind, at, "empty", "no new rows")
            return []
        batch = _batch(source, kind, rows)
        delivery = _deliver(settings, cursor, source, kind, rows.cells, at)
        batch_id = enter(settings, cursor, delivery, batch, enter_in_force(connection, at).version)
        mark.move(cursor, rows, at)
        _log(cursor, source, kind, at, "ok", "read", rows=rows.cells.num_rows, delivery=delivery.delivery_id)
        return [batch_id]


def _batch(source: TableSource, kind: str, rows: SourceRows) -> ReadBatch:
    """The rows as a batch, numbered from 1 in order of their stamps.

    Raises:
        SourceError: the table's columns are not those of its kind.
    """
    header = headers.recognise(rows.columns)
    if header.kind != kind or header.refusal:
        missing = header.refusal.details if header.refusal else {}
        raise SourceError(
            f"source {source.source_id!r}: table {source.tables[kind]!r} has not the columns of {kind}: "
            f"{'、'.join(missing.values()) or ', '.join(rows.columns)}."
        )
    numbers = pa.array(range(1, rows.cells.num_rows + 1), pa.int32())
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
        "file_name": f"{source.source_id}:{source.tables[kind]}",
        "sha256": sha256,
        "size_bytes": size,
        "received_at": at,
        "status": "read",
    }
    insert(cursor, sql.Identifier("intake", "delivery"), values)
    return Delivery(values["delivery_id"], source.agency_code, sha256, at)


def _log(
    cursor: Cursor, source: TableSource, kind: str, at: datetime, status: str, message: str,
    *, rows: int = 0, delivery: str | None = None,
) -> None:  # fmt: skip
    """One line of the 数据传送日志 (Article 12)."""
    line = {"source_id": source.source_id, "kind": kind, "at": at, "status": status, "rows_read": rows}
    insert(
        cursor, sql.Identifier("intake", "transfer_log"), line | {"delivery_id": delivery, "message": message}
    )
