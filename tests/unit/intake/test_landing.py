"""What is landed is the batch that was read."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from gongshi.intake import landing, readers
from gongshi.intake.archive import archive_file
from gongshi.platform.settings import load_settings
from gongshi.standard.kinds import LICENCE

COLUMNS = [f.code for f in LICENCE.fields if f.required == "R"]
CSV = "\n".join([",".join([*COLUMNS, "经办人"]), ",".join(["云"] * (len(COLUMNS) + 1)), "", "x"]).encode()


@pytest.fixture
def settings(tmp_path):
    return load_settings({"GONGSHI_HOME": str(tmp_path)})


@pytest.mark.parametrize("stamped", [True, False])
def test_a_landed_batch_is_read_back_whole(settings, stamped):
    (batch,) = readers.read(CSV)
    if stamped:
        stamps = pa.array([datetime(2026, 5, 1, tzinfo=UTC)] * batch.rows.num_rows, pa.timestamp("us", "UTC"))
        batch = replace(batch, source_stamps=stamps, sheet="许可")
    path = landing.land(settings, "20260512-090000-licence-0001", batch)
    assert landing.read_landed(settings, "20260512-090000-licence-0001") == batch
    assert landing.landed_rows(settings, "20260512-090000-licence-0001") == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert landing.landed_rows(settings, "unknown") == 0


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, [1]), (3, [3]), (4, [3, 1]), (9, [3, 6]), (30, [3, 6, 8, 8, 5])]
)
def test_the_parts_of_a_batch_grow_up_to_a_limit(settings, monkeypatch, count, sizes):
    monkeypatch.setattr(landing, "FIRST_PART_ROWS", 3)
    monkeypatch.setattr(landing, "PART_ROWS", 8)
    (batch,) = readers.read(
        b"\n".join([CSV.partition(b"\n")[0], *[b",".join([b"x"] * (len(COLUMNS) + 1))] * count])
    )
    landing.land(settings, "20260512-090000-licence-0002", batch)
    parts = list(landing.landed_parts(settings, "20260512-090000-licence-0002"))
    assert [part.rows.num_rows for part in parts] == sizes
    assert pa.concat_tables([part.rows for part in parts]) == batch.rows


def test_the_archive_keeps_content_once_and_read_only(settings, tmp_path):
    paths = [tmp_path / name for name in ("a", "b")]
    for path in paths:
        path.write_bytes(b"x" * 10)
    assert archive_file(settings, paths[0]) == archive_file(settings, paths[1])
    (kept,) = settings.archive.iterdir()
    assert (kept.read_bytes(), stat.S_IMODE(kept.stat().st_mode)) == (b"x" * 10, 0o400)
