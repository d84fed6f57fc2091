-- Purpose: the last self-check of the same bytes by the same agency before a batch arrived.  Grain: at most one row.
-- Params:  batch_id.
SELECT s.check_id, s.received_at, s.rulebook_version, s.result
FROM intake.batch b
JOIN intake.delivery d USING (delivery_id)
JOIN intake.self_check s ON s.agency_code = d.agency_code AND s.sha256 = d.sha256
WHERE b.batch_id = %(batch_id)s AND s.status = 'answered' AND s.received_at <= d.received_at
ORDER BY s.seq DESC LIMIT 1
