-- Purpose: the first findings of a batch in receipt order: row (batch findings first), field, rule.
-- Grain:   one row a finding.
-- Params:  batch_id, most.
SELECT rule_id, severity, message_zh, row_no, sheet, field, value_masked, suggestion_zh, record_no, due_date, responsible
FROM quality.finding
WHERE batch_id = %(batch_id)s
ORDER BY row_no NULLS FIRST, field NULLS FIRST, rule_id, severity, message_zh, value_masked
LIMIT %(most)s
