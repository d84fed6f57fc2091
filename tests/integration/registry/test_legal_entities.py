"""法人库: loaded in bulk, with the same two times as every registry file."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongshi.platform import database
from gongshi.registry.errors import RegistryClockError
from gongshi.registry.load import load_registry
from gongshi.standard.identifiers import make_uscc

from .files import AT, content, workbook

LATER = AT + timedelta(days=30)
CODES = [make_uscc("91", "530100", f"MA6K{number:04d}") for number in range(5)]
ROWS = [f"{code},第{number}公司,2026-02-28" for number, code in enumerate(CODES)]


@pytest.fixture
def load(settings, tmp_path):
    def load(rows, at=AT, ending="csv", encoding="utf-8"):
        for old in tmp_path.glob("legal_entities.*"):
            old.unlink()
        path = tmp_path / f"legal_entities.{ending}"
        text = content("legal_entities", "\n".join(rows))
        if ending == "csv":
            path.write_text(text, encoding=encoding)
        else:
            workbook(path, text)
        return load_registry(settings, tmp_path, at)["legal_entities"]

    return load


def believed(settings, at):
    with database.connect(settings) as connection:
        rows = database.fetch(
            connection,
            """SELECT uscc, name FROM ref.legal_entity
               WHERE recorded_at <= %(at)s AND (retired_at IS NULL OR retired_at > %(at)s) ORDER BY uscc""",
            {"at": at},
        )
    return {row["uscc"]: row["name"] for row in rows}


@pytest.mark.parametrize(
    ("ending", "encoding"), [("csv", "utf-8"), ("csv", "gb18030"), ("csv", "utf-8-sig"), ("xlsx", "")]
)
def test_every_form_reads_alike(settings, load, ending, encoding):
    rows = [ROWS[0].lower(), "", *ROWS[1:4], ROWS[4].replace("-", "/")]
    assert load(rows, ending=ending, encoding=encoding) == {
        "rows": 5,
        "added": 5,
        "retired": 0,
        "unchanged": 0,
    }
    assert believed(settings, AT) == {code: f"第{number}公司" for number, code in enumerate(CODES)}


def test_what_changed_or_vanished_is_readable_as_of_before(settings, load):
    load(ROWS)
    before = believed(settings, AT)
    assert load(ROWS, LATER) == {"rows": 5, "added": 0, "retired": 0, "unchanged": 5}
    changed = [ROWS[0].replace("第0公司", "新公司"), *ROWS[1:4]]
    assert load(changed, LATER) == {"rows": 4, "added": 1, "retired": 2, "unchanged": 3}
    assert believed(settings, LATER - timedelta(seconds=1)) == before
    assert believed(settings, LATER) == {CODES[0]: "新公司", **{c: before[c] for c in CODES[1:4]}}
    with pytest.raises(RegistryClockError, match="legal_entities"):
        load(ROWS, AT)
