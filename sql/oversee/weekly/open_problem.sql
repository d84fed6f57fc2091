-- Purpose: what each sender has to correct: every error of every record still not accepted, whenever received.
-- Grain:   one row per (record, finding).
-- Params:  period_start (timestamptz).
SELECT
    o.sender_code AS code, o.kind, o.received_at, o.file_name, o.sheet, o.row_no, o.document_no,
    reason.field, reason.rule_id, reason.message_zh, reason.value_masked, reason.suggestion_zh,
    o.decision_date, d.due_date, o.received_at >= %(period_start)s AS is_new, o.place
FROM oversee_outstanding o
LEFT JOIN oversee_reason reason USING (place)
LEFT JOIN oversee_due d USING (decision_date)
ORDER BY o.sender_code, o.place, reason.rule_id, reason.field;
