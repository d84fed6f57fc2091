"""One fault a registry file: (file, its rows, check, row, column, words of the remedy); both ways of loading refuse it."""

from __future__ import annotations

from gongshi.standard.identifiers import make_uscc

from .files import COMPANY, GOOD, OLD, ONE, TWO

UNKNOWN = make_uscc("11", "530100", "09999999")
_AGENCIES, _DIVISIONS, _CONTACTS = GOOD["agencies"], GOOD["divisions"], GOOD["contacts"]

FAULTS = (
    ("divisions", "530000,云南省,,province\n530100,昆明市,539900,prefecture\n", "RG-03", 3, "parent_code", "above"),
    ("divisions", _DIVISIONS + "530000,云南,,province\n", "RG-04", 5, "code", "row 2"),
    ("divisions", "5300,云南省,,province\n", "RG-02", 2, "code", "six digits"),
    ("divisions", _DIVISIONS + "530100002,某县,530100,county\n", "RG-06", 5, "code", "zone"),
    ("divisions", _DIVISIONS + "530101,某区,530100,zone\n", "RG-06", 5, "code", "zone"),
    ("agencies", f"{ONE[:-1]}X,某局,,530100,prefecture,0,2024-01-01,\n", "RG-02", 2, "code", "check character"),
    ("agencies", _AGENCIES.replace("海关,,530100", "海关,,539999"), "RG-03", 3, "division_code", "Add the division"),
    ("agencies", _AGENCIES + f"{ONE},乙,,530100,county,0,2025-01-01,\n", "RG-04", 5, "code", "overlaps that of row 2"),
    ("agencies", _AGENCIES.replace("2010-01-01", "2010-02-30"), "RG-02", 4, "valid_from", "existing day"),
    ("agencies", _AGENCIES.replace("2010-01-01", "2024-01-01"), "RG-06", 4, "valid_to", "before valid_from"),
    ("agencies", f"{ONE},甲\n", "RG-01", 2, "-", "cells"),
    ("agency_successions", f"{OLD},{UNKNOWN},合并,2024-01-01,\n", "RG-03", 2, "successor_code", "Add the successor"),
    ("agency_successions", f"{UNKNOWN},{ONE},合并,2024-01-01,\n", "RG-03", 2, "agency_code", "Add the agency"),
    ("agency_successions", f"{OLD},{ONE},更名,2024-01-01,\n{ONE},{OLD},更名,2025-01-01,\n", "RG-05", 2, "successor_code", "circle"),
    ("agency_successions", f"{ONE},{ONE},更名,2024-01-01,\n", "RG-05", 2, "successor_code", "circle"),
    ("agency_successions", f"{OLD},{ONE},合并,2023-12-31,\n", "RG-06", 2, "took_over_on", "still valid"),
    ("lead_departments", f"530100,{ONE},2024-01-01,\n530100,{TWO},2025-01-01,\n", "RG-04", 3, "division_code", "overlaps"),
    ("reporting_rights", f"{ONE},agency,{ONE},,委托书,2025-01-01,\n", "RG-05", 2, "granted_for", "itself"),
    ("reporting_rights", f"{ONE},agency,{TWO},,委托书,2025-01-01,\n{TWO},agency,{ONE},,委托书,2025-06-01,\n", "RG-05", 2, "granted_for", "circle"),
    ("reporting_rights", f"{ONE},division,530100,,通知,2025-01-01,\n{TWO},agency,{ONE},,委托书,2025-06-01,\n", "RG-05", 2, "granted_for", "circle"),
    ("reporting_rights", f"{ONE},line,海关,,委托书,2025-01-01,\n", "RG-03", 2, "granted_for", "No line"),
    ("reporting_rights", f"{ONE},agency,{UNKNOWN},,委托书,2025-01-01,\n", "RG-03", 2, "granted_for", "No agency"),
    ("reporting_rights", f"{ONE},agency,{TWO},许可,委托书,2025-01-01,\n", "RG-02", 2, "kinds", "Unknown kind"),
    ("contacts", f"{UNKNOWN},联络员,,张三,,2024-01-01,\n", "RG-03", 2, "agency_code", "Add the agency"),
    ("contacts", f"{ONE},科长,,张三,,2024-01-01,\n", "RG-02", 2, "role", "联络员"),
    ("contacts", f"{ONE},联络员,,张三,,,\n", "RG-02", 2, "valid_from", "existing day"),
    ("contacts", f"{ONE},联络员,,,,2024-01-01,\n", "RG-02", 2, "name", "Fill it in"),
    ("contacts", f"{ONE},相关内设机构,,张三,,2024-01-01,\n", "RG-02", 2, "office", "office"),
    ("contacts", _CONTACTS + f"{OLD},联络员,,旧人,,2020-01-01,\n", "RG-06", 6, "valid_to", "dissolved"),
    ("contacts", _CONTACTS + f"{ONE},联络员,法规科,张三,,2026-05-01,\n", "RG-04", 6, "name", "overlaps"),
    ("item_lists", f"{ONE},1,某事项,许可,,,,2024-01-01,\n", "RG-02", 2, "kind", "licence"),
    ("item_lists", f"{ONE},XK-1,某事项,licence,,,已公开,2024-01-01,\n", "RG-06", 2, "publication", "secrecy review"),
    ("item_lists", f"{ONE},XK-1,某事项,licence,2025-01-01,,,2024-01-01,\n", "RG-06", 2, "secrecy_result", "result"),
    ("reported_kinds", "licence,通知,2026-01-01,\n", "RG-02", 2, "kind", "coercion"),
    ("reporting_list", f"{ONE},licence,XK-9,,2026-01-01,\n", "RG-03", 2, "item_code", "no such item"),
    ("reporting_list", f"{ONE},levy,,,2026-01-01,\n", "RG-03", 2, "kind", "reported_kinds"),
    ("backlogs", f"{ONE},licence,2023-12-31,2018-01-01,2026-02-01,计划,2026-02-01,\n", "RG-06", 2, "decided_to", "before"),
    ("holidays", "2027-01-01,2,元旦,x,2026-11-10\n", "RG-02", 2, "is_workday", "0 or 1"),
    ("holidays", "2027-01-01,0,元旦,x,2026-11-10\n2027-01-01,1,元旦,x,2026-11-10\n", "RG-04", 3, "date", "opposite"),
    ("holidays", "2028-01-01,0,元旦,x,2026-11-10\n", "RG-06", 2, "date", "its own year or the next"),
    ("holidays", "2027-01-01,0,元旦,国办发明电〔2025〕9号,2026-11-10\n", "RG-06", 2, "source_notice", "another year"),
    ("rule_settings", "ZZ-99,,,enabled,0,通知,2026-01-01,\n", "RG-03", 2, "setting", "no rule 'ZZ-99'"),
    ("rule_settings", "NM-02,,,check,no_such_check,通知,2026-01-01,\n", "RG-03", 2, "setting", "unknown check"),
    ("rule_settings", "NM-02,,,lenght,6,通知,2026-01-01,\n", "RG-03", 2, "setting", "no such parameter"),
    ("rule_settings", "BT-03,,,enabled,0,通知,2026-01-01,\n", "RG-03", 2, "setting", "cannot be switched off"),
    ("rule_settings", "NM-02,,,length,6,,2026-01-01,\n", "RG-02", 2, "basis", "Fill it in"),
    ("rule_settings", "NM-02,,,length,6,甲,2026-01-01,\nNM-02,,,length,5,乙,2026-06-01,\n", "RG-04", 3, "setting", "overlaps"),
    ("legal_entities", f"{COMPANY[:-1]}A,某公司,2026-02-28\n", "RG-02", 2, "uscc", "check character"),
    ("legal_entities", f"{COMPANY},,2026-02-28\n", "RG-02", 2, "name", "Fill it in"),
    ("legal_entities", f"{COMPANY},某公司,2026-02-30\n", "RG-02", 2, "known_on", "existing day"),
    ("legal_entities", f"{COMPANY},甲,2026-02-28\n{COMPANY},乙,2026-02-28\n", "RG-04", 2, "uscc", "more than once"),
)  # fmt: skip
