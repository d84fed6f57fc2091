-- Purpose: batches refused as a whole, also those of which no row could be read.  Grain: one row per batch.
-- Params:  as_of (timestamptz).  Needs: oversee_batch.
WITH reason AS (
    SELECT f.batch_id, string_agg(DISTINCT f.message_zh, '；') AS messages
    FROM known.finding(%(as_of)s) f JOIN oversee_batch USING (batch_id)
    WHERE f.severity = 'batch'
    GROUP BY f.batch_id
)
SELECT
    b.batch_id, o.sender_code AS code, a.name, d.file_name, b.sheet, b.kind, b.received_at, b.refused_rule,
    reason.messages, b.rows_read
FROM oversee_batch o
JOIN known.batch(%(as_of)s) b USING (batch_id)
JOIN intake.delivery d USING (delivery_id)
LEFT JOIN reason USING (batch_id)
LEFT JOIN oversee_agency a ON a.code = o.sender_code
WHERE b.refused_rule IS NOT NULL
ORDER BY b.seq;
