-- A record opened after its due day carries the warning, and no other row does.
SELECT s.row_no FROM {batch} AS s
INNER JOIN intake.batch AS b ON b.seq = s.batch_seq
LEFT JOIN core.record AS r ON r.identity_key = s.identity_key AND r.batch_id = b.batch_id AND r.late_days > 0
    AND EXISTS (SELECT FROM core.{kind} AS v WHERE v.record_id = r.record_id AND v.version = 1 AND v.row_no = s.row_no)
WHERE (r.record_id IS NOT NULL) <> EXISTS (
    SELECT FROM quality.finding AS f
    WHERE f.batch_id = b.batch_id AND f.row_no = s.row_no AND f.rule_id = 'XR-15'
)
