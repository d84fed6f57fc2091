-- Purpose: current records of a kind for `gongshi export`.  Grain: one row a record that is not withdrawn, by number.
-- Params:  batch (its current version came from it), agency (the sender), first_day, last_day (decision, inclusive);
--          each null = not asked for.  Written for core.licence, run on the table of the kind, the
--          columns of the field table before record_id.
SELECT v.record_id
FROM core.licence v
WHERE v.retired_at IS NULL AND NOT v.is_withdrawn
  AND (%(batch)s::text IS NULL OR v.batch_id = %(batch)s)
  AND (%(agency)s::text IS NULL OR v.agency_code = %(agency)s)
  AND (%(first_day)s::date IS NULL OR v.decision_date BETWEEN %(first_day)s AND %(last_day)s)
ORDER BY v.record_id
