"""The registry's tables in transaction time: what is believed now, retiring it, recording something new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from psycopg2 import sql
from psycopg2.extras import execute_values

from gongshi.platform.database import Connection, Cursor
from gongshi.registry.errors import RegistryClockError
from gongshi.registry.files import HOLIDAYS, RegistryFile
from gongshi.standard.periods import SHANGHAI

Content = tuple[Any, ...]


def lock(cursor: Cursor, file: RegistryFile) -> None:
    """Nobody else changes the table until this transaction ends; readers are not held up."""
    cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(table_of(file)))


def current(cursor: Cursor, file: RegistryFile, years: set[int] | None = None) -> dict[Content, str]:
    """Content → place (ctid) of the rows we believe now; of holidays only those of the given years."""
    names: list[sql.Composable] = [sql.Identifier(name) for name in file.stored.values()]
    if file.is_ranged:
        names.append(sql.SQL("lower(valid), upper(valid)"))
    condition = sql.SQL("" if years is None else "AND extract(year FROM day) = ANY(%(years)s)")
    cursor.execute(
        sql.SQL("SELECT ctid::text, {} FROM {} WHERE retired_at IS NULL {}").format(
            sql.SQL(", ").join(names), table_of(file), condition
        ),
        {"years": sorted(years or ())},
    )
    return {tuple(row[1:]): row[0] for row in cursor.fetchall()}


def believed(connection: Connection, file: RegistryFile, as_of: datetime) -> list[dict[str, Any]]:
    """Rows of a table as known at an instant, valid on whatever day, by file column."""
    names: list[sql.Composable] = [sql.Identifier(name) for name in file.stored.values()]
    if file.is_ranged:
        names.append(sql.SQL("lower(valid), upper(valid)"))
    query = sql.SQL("SELECT {} FROM {} WHERE recorded_at <= %s AND (retired_at IS NULL OR retired_at > %s)")
    with connection.cursor() as cursor:
        cursor.execute(query.format(sql.SQL(", ").join(names), table_of(file)), (as_of, as_of))
        return [file.values(row) for row in cursor.fetchall()]


def known_years(cursor: Cursor) -> frozenset[int]:
    """Years that ever had a holiday table."""
    cursor.execute("SELECT DISTINCT extract(year FROM day)::int FROM ref.holiday")
    return frozenset(row[0] for row in cursor.fetchall())


def midnight(day: date) -> datetime:
    """The first instant of a day, Asia/Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


class Change:
    """A change of one table at one instant."""

    def __init__(self, cursor: Cursor, file: RegistryFile, at: datetime) -> None:
        self.cursor, self.file, self.at = cursor, file, at

    def retire(self, places: Sequence[str]) -> None:
        """End our belief in the rows at these places.

        Raises:
            RegistryClockError: one of them was recorded after `at`.
        """
        where = sql.SQL("WHERE ctid = ANY(%s::tid[])")
        self.refuse_backwards(where, (list(places),))
        query = sql.SQL("UPDATE {} SET retired_at = %s {}").format(table_of(self.file), where)
        self.cursor.execute(query, (self.at, list(places)))

    def add(self, rows: Sequence[tuple[Content, Mapping[str, Any]]]) -> None:
        """Record new rows at `at`; the first table of a year of holidays at the date of its notice.

        Raises:
            RegistryClockError: the table holds something recorded after `at`.
        """
        if self.file is HOLIDAYS:
            known = known_years(self.cursor)
            insert(self.cursor, self.file, [(content, self._of_notice(v, known)) for content, v in rows])
        elif rows:
            self.refuse_backwards(sql.SQL(""), ())
            insert(self.cursor, self.file, [(content, self.at) for content, _ in rows])

    def _of_notice(self, values: Mapping[str, Any], known: frozenset[int]) -> datetime:
        return self.at if values["date"].year in known else midnight(values["notice_date"])

    def refuse_backwards(self, where: sql.SQL, parameters: tuple[Any, ...]) -> None:
        """Refuse a change that lies before something recorded in the rows of `where`.

        Raises:
            RegistryClockError: it would.
        """
        query = sql.SQL("SELECT max(greatest(recorded_at, retired_at)) FROM {} {}")
        self.cursor.execute(query.format(table_of(self.file), where), parameters)
        ((newest,),) = self.cursor.fetchall()
        if newest is not None and newest > self.at:
            raise RegistryClockError(
                self.file.name, self.at.isoformat(), newest.astimezone(SHANGHAI).isoformat()
            )


def insert(cursor: Cursor, file: RegistryFile, rows: Sequence[tuple[Content, datetime]]) -> None:
    """Insert (content, recorded at), with the surrogate key of each row."""
    names = [*file.stored.values(), *(["valid"] if file.is_ranged else []), "recorded_at"]
    slots = ["%s"] * len(file.stored) + (["daterange(%s, %s)"] if file.is_ranged else []) + ["%s"]
    lines = [[*content, recorded_at] for content, recorded_at in rows]
    if file.surrogate:
        name, made_from = file.surrogate
        place = names.index(made_from)
        numbers = _surrogates(cursor, name, {line[place] for line in lines})
        lines = [[*line, numbers[line[place]]] for line in lines]
        names, slots = [*names, name], [*slots, "%s"]
    target = sql.SQL("INSERT INTO {} ({}) VALUES %s").format(
        table_of(file), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    execute_values(cursor, target, lines, template=f"({', '.join(slots)})", page_size=2000)


def _surrogates(cursor: Cursor, name: str, codes: set[str]) -> dict[str, int]:
    """Integer keys by code: a division's is its code as a number, an agency's is kept in ref.agency_key."""
    if name == "division_id":
        return {code: int(code) for code in codes}
    keys = [(code,) for code in sorted(codes)]
    execute_values(cursor, "INSERT INTO ref.agency_key (code) VALUES %s ON CONFLICT (code) DO NOTHING", keys)
    cursor.execute("SELECT code, agency_id FROM ref.agency_key WHERE code = ANY(%s)", (sorted(codes),))
    return dict(cursor.fetchall())


def table_of(file: RegistryFile) -> sql.Identifier:
    """Its table."""
    return sql.Identifier("ref", file.table)
