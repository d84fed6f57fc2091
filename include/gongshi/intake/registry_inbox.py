"""Files for the registry, dropped into `registry/inbox/`: taken, archived, entered and judged like any delivery (ADR 19).

What is taken together is judged together: a faulty file is refused whole, the others are applied if they hold without
it. Everything from reading to the verdict is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from psycopg2.extras import Json

from gongshi.intake.archive import archived
from gongshi.intake.drop_folder import Connect, enter_spooled
from gongshi.intake.spool import Spool, take_all
from gongshi.platform import inboxes
from gongshi.platform.database import Connection, Cursor, fetch
from gongshi.platform.settings import Settings
from gongshi.registry import load, reading
from gongshi.registry.errors import CLOCK, FORM, Problem, RegistryClockError, Remedy
from gongshi.registry.world import Loaded
from gongshi.standard.masking import mask_text

_OWNER = "registry"
_ENTER = """INSERT INTO intake.registry_delivery
                (delivery_id, file_name, sha256, size_bytes, refusal, received_at, spool_id, status)
            VALUES (%(id)s, %(name)s, %(sha256)s, %(size)s, %(refusal)s, %(at)s, %(spool_id)s, 'taken')
            ON CONFLICT (spool_id) DO NOTHING RETURNING delivery_id"""
_MOST_SHOWN = 120
_NO_ROWS = Remedy(
    "Write the rows that hold.", "文件没有数据行；报送的文件是该表的全部内容，请填写后重新报送。"
)
_LATER = Remedy("Load it with a later clock.", "登记信息中已有更晚时间的内容，请稍后重新报送。")
_WORDS = {
    "RG-01": "文件格式有误",
    "RG-02": "填写有误",
    "RG-03": "引用的内容未登记",
    "RG-04": "重复或有效期重叠",
    "RG-05": "形成循环",
    "RG-06": "前后矛盾",
    "RG-07": "早于已登记的内容",
}


@dataclass
class _Dropped:
    """A file on its way: problems = refused."""

    delivery_id: str
    part: Loaded | None = None
    problems: list[Problem] = field(default_factory=list)
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows read, those with a faulty cell among them."""
        if self.part is None or self.part.file.is_bulk:
            return self.part.rows.num_rows if self.part else 0
        faulty = {problem.row for problem in self.problems if problem.row > 1}
        return len({record.row for record in self.part.records} | faulty)


def take(settings: Settings, connect: Connect, at: datetime) -> list[str]:
    """Take every complete file of the registry's inbox; deliveries entered now, in order of arrival."""
    taken, _ = take_all(
        settings,
        Spool(settings.landing / "registry-spool"),
        lambda: inboxes.look_into(settings.registry_inbox),
        lambda path: _OWNER,
        partial(enter_spooled, connect, at, _ENTER, "registry"),
    )
    return taken


def judge_all(settings: Settings, connection: Connection, at: datetime) -> int:
    """Judge and apply everything taken and not judged yet, in the caller's transaction; number of files."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('gongshi.registry'))")
        waiting = fetch(
            connection,
            "SELECT delivery_id, sha256, refusal FROM intake.registry_delivery WHERE status = 'taken' ORDER BY seq",
        )
        files = [_read(settings, row) for row in waiting]
        for together in _rounds(files):
            _judge(cursor, together, at)
        for file in files:
            _store(cursor, file)
    return len(files)


def _read(settings: Settings, row: Mapping[str, Any]) -> _Dropped:
    """The file read; problems name it by its delivery, because two files may have one name."""
    dropped = _Dropped(row["delivery_id"])
    if row["sha256"] is None:
        refused = Remedy("Drop a regular file.", f"{row['refusal']}。")
        dropped.problems = [Problem(dropped.delivery_id, 1, "-", "", refused, FORM)]
        return dropped
    path = archived(settings, row["sha256"])
    file = reading.recognise(path, dropped.delivery_id)
    if isinstance(file, Problem):
        dropped.problems = [file]
        return dropped
    dropped.part, dropped.problems = load.read_file(file, path, dropped.delivery_id)
    if not dropped.rows and not dropped.problems:
        dropped.problems = [Problem(dropped.delivery_id, 1, "-", "", _NO_ROWS, FORM)]
    return dropped


def _rounds(files: Sequence[_Dropped]) -> Iterator[dict[str, _Dropped]]:
    """Files to judge together by table; a second file of a table comes in a later round."""
    left = [file for file in files if file.part and not file.problems]
    while left:
        together: dict[str, _Dropped] = {}
        later = []
        for file in left:
            if file.part and together.setdefault(file.part.file.name, file) is not file:
                later.append(file)
        yield together
        left = later


def _judge(cursor: Cursor, together: Mapping[str, _Dropped], at: datetime) -> None:
    """Apply the files that hold together; each refusal is tried without the refused file."""
    standing = dict(together)
    while standing:
        parts = [file.part for file in standing.values() if file.part]
        found = load.problems(cursor, parts) or _apply(cursor, standing, parts, at)
        if not found:
            return
        by_id = {file.delivery_id: file for file in standing.values()}
        for problem in found:
            by_id[problem.file].problems.append(problem)
        standing = {name: file for name, file in standing.items() if not file.problems}


def _apply(
    cursor: Cursor, standing: Mapping[str, _Dropped], parts: Sequence[Loaded], at: datetime
) -> list[Problem]:
    """Apply all of them or none; why none."""
    cursor.execute("SAVEPOINT registry_files")
    try:
        counts = load.apply(cursor, parts, at)
    except RegistryClockError as error:
        cursor.execute("ROLLBACK TO SAVEPOINT registry_files")
        return [Problem(standing[error.name].delivery_id, 1, "-", error.newest, _LATER, CLOCK)]
    for name, file in standing.items():
        file.counts = counts[name]
    return []


def _store(cursor: Cursor, file: _Dropped) -> None:
    """The verdict, with what the answer says of it."""
    cursor.execute(
        """UPDATE intake.registry_delivery
           SET status = 'judged', registry_file = %s, rows_read = %s, rows_added = %s, rows_retired = %s,
               rows_unchanged = %s, findings = %s
           WHERE delivery_id = %s""",
        (
            file.part and file.part.file.name,
            file.rows,
            *(file.counts.get(name, 0) for name in ("added", "retired", "unchanged")),
            Json([_finding(problem) for problem in file.problems]),
            file.delivery_id,
        ),
    )


def _finding(problem: Problem) -> dict[str, Any]:
    """A problem as an answer tells it; telephone and ID numbers masked."""
    value = mask_text(problem.value)[:_MOST_SHOWN]
    if problem.column == "phone":
        value = "*" * len(value)
    is_file = problem.column == "-"
    where = f"第{problem.row}行" if is_file else f"第{problem.row}行“{problem.column}”"
    return {
        "row": problem.row,
        "field": None if is_file else problem.column,
        "rule": problem.check,
        "severity": "batch" if problem.check in (FORM, CLOCK) else "error",
        "message": f"{where}{_WORDS[problem.check]}",
        "value": value,
        "suggestion": problem.remedy.chinese,
    }
