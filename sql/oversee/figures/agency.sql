-- Purpose: the agencies of a report.  Grain: one row per agency code, in the order reports list them.  Params: none.
SELECT code, name, section, division_code, level, is_obliged
FROM oversee_agency
ORDER BY division_code, code;
