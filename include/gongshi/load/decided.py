"""The table of decisions about staged rows (`sql/load/decide.sql`).

For a part of a large batch the connection that staged it makes it, while the part before is merged; for everything else
the merge itself.
"""

from __future__ import annotations

from gongshi.load.statements import Statements
from gongshi.platform.database import Connection, fetch

_SCHEMA, _PREFIX = "stage", "decided_"


def decide_beside(connection: Connection, run: Statements, rows: tuple[int, int], part: int) -> str:
    """Decide about the staged rows of a part in a table of its own, which the merge drops.

    Args:
        connection: the caller commits, then others see the table.
        run: statements of the batch on this connection.
        rows: first and last row number of the part.
        part: its number.

    Returns:
        The table's name.
    """
    table = f"{_SCHEMA}.{_PREFIX}{part}"
    run.word(decided=table, storage="UNLOGGED", at_commit="")
    _decide(connection, run, rows)
    return table


def decide_within(connection: Connection, run: Statements, rows: tuple[int, int]) -> str:
    """The same in a temporary table of the merge's own transaction, which sees what it has written."""
    table = "pg_temp.decided"
    run.word(decided=table, storage="TEMPORARY", at_commit="ON COMMIT DROP")
    _decide(connection, run, rows)
    return table


def drop_left_over(connection: Connection) -> None:
    """Drop the tables of a killed run."""
    found = fetch(
        connection,
        "SELECT format('%%I.%%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = %(schema)s "
        "AND starts_with(tablename, %(prefix)s)",
        {"schema": _SCHEMA, "prefix": _PREFIX},
    )
    with connection.cursor() as cursor:
        for table in found:
            cursor.execute(f"DROP TABLE {table['name']}")


def _decide(connection: Connection, run: Statements, rows: tuple[int, int]) -> None:
    first, last = rows
    number = _reserve_numbers(connection, last - first + 1)
    run("load/decide", first_row=first, last_row=last, first_number=number)


def _reserve_numbers(connection: Connection, count: int) -> int:
    """The first of a block of record numbers; those of rows that open no record are left out."""
    block = (
        "SELECT setval('core.record_number', nextval('core.record_number') + %(n)s - 1) - %(n)s + 1 AS first"
    )
    return int(fetch(connection, block, {"n": count})[0]["first"])
