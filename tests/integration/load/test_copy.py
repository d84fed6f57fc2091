"""COPY of Arrow tables."""

from __future__ import annotations

import pyarrow as pa

from gongshi.platform.database import connect, copy_table, fetch
from gongshi.platform.settings import Settings


def test_a_table_with_an_empty_piece_is_stored_whole(settings: Settings) -> None:
    """Arrow's CSV writer writes unset memory for an empty piece at the front."""
    pieces = [pa.array([], pa.string()), pa.array(["甲", "乙"]), pa.array([], pa.string()), pa.array(["丙"])]
    with connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE pieces (name text)")
        copy_table(cursor, pa.table({"name": pa.chunked_array(pieces)}), "pieces")
        assert [row["name"] for row in fetch(connection, "SELECT name FROM pieces")] == ["甲", "乙", "丙"]
