-- Every staged row has exactly one outcome: a version, an outcome row or a quarantine row (architecture, section 1).
SELECT s.row_no FROM {batch} AS s
INNER JOIN intake.batch AS b ON b.seq = s.batch_seq
WHERE 1 <> (
    (SELECT count(*) FROM core.{kind} AS v
     INNER JOIN core.record AS r ON r.record_id = v.record_id
     WHERE v.batch_id = b.batch_id AND v.row_no = s.row_no AND v.recorded_at = b.received_at
        AND (r.identity_key = s.identity_key OR r.record_id = s.record_ref))
    + (SELECT count(*) FROM intake.row_outcome AS o WHERE o.batch_id = b.batch_id AND o.row_no = s.row_no)
    + (SELECT count(*) FROM quality.quarantine AS q WHERE q.batch_id = b.batch_id AND q.row_no = s.row_no)
)
