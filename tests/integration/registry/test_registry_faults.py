"""Every fault of a registry file is named by file, row, column and remedy, and nothing is loaded."""

from __future__ import annotations

import pytest

from gongshi.platform import database
from gongshi.registry.errors import RegistryError
from gongshi.registry.load import load_registry

from .faults import FAULTS
from .files import AT, GOOD, content, workbook

LOADED = "SELECT (SELECT count(*) FROM ref.division) + (SELECT count(*) FROM ref.contact) AS rows"


@pytest.mark.parametrize(
    ("name", "rows", "check", "row", "column", "words"),
    FAULTS,
    ids=lambda v: v if isinstance(v, str) and len(v) < 19 else "",
)
def test_a_fault_is_named_and_nothing_is_loaded(settings, tmp_path, name, rows, check, row, column, words):
    for kept, kept_rows in GOOD.items():
        if kept == name and row % 2:
            workbook(tmp_path / f"{kept}.xlsx", content(kept, rows))
        else:
            (tmp_path / f"{kept}.csv").write_text(
                content(kept, rows if kept == name else kept_rows), encoding="utf-8"
            )
    with pytest.raises(RegistryError) as raised:
        load_registry(settings, tmp_path, AT)
    assert [(p.check, p.row, p.column) for p in raised.value.problems if p.file.startswith(name)][:1] == [
        (check, row, column)
    ]
    assert words in str(raised.value)
    assert f"row {row}, column {column}" in str(raised.value)
    with database.connect(settings) as connection:
        assert database.fetch(connection, LOADED) == [{"rows": 0}]


def test_an_agency_with_open_contacts_is_not_dissolved_alone(settings, tmp_path, load):
    """Told at the agency when only its file comes, at the contact when both come; together they are taken."""
    load()
    ended = GOOD["agencies"].replace("0,2024-01-01,\n", "0,2024-01-01,2026-06-30\n")
    (tmp_path / "agencies.csv").write_text(content("agencies", ended), encoding="utf-8")
    with pytest.raises(
        RegistryError, match=r"agencies\.csv, row 2, column valid_to: '2026-06-30'\. It has contacts"
    ):
        load_registry(settings, tmp_path, AT)
    contacts = GOOD["contacts"].replace("2026-05-15,\n", "2026-05-15,2026-06-30\n")
    (tmp_path / "contacts.csv").write_text(content("contacts", contacts), encoding="utf-8")
    with pytest.raises(
        RegistryError, match=r"contacts\.csv, row 4, column valid_to: ''\. The agency is dissolved"
    ):
        load_registry(settings, tmp_path, AT)
    contacts = contacts.replace("0871-3,2024-01-01,\n", "0871-3,2024-01-01,2026-06-30\n")
    (tmp_path / "contacts.csv").write_text(content("contacts", contacts), encoding="utf-8")
    assert load_registry(settings, tmp_path, AT)["agencies"]["added"] == 1
