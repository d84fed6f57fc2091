-- A duplicate row repeats an earlier row of the same identity.
SELECT s.row_no FROM {batch} AS s
INNER JOIN intake.batch AS b ON b.seq = s.batch_seq
INNER JOIN intake.row_outcome AS o ON o.batch_id = b.batch_id AND o.row_no = s.row_no AND o.outcome = 'duplicate'
INNER JOIN {batch} AS e ON e.batch_seq = s.batch_seq AND e.row_no = o.other_row_no
WHERE o.other_row_no >= s.row_no OR ({content_s}) IS DISTINCT FROM ({content_e})
