"""From a file in an inbox to batches in the warehouse."""

from __future__ import annotations

import stat
from datetime import datetime

import pytest

from gongshi.intake import drop_folder, landing, receive, spool
from gongshi.platform import database
from gongshi.standard.identifiers import make_uscc
from gongshi.standard.kinds import LICENCE
from gongshi.standard.periods import SHANGHAI

AT = datetime(2026, 5, 12, 9, 0, 5, tzinfo=SHANGHAI)
AGENCY = make_uscc("11", "530100", "04894587")
UNKNOWN = make_uscc("11", "530100", "09999999")

COLUMNS = [f.code for f in LICENCE.fields if f.required == "R"]
CSV = ",".join(COLUMNS) + "\n" + ",".join("云" for _ in COLUMNS) + "\n\n"
ZERO = "报送单位代码,信息类别,期间起,期间止,零报送,填报人,负责人,原因\n"


def fetch(connect, query):
    with connect() as connection:
        return database.fetch(connection, query)


def collect(settings, connect, at=AT):
    """Take and read everything waiting; batch ids by delivery."""
    drop_folder.take(settings, connect, at)
    with connect() as connection:
        waiting = receive.unread_deliveries(connection)
    read = {}
    for delivery_id in waiting:
        with connect() as connection:
            read[delivery_id] = receive.read_delivery(settings, connection, delivery_id)
    return read


def merge(connect, rejected=0):
    """What the later steps would say of every landed batch."""
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE intake.batch SET status = 'merged', rows_rejected = %s WHERE status = 'landed'",
            (rejected,),
        )


def test_a_file_is_taken_archived_and_landed(settings, connect, drop):
    path = drop("许可.csv", CSV)
    ((delivery_id, (batch_id,)),) = collect(settings, connect).items()
    assert not path.exists()
    assert not list((settings.landing / "spool").glob("*/*"))
    (delivery,) = fetch(connect, "SELECT * FROM intake.delivery")
    assert (delivery["agency_code"], delivery["file_name"], delivery["status"]) == (
        AGENCY,
        "许可.csv",
        "read",
    )
    assert delivery_id.startswith("20260512-090005-")
    archived = settings.archive / delivery["sha256"]
    assert archived.read_text() == CSV
    assert stat.S_IMODE(archived.stat().st_mode) == 0o400
    assert {stat.S_IMODE(p.stat().st_mode) for p in (settings.archive, settings.landing)} == {0o700}
    assert batch_id.startswith("20260512-090005-licence-")
    (batch,) = fetch(connect, "SELECT * FROM intake.batch")
    assert (batch["status"], batch["kind"], batch["layout"]) == ("landed", "licence", "S2018b")
    assert (batch["rows_read"], batch["blank_rows"], batch["header_row"]) == (1, 1, 1)
    assert landing.landed_rows(settings, batch_id) == 1
    landed = landing.read_landed(settings, batch_id)
    assert (landed.blank_rows, landed.header, landed.encoding) == ((3,), tuple(COLUMNS), "utf-8")
    assert landed.rows["organ_name"].to_pylist() == ["云"]


def test_reading_a_delivery_again_changes_nothing(settings, connect, drop):
    drop("a.csv", CSV)
    ((delivery_id, batches),) = collect(settings, connect).items()
    with connect() as connection:
        assert receive.read_delivery(settings, connection, delivery_id) == batches
    assert len(fetch(connect, "SELECT 1 FROM intake.batch")) == 1


def test_a_run_killed_while_reading_leaves_no_orphan(settings, connect, drop):
    drop("a.csv", CSV)
    (delivery_id,) = drop_folder.take(settings, connect, AT)[0]

    def read_and_die():
        with connect() as connection:
            receive.read_delivery(settings, connection, delivery_id)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_and_die()
    assert fetch(connect, "SELECT 1 FROM intake.batch") == []
    ((_, (batch_id,)),) = collect(settings, connect).items()
    assert [path.name for path in settings.landing.glob("*.*")] == [f"{batch_id}.parquet"]


def test_a_run_killed_between_inbox_and_delivery_is_finished_by_the_next(
    settings, connect, drop, monkeypatch
):
    drop("a.csv", CSV)
    drop("b.csv", CSV + "\n")

    def killed(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(spool, "archive_file", killed)
        with pytest.raises(KeyboardInterrupt):
            drop_folder.take(settings, connect, AT)
    assert len(drop_folder.take(settings, connect, AT)[0]) == 2
    assert drop_folder.take(settings, connect, AT) == ([], 0)


def test_a_spool_file_whose_delivery_was_entered_is_not_entered_twice(settings, connect, drop, monkeypatch):
    drop("a.csv", CSV)
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.rmdir", lambda path: (_ for _ in ()).throw(KeyboardInterrupt))
        patch.setattr("pathlib.Path.unlink", lambda path, missing_ok=False: None)
        with pytest.raises(KeyboardInterrupt):
            drop_folder.take(settings, connect, AT)
    assert drop_folder.take(settings, connect, AT) == ([], 0)
    assert len(fetch(connect, "SELECT 1 FROM intake.delivery")) == 1


def test_the_same_bytes_are_a_duplicate_only_after_rows_of_them_were_taken(settings, connect, drop):
    drop("a.csv", CSV)
    collect(settings, connect)
    merge(connect, rejected=1)
    drop("a.csv", CSV)
    ((second, _),) = collect(settings, connect).items()
    merge(connect)
    drop("anders.csv", CSV)
    ((_, (batch_id,)),) = collect(settings, connect).items()
    rows = fetch(connect, "SELECT delivery_id, status, first_delivery_id FROM intake.delivery ORDER BY seq")
    assert [(r["status"], r["first_delivery_id"]) for r in rows] == [
        ("read", None),
        ("read", None),
        ("duplicate", second),
    ]
    (batch,) = fetch(connect, "SELECT * FROM intake.batch WHERE refused_rule = 'BT-05'")
    assert (batch["batch_id"], batch["kind"], batch["rows_read"], batch["status"]) == (
        batch_id,
        None,
        0,
        "merged",
    )
    assert landing.landed_rows(settings, batch_id) == 0
    (found,) = fetch(connect, "SELECT * FROM quality.finding")
    assert found["message_zh"] == "该文件已于2026-05-12 09:00报送，请勿重复上传"


def test_an_unregistered_agency_is_refused_unread(settings, connect, drop):
    drop("a.csv", CSV, agency=UNKNOWN)
    collect(settings, connect)
    (batch,) = fetch(connect, "SELECT * FROM intake.batch")
    assert (batch["agency_code"], batch["refused_rule"], batch["rows_read"]) == (UNKNOWN, "BT-06", 0)
    (found,) = fetch(connect, "SELECT * FROM quality.finding")
    assert (found["severity"], found["rule_id"]) == ("batch", "BT-06")


@pytest.mark.parametrize(
    ("content", "rule"), [("", "BT-04"), ("%PDF-1.7\n", "BT-03"), ("姓名,电话\n1,2\n", "BT-01")]
)
def test_bad_files_leave_the_others_unaffected(settings, connect, drop, content, rule):
    drop("bad.csv", content, age=90)
    drop("good.csv", CSV)
    assert len(collect(settings, connect)) == 2
    rows = fetch(connect, "SELECT refused_rule, status FROM intake.batch ORDER BY seq")
    assert [(r["refused_rule"], r["status"]) for r in rows] == [(rule, "merged"), (None, "landed")]


def test_zero_report_is_stored(settings, connect, drop):
    drop(
        "0.csv",
        ZERO
        + f"{AGENCY},行政处罚,2026/05/01,2026年5月10日,是,张三,李四,无处罚\n{AGENCY},licence,2026-05-01,20260510,,,,\n",
    )
    ((_, (batch_id,)),) = collect(settings, connect).items()
    assert "-zero-" in batch_id
    rows = fetch(
        connect,
        "SELECT kind, period_start::text, period_end::text, reason FROM intake.zero_report ORDER BY row_no",
    )
    assert [tuple(r.values()) for r in rows] == [
        ("penalty", "2026-05-01", "2026-05-10", "无处罚"), ("licence", "2026-05-01", "2026-05-10", None)
    ]  # fmt: skip
    (batch,) = fetch(connect, "SELECT * FROM intake.batch")
    assert (batch["kind"], batch["layout"], batch["status"], batch["refused_rule"]) == (
        None,
        "zero",
        "merged",
        None,
    )
    assert (batch["rows_read"], batch["rows_accepted"]) == (2, 2)


@pytest.mark.parametrize(
    ("row", "items"),
    [
        (f"{UNKNOWN},行政处罚,2026/05/01,2026/05/10,是,,,", "报送单位代码"),
        (f"{AGENCY},其他,2026/05/01,2026/02/30,是,,,", "信息类别、期间止"),
        (f"{AGENCY},行政处罚,2026/05/10,2026/05/01,否,,,", "期间止、零报送"),
        (f"{AGENCY},行政处罚", "报送单位代码、信息类别、期间起、期间止"),
    ],
)
def test_a_wrong_zero_report_is_refused_and_kept(settings, connect, drop, row, items):
    drop("0.csv", ZERO + row + "\n")
    collect(settings, connect)
    (batch,) = fetch(connect, "SELECT * FROM intake.batch")
    assert (batch["refused_rule"], batch["rows_read"], batch["rows_rejected"]) == ("BT-12", 1, 1)
    (found,) = fetch(connect, "SELECT * FROM quality.finding")
    assert found["message_zh"] == f"零报送填写有误：{items}"
    assert fetch(connect, "SELECT 1 FROM intake.zero_report") == []
    (kept,) = fetch(connect, "SELECT cells FROM quality.quarantine")
    assert "行政处罚" in str(kept["cells"]) or "其他" in str(kept["cells"])
