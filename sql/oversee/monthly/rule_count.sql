-- Purpose: which rules rejected rows in the period: how many rows, records and senders each, and one message.
-- Grain:   one row per rule; a row that broke two rules counts under both.
-- Params:  none.
SELECT
    reason.rule_id,
    min(reason.message_zh) AS example,
    count(DISTINCT r.place) AS rows,
    count(DISTINCT (r.kind, r.record_id, r.loose_key)) AS records,
    count(DISTINCT r.sender_code) AS senders
FROM oversee_rejected r
JOIN oversee_batch USING (batch_id)
JOIN oversee_reason reason USING (place)
GROUP BY reason.rule_id
ORDER BY records DESC, reason.rule_id ASC;
