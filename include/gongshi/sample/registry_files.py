"""The registry files of the sample province, as `gongshi registry load` reads them (CSV, UTF-8)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import resources
from pathlib import Path
from shutil import copyfileobj

from gongshi.sample.names import chance, person_name
from gongshi.sample.province import Province, table
from gongshi.standard.identifiers import make_uscc

VALID_FROM = "2024-01-01"
CONTACT_CHANGE = ("2026-05-14", "2026-05-15")
CONTACT_GONE = "2026-05-20"
"""Last day of a 分管领导 nobody succeeded, at the province's last agency."""

FORMER_NAME, FORMER_CODE = "昆明市价格监督检查大队", make_uscc("11", "530100", "01518703")
FORMER_LAST, MERGED_ON = "2025-12-31", "2026-01-01"
"""A dissolved organ; 昆明市市场监督管理局 took over."""

ENTITY_NAME, ENTITY_CODE = "滇池春晓商贸（昆明）有限公司", make_uscc("91", "530100", "MA6NDC01")
OLD_ENTITY_NAME, OLD_ENTITY_CODE = "昆明市翠湖秋色商贸有限公司", make_uscc("91", "530100", "MA6NCH02")
"""Two companies of 法人库; what it knows of the second is old."""

ZONES = (
    ("530000001", "云南滇中新区", "530000"),
    ("530100001", "昆明经济技术开发区", "530100"),
    ("530100002", "昆明高新技术产业开发区", "530100"),
    ("532823001", "磨憨—磨丁经济合作区", "532823"),
)
COLLECTOR = "data"
"""The field whose provincial agency may report for the whole province."""

CENTRAL_LINE = "transport"
"""The line whose provincial agency reports for all of it (省级统一归集)."""

REPORTED_DIVISION = "530400"
"""Its market bureau lets that of 昆明 report for it."""

STOCK_KIND, STOCK_DECIDED = "licence", (date(2021, 1, 1), date(2024, 12, 31))
"""Old stock the province's last agency has declared: decided on these days, both inclusive."""

_OTHER_KINDS = ("coercion", "confirmation", "levy", "award", "inspection")
_NOTICE = "云南省公共信用信息归集通知"
_ENTITIES = 200
Cells = tuple[object, ...]


def write_registry(province: Province, directory: Path) -> None:
    """Write all registry files of a province."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, (header, rows) in _files(province).items():
        _write(directory / f"{name}.csv", header, rows)
    holidays = resources.files("gongshi.standard").joinpath("codes", "holidays.csv")
    with holidays.open("rb") as shipped, (directory / "holidays.csv").open("wb") as copy:
        copyfileobj(shipped, copy)


def _files(province: Province) -> dict[str, tuple[str, Iterable[Cells]]]:
    agencies = province.agencies
    return {
        "divisions": ("code,name,parent_code,level", _divisions(province)),
        "agencies": (
            "code,name,short_name,division_code,level,is_central,line,valid_from,valid_to", _agencies(province)
        ),
        "agency_aliases": ("agency_code,alias", ((a.code, a.short_name) for a in agencies)),
        "agency_successions": ("agency_code,successor_code,manner,took_over_on,basis", _successions(province)),
        "lead_departments": (
            "division_code,agency_code,valid_from,valid_to",
            ((a.division_code, a.code, VALID_FROM, "") for a in agencies if a.field == "development"),
        ),
        "reporting_rights": ("agency_code,scope,granted_for,kinds,basis,valid_from,valid_to", _rights(province)),
        "contacts": ("agency_code,role,office,name,phone,valid_from,valid_to", _contacts(province)),
        "item_lists": (
            "agency_code,item_code,item_name,kind,list_version,secrecy_reviewed_on,secrecy_result,publication,"
            "valid_from,valid_to", _items(province),
        ),
        "reported_kinds": ("kind,basis,valid_from,valid_to", ((k, _NOTICE, VALID_FROM, "") for k in _OTHER_KINDS)),
        "reporting_list": ("agency_code,kind,item_code,basis,valid_from,valid_to", _duties(province)),
        "backlogs": (
            "agency_code,kind,decided_from,decided_to,declared_on,basis,valid_from,valid_to",
            [(agencies[-1].code, STOCK_KIND, *STOCK_DECIDED, "2026-01-05", "历史数据补录计划", "2026-01-05", "2026-12-31")],
        ),
        "legal_entities": ("uscc,name,known_on", _entities(province)),
    }  # fmt: skip


def _divisions(province: Province) -> Iterator[Cells]:
    yield from ((d.code, d.name, d.parent_code, d.level) for d in province.divisions)
    yield from ((code, name, parent, "zone") for code, name, parent in ZONES)


def _agencies(province: Province) -> Iterator[Cells]:
    lines = {row["field"]: row["mark"] for row in table("fields")}
    for a in province.agencies:
        area = (a.division_code, a.level, int(a.is_central))
        yield (a.code, a.name, a.short_name, *area, lines[a.field], VALID_FROM, "")
    yield (FORMER_CODE, FORMER_NAME, "", "530100", "prefecture", 0, "", "2010-01-01", FORMER_LAST)


def _of(province: Province, field: str, division: str) -> str:
    """Code of the agency of a field and division."""
    return next(a.code for a in province.agencies if (a.field, a.division_code) == (field, division))


def line_system(province: Province) -> str:
    """Code of the agency that reports for all of its line."""
    return _of(province, CENTRAL_LINE, "530000")


def _successions(province: Province) -> list[Cells]:
    return [(FORMER_CODE, _of(province, "market", "530100"), "合并", MERGED_ON, "昆明市机构改革方案")]


def _rights(province: Province) -> list[Cells]:
    """A provincial agency for its line, a lead department for a zone, one bureau for another."""
    line = next(row["mark"] for row in table("fields") if row["field"] == CENTRAL_LINE)
    granted = [
        (line_system(province), "line", line, "licence;penalty", "省级统一归集通知"),
        (_of(province, COLLECTOR, "530000"), "division", "530000", "licence;penalty", "省级归集平台代报"),
        (_of(province, "development", "530100"), "division", ZONES[1][0], "", "开发区代报协议"),
        (
            _of(province, "market", "530100"),
            "agency",
            _of(province, "market", REPORTED_DIVISION),
            "",
            "代报委托书",
        ),
    ]
    return [(*right, VALID_FROM, "") for right in granted]


def _contacts(province: Province) -> Iterator[Cells]:
    """The answerable people of an agency (Article 4); every tenth agency changes its liaison within the quarter."""
    rng = chance("contacts", province.seed)
    last = len(province.agencies) - 1
    for number, agency in enumerate(province.agencies):

        def person() -> tuple[str, str]:
            return person_name(rng), f"0871-6{rng.randrange(10**6):06d}"

        yield (agency.code, "分管领导", "", *person(), VALID_FROM, CONTACT_GONE if number == last else "")
        yield (agency.code, "责任处（科）室负责人", "法规科", *person(), VALID_FROM, "")
        if number % 10:
            yield (agency.code, "联络员", "法规科", *person(), VALID_FROM, "")
        else:
            yield (agency.code, "联络员", "法规科", *person(), VALID_FROM, CONTACT_CHANGE[0])
            yield (agency.code, "联络员", "法规科", *person(), CONTACT_CHANGE[1], "")
        yield (agency.code, "相关内设机构", "法规科", "", "", VALID_FROM, "")


def _items(province: Province) -> Iterator[Cells]:
    """Each agency's 事项目录: what its field decides."""
    for agency in province.agencies:
        for kind, name, column in (
            ("licence", "licences", "document_name"),
            ("penalty", "penalties", "violation_type"),
        ):
            items = [row[column] for row in table(name) if row["field"] == agency.field]
            for number, item in enumerate(dict.fromkeys(items), 1):
                code = f"{'XK' if kind == 'licence' else 'CF'}-{agency.field}-{number:02d}"
                review = ("2024年版", "2023-12-15", "通过", "已公开")
                yield (agency.code, code, item, kind, *review, VALID_FROM, "")


def _duties(province: Province) -> Iterator[Cells]:
    """《“双公示”及其他5类行政管理事项报送清单》: both kinds of every agency, the others of the lead departments."""
    for agency in province.agencies:
        kinds = ("licence", "penalty", *(_OTHER_KINDS if agency.field == "development" else ()))
        yield from ((agency.code, kind, "", "报送清单（2026年版）", VALID_FROM, "") for kind in kinds)


def _entities(province: Province) -> Iterator[Cells]:
    """A small 法人库; its companies are no party of the replay."""
    yield (ENTITY_CODE, ENTITY_NAME, "2026-03-01")
    yield (OLD_ENTITY_CODE, OLD_ENTITY_NAME, "2023-06-30")
    for number in range(_ENTITIES):
        county = province.divisions[-1 - number % 100]
        yield (
            make_uscc("91", county.code, f"MA6W{number:04d}"),
            f"{county.name}第{number}商贸有限公司",
            "2026-03-01",
        )


def _write(path: Path, header: str, rows: Iterable[Cells]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)
