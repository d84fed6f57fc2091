-- Purpose: rules a sender broke in the week and had broken in the weeks before: instruction did not help.
-- Grain:   one row per (sender, rule).
-- Params:  look_back_start, period_start (timestamptz).  Rows, not records: each submission is a chance to do it right.
WITH broken AS (
    SELECT r.sender_code AS code, reason.rule_id, reason.message_zh, r.place, b.batch_id IS NOT NULL AS in_week
    FROM oversee_rejected r
    JOIN oversee_reason reason USING (place)
    LEFT JOIN oversee_batch b USING (batch_id)
    WHERE b.batch_id IS NOT NULL OR r.received_at >= %(look_back_start)s AND r.received_at < %(period_start)s
)
SELECT
    code, rule_id, min(message_zh) AS example, count(DISTINCT place) FILTER (WHERE in_week) AS rows_in_week,
    count(DISTINCT place) FILTER (WHERE NOT in_week) AS rows_before
FROM broken
GROUP BY code, rule_id
HAVING bool_or(in_week) AND bool_or(NOT in_week)
ORDER BY code ASC, rows_in_week DESC, rule_id ASC;
