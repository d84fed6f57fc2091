-- Purpose: the record each of these rows of a batch became or repeated.  Grain: one row a file row that has a record.
-- Params:  batch_id, rows (int[]); written for core.licence, run on the table of the batch's kind.
SELECT row_no, record_id FROM core.licence WHERE batch_id = %(batch_id)s AND row_no = ANY(%(rows)s)
UNION ALL
SELECT row_no, record_id FROM intake.row_outcome WHERE batch_id = %(batch_id)s AND row_no = ANY(%(rows)s)
