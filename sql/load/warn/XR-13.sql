-- Purpose: rows of a decision whose record the system of its line has sent first.
-- Grain:   one row a warned row.  Params: known (some row may mean a stored record), agency_code (the sender), central (text[]: agencies that send for their line).
SELECT d.row_no FROM decision AS d
INNER JOIN core.{kind} AS v ON v.record_id = d.record_id AND v.version = 1
WHERE %(known)s AND d.refused_by IS NULL AND d.record_id IS NOT NULL AND NOT d.is_withdrawal
    AND (d.outcome IS NULL OR d.outcome = 'unchanged')
    AND v.agency_code = ANY(%(central)s::text[]) AND %(agency_code)s <> ALL(%(central)s::text[])
ORDER BY d.row_no
