-- A superseded row points at a later row, and of one identity exactly one row of a batch is accepted or unchanged.
SELECT s.row_no FROM {batch} AS s
INNER JOIN intake.batch AS b ON b.seq = s.batch_seq
INNER JOIN intake.row_outcome AS o ON o.batch_id = b.batch_id AND o.row_no = s.row_no
WHERE (o.outcome = 'superseded' AND o.other_row_no <= s.row_no)
    OR (o.outcome <> 'unchanged' AND 1 <> (
        (SELECT count(*) FROM core.{kind} AS v WHERE v.record_id = o.record_id AND v.batch_id = b.batch_id)
        + (SELECT count(*) FROM intake.row_outcome AS u
           WHERE u.batch_id = b.batch_id AND u.record_id = o.record_id AND u.outcome = 'unchanged')
    ))
