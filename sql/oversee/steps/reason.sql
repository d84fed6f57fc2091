-- Purpose: why rows were rejected: their own errors, or what refused their whole batch.
-- Grain:   one row per (rejected row, finding).
-- Params:  as_of (timestamptz).  Needs: oversee_rejected.
CREATE TEMP TABLE oversee_reason ON COMMIT DROP AS
SELECT r.place, f.rule_id, f.field, f.message_zh, f.value_masked, f.suggestion_zh
FROM oversee_rejected r
JOIN known.finding(%(as_of)s) f ON f.batch_id = r.batch_id AND f.row_no = r.row_no
WHERE f.severity = 'error'
UNION ALL
SELECT r.place, f.rule_id, f.field, f.message_zh, f.value_masked, f.suggestion_zh
FROM oversee_rejected r
JOIN known.finding(%(as_of)s) f ON f.batch_id = r.batch_id
WHERE f.severity = 'batch' AND f.row_no IS NULL;
