"""What arrives: about 95 agencies with some 190 files, a few large and many small, and the stories planted in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle

from gongshi.sample.blemishes import blemishes
from gongshi.sample.cross_stories import CrossStories
from gongshi.sample.days import ARRIVAL_DAYS
from gongshi.sample.decisions import Desk
from gongshi.sample.deliveries import Look, SampleFile, Sheet
from gongshi.sample.faults import faults, market_bureau
from gongshi.sample.file_stories import FileStories
from gongshi.sample.monitor_stories import MonitorStories
from gongshi.sample.names import chance
from gongshi.sample.planted import SampleRow
from gongshi.sample.province import Agency, province
from gongshi.sample.registry_stories import RegistryStories
from gongshi.sample.stories import Stories
from gongshi.standard.kinds import KINDS
from gongshi.standard.working_days import shipped_calendar

LOOKS = (
    Look("csv", "utf-8", "label"), Look("csv", "utf-8-bom", "label"), Look("csv", "gb18030", "label"),
    Look("xlsx", header="label"), Look("csv", "utf-8", "code", "dash"), Look("csv", "gb18030", "label", "chinese"),
    Look("xlsx", header="starred", dates="cells"), Look("csv", "utf-8-bom", "starred", "plain"),
    Look("xlsx", header="code", dates="dots", brief=True), Look("csv", "utf-8", "label", "time", brief=True),
)  # fmt: skip
FAULTY_SHARE, UNTIDY_SHARE, LATE_SHARE = 0.045, 0.03, 0.025
_LARGE, _MEDIUM, _SMALL = 1500, 240, 45
_ORDINARY_FILES, _LARGE_FILES, _MEDIUM_FILES = 118, 5, 20
_FOLLOW_UP_SHARE = 0.5


class Traffic:
    """All files of the replay by arrival day.

    Args:
        seed: of everything.
        rows: about how many rows all ordinary files hold together.
    """

    def __init__(self, seed: int, rows: int) -> None:
        self.rng = chance("traffic", seed)
        self.province = province(seed)
        self.desk = Desk(self.rng)
        self.days: list[list[SampleFile]] = [[] for _ in ARRIVAL_DAYS]
        self._rows = rows
        self._faults = {
            kind: cycle(self._shuffled([f for f in faults(kind) if f.in_deliveries])) for kind in KINDS
        }
        self._blemishes = {kind: cycle([b for b in blemishes(kind) if b.in_deliveries]) for kind in KINDS}

    def by_day(self) -> list[list[SampleFile]]:
        """The files of each arrival day."""
        senders = self._senders()
        story_tellers, ordinary = senders[:14], senders[14:]
        for number, size in enumerate(self._sizes()):
            agency = ordinary[number % len(ordinary)]
            self._deliver(agency, number, size)
        Stories(self, story_tellers).tell()
        unheard = [agency for agency in self.province.agencies if agency not in senders]
        bureaus = [a for a in unheard if a.level == "county" and a.field == "market"]
        CrossStories(self, bureaus[0]).tell()
        FileStories(self, bureaus[1:4]).tell()
        MonitorStories(self, bureaus[4:8]).tell()
        RegistryStories(self, unheard).tell()
        return self.days

    def add(self, day: int, file: SampleFile) -> SampleFile:
        """Drop a file on an arrival day (its number)."""
        self.days[day].append(file)
        return file

    def good(self, kind: str, agency: Agency, day: int, count: int) -> list[SampleRow]:
        """Rows without fault, decided within the five days before the arrival."""
        return [SampleRow(kind, self.desk.decide(kind, agency, self.fresh(day))) for _ in range(count)]

    def late(self, kind: str, agency: Agency, day: int) -> SampleRow:
        """A good row that arrives after its due day."""
        decided = ARRIVAL_DAYS[day] - timedelta(days=self.rng.randint(20, 45))
        return SampleRow(kind, self.desk.decide(kind, agency, decided))

    def faulty(self, kind: str, agency: Agency, day: int) -> SampleRow:
        """The next fault of the kind in turn, so that every one of them occurs."""
        fault = next(fault for fault in self._faults[kind] if fault.not_at != agency.field)
        return fault.plant(kind, self.desk, agency, self.fresh(day))

    def fresh(self, day: int) -> date:
        """A working day within the five days before an arrival, or that day."""
        arrival, works = ARRIVAL_DAYS[day], shipped_calendar().is_workday
        days = [arrival - timedelta(days=back) for back in range(6)]
        return self.rng.choice([d for d in days if works(d)])

    def file(
        self, agency: Agency, day: int, rows: list[SampleRow | None], look: Look | None = None
    ) -> SampleFile:
        """A file with one sheet of rows, named as agencies name theirs."""
        kind = next(row.kind for row in rows if row)
        chosen = look or self.rng.choice(LOOKS)
        name = f"{KINDS[kind].label_zh}{ARRIVAL_DAYS[day]:%Y%m%d}_{len(self.days[day]) + 1:03d}.{chosen.form}"
        return SampleFile(agency.code, name, [Sheet(kind, rows)], chosen)

    def _senders(self) -> list[Agency]:
        """Agencies of the province, of every prefecture and of 48 counties; the one with a database is left out."""
        connected = market_bureau(self.province.seed)
        local = [a for a in self.province.agencies if a != connected]
        departments = [a for a in local if a.level == "province"]
        chosen = departments[:15] + [a for a in departments if a.is_central][:6]
        for level, per_division, every in (("prefecture", 2, 1), ("county", 1, 129 / 48)):
            bureaus: dict[str, list[Agency]] = {}
            for agency in local:
                if agency.level == level:
                    bureaus.setdefault(agency.division_code, []).append(agency)
            divisions = [
                code
                for number, code in enumerate(bureaus)
                if int(number / every) != int((number - 1) / every)
            ]
            for code in divisions:
                chosen += self.rng.sample(bureaus[code], per_division)
        return self._shuffled(chosen)

    def _sizes(self) -> list[int]:
        weights = [_LARGE] * _LARGE_FILES + [_MEDIUM] * _MEDIUM_FILES
        weights += [_SMALL] * (_ORDINARY_FILES - len(weights))
        spread = [weight * self.rng.uniform(0.5, 1.6) for weight in weights]
        return self._shuffled([max(5, round(weight * self._rows / sum(spread))) for weight in spread])

    def _deliver(self, agency: Agency, number: int, size: int) -> None:
        day = (number * 7 + number // 11) % len(ARRIVAL_DAYS)
        kind = "penalty" if self.rng.random() < 0.35 else "licence"
        rows = list(
            self._mixed(kind, agency, day, size) if number % 3 else self.good(kind, agency, day, size)
        )
        with_blanks: list[SampleRow | None] = list(rows)
        if number % 6 == 1:
            with_blanks[size // 2 : size // 2] = [None] * self.rng.randint(1, 3)
        self.add(day, self.file(agency, day, with_blanks, LOOKS[number % len(LOOKS)]))
        self._follow_up(agency, day, rows)

    def _mixed(self, kind: str, agency: Agency, day: int, size: int) -> Iterator[SampleRow]:
        for _ in range(size):
            lot = self.rng.random()
            if lot < FAULTY_SHARE:
                yield self.faulty(kind, agency, day)
            elif lot < FAULTY_SHARE + UNTIDY_SHARE:
                yield next(self._blemishes[kind]).plant(kind, self.desk, agency, self.fresh(day))
            elif lot < FAULTY_SHARE + UNTIDY_SHARE + LATE_SHARE:
                yield self.late(kind, agency, day)
            else:
                yield from self.good(kind, agency, day, 1)

    def _follow_up(self, agency: Agency, day: int, rows: list[SampleRow]) -> None:
        """Half of the agencies send their rejected rows again, corrected: a week later on time, after two weeks late."""
        rejected = [row for row in rows if row.errors and row.good]
        later = day + self.rng.choice((1, 1, 2, 3))
        if rejected and later < len(ARRIVAL_DAYS) and self.rng.random() < _FOLLOW_UP_SHARE:
            corrected = [SampleRow(row.kind, dict(row.good or {})) for row in rejected]
            self.add(later, self.file(agency, later, list(corrected)))

    def _shuffled(self, things: list) -> list:  # type: ignore[type-arg]
        return self.rng.sample(things, len(things))
