-- Purpose: agencies that report and have not inspected themselves for longer than this (Article 13).
-- Grain:   one row per agency; `last_date` null = never, then counted from its first delivery.
-- Params:  period_end, as_of (timestamptz); most_days (calendar days).
WITH inspected AS (
    SELECT agency_code AS code, max(received_at) AS last_at
    FROM intake.self_check
    WHERE received_at < %(period_end)s AND received_at <= %(as_of)s
    GROUP BY agency_code
),
reporting AS (
    SELECT agency_code AS code, min(received_at) AS first_at
    FROM intake.delivery
    WHERE received_at < %(period_end)s AND received_at <= %(as_of)s
    GROUP BY agency_code
)
SELECT
    a.code, a.name, (i.last_at AT TIME ZONE 'Asia/Shanghai')::date AS last_date,
    (%(period_end)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date
    - (coalesce(i.last_at, r.first_at) AT TIME ZONE 'Asia/Shanghai')::date - 1 AS days
FROM oversee_agency a
JOIN reporting r USING (code)
LEFT JOIN inspected i USING (code)
WHERE a.is_obliged
    AND (%(period_end)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date
    - (coalesce(i.last_at, r.first_at) AT TIME ZONE 'Asia/Shanghai')::date - 1 > %(most_days)s
ORDER BY a.division_code, a.code;
