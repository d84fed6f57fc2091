"""Planted stories of files: two templates in one workbook, the layout of 2015, rows that must not be sent at all."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from gongshi.sample.days import ARRIVAL_DAYS
from gongshi.sample.deliveries import Look, SampleFile, Sheet
from gongshi.sample.faults_legacy import mended_of_every_row, told_of_every_row
from gongshi.sample.faults_privacy import PRIVACY_FAULTS
from gongshi.sample.legacy import COLUMNS, good_legacy_row
from gongshi.sample.outcomes import RESTRICTING
from gongshi.sample.planted import SampleRow
from gongshi.sample.province import Agency
from gongshi.standard.model import ORGANISATION, PERSON

if TYPE_CHECKING:
    from gongshi.sample.traffic import Traffic

_WRONG_IN_L2015 = ({"SJC": "2016/01/01"}, {"DFBM": "110101"})
_RULES_OF_L2015 = {"SJC": "DT-09", "DFBM": "AG-09"}


class FileStories:
    """Tells what is odd about a file, or about rows of it.

    Args:
        traffic: takes the files and makes the rows.
        agencies: three that send nothing else.
    """

    def __init__(self, traffic: Traffic, agencies: list[Agency]) -> None:
        self.t, self.agencies = traffic, agencies

    def tell(self) -> None:
        """Plant every story."""
        mixing, old_fashioned, careless = self.agencies
        for kind in ("licence", "penalty"):
            self._two_templates(kind, mixing)
            self._layout_of_2015(kind, old_fashioned)
            self._must_not_be_sent(kind, careless)

    def _two_templates(self, kind: str, agency: Agency) -> None:
        """One workbook with the template for organisations and the one for persons (BT-08); a week later two of one."""
        for day, forms in ((4, ("org", "person")), (5, ("org", "org"))):
            sheets = [
                Sheet(kind, list(self._of(kind, agency, day, form)), f"{number}", form=form)
                for number, form in enumerate(forms, 1)
            ]
            self.t.add(day, SampleFile(agency.code, f"汇总_{kind}_{day}.xlsx", sheets, Look("xlsx")))

    def _of(self, kind: str, agency: Agency, day: int, form: str) -> list[SampleRow]:
        category = {"org": ORGANISATION, "person": PERSON}[form]
        return [
            SampleRow(kind, self.t.desk.decide(kind, agency, self.t.fresh(day), category=category))
            for _ in range(7)
        ]

    def _layout_of_2015(self, kind: str, agency: Agency) -> None:
        """An office that still sends L2015: good rows, and the faults only that layout has."""
        lines, rows = [], []
        for wrong in ({},) * 8 + _WRONG_IN_L2015:
            decided = ARRIVAL_DAYS[8] - timedelta(days=self.t.rng.randint(3, 5))  # stamped a day later
            cells, row = good_legacy_row(kind, self.t.desk, decided, agency)
            lines.append(cells | wrong)
            warnings = tuple((code, told) for told, code, _ in told_of_every_row(kind, row))
            errors = tuple((code, _RULES_OF_L2015[code]) for code in wrong)
            fixes = tuple(("", mended) for mended in mended_of_every_row(kind, row))
            rows.append(SampleRow(kind, row, warnings=warnings, errors=errors, fixes=fixes))
        file = self.t.file(agency, 8, list(rows), Look("csv"))
        self.t.add(8, replace(file, raw=_csv(COLUMNS[kind], lines)))

    def _must_not_be_sent(self, kind: str, agency: Agency) -> None:
        """Secrecy marks (PI-07) and penalties sealed by law (PI-10): nothing of them but their keys is kept."""
        planted = [
            fault.plant(kind, self.t.desk, agency, self.t.fresh(7))
            for fault in PRIVACY_FAULTS if fault.rule in RESTRICTING and kind in fault.kinds
        ]  # fmt: skip
        rows = [*self.t.good(kind, agency, 7, 9), *planted]
        self.t.add(7, self.t.file(agency, 7, list(rows), Look("csv", "gb18030", "code")))


def _csv(columns: tuple[str, ...], lines: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()
