-- Purpose: agency databases pulled before, of which the day has no successful pull.  Grain: one row per source and kind.
-- Params:  period_start, period_end (timestamptz, half-open); as_of (timestamptz).
SELECT source_id, kind, max(at) FILTER (WHERE status IN ('ok', 'empty')) AS last_good_at
FROM intake.transfer_log
WHERE action = 'read' AND at < %(period_end)s AND at <= %(as_of)s
GROUP BY source_id, kind
HAVING count(*) FILTER (WHERE status IN ('ok', 'empty') AND at >= %(period_start)s) = 0
ORDER BY source_id, kind;
