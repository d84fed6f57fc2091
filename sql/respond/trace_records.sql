-- Purpose: records a number points at: a 记录编号, or a 文书号 of any of their versions.  Grain: one row a record.
-- Params:  record_id (null when the number cannot be one), numbers (text[]: the document number in its spellings).
SELECT r.record_id, r.kind, r.batch_id, r.first_accepted_at, r.decision_date, r.due_date, r.late_days,
       (SELECT a.first_arrived_at FROM core.arrival a WHERE a.record_id = r.record_id) AS first_arrived_at
FROM core.record r
WHERE r.record_id = %(record_id)s
   OR r.record_id IN (SELECT record_id FROM core.licence WHERE document_no = ANY(%(numbers)s))
   OR r.record_id IN (SELECT record_id FROM core.penalty WHERE document_no = ANY(%(numbers)s))
ORDER BY r.record_id
