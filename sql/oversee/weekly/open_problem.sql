-- Purpose: what each sender has to correct: every error of every record still not accepted, whenever received.
-- Grain:   one row per (record, finding); records without a finding of their own show that of their batch.
-- Params:  period_start (timestamptz).
SELECT
    o.sender_code AS code, o.kind, o.received_at, o.file_name, o.sheet, o.row_no, o.document_no,
    f.field, f.rule_id, f.message_zh, f.value_masked, f.suggestion_zh, o.decision_date, d.due_date,
    o.received_at >= %(period_start)s AS is_new, o.place
FROM oversee_outstanding o
LEFT JOIN quality.finding f ON f.batch_id = o.batch_id
    AND (f.severity = 'error' AND f.row_no = o.row_no OR f.severity = 'batch' AND f.row_no IS NULL)
LEFT JOIN oversee_due d USING (decision_date)
ORDER BY o.sender_code, o.place, f.rule_id, f.field;
