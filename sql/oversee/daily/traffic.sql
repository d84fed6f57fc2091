-- Purpose: what came in on the day, recounted from the tables that hold the rows.
-- Grain:   one row per (sender, channel).
-- Params:  period_start, period_end (timestamptz, half-open); as_of (timestamptz).
WITH delivered AS (
    SELECT agency_code AS code, channel,
        count(*) FILTER (WHERE status <> 'duplicate') AS deliveries,
        count(*) FILTER (WHERE status = 'duplicate') AS duplicate_deliveries
    FROM intake.delivery
    WHERE received_at >= %(period_start)s AND received_at < %(period_end)s AND received_at <= %(as_of)s
    GROUP BY agency_code, channel
),
read_rows AS (
    SELECT b.sender_code AS code, b.channel,
        count(*) AS rows_read,
        count(*) FILTER (WHERE r.outcome = 'accepted') AS rows_accepted,
        count(*) FILTER (WHERE r.outcome = 'rejected') AS rows_rejected,
        count(*) FILTER (WHERE r.outcome = 'unchanged') AS rows_unchanged,
        count(*) FILTER (WHERE r.outcome = 'duplicate') AS rows_duplicate,
        count(*) FILTER (WHERE r.outcome = 'superseded') AS rows_superseded
    FROM oversee_row r JOIN oversee_batch b ON b.seq = r.place >> 32
    GROUP BY b.sender_code, b.channel
)
SELECT
    d.code, a.name, d.channel, d.deliveries, d.duplicate_deliveries,
    coalesce(rows_read, 0) AS rows_read, coalesce(rows_accepted, 0) AS rows_accepted,
    coalesce(rows_rejected, 0) AS rows_rejected, coalesce(rows_unchanged, 0) AS rows_unchanged,
    coalesce(rows_duplicate, 0) AS rows_duplicate, coalesce(rows_superseded, 0) AS rows_superseded
FROM delivered d
LEFT JOIN read_rows USING (code, channel)
LEFT JOIN oversee_agency a USING (code)
ORDER BY a.division_code NULLS LAST, d.code, d.channel;
