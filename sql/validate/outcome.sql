-- Every staged row has exactly one outcome: a version, an outcome row or a quarantine row (architecture, section 1).
WITH staged AS (
    SELECT b.batch_id, b.seq FROM intake.batch AS b WHERE b.seq IN (SELECT s.batch_seq FROM {batch} AS s)
),

placed AS (
    SELECT staged.seq, v.row_no FROM core.{kind} AS v INNER JOIN staged ON staged.batch_id = v.batch_id
    UNION ALL
    SELECT staged.seq, o.row_no FROM intake.row_outcome AS o INNER JOIN staged ON staged.batch_id = o.batch_id
    UNION ALL
    SELECT staged.seq, q.row_no FROM quality.quarantine AS q INNER JOIN staged ON staged.batch_id = q.batch_id
)

SELECT s.row_no FROM {batch} AS s
LEFT JOIN placed AS p ON p.seq = s.batch_seq AND p.row_no = s.row_no
GROUP BY s.batch_seq, s.row_no HAVING count(p.row_no) <> 1
