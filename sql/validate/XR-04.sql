-- Versions of a record are numbered without a gap, and exactly the last one is current.
WITH touched AS (
    -- once a record, however many batches staged together gave it a version
    SELECT v.record_id, min(v.row_no) AS row_no FROM core.{kind} AS v
    WHERE v.batch_id IN (SELECT b.batch_id FROM intake.batch AS b WHERE b.seq IN (SELECT s.batch_seq FROM {batch} AS s))
        AND (v.version > 1 OR v.retired_at IS NOT NULL)
    GROUP BY v.record_id
)

SELECT t.row_no FROM touched AS t
INNER JOIN core.{kind} AS v ON v.record_id = t.record_id
GROUP BY t.record_id, t.row_no
HAVING count(*) <> max(v.version) OR count(*) FILTER (WHERE v.retired_at IS NULL) <> 1
    OR max(v.version) FILTER (WHERE v.retired_at IS NULL) <> max(v.version)
