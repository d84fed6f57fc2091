-- Purpose: zero reports that stand against records of that agency and kind in the period: a question to the agency.
-- Grain:   one row per (agency, kind).
-- Params:  first_day, last_day (date, inclusive); as_of (timestamptz).
WITH counted AS (
    SELECT owner_code AS code, kind, count(*) AS records FROM oversee_reported GROUP BY owner_code, kind
)
SELECT DISTINCT a.code, a.name, a.section, z.kind, c.records
FROM intake.zero_report z
JOIN oversee_agency a ON a.code = z.agency_code
JOIN counted c ON c.code = z.agency_code AND c.kind = z.kind
WHERE z.recorded_at <= %(as_of)s AND z.period_start <= z.period_end
    AND daterange(z.period_start, z.period_end, '[]') && daterange(%(first_day)s, %(last_day)s, '[]')
ORDER BY a.code, z.kind;
