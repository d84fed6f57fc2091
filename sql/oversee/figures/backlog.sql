-- Purpose: declared old stock first accepted in the period, which 迟报率 leaves out, by sender.
-- Grain:   one row per sender and kind.
-- Params:  period_start, period_end (timestamptz, half-open); as_of (timestamptz).
SELECT b.agency_code AS code, a.name, r.kind, count(*) AS records
FROM known.record(%(as_of)s) r
JOIN known.batch(%(as_of)s) b USING (batch_id)
JOIN oversee_record USING (record_id)
LEFT JOIN oversee_agency a ON a.code = b.agency_code
WHERE r.is_backlog AND r.first_accepted_at >= %(period_start)s AND r.first_accepted_at < %(period_end)s
GROUP BY b.agency_code, a.name, a.division_code, r.kind
ORDER BY a.division_code, b.agency_code, r.kind;
