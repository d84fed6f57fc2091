"""A taken delivery → batches: known already, sender unknown, or read and landed."""

from __future__ import annotations

from typing import Any

from gongshi.intake import readers, returned, zero_report
from gongshi.intake.archive import archived
from gongshi.intake.batches import Delivery, delete_orphans, enter, lock_reading
from gongshi.intake.headers import ZERO
from gongshi.intake.readers.tables import refused
from gongshi.platform import database
from gongshi.platform.database import Connection, Cursor
from gongshi.platform.identity_key import open_key
from gongshi.platform.settings import Settings
from gongshi.registry.read import is_registered
from gongshi.registry.rulebook import enter_in_force
from gongshi.standard.messages import ReadBatch
from gongshi.standard.periods import SHANGHAI


def unread_deliveries(connection: Connection) -> list[str]:
    """Deliveries taken and not read yet, in order of arrival; those of a killed run are among them."""
    rows = database.fetch(
        connection, "SELECT delivery_id FROM intake.delivery WHERE status = 'taken' ORDER BY seq"
    )
    return [row["delivery_id"] for row in rows]


def read_delivery(settings: Settings, connection: Connection, delivery_id: str) -> list[str]:
    """Read one delivery; its batches, each with a row in `intake.batch`, so that each gets a receipt.

    Each is stamped with the rule book in force when it arrived.

    All in the caller's transaction: a run killed before it commits leaves nothing but landed files, which the next try
    deletes. Read again after that, it only tells its batches. Whether content is known (BT-05) depends on the outcome
    of earlier deliveries: merge each before reading the next.
    """
    with connection.cursor() as cursor:
        lock_reading(cursor)
        delivery, status = _delivery(connection, delivery_id)
        if status == "taken":
            delete_orphans(settings, connection, delivery.received_at)
            _read(settings, connection, cursor, delivery)
    return [
        row["batch_id"]
        for row in database.fetch(
            connection,
            "SELECT batch_id FROM intake.batch WHERE delivery_id = %(id)s ORDER BY seq",
            {"id": delivery_id},
        )
    ]


def _read(settings: Settings, connection: Connection, cursor: Cursor, delivery: Delivery) -> None:
    book = enter_in_force(connection, delivery.received_at)
    first = None if "BT-05" in book.switched_off else _first_delivery(connection, delivery)
    if first:
        when = first["received_at"].astimezone(SHANGHAI)
        batches = [refused("BT-05", time=f"{when:%Y-%m-%d %H:%M}")]
    elif not is_registered(connection, delivery.agency_code, delivery.received_at):
        batches = [refused("BT-06", agency=delivery.agency_code)]
    elif delivery.sha256 is None:
        batches = [refused("BT-11", reason=str(delivery.refusal))]
    else:
        batches = readers.read(archived(settings, delivery.sha256))
    for batch in batches:
        is_zero = batch.kind == ZERO
        batch, matches = _matched(settings, connection, delivery, batch)
        batch_id = enter(settings, cursor, delivery, batch, book.version, final=is_zero)
        returned.store(cursor, batch_id, matches)
        if is_zero and batch.refusal is None:
            zero_report.store(cursor, batch_id, delivery, batch)
    cursor.execute(
        "UPDATE intake.delivery SET status = %s, first_delivery_id = %s WHERE delivery_id = %s",
        ("duplicate" if first else "read", first and first["delivery_id"], delivery.delivery_id),
    )


def _matched(
    settings: Settings, connection: Connection, delivery: Delivery, batch: ReadBatch
) -> tuple[ReadBatch, list[returned.Match]]:
    """A correction workbook that came back, with what its keys say; any other batch as it is."""
    if batch.refusal or not returned.is_returned(batch):
        return returned.remark_without_keys(batch), []
    key = open_key(connection, settings.identity_key_file, delivery.received_at)
    return returned.match(connection, key, delivery, batch)


def _delivery(connection: Connection, delivery_id: str) -> tuple[Delivery, str]:
    """A delivery and its status, locked."""
    (row,) = database.fetch(
        connection,
        """SELECT delivery_id, agency_code, sha256, refusal, received_at, status
           FROM intake.delivery WHERE delivery_id = %(id)s FOR UPDATE""",
        {"id": delivery_id},
    )
    status = row.pop("status")
    return Delivery(**row), status


def _first_delivery(connection: Connection, delivery: Delivery) -> dict[str, Any] | None:
    """The earlier delivery of the same bytes by the same agency, if rows of it were taken (standard 4.10, Outcomes)."""
    rows = database.fetch(
        connection,
        """SELECT d.delivery_id, d.received_at FROM intake.delivery d
           WHERE d.agency_code = %(agency)s AND d.sha256 = %(sha256)s AND d.delivery_id <> %(id)s AND EXISTS (
               SELECT FROM intake.batch b
               WHERE b.delivery_id = d.delivery_id AND b.status IN ('merged', 'answered')
                 AND b.refused_rule IS NULL AND b.rows_rejected < b.rows_read)
           ORDER BY d.seq LIMIT 1""",
        {"agency": delivery.agency_code, "sha256": delivery.sha256, "id": delivery.delivery_id},
    )
    return rows[0] if rows else None
