-- Purpose: what the rules said about one row of a batch.  Grain: one row a finding.
-- Params:  batch_id, row_no.
SELECT field, rule_id, severity, message_zh
FROM quality.finding
WHERE batch_id = %(batch_id)s AND row_no = %(row_no)s
ORDER BY field NULLS FIRST, rule_id, message_zh
