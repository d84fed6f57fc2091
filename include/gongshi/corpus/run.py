"""Batches of files through a worker; when it crashes or hangs, the file that did it is found and the rest goes on.

A failure spoils its instance: what was taken would be read again, and fail again. So the batch is tried anew in fresh
instances, first the file that was being read alone, else the two halves, until a single file is named.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gongshi.corpus.files import CorpusFile
from gongshi.corpus.house import Street
from gongshi.corpus.labour import Worker, WorkerFailedError
from gongshi.corpus.place import Key, Placed, place
from gongshi.corpus.results import CRASH, HANG, FileResult, results_of
from gongshi.load.ledger import Imbalance, recount
from gongshi.platform.database import connect
from gongshi.platform.settings import Settings

MOST_BATCH_BYTES = 32 << 20
"""Files of a batch are judged together; large ones come one by one, so that their time and memory are their own."""


@dataclass
class Totals:
    """What the whole run did.

    Attributes:
        files: number of files by outcome.
        rules: number of findings by rule.
        steps: seconds by step, of all batches.
        peak_mib: peak of a worker's resident memory.
        books: rows and batches as the ledgers count them.
        problems: what does not balance, with the instance it was found in.
    """

    files: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    peak_mib: float = 0.0
    books: Counter[str] = field(default_factory=Counter)
    problems: list[Imbalance] = field(default_factory=list)


class Runner:
    """Runs files through scratch instances; one instance as long as nothing fails."""

    def __init__(
        self, street: Street, agency_of: Callable[[CorpusFile], str], at: datetime, limit_seconds: float, batch_files: int
    ) -> None:  # fmt: skip
        self.totals = Totals()
        self._street, self._agency_of, self._at = street, agency_of, at
        self._limit, self._batch_files = limit_seconds, batch_files
        self._number = 0
        self._house: Settings | None = None
        self._worker: Worker | None = None

    def run(self, files: Iterable[CorpusFile]) -> Iterator[FileResult]:
        """The result of each file, in order of dropping."""
        for batch in self._batches(files):
            for result in self._collect(batch):
                self.totals.files[result.outcome] += 1
                self.totals.rules.update(result.rules)
                yield result

    @property
    def house(self) -> Settings:
        """The instance in use."""
        if self._house is None:
            self._house = self._street.new_house()
        return self._house

    def close(self) -> None:
        """Stop the worker and recount the books of the instance in use."""
        if self._worker:
            self._worker.stop()
            self._worker = None
        self._recount()
        self._house = None

    def abandon(self) -> None:
        """End the worker, whatever it does; for a run that is broken off."""
        if self._worker:
            self._worker.kill()
            self._worker = None

    def _batches(self, files: Iterable[CorpusFile]) -> Iterator[list[CorpusFile]]:
        batch: list[CorpusFile] = []
        size = 0
        for file in files:
            more = file.path.lstat().st_size
            if batch and (len(batch) >= self._batch_files or size + more > MOST_BATCH_BYTES):
                yield batch
                batch, size = [], 0
            batch.append(file)
            size += more
        if batch:
            yield batch

    def _collect(self, batch: Sequence[CorpusFile]) -> list[FileResult]:
        """Drop and collect a batch, in two when a content is repeated in it: the first must be loaded before."""
        placed: list[Placed] = []
        for position, file in enumerate(batch):
            self._number += 1
            one = place(self.house, file, self._agency_of(file), self._number)
            if one.key[2] and one.content in {other.content for other in placed}:
                return self._try(placed) + self._collect(batch[position:])
            placed.append(one)
        return self._try(placed) if placed else []

    def _try(self, placed: Sequence[Placed]) -> list[FileResult]:
        """Collect a batch; when that fails, its parts in fresh instances."""
        for one in placed:
            one.drop()
        try:
            return self._work(placed)
        except WorkerFailedError as error:
            self._worker = None
            self.close()
            if len(placed) == 1:
                return [FileResult(placed[0].file.label, _OUTCOMES[error.how], detail=str(error))]
            return self._find(placed, error)

    def _work(self, placed: Sequence[Placed]) -> list[FileResult]:
        if self._worker is None:
            self._worker = Worker(self.house, self._limit)
        self._at += timedelta(seconds=1)
        done = self._worker.collect(self._at)
        self.totals.steps.update(done.steps)
        self.totals.peak_mib = max(self.totals.peak_mib, done.peak_mib)
        return results_of(self.house, placed, done)

    def _find(self, placed: Sequence[Placed], error: WorkerFailedError) -> list[FileResult]:
        """Which file of a batch it was."""
        said = str(error).splitlines()[0]
        print(f"a batch of {len(placed)} failed {said}; looking for the file", file=sys.stderr, flush=True)
        suspects = [one.file for one in placed if error.suspect and _is_of(one.key, error.suspect)][:1]
        files = [one.file for one in placed]
        half = len(files) // 2
        parts = (
            [suspects, [file for file in files if file not in suspects]]
            if suspects
            else [files[:half], files[half:]]
        )
        found = {result.label: result for part in parts for result in self._collect(part)}
        if not any(result.is_failure for result in found.values()):
            accused = found[(suspects or files)[0].label]
            accused.outcome = _OUTCOMES[error.how]
            accused.detail = f"only together with the other {len(files) - 1} files of its batch: {error}"
        return [found[file.label] for file in files]

    def _recount(self) -> None:
        if self._house is None:
            return
        with connect(self._house) as connection:
            ledger = recount(self._house, connection)
        self.totals.books.update(ledger.totals)
        self.totals.problems += ledger.problems


_OUTCOMES = {"crash": CRASH, "hang": HANG}


def _is_of(key: Key, delivery: dict[str, str | None]) -> bool:
    return key == (delivery["agency_code"], delivery["file_name"], delivery["sha256"])
