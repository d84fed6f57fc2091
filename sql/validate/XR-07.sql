-- An accepted row that names a record number is a version of that record.
SELECT s.row_no FROM {batch} AS s
INNER JOIN intake.batch AS b ON b.seq = s.batch_seq
WHERE s.record_ref IS NOT NULL
    AND NOT EXISTS (SELECT FROM quality.quarantine AS q WHERE q.batch_id = b.batch_id AND q.row_no = s.row_no)
    AND NOT EXISTS (SELECT FROM intake.row_outcome AS o WHERE o.batch_id = b.batch_id AND o.row_no = s.row_no)
    AND NOT EXISTS (
        SELECT FROM core.{kind} AS v
        WHERE v.record_id = s.record_ref AND v.batch_id = b.batch_id AND v.row_no = s.row_no
    )
