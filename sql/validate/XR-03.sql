-- An unchanged row equals the version that was current when its batch arrived.
SELECT s.row_no FROM {batch} AS s
INNER JOIN intake.batch AS b ON b.seq = s.batch_seq
INNER JOIN intake.row_outcome AS o ON o.batch_id = b.batch_id AND o.row_no = s.row_no AND o.outcome = 'unchanged'
WHERE NOT EXISTS (
    SELECT FROM core.{kind} AS v
    WHERE v.record_id = o.record_id AND v.recorded_at <= b.loaded_at
        AND CASE
            WHEN s.operation IS NOT DISTINCT FROM '撤销' THEN v.is_withdrawn
            ELSE ({content_s}) IS NOT DISTINCT FROM ({content_v})
        END
)
