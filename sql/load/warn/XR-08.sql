-- Purpose: rows whose decision date differs from that of the version they replace, or from that of another counterpart of
--          the same decision.
-- Grain:   one row a warned row.  Params: repeats (some decision stands in several rows), known (some row may mean a stored record).  {kind}: the kind's table.
WITH dated AS NOT MATERIALIZED (
    SELECT row_no, record_id, current_version, decision_key, meets_decision, decision_date
    FROM decision WHERE refused_by IS NULL AND outcome IS NULL AND NOT is_withdrawal
),

several AS (
    SELECT decision_key FROM dated WHERE %(repeats)s GROUP BY decision_key HAVING min(decision_date) < max(decision_date)
)

SELECT d.row_no FROM dated AS d
INNER JOIN core.{kind} AS v ON v.record_id = d.record_id AND v.version = d.current_version
WHERE %(known)s AND v.decision_date <> d.decision_date
UNION
SELECT d.row_no FROM dated AS d INNER JOIN several AS s ON s.decision_key = d.decision_key
UNION
SELECT d.row_no FROM dated AS d
INNER JOIN core.record AS r
    ON r.identity_key BETWEEN core.first_identity(d.decision_key) AND core.last_identity(d.decision_key)
INNER JOIN core.{kind} AS o ON o.record_id = r.record_id AND o.retired_at IS NULL AND NOT o.is_withdrawn
WHERE %(known)s AND d.meets_decision AND o.decision_date <> d.decision_date
ORDER BY row_no
