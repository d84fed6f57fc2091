-- A record opened after its due day carries the warning, and no other row does.
WITH staged AS (
    SELECT b.batch_id FROM intake.batch AS b WHERE b.seq IN (SELECT s.batch_seq FROM {batch} AS s)
),

late AS (
    SELECT r.batch_id, v.row_no FROM core.record AS r
    INNER JOIN core.{kind} AS v ON v.record_id = r.record_id AND v.version = 1
    WHERE r.late_days > 0 AND r.batch_id IN (SELECT batch_id FROM staged)
),

warned AS (
    SELECT f.batch_id, f.row_no FROM quality.finding AS f
    WHERE f.rule_id = 'XR-15' AND f.batch_id IN (SELECT batch_id FROM staged)
)

(SELECT batch_id, row_no FROM late EXCEPT SELECT batch_id, row_no FROM warned)
UNION ALL
(SELECT batch_id, row_no FROM warned EXCEPT SELECT batch_id, row_no FROM late)
