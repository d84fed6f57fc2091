-- An accepted row that names a record number is a version of that record.
SELECT s.row_no FROM {batch} AS s
INNER JOIN intake.batch AS b ON b.seq = s.batch_seq
INNER JOIN core.{kind} AS v ON v.batch_id = b.batch_id AND v.row_no = s.row_no
WHERE s.record_ref IS NOT NULL AND v.record_id <> s.record_ref
