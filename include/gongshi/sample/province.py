"""The agencies of the sample province and their registry files.

1 province, 16 prefectures and 129 counties (GB/T 2260) with 57 departments, the bureaus of each prefecture and of
each county, every one with a synthetic, check-digit-valid code. Every division has a 发展和改革 bureau: the credit
lead department (the Measure, Article 3).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from random import Random
from shutil import copyfileobj

from gongshi.sample.names import chance, person_name
from gongshi.standard.identifiers import make_uscc

VALID_FROM = "2024-01-01"
CONTACT_CHANGE = ("2026-05-14", "2026-05-15")
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


def write_registry(province: Province, directory: Path) -> None:
    """Write the registry files (CSV, UTF-8) as `gongshi registry load` reads them."""
    directory.mkdir(parents=True, exist_ok=True)
    agencies = province.agencies
    _write(
        directory / "divisions.csv",
        ("code", "name", "parent_code", "level"),
        ((d.code, d.name, d.parent_code, d.level) for d in province.divisions),
    )
    _write(
        directory / "agencies.csv",
        ("code", "name", "short_name", "division_code", "level", "is_central", "valid_from", "valid_to"),
        (
            (a.code, a.name, a.short_name, a.division_code, a.level, int(a.is_central), VALID_FROM, "")
            for a in agencies
        ),
    )
    _write(
        directory / "agency_aliases.csv", ("agency_code", "alias"), ((a.code, a.short_name) for a in agencies)
    )
    _write(
        directory / "lead_departments.csv",
        ("division_code", "agency_code", "valid_from", "valid_to"),
        ((a.division_code, a.code, VALID_FROM, "") for a in agencies if a.field == "development"),
    )
    _write(
        directory / "contacts.csv",
        ("agency_code", "role", "office", "name", "phone", "valid_from", "valid_to"),
        _contacts(province),
    )
    _write(
        directory / "item_lists.csv",
        ("agency_code", "item_code", "item_name", "kind", "valid_from", "valid_to"),
        _items(province),
    )
    holidays = resources.files("gongshi.standard").joinpath("codes", "holidays.csv")
    with holidays.open("rb") as shipped, (directory / "holidays.csv").open("wb") as copy:
        copyfileobj(shipped, copy)


def _contacts(province: Province) -> Iterable[tuple[str, ...]]:
    """Three answerable people an agency (Article 4); every tenth agency changes its liaison within the quarter."""
    rng = chance("contacts", province.seed)
    for number, agency in enumerate(province.agencies):

        def person() -> tuple[str, str]:
            return person_name(rng), f"0871-6{rng.randrange(10**6):06d}"

        yield (agency.code, "分管领导", "", *person(), VALID_FROM, "")
        yield (agency.code, "责任处（科）室负责人", "法规科", *person(), VALID_FROM, "")
        if number % 10:
            yield (agency.code, "联络员", "法规科", *person(), VALID_FROM, "")
        else:
            yield (agency.code, "联络员", "法规科", *person(), VALID_FROM, CONTACT_CHANGE[0])
            yield (agency.code, "联络员", "法规科", *person(), CONTACT_CHANGE[1], "")


def _items(province: Province) -> Iterable[tuple[str, ...]]:
    """Each agency's 事项目录: what its field decides."""
    for agency in province.agencies:
        for kind, name, column in (
            ("licence", "licences", "document_name"),
            ("penalty", "penalties", "violation_type"),
        ):
            items = [row[column] for row in table(name) if row["field"] == agency.field]
            for number, item in enumerate(dict.fromkeys(items), 1):
                code = f"{'XK' if kind == 'licence' else 'CF'}-{agency.field}-{number:02d}"
                yield (agency.code, code, item, kind, VALID_FROM, "")


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
