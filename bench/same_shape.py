"""Baseline `same shape`: the same rows into the product's own tables, keys, indexes and constraints, without
validation, findings or receipts. What the warehouse itself costs."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from plain import read

from gongshi.platform.database import connect, copy_table
from gongshi.platform.settings import Settings
from gongshi.standard.dates import parse_dates
from gongshi.standard.kinds import LICENCE

NAMES = [field.column for field in LICENCE.fields]
_KEY = "md5(organ_code || '|' || document_no || '|' || coalesce(nullif(party_uscc, ''), party_id_no))::uuid"


def load(settings: Settings, path: Path) -> int:
    """Load the file; versions inserted. Rows these tables cannot hold (no such day, no number) are left out."""
    table = read(path)
    table = table.filter(_fits(table))
    table = table.append_column("batch_seq", pa.repeat(0, table.num_rows))
    table = table.append_column("row_no", pa.array(range(2, table.num_rows + 2), pa.int32()))
    names, columns = ", ".join(NAMES), ", ".join(f"s.{name}" for name in NAMES)
    with connect(settings) as connection, connection.cursor() as cursor:
        copy_table(cursor, table, "stage.licence")
        cursor.execute(
            f"""CREATE TEMPORARY TABLE opened ON COMMIT DROP AS
                SELECT row_no, {_KEY} AS identity_key, decision_date, nextval('core.record_number') * 100 AS record_id
                FROM stage.licence"""  # noqa: S608
        )
        cursor.execute("ANALYZE opened")
        cursor.execute(
            """INSERT INTO core.record (record_id, kind, identity_key, key_id, batch_id, first_accepted_at, decision_date)
               SELECT record_id, 'licence', identity_key, 'bench', 'bench', now(), decision_date
               FROM opened ORDER BY row_no"""
        )
        cursor.execute(
            f"""INSERT INTO core.licence (record_id, version, batch_id, row_no, agency_code, is_withdrawn, decision_key,
                                          party_key, recorded_at, {names})
                SELECT o.record_id, 1, 'bench', s.row_no, s.organ_code, FALSE,
                       md5(s.organ_code || '|' || s.document_no)::uuid,
                       core.organisation_key(coalesce(nullif(s.party_uscc, ''), s.party_id_no)), now(), {columns}
                FROM opened AS o INNER JOIN stage.licence AS s ON s.row_no = o.row_no"""  # noqa: S608
        )
        versions = cursor.rowcount
        cursor.execute("TRUNCATE stage.licence")
    return versions


def _fits(table: pa.Table) -> pa.ChunkedArray:
    columns = [parse_dates(table.column(name)).days.is_valid() for name in ("decision_date", "valid_from", "valid_to")]
    columns += [pc.not_equal(table.column(name), "").combine_chunks() for name in ("document_no", "organ_name", "organ_code")]
    return reduce(pc.and_, columns)
