"""A small registry that is sound, as files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl

from gongshi.standard.identifiers import make_uscc
from gongshi.standard.periods import SHANGHAI

AT = datetime(2026, 3, 1, 8, tzinfo=SHANGHAI)
ONE, TWO, OLD = (make_uscc("11", "530100", body) for body in ("04894587", "04894588", "04894589"))
COMPANY = make_uscc("91", "530100", "MA6K8X2N")
HEADERS = {
    "divisions": "code,name,parent_code,level",
    "agencies": "code,name,short_name,division_code,level,is_central,valid_from,valid_to",
    "agency_aliases": "agency_code,alias",
    "agency_successions": "agency_code,successor_code,manner,took_over_on,basis",
    "lead_departments": "division_code,agency_code,valid_from,valid_to",
    "reporting_rights": "agency_code,scope,granted_for,kinds,basis,valid_from,valid_to",
    "contacts": "agency_code,role,office,name,phone,valid_from,valid_to",
    "item_lists": "agency_code,item_code,item_name,kind,secrecy_reviewed_on,secrecy_result,publication,valid_from,valid_to",
    "reported_kinds": "kind,basis,valid_from,valid_to",
    "reporting_list": "agency_code,kind,item_code,basis,valid_from,valid_to",
    "backlogs": "agency_code,kind,decided_from,decided_to,declared_on,basis,valid_from,valid_to",
    "holidays": "date,is_workday,name,source_notice,notice_date",
    "rule_settings": "rule_id,kind,field,setting,value,basis,valid_from,valid_to",
    "legal_entities": "uscc,name,known_on",
}
GOOD = {
    "divisions": "530000,云南省,,province\n530100,昆明市,530000,prefecture\n530100001,昆明经济技术开发区,530100,zone\n",
    "agencies": (
        f"{ONE},昆明市市场监督管理局,昆明市市监局,530100,prefecture,0,2024-01-01,\n"
        f"{TWO},昆明海关,,530100,prefecture,1,2024-01-01,2026-03-31\n"
        f"{OLD},昆明市工商行政管理局,,530100,prefecture,0,2010-01-01,2023-12-31\n"
    ),
    "agency_aliases": f"{ONE},昆明市市监局\n",
    "agency_successions": f"{OLD},{ONE},合并,2024-01-01,机构改革方案\n",
    "lead_departments": f"530100,{ONE},2024-01-01,\n",
    "reporting_rights": f"{ONE},agency,{TWO},licence;penalty,委托书,2025-01-01,\n",
    "contacts": (
        f"{ONE},联络员,法规科,张三,0871-1,2024-01-01,2026-05-14\n{ONE},联络员,法规科,李四,0871-2,2026-05-15,\n"
        f"{ONE},相关内设机构,法规科,,0871-3,2024-01-01,\n{ONE},分管领导,,赵六,,2024-01-01,2026-02-10\n"
    ),
    "item_lists": f"{ONE},XK-1,食品经营许可,licence,2025-12-01,通过,已公开,2024-01-01,\n",
    "reported_kinds": "award,厅务会议纪要,2026-01-01,\n",
    "reporting_list": f"{ONE},licence,XK-1,清单（2026年版）,2026-01-01,\n{ONE},award,,,2026-01-01,\n",
    "backlogs": f"{ONE},licence,2018-01-01,2023-12-31,2026-02-01,补录计划,2026-02-01,2026-12-31\n",
    "holidays": "2027-01-01,0,元旦,国办发明电〔2026〕9号,2026-11-10\n",
    "rule_settings": "NM-02,licence,,length,6,试点通知,2026-06-01,\n",
    "legal_entities": f"{COMPANY},昆明云岭商贸有限公司,2026-02-28\n",
}


def content(name: str, rows: str) -> str:
    """A registry file as CSV."""
    return f"{HEADERS[name]}\n{rows}"


def workbook(path: Path, lines: str) -> None:
    """The same as xlsx; short numbers are stored as numbers, as clerks have them."""
    book = openpyxl.Workbook()
    for line in lines.splitlines():
        book.active.append([int(c) if c.isdigit() and len(c) < 10 else c for c in line.split(",")])
    book.save(path)
