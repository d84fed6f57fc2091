"""The facts that follow from landed rows: how two warehouses differ in them, and replacing those that do.

Facts are compared as whole rows; what is replaced moves to `history`, believed until then (migration 0017).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gongshi.platform.database import Connection, fetch
from gongshi.revalidation.scratch import copy


@dataclass(frozen=True)
class Fact:
    """A fact table; `names` are the columns compared."""

    schema: str
    name: str
    names: tuple[str, ...]

    @property
    def columns(self) -> str:
        """The names as a statement lists them."""
        return ", ".join(self.names)

    @property
    def table(self) -> str:
        """`core.record`."""
        return f"{self.schema}.{self.name}"

    @property
    def is_of_rows(self) -> bool:
        """Each fact is about one row read."""
        return {"batch_id", "row_no"} <= set(self.names)

    @property
    def anew(self) -> str:
        """The temporary table that holds the facts as judged anew."""
        return f"pg_temp.anew_{self.name}"


def facts(connection: Connection) -> list[Fact]:
    """All fact tables, those others refer to first."""
    rows = fetch(
        connection,
        """SELECT f.source_schema AS schema, f.name, array_agg(quote_ident(a.attname) ORDER BY a.attnum) AS names
           FROM history.fact AS f
           JOIN pg_attribute AS a ON a.attrelid = format('%I.%I', f.source_schema, f.name)::regclass
           WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attname <> 'believed_from'
           GROUP BY f.source_schema, f.name ORDER BY f.name <> 'batch', f.name <> 'record', f.name""",
    )
    return [Fact(row["schema"], row["name"], tuple(row["names"])) for row in rows]


def compare(connection: Connection, scratch: Connection) -> dict[str, dict[str, int]]:
    """Bring the facts of the scratch warehouse over and find the rows that differ.

    Returns:
        By table `{"gone": rows that would no longer be believed, "new": rows that would be}`, tables that differ only.

    Leaves the temporary tables `anew_<name>` and `differ_<name>` (the places that differ) for `replace`.
    """
    differences = {}
    with connection.cursor() as cursor:
        for fact in facts(connection):
            cursor.execute(f"CREATE TEMP TABLE anew_{fact.name} (LIKE {fact.table}) ON COMMIT DROP")
            copy(scratch, connection, fact.table, fact.anew)
            cursor.execute(_DIFFER.format(**_words(fact)))
            cursor.execute(f"SELECT count(ours), count(theirs) FROM pg_temp.differ_{fact.name}")  # noqa: S608
            gone, new = cursor.fetchone() or (0, 0)
            if gone or new:
                differences[fact.table] = {"gone": gone, "new": new}
    return differences


def touched_batches(connection: Connection) -> dict[str, str]:
    """Batches of which some fact differs → their agency, in order of arrival; needs `compare`."""
    parts = [
        f"""SELECT batch_id FROM {fact.table} WHERE ctid IN (SELECT ours FROM pg_temp.differ_{fact.name})
            UNION SELECT batch_id FROM {fact.anew} WHERE ctid IN (SELECT theirs FROM pg_temp.differ_{fact.name})"""  # noqa: S608
        for fact in facts(connection)
        if "batch_id" in fact.names
    ]
    query = f"SELECT batch_id, agency_code FROM intake.batch WHERE batch_id IN ({' UNION '.join(parts)}) ORDER BY seq"  # noqa: S608
    return {row["batch_id"]: row["agency_code"] for row in fetch(connection, query)}


def replace(connection: Connection, at: datetime) -> None:
    """Let the new rows take the place of those gone, which are believed until `at`; needs `compare`."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for fact in facts(connection):
            cursor.execute(_REPLACE.format(**_words(fact)), {"at": at})


def unsealed(fact: Fact) -> str:
    """Which rows of a fact table a copy may hold."""
    if not fact.is_of_rows:
        return "true"
    return f"NOT EXISTS (SELECT FROM pg_temp.sealed AS s WHERE {_SAME_ROW})"


def _words(fact: Fact) -> dict[str, str]:
    return {"name": fact.name, "table": fact.table, "columns": fact.columns, "anew": fact.anew}


def find_sealed(connection: Connection) -> set[str]:
    """Rows that must no longer be kept (standard 4.11, PI-07 and PI-10), in the temporary table `sealed`; their batches.

    With every row that gave a version to the same record: a withdrawal repeats the content. Needs `compare`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FIND_SEALED)
    return {row["batch_id"] for row in fetch(connection, "SELECT DISTINCT batch_id FROM pg_temp.sealed")}


def seal(connection: Connection) -> None:
    """Blank what `history` holds of sealed rows, but for what figures of earlier instants count; needs `find_sealed`."""
    with connection.cursor() as cursor:
        for fact in facts(connection):
            blank = ", ".join(f"{name} = NULL" for name in fact.names if name not in _COUNTED)
            if fact.is_of_rows and blank:
                query = (
                    f"UPDATE history.{fact.name} AS h SET {blank} FROM pg_temp.sealed AS s WHERE {_SAME_ROW}"  # noqa: S608
                )
                cursor.execute(query)


_SAME_ROW = "s.batch_id = h.batch_id AND s.row_no = h.row_no"
_COUNTED = (
    "batch_id", "row_no", "record_id", "version", "kind", "agency_code", "organ_code", "is_withdrawn", "identity_key", "decision_key",
    "recorded_at", "retired_at", "decision_date", "due_date", "rule_id", "severity", "publication", "responsible", "outcome", "other_row_no",
)  # fmt: skip
_FIND_SEALED = """
CREATE TEMP TABLE sealed ON COMMIT DROP AS
WITH refused AS (
    SELECT batch_id, row_no FROM pg_temp.anew_restricted
    WHERE ctid IN (SELECT theirs FROM pg_temp.differ_restricted WHERE theirs IS NOT NULL)
),
version AS (
    SELECT record_id, batch_id, row_no FROM core.licence UNION ALL SELECT record_id, batch_id, row_no FROM core.penalty
)
SELECT batch_id, row_no FROM refused
UNION
SELECT other.batch_id, other.row_no FROM refused
JOIN version USING (batch_id, row_no) JOIN version AS other USING (record_id)
"""

# Rows are told apart by their content; the n-th of several equal rows is the n-th of the other side.
_DIFFER = """
CREATE TEMP TABLE differ_{name} ON COMMIT DROP AS
WITH ours AS (
    SELECT ours, digest, row_number() OVER (PARTITION BY digest) AS n
    FROM (SELECT ctid AS ours, md5(ROW({columns})::text) AS digest FROM {table}) AS believed
),
theirs AS (
    SELECT theirs, digest, row_number() OVER (PARTITION BY digest) AS n
    FROM (SELECT ctid AS theirs, md5(ROW({columns})::text) AS digest FROM {anew}) AS judged_anew
)
SELECT ours, theirs FROM ours FULL JOIN theirs USING (digest, n) WHERE ours IS NULL OR theirs IS NULL;
"""

_REPLACE = """
INSERT INTO history.{name} ({columns}, believed_from, believed_to)
SELECT {columns}, believed_from, %(at)s FROM {table}
WHERE ctid IN (SELECT ours FROM pg_temp.differ_{name} WHERE ours IS NOT NULL);
DELETE FROM {table} WHERE ctid IN (SELECT ours FROM pg_temp.differ_{name} WHERE ours IS NOT NULL);
INSERT INTO {table} ({columns}, believed_from) OVERRIDING SYSTEM VALUE
SELECT {columns}, %(at)s FROM {anew}
WHERE ctid IN (SELECT theirs FROM pg_temp.differ_{name} WHERE theirs IS NOT NULL);
"""
