-- Purpose: rejected rows that carried a document number.  Grain: one row a quarantined row.
-- Params:  numbers (text[]).
SELECT q.batch_id, q.row_no, q.kind, q.document_no, q.decision_date, q.due_date, b.agency_code, b.received_at, b.sheet,
       d.delivery_id, d.file_name, d.sha256, d.channel
FROM quality.quarantine q JOIN intake.batch b USING (batch_id) JOIN intake.delivery d USING (delivery_id)
WHERE q.document_no = ANY(%(numbers)s)
ORDER BY b.seq, q.row_no
