-- Purpose: rows that named a record without making a version of it.  Grain: one row a file row.
-- Params:  record_id.
SELECT o.batch_id, o.row_no, o.outcome, b.received_at, d.file_name
FROM intake.row_outcome o JOIN intake.batch b USING (batch_id) JOIN intake.delivery d USING (delivery_id)
WHERE o.record_id = %(record_id)s
ORDER BY b.seq, o.row_no
