-- Purpose: agencies obliged to report that have no record in the period, with the kinds they declared a zero report for.
-- Grain:   one row per agency.
-- Params:  first_day, last_day (date, inclusive); as_of (timestamptz).
-- "No record": none decided by it and none sent by it.  Several declarations may cover the period together.
WITH active AS (
    SELECT owner_code AS code FROM oversee_reported
    UNION
    SELECT sender_code FROM oversee_row
),
declared AS (
    SELECT agency_code AS code, kind
    FROM intake.zero_report
    WHERE recorded_at <= %(as_of)s AND period_start <= period_end
    GROUP BY agency_code, kind
    HAVING range_agg(daterange(period_start, period_end, '[]')) @> daterange(%(first_day)s, %(last_day)s, '[]')
)
SELECT
    a.code, a.name, a.section, a.prefecture_code,
    bool_or(d.kind = 'licence') IS TRUE AS declared_licence,
    bool_or(d.kind = 'penalty') IS TRUE AS declared_penalty
FROM oversee_agency a
LEFT JOIN declared d USING (code)
WHERE a.is_obliged AND a.code NOT IN (SELECT code FROM active WHERE code IS NOT NULL)
GROUP BY a.code, a.name, a.section, a.prefecture_code, a.division_code
ORDER BY a.division_code, a.code;
