-- Purpose: a record another agency sent first keeps who else sent it, and with which row (the Measure, Article 11).
-- Params:  batch_id, agency_code (the sender).  {kind}: the kind's table.
INSERT INTO core.provenance (record_id, agency_code, batch_id, row_no)
SELECT d.record_id, %(agency_code)s, %(batch_id)s, d.row_no
FROM decision AS d
INNER JOIN core.{kind} AS v ON v.record_id = d.record_id AND v.version = 1
WHERE d.refused_by IS NULL AND d.record_id IS NOT NULL AND NOT d.is_withdrawal AND v.agency_code <> %(agency_code)s
    AND (d.outcome IS NULL OR d.outcome = 'unchanged')
ON CONFLICT DO NOTHING;
