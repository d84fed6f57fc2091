-- Purpose: rejected rows that carried a document number.  Grain: one row a quarantined row.
-- Params:  numbers (text[]).
SELECT q.batch_id, q.row_no, q.kind, q.document_no, q.decision_date, q.due_date, b.agency_code, b.received_at, b.sheet,
       d.delivery_id, d.file_name, d.sha256, d.channel, a.by_batch_id, a.by_row_no
FROM quality.quarantine q JOIN intake.batch b USING (batch_id) JOIN intake.delivery d USING (delivery_id)
LEFT JOIN LATERAL (
    SELECT r.by_batch_id, r.by_row_no FROM quality.answered_row r
    WHERE r.batch_id = q.batch_id AND r.row_no = q.row_no ORDER BY r.answered_at LIMIT 1
) a ON true
WHERE q.document_no = ANY(%(numbers)s)
ORDER BY b.seq, q.row_no
