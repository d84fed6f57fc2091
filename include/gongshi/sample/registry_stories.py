"""Planted stories that only the registry explains: who reports for whom, organs of another place or time, old stock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from gongshi.sample.decisions import FOREVER
from gongshi.sample.deliveries import Look
from gongshi.sample.faults_organ import ORGAN_FAULTS
from gongshi.sample.planted import SampleRow, hit
from gongshi.sample.province import Agency
from gongshi.sample.registry_files import CENTRAL_LINE, line_system

if TYPE_CHECKING:
    from gongshi.sample.traffic import Traffic

_LONG_AGO = (date(2021, 3, 9), date(2022, 6, 14), date(2022, 11, 8), date(2023, 8, 22))
_NOT_SO_LONG_AGO = (date(2024, 9, 10), date(2024, 12, 31))
_AFTER_THE_STOCK = (date(2025, 1, 2), date(2025, 9, 16))


class RegistryStories:
    """Tells what depends on rights, organs and declarations of the registry.

    Args:
        traffic: takes the files and makes the rows.
        unheard: agencies that send nothing else.
    """

    def __init__(self, traffic: Traffic, unheard: list[Agency]) -> None:
        self.t = traffic
        self._counties = [a for a in unheard if a.level == "county" and a.field == CENTRAL_LINE]
        self._kunming = next(a for a in unheard if a.division_code == "530100" and a.field != "market")

    def tell(self) -> None:
        """Plant every story."""
        self._line("licence", *self._counties[:2])
        self._line("penalty", *self._counties[2:4])
        self._other_organs("licence")
        self._other_organs("penalty")
        self._old_stock()

    def _line(self, kind: str, agency: Agency, earlier: Agency) -> None:
        """The system of the line sends what a county decided, the county sends it again; of another county it comes second."""
        system = self.t.province.by_code[line_system(self.t.province)]
        sent = self.t.good(kind, agency, 4, 7)
        self._send(system, 4, sent)
        changed = [replace(row, values=row.values | {"remark": "地方补充说明"}) for row in sent[3:5]]
        self._send(agency, 5, [*sent[:3], *changed, *self.t.good(kind, agency, 5, 6)])
        own = self.t.good(kind, earlier, 5, 8)
        self._send(earlier, 5, own)
        self._send(system, 6, own[:4])

    def _other_organs(self, kind: str) -> None:
        """Decisions of another prefecture (AG-07), and of an organ that had been dissolved by then (AG-08)."""
        planted = [
            fault.plant(kind, self.t.desk, self._kunming, self.t.fresh(6))
            for fault in ORGAN_FAULTS if fault.rule in ("AG-07", "AG-08")
        ]  # fmt: skip
        self._send(self._kunming, 6, [*self.t.good(kind, self._kunming, 6, 9), *planted])

    def _old_stock(self) -> None:
        """A first load of declared old stock, decisions too young for it among them; some of it corrected later."""
        agency = self.t.province.agencies[-1]
        old = [self._decided(agency, day, is_old=True) for day in (*_LONG_AGO, *_LONG_AGO)]
        stock = [*old, *(self._decided(agency, day) for day in _NOT_SO_LONG_AGO)]
        self._send(agency, 3, [*stock, *(self._decided(agency, day) for day in _AFTER_THE_STOCK)])
        mended = [replace(row, values=row.values | {"remark": "补录核对"}) for row in stock[:2]]
        self._send(agency, 8, [*mended, *self.t.good("licence", agency, 8, 5)])

    def _decided(self, agency: Agency, day: date, *, is_old: bool = False) -> SampleRow:
        row = self.t.desk.decide("licence", agency, day) | {"valid_to": FOREVER}
        warnings = (hit("licence", "decision_date", "DT-06"),) if is_old else ()
        return SampleRow("licence", row, warnings=warnings)

    def _send(self, agency: Agency, day: int, rows: list[SampleRow]) -> None:
        self.t.add(day, self.t.file(agency, day, list(rows), Look("csv", "utf-8-bom", "label")))
