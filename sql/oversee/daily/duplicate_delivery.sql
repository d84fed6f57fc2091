-- Purpose: deliveries whose bytes the same agency had sent before.  Grain: one row per delivery.
-- Params:  period_start, period_end (timestamptz, half-open); as_of (timestamptz).
SELECT
    d.delivery_id, d.agency_code AS code, a.name, d.file_name, d.received_at,
    earlier.delivery_id AS first_delivery_id, earlier.received_at AS first_received_at
FROM intake.delivery d
LEFT JOIN intake.delivery earlier ON earlier.delivery_id = d.first_delivery_id
LEFT JOIN oversee_agency a ON a.code = d.agency_code
WHERE d.status = 'duplicate'
    AND d.received_at >= %(period_start)s AND d.received_at < %(period_end)s AND d.received_at <= %(as_of)s
ORDER BY d.seq;
