-- Purpose: how many agencies owe reports and how many of them have a record in the period, per section.
-- Grain:   one row per section.  Params: none.
WITH active AS (
    SELECT owner_code AS code FROM oversee_reported
    UNION
    SELECT sender_code FROM oversee_row
)
SELECT a.section, count(*) AS obliged, count(active.code) AS reporting
FROM oversee_agency a
LEFT JOIN active USING (code)
WHERE a.is_obliged
GROUP BY a.section
ORDER BY a.section;
