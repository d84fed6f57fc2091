-- Purpose: pulls of agency databases that failed (数据传送日志, Article 12).  Grain: one row per pull.
-- Params:  period_start, period_end (timestamptz, half-open); as_of (timestamptz).
SELECT source_id, kind, at, message
FROM intake.transfer_log
WHERE status = 'failed' AND at >= %(period_start)s AND at < %(period_end)s AND at <= %(as_of)s
ORDER BY at, id;
