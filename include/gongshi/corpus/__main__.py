"""`make corpus`: drops every file of a folder into an inbox of a scratch instance and says what became of each.

Ends 0 when every file has its receipt and the books balance; 1 on a crash, a hang, a missing receipt, books that do
not balance, or an altered cell of our own files.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import NoReturn

from gongshi.corpus.compare import alterations
from gongshi.corpus.files import CorpusFile, copies_of, files_of
from gongshi.corpus.house import Street, street
from gongshi.corpus.own import OwnFile, own_files
from gongshi.corpus.report import REPORT_ENDINGS, line, summary, write_report
from gongshi.corpus.results import FileResult
from gongshi.corpus.run import Runner
from gongshi.errors import GongshiError, UsageError
from gongshi.sample.faults import market_bureau
from gongshi.sample.province import province
from gongshi.standard.periods import SHANGHAI, read_instant


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; its exit code."""
    given = _arguments(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    try:
        at = _instant(given.at)
        files = files_of(given.folder) if given.folder else []
        if not files and not given.compare:
            raise UsageError(f"{given.folder or 'no folder'}: no file to drop.")
        with street(at) as scratch:
            return _run(scratch, given, files, at)
    except GongshiError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Interrupted; everything is stopped and removed.", file=sys.stderr)
        return 130


def _run(scratch: Street, given: argparse.Namespace, files: Sequence[CorpusFile], at: datetime) -> int:
    """All files first, our own ones compared, then the copies of all."""
    began = time.monotonic()
    own_folder = scratch.settings.home / "own"
    own_folder.mkdir()
    own = list(own_files(own_folder, given.compare, at.date(), given.seed))
    files = [*files_of(own_folder), *files]
    runner = Runner(scratch, _agency, at, given.limit, given.batch)
    results: list[FileResult] = []
    altered: list[str] = []
    try:
        for result in runner.run(files):
            results.append(result)
            print(line(result), flush=True)
        altered = list(_altered(runner, own, results, at))
        for result in runner.run(_copies(files, given)):
            results.append(result)
            print(line(result), flush=True)
        runner.close()
    finally:
        runner.abandon()
    if given.report:
        write_report(given.report, results)
    seconds = time.monotonic() - began
    words, is_good = summary(scratch, runner.totals, results, altered if own else None, seconds)
    print(words)
    return 0 if is_good else 1


def _copies(files: Sequence[CorpusFile], given: argparse.Namespace) -> Iterator[CorpusFile]:
    for file in files:
        yield from copies_of(file, given.copy, given.fuzz, given.seed)


def _altered(
    runner: Runner, own: Sequence[OwnFile], results: Sequence[FileResult], at: datetime
) -> Iterator[str]:
    """Cells of our own files that are not as written; a file that failed is told by its failure."""
    by_label = {result.label: result for result in results[: len(own)]}
    for file in own:
        result = by_label[file.path.name]
        if not result.is_failure:
            for words in alterations(runner.house, file, result, at, file.path.parent):
                yield f"{file.path.name}: {words}"


def _agency(file: CorpusFile) -> str:
    """The agency a file belongs to: one whose code a folder of its path is named by, else the market bureau of 昆明."""
    known = province().by_code
    return next((part for part in file.path.parts if part in known), market_bureau().code)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gongshi.corpus", description=__doc__)
    parser.add_argument("folder", nargs="?", type=_folder, help="every file in it and below is dropped")
    parser.add_argument("--copy", type=_encodings, default=[], metavar="ENCODINGS",
                        help="of each UTF-8 text also copies in these encodings, e.g. gb18030,utf-16")  # fmt: skip
    parser.add_argument("--fuzz", type=int, default=0, metavar="N",
                        help="of each file and re-encoded copy also N damaged ones: cut off, bytes changed")  # fmt: skip
    parser.add_argument("--compare", type=int, default=0, metavar="N",
                        help="also N valid files of our own, compared cell by cell with their export")  # fmt: skip
    parser.add_argument("--limit", type=float, default=60, metavar="SECONDS",
                        help="without a sign of life for so long a file hangs (%(default)s)")  # fmt: skip
    parser.add_argument("--batch", type=int, default=50, metavar="N",
                        help="files collected together; 1: seconds and memory of each are its own (%(default)s)")  # fmt: skip
    parser.add_argument(
        "--seed", type=int, default=2026, help="another damage, other files of our own (%(default)s)"
    )
    parser.add_argument("--at", metavar="T", help="the clock, ISO 8601 with zone; default now")
    parser.add_argument(
        "--report", type=_report, metavar="FILE", help="write the results as .csv or .json too"
    )
    return parser.parse_args(arguments)


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"no folder: {text!r}")
    return Path(text).absolute()


def _report(text: str) -> Path:
    if Path(text).suffix.lower() not in REPORT_ENDINGS:
        raise argparse.ArgumentTypeError(f"neither .csv nor .json: {text!r}")
    return Path(text)


def _encodings(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        try:
            "a".encode(name)
        except LookupError:
            raise argparse.ArgumentTypeError(f"no encoding: {name!r}") from None
    return names


def _instant(text: str | None) -> datetime:
    at = read_instant(text) if text else datetime.now(SHANGHAI)
    if at is None:
        raise UsageError(f"--at is {text!r}; expected ISO 8601 with a time zone.")
    return at.replace(microsecond=0)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """Turn the first signal into an ordinary end; stopping takes seconds, a second one must not break it off."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
