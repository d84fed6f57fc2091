"""Planted stories about rows that are good by themselves and odd beside others (standard 4.10).

One agency tells them all, in files of their own after everything else was drawn.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gongshi.sample.deliveries import Look
from gongshi.sample.names import uscc
from gongshi.sample.planted import SampleRow
from gongshi.sample.province import Agency
from gongshi.standard.model import ORGANISATION, PERSON

if TYPE_CHECKING:
    from gongshi.sample.traffic import Traffic

MOST_COUNTERPARTS = 50
"""XR-09 tells of more."""
_PARTY = ("party_", "representative_")


class CrossStories:
    """Tells what only shows beside other records.

    Args:
        traffic: takes the files and makes the rows.
        agency: that sends nothing else.
    """

    def __init__(self, traffic: Traffic, agency: Agency) -> None:
        self.t, self.agency = traffic, agency

    def tell(self) -> None:
        """Plant every story."""
        first = [self._of("云南云岭食品有限公司", row) for row in self.t.good("licence", self.agency, 6, 4)]
        person = self._person(6)
        self._send(6, [*first, person])
        self._later(first, person)
        self._shared_number()
        self._fined_twice()
        self._mostly_wrong()

    def _later(self, first: list[SampleRow], person: SampleRow) -> None:
        """A week later: another date, another name of the firm and of the person, changes of licences known and unknown."""
        dated, renamed, same, unknown, known = self.t.good("licence", self.agency, 7, 5)
        again = _like(dated, first[0], "document_no", *_party_of(first[0]))
        moved = dated.values["decision_date"] != first[0].values["decision_date"]
        other_name = _like(renamed, first[1], *_party_of(first[1]))
        other_name = replace(other_name, values=other_name.values | {"party_name": "云南云岭乳业有限公司"})
        somebody = _like(self._person(7), person, "party_id_type", "party_id_no")
        is_other = somebody.values["party_name"] != person.values["party_name"]
        changed = _like(known, first[3], "certificate_name", "certificate_no", *_party_of(first[3]))
        self._send(7, [
            _warned(again, "XR-08") if moved else again,
            _warned(other_name, "XR-10"),
            _like(same, first[2], *_party_of(first[2])),
            _warned(somebody, "XR-11") if is_other else somebody,
            _warned(_change(unknown), "XR-18"),
            _change(changed),
        ])  # fmt: skip

    def _shared_number(self) -> None:
        """One number for more counterparts than any decision has."""
        (row,) = self.t.good("licence", self.agency, 8, 1)
        rows = [self._of(f"云南云岭食品{n + 1}店有限公司", row) for n in range(MOST_COUNTERPARTS + 1)]
        self._send(8, [_warned(one, "XR-09") for one in rows])

    def _fined_twice(self) -> None:
        """Two documents fine one counterpart for the same facts."""
        rows = self.t.good("penalty", self.agency, 9, 8)
        fined = next(row for row in rows if row.values["fine_wan"])
        twice = replace(fined, values=fined.values | {"document_no": rows[-1].document_no})
        others = [row for row in rows[:-1] if row is not fined]
        self._send(9, [_warned(fined, "XR-12"), _warned(twice, "XR-12"), *others])

    def _mostly_wrong(self) -> None:
        """More than half of a file is rejected (BT-09)."""
        wrong: list[SampleRow] = []
        while len(wrong) < 7:
            row = self.t.faulty("licence", self.agency, 10)
            wrong += [row] if row.errors else []
        self._send(10, [*self.t.good("licence", self.agency, 10, 5), *wrong])

    def _send(self, day: int, rows: list[SampleRow]) -> None:
        self.t.add(day, self.t.file(self.agency, day, list(rows), Look("csv", "utf-8-bom", "label")))

    def _person(self, day: int) -> SampleRow:
        decided = self.t.fresh(day)
        return SampleRow("licence", self.t.desk.decide("licence", self.agency, decided, category=PERSON))

    def _of(self, name: str, row: SampleRow) -> SampleRow:
        """The row with an organisation of that name as counterpart."""
        empty = {field: "" for field in row.values if field.startswith(_PARTY)}
        party = {"party_name": name, "party_category": ORGANISATION, "representative_name": "和丽江"}
        code = {"party_uscc": uscc(self.t.rng, "91", "530102")}
        return replace(row, values=row.values | empty | party | code)


def _party_of(row: SampleRow) -> tuple[str, ...]:
    return tuple(field for field in row.values if field.startswith(_PARTY))


def _like(row: SampleRow, other: SampleRow, *fields: str) -> SampleRow:
    """The row with some cells of another one."""
    return replace(row, values=row.values | {field: other.values[field] for field in fields})


def _change(row: SampleRow) -> SampleRow:
    """The row as a change of a licence, of the same item."""
    return replace(row, values=row.values | {"document_name": f"{row.values['document_name']}（变更）"})


def _warned(row: SampleRow, rule: str) -> SampleRow:
    return replace(row, warnings=(*row.warnings, ("", rule)))
