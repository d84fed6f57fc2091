-- Purpose: the record each of these rows of a batch became or repeated.  Grain: one row a file row that has a record.
-- Params:  batch_id, rows (int[]); {kind} is the table of the batch's kind, from the list of kinds.
SELECT row_no, record_id FROM core.{kind} WHERE batch_id = %(batch_id)s AND row_no = ANY(%(rows)s)
UNION ALL
SELECT row_no, record_id FROM intake.row_outcome WHERE batch_id = %(batch_id)s AND row_no = ANY(%(rows)s)
