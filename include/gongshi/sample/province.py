"""The agencies of the sample province; its registry files are written by `registry_files.py`.

1 province, 16 prefectures and 129 counties (GB/T 2260) with 57 departments, the bureaus of each prefecture and of
each county, every one with a synthetic, check-digit-valid code. Every division has a 发展和改革 bureau: the credit
lead department (the Measure, Article 3).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from random import Random

from gongshi.sample.names import chance
from gongshi.standard.identifiers import make_uscc

PREFECTURE_BUREAUS = 8
_CODES_SEED = 2026
_UNREGISTERED_BODY = "09999123"


@dataclass(frozen=True)
class Division:
    """One row of `divisions.csv`; `level` is province, prefecture or county."""

    code: str
    name: str
    parent_code: str
    level: str


@dataclass(frozen=True)
class Agency:
    """A registered agency.

    Attributes:
        field: its line of work, key of `data/fields.csv`, `licences.csv` and `penalties.csv`.
        mark: word of its document numbers (五华区市监).
        place: name of the area it works in, as used in texts.
    """

    code: str
    name: str
    short_name: str
    division_code: str
    level: str
    is_central: bool
    field: str
    mark: str
    place: str


@dataclass(frozen=True)
class Province:
    """Divisions and agencies; `unregistered_code` is a valid code that is in no registry file."""

    seed: int
    divisions: tuple[Division, ...]
    agencies: tuple[Agency, ...]
    unregistered_code: str

    @cached_property
    def by_code(self) -> dict[str, Agency]:
        """Agency by 统一社会信用代码."""
        return {agency.code: agency for agency in self.agencies}

    def of_level(self, level: str) -> list[Agency]:
        """Agencies of one level, in registry order."""
        return [agency for agency in self.agencies if agency.level == level]


@cache
def table(name: str) -> list[dict[str, str]]:
    """Rows of one of the sample's own CSV files."""
    text = resources.files("gongshi.sample").joinpath("data", f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def province(seed: int = 2026, bureaus_per_county: int = 5) -> Province:
    """Build the sample province.

    Args:
        seed: of the people. Codes and names of agencies are the same for every seed: the declared source names one.
        bureaus_per_county: bureaus of each county beside its 发展和改革局; 38 gives more than 5,000 agencies.

    Raises:
        ValueError: more bureaus per county than fields with a county office.
    """
    divisions = tuple(Division(**row) for row in table("divisions"))
    builder = _Builder(chance("province", _CODES_SEED), {d.code: d for d in divisions})
    agencies = [builder.department(row) for row in table("fields")]
    local = [row for row in table("fields") if row["county"]]
    if bureaus_per_county >= len(local):
        raise ValueError(f"bureaus_per_county: at most {len(local) - 1}, got {bureaus_per_county}")
    for division in divisions:
        if division.level != "province":
            wanted = PREFECTURE_BUREAUS if division.level == "prefecture" else bureaus_per_county
            agencies += [builder.bureau(row, division) for row in local[: wanted + 1]]
    unregistered = make_uscc("11", "530199", _UNREGISTERED_BODY)
    return Province(seed, divisions, tuple(agencies), unregistered)


class _Builder:
    """Makes agencies with codes nobody else of the province has."""

    def __init__(self, rng: Random, divisions: dict[str, Division]) -> None:
        self._rng = rng
        self._divisions = divisions
        self._bodies = {_UNREGISTERED_BODY}

    def department(self, row: dict[str, str]) -> Agency:
        name = row["department"]
        central = row["region"] == "100000"
        mark = row["mark"] if row["mark"].startswith("云") else f"云{row['mark']}"
        return Agency(
            self._code(row, row["region"]),
            name,
            f"省{row['short']}",
            "530000",
            "province",
            central,
            row["field"],
            mark,
            "云南省",
        )

    def bureau(self, row: dict[str, str], division: Division) -> Agency:
        parent = self._divisions[division.parent_code]
        is_district = division.level == "county" and division.name.endswith("区")
        place = parent.name + division.name if is_district else division.name
        name = row[division.level].format(place=place, prefecture=parent.name, county=division.name)
        return Agency(
            self._code(row, division.code),
            name,
            division.name + row["short"],
            division.code,
            division.level,
            row["region"] == "100000",
            row["field"],
            division.name + row["mark"],
            place,
        )

    def _code(self, row: dict[str, str], region: str) -> str:
        while (body := f"0{self._rng.randrange(10**6, 10**7)}") in self._bodies:
            pass
        self._bodies.add(body)
        return make_uscc(row["prefix"], region, body)
