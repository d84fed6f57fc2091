-- Purpose: when each obliged agency last sent data or a zero report of a kind; the caller counts the working days (XR-17).
-- Grain:   one row per agency and kind it ever reported; duplicate deliveries and batches refused as a whole are no news.
-- Params:  period_end (timestamptz); as_of (timestamptz).
WITH heard AS (
    SELECT d.agency_code AS code, b.kind, d.received_at
    FROM known.batch(%(as_of)s) b JOIN intake.delivery d USING (delivery_id)
    WHERE b.kind IS NOT NULL AND b.refused_rule IS NULL AND d.status <> 'duplicate'
        AND coalesce(b.loaded_at, b.received_at) <= %(as_of)s
    UNION ALL
    SELECT agency_code, kind, recorded_at
    FROM intake.zero_report
    WHERE recorded_at <= %(as_of)s
)
SELECT a.code, a.name, h.kind, (max(h.received_at) AT TIME ZONE 'Asia/Shanghai')::date AS last_date
FROM oversee_agency a
JOIN heard h USING (code)
WHERE a.is_obliged AND h.received_at < %(period_end)s
GROUP BY a.code, a.name, a.division_code, h.kind
ORDER BY a.division_code, a.code, h.kind;
