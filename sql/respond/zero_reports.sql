-- Purpose: the zero reports of a batch, each with the records that contradict it, as known when it arrived.
-- Grain:   one row a line of the zero report.
-- Params:  batch_id.
SELECT z.row_no, z.agency_code, z.kind, z.period_start, z.period_end, z.reported_by, z.responsible, z.reason,
       CASE z.kind
           WHEN 'licence' THEN (
               SELECT count(*) FROM core.licence v
               WHERE v.organ_code = z.agency_code AND v.decision_date BETWEEN z.period_start AND z.period_end
                 AND NOT v.is_withdrawn AND v.recorded_at <= b.received_at
                 AND (v.retired_at IS NULL OR v.retired_at > b.received_at))
           WHEN 'penalty' THEN (
               SELECT count(*) FROM core.penalty v
               WHERE v.organ_code = z.agency_code AND v.decision_date BETWEEN z.period_start AND z.period_end
                 AND NOT v.is_withdrawn AND v.recorded_at <= b.received_at
                 AND (v.retired_at IS NULL OR v.retired_at > b.received_at))
           ELSE 0
       END AS existing_records
FROM intake.zero_report z JOIN intake.batch b USING (batch_id)
WHERE z.batch_id = %(batch_id)s
ORDER BY z.row_no
