"""Planted stories of what the daily monitoring tells its operators of (standard 4.10): volumes, and silence.

All lead up to the last monitored day, which closes a week with arrivals in seven of the eight weeks before it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from gongshi.sample.deliveries import Look, SampleFile, Sheet, zero_report
from gongshi.sample.province import Agency

if TYPE_CHECKING:
    from gongshi.sample.traffic import Traffic

_BEFORE, _MONITORED = (2, 4, 5, 6, 7), 9
"""Arrival days in the first and in four more of the eight weeks, and the one of the last monitored day."""
_USUAL_ROWS = 12
_LAST_HEARD, _DECLARED = 3, 7


class MonitorStories:
    """Tells what the daily monitoring warns of, and what comes close to it.

    Args:
        traffic: takes the files and makes the rows.
        agencies: four that send nothing else.
    """

    def __init__(self, traffic: Traffic, agencies: list[Agency]) -> None:
        self.t, self.agencies = traffic, agencies

    def tell(self) -> None:
        """Plant every story."""
        more, less, silent, declaring = self.agencies
        self._volume(more, licence=2 * _USUAL_ROWS + 1, penalty=2 * _USUAL_ROWS)
        self._volume(less, licence=_USUAL_ROWS // 2 - 1, penalty=_USUAL_ROWS // 2)
        for agency in (silent, declaring):
            rows = self.t.good("licence", agency, _LAST_HEARD, 14)
            self.t.add(_LAST_HEARD, self.t.file(agency, _LAST_HEARD, list(rows)))
        self._nothing_to_report(declaring)

    def _volume(self, agency: Agency, **at_last: int) -> None:
        """As many rows of both kinds week by week, then of one kind just out of the usual range and of one just in it."""
        for day in (*_BEFORE, _MONITORED):
            sheets = [
                Sheet(kind, list(self.t.good(kind, agency, day, rows if day == _MONITORED else _USUAL_ROWS)), name)
                for (kind, rows), name in zip(at_last.items(), ("行政许可", "行政处罚"), strict=True)
            ]  # fmt: skip
            self.t.add(day, SampleFile(agency.code, f"双公示周报{day + 1}.xlsx", sheets, Look("xlsx")))

    def _nothing_to_report(self, agency: Agency) -> None:
        """A zero report of the kind is news too: its agency is not silent."""
        cells = {
            "报送单位代码": agency.code, "信息类别": "行政许可", "期间起": "2026/05/01", "期间止": "2026/05/31",
            "零报送": "是", "填报人": "段玉兰", "负责人": "尹光荣", "原因": "本期未作出行政许可决定",
        }  # fmt: skip
        may = (date(2026, 5, 1), date(2026, 5, 31))
        file = SampleFile(agency.code, "五月零报送.csv", raw=zero_report(cells), zero=("licence", *may))
        self.t.add(_DECLARED, file)
