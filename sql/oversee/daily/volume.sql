-- Purpose: rows a sender brought in the seven days up to the period's end, where they lie outside a range around the median of
--          the weeks before (XR-16). Only senders heard of in the first of these weeks or before it: others have no median.
-- Grain:   one row per sender and kind.
-- Params:  period_end (timestamptz); as_of (timestamptz); weeks, least (rows of the median), low_percent, high_percent.
WITH counted AS (
    SELECT
        d.agency_code AS code, b.kind, sum(b.rows_read) AS rows_read,
        floor(extract(EPOCH FROM %(period_end)s::timestamptz - d.received_at) / 604800)::integer AS weeks_ago
    FROM known.batch(%(as_of)s) b JOIN intake.delivery d USING (delivery_id)
    WHERE b.kind IS NOT NULL AND b.refused_rule IS NULL AND d.status <> 'duplicate'
        AND d.received_at < %(period_end)s AND coalesce(b.loaded_at, b.received_at) <= %(as_of)s
    GROUP BY d.agency_code, b.kind, weeks_ago
),
heard_of AS (
    SELECT code, kind FROM counted GROUP BY code, kind HAVING max(weeks_ago) >= %(weeks)s
),
weekly AS (
    SELECT k.code, k.kind, w.weeks_ago, coalesce(c.rows_read, 0) AS rows_read
    FROM heard_of k
    CROSS JOIN generate_series(0, %(weeks)s::integer) AS w (weeks_ago)
    LEFT JOIN counted c ON c.code = k.code AND c.kind = k.kind AND c.weeks_ago = w.weeks_ago
),
compared AS (
    SELECT
        code, kind, sum(rows_read) FILTER (WHERE weeks_ago = 0)::bigint AS week_rows,
        round((percentile_cont(0.5) WITHIN GROUP (ORDER BY rows_read) FILTER (WHERE weeks_ago > 0))::numeric, 1) AS median_rows
    FROM weekly GROUP BY code, kind
)
SELECT c.code, a.name, c.kind, c.week_rows, c.median_rows, round(100 * c.week_rows / c.median_rows)::integer AS percent
FROM compared c
LEFT JOIN oversee_agency a USING (code)
WHERE c.median_rows >= %(least)s
    AND (100 * c.week_rows < %(low_percent)s * c.median_rows OR 100 * c.week_rows > %(high_percent)s * c.median_rows)
ORDER BY a.division_code NULLS LAST, c.code, c.kind;
