-- Purpose: the warnings of a batch except XR-15 (lateness cannot be corrected).  Grain: one row a finding.
-- Params:  batch_id, first, most (a slice in row order); written for core.licence, run on the table of the batch's kind.
SELECT f.row_no, f.record_no, v.record_id, f.field, f.value_masked, f.rule_id, f.message_zh, f.suggestion_zh
FROM quality.finding f
LEFT JOIN core.licence v ON v.batch_id = f.batch_id AND v.row_no = f.row_no
WHERE f.batch_id = %(batch_id)s AND f.severity = 'warning' AND f.rule_id <> 'XR-15'
ORDER BY f.row_no NULLS FIRST, f.field NULLS FIRST, f.rule_id, f.message_zh, f.value_masked
LIMIT %(most)s OFFSET %(first)s
