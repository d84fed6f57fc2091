"""The corpus runner over small folders: what it says, and that it sees a crash, a hang, a lost receipt, an altered cell.

Faults are planted from outside: a module Python loads at its start spoils what the worker works with.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gongshi.sample.bad_files import bad_files
from gongshi.sample.faults import market_bureau
from gongshi.sample.province import province

PLANT = """
import os, signal, sys
import pyarrow.compute as pc
from gongshi.intake import readers

read = readers.read

def spoilt(source, *more):
    content = source.read_bytes()
    if content.startswith(b"ABORT"):
        os.abort()
    if content.startswith(b"HANG"):
        signal.pause()
    if content.startswith(b"RAISE"):
        raise RuntimeError("planted")
    batches = read(source, *more)
    if os.environ.get("PLANT") == "alter":
        for batch in batches:
            place = batch.rows.column_names.index("content")
            altered = pc.replace_substring(batch.rows.column("content"), "准予", "准于")
            object.__setattr__(batch, "rows", batch.rows.set_column(place, "content", altered))
    return batches

readers.read = spoilt
if os.environ.get("PLANT") == "no start" and "gongshi.corpus.worker" in sys.orig_argv:
    sys.exit("planted")
if os.environ.get("PLANT") == "lose":
    from gongshi.respond import feedback
    write = feedback.answer_batch

    def losing(*arguments):
        folder = write(*arguments)
        (folder / "receipt.json").unlink()
        return folder

    feedback.answer_batch = losing
"""


@pytest.fixture
def corpus(tmp_path):
    """Runs the command over a folder; exit code, printed lines, results by label."""
    (tmp_path / "plant").mkdir()
    (tmp_path / "plant" / "sitecustomize.py").write_text(PLANT)

    def run(*arguments: str, folder: Path | None = None, plant: str = "none"):
        report = tmp_path / "report.json"
        command = [sys.executable, "-m", "gongshi.corpus", "--report", str(report), *arguments]
        done = subprocess.run(
            [*command, *([str(folder)] if folder else [])],
            env=os.environ | {"PYTHONPATH": str(tmp_path / "plant"), "PLANT": plant},
            capture_output=True,
            text=True,
            check=False,
        )
        results = {row["label"]: row for row in json.loads(report.read_text())} if report.exists() else {}
        return done.returncode, done.stdout, results, done.stderr

    return run


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def last_line(out: str) -> str:
    return out.splitlines()[-1]


def test_every_file_is_told_with_its_outcome(corpus, folder):
    for name, content, _ in bad_files():
        (folder / name).write_bytes(content)
    (folder / "sub").mkdir()
    (folder / "sub" / "新\n行.csv").write_text("a,b\n1,2\n")
    (folder / "again.csv").write_text("a,b\n1,2\n")
    (folder / "link.csv").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.csv")
    with (folder / "sparse.csv").open("wb") as file:
        file.truncate(10 << 30)
    (folder / ".hidden").write_text("x")
    other = folder / province().agencies[0].code
    other.mkdir()
    (other / "theirs.csv").write_bytes(
        next(content for name, content, _ in bad_files() if name == "列数不一致.csv")
    )
    before = {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}
    code, out, results, errors = corpus("--fuzz", "2", "--copy", "gb18030,utf-16", folder=folder)
    assert code == 0, out + errors
    wanted = {name: rule for name, _, rule in bad_files()} | {
        "sub/新\\n行.csv": "BT-01",
        "again.csv": "BT-01",
        "link.csv": "BT-11",
        "pipe.csv": "BT-11",
        "sparse.csv": "BT-11",
        f"{other.name}/theirs.csv": "BT-06",
    }
    assert {name: rule for name, rule in wanted.items() if rule not in results[name]["rules"]} == {}
    assert results[".hidden"]["outcome"] == "left"
    assert "again.csv [gb18030] [flip 1]" in results
    assert "\nsub/新" not in out
    assert last_line(out).startswith("ledger balances: ")
    assert "peak memory: " in out
    assert {path: path.lstat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_file_that_harms_the_worker_is_named_and_the_others_go_their_way(corpus, folder):
    for number in range(3):
        (folder / f"{number}-good.csv").write_text(f"a,b\n1,{number}\n")
    for name in ("ABORT", "HANG", "RAISE"):
        (folder / f"1-{name}.csv").write_text(f"{name},b\n1,2\n")
    code, out, results, errors = corpus("--limit", "10", folder=folder)
    assert code == 1, out + errors
    assert {label: row["outcome"] for label, row in results.items()} == {
        "0-good.csv": "rejected",
        "1-ABORT.csv": "CRASH",
        "1-HANG.csv": "HANG",
        "1-RAISE.csv": "CRASH",
        "1-good.csv": "rejected",
        "2-good.csv": "rejected",
    }
    assert "planted" in results["1-RAISE.csv"]["detail"]
    assert "ended with -6" in results["1-ABORT.csv"]["detail"]


def test_a_missing_receipt_is_seen(corpus, folder):
    (folder / "a.csv").write_text("a,b\n1,2\n")
    code, out, results, _ = corpus(folder=folder, plant="lose")
    assert (code, results["a.csv"]["outcome"]) == (1, "NO RECEIPT")
    assert last_line(out).startswith("ledger does not balance")


def test_a_worker_that_does_not_start_is_no_files_fault(corpus, folder):
    (folder / "a.csv").write_text("a,b\n1,2\n")
    code, _, results, errors = corpus(folder=folder, plant="no start")
    assert (code, results) == (3, {})
    assert "the worker did not start" in errors


def test_own_files_come_back_as_they_were_written(corpus):
    code, out, results, errors = corpus("--compare", "30")
    assert code == 0, out + errors
    assert "altered cells of our own files: 0" in out
    assert {row["outcome"] for row in results.values()} == {"accepted"}


def test_an_altered_cell_is_seen(corpus):
    code, out, _, _ = corpus("--compare", "2", plant="alter")
    assert code == 1
    assert "XK_NR: '准于" in out


@pytest.mark.parametrize(
    "arguments",
    [(), ("/nowhere",), ("--copy", "klingon"), ("--at", "yesterday", "."), ("--report", "x.pdf", ".")],
)
def test_wrong_usage_ends_2(corpus, arguments):
    code, _, _, errors = corpus(*arguments)
    assert (code, bool(errors)) == (2, True)


def test_the_inbox_is_the_market_bureaus_unless_a_folder_bears_a_code():
    from gongshi.corpus.__main__ import _agency
    from gongshi.corpus.files import CorpusFile

    code = province().agencies[3].code
    assert _agency(CorpusFile("x", Path("/a") / code / "b.csv")) == code
    assert _agency(CorpusFile("x", Path("/a/b.csv"))) == market_bureau().code
