-- Purpose: rows of a decision with more counterparts in the batch than any decision has.
-- Grain:   one row a warned row.  Params: counterparts, repeats (some decision stands in several rows).
SELECT d.row_no FROM decision AS d
WHERE %(repeats)s AND d.refused_by IS NULL AND d.outcome IS NULL AND d.decision_key IN (
    SELECT decision_key FROM decision
    WHERE refused_by IS NULL AND NOT is_withdrawal
    GROUP BY decision_key HAVING count(DISTINCT group_key) > %(counterparts)s
)
ORDER BY d.row_no
