-- Purpose: when each obliged agency last sent anything, data or zero report; the caller counts the working days (XR-17).
-- Grain:   one row per agency that sent something; duplicate deliveries are no news.
-- Params:  period_end (timestamptz); as_of (timestamptz).
SELECT a.code, a.name, (max(d.received_at) AT TIME ZONE 'Asia/Shanghai')::date AS last_date
FROM oversee_agency a
JOIN intake.delivery d ON d.agency_code = a.code
WHERE a.is_obliged AND d.status <> 'duplicate' AND d.received_at < %(period_end)s AND d.received_at <= %(as_of)s
GROUP BY a.code, a.name, a.division_code
ORDER BY a.division_code, a.code;
