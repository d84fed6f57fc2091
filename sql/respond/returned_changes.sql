-- Purpose: cells of a batch's returned rows that differ from the rows as sent, masked.  Grain: one row a cell.
-- Params:  batch_id, most.
SELECT c.row_no, t.origin_batch_id, t.origin_row_no, b.received_at AS first_received_at, c.field, c.before, c.after
FROM quality.returned_change c
JOIN intake.returned_row t USING (batch_id, row_no)
JOIN intake.batch b ON b.batch_id = t.first_batch_id
WHERE c.batch_id = %(batch_id)s
ORDER BY c.row_no, c.field
LIMIT %(most)s
