-- Purpose: which rules rejected rows in the period: how many rows, records and senders each.
-- Grain:   one row per rule; a row that broke two rules counts under both.
-- Params:  none.
WITH broken AS (
    SELECT f.rule_id, f.message_zh, r.*
    FROM oversee_rejected r
    JOIN oversee_batch USING (batch_id)
    JOIN quality.finding f ON f.batch_id = r.batch_id
        AND (f.severity = 'error' AND f.row_no = r.row_no OR f.severity = 'batch' AND f.row_no IS NULL)
)
SELECT
    rule_id,
    min(message_zh) AS example,
    count(DISTINCT place) AS rows,
    count(DISTINCT (kind, record_id, loose_key)) AS records,
    count(DISTINCT sender_code) AS senders
FROM broken
GROUP BY rule_id
ORDER BY records DESC, rule_id;
