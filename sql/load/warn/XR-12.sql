-- Purpose: fines of one organ on one counterpart for the same facts by different documents of nearly the same day, stored
--          or of the same batch.
-- Grain:   one row a warned row.  Params: batch_seq, candidates (integer[]: rows with a fine), days.  {kind}: the kind's tables.
WITH fined AS (
    SELECT
        d.row_no, d.record_id, d.party_key, s.organ_code, s.facts, s.decision_key, s.decision_date
    FROM decision AS d
    INNER JOIN stage.{kind} AS s ON s.batch_seq = %(batch_seq)s AND s.row_no = d.row_no
    WHERE d.row_no = ANY(%(candidates)s)
        AND d.refused_by IS NULL AND d.outcome IS NULL AND NOT d.is_withdrawal
)

SELECT f.row_no FROM fined AS f
INNER JOIN core.{kind} AS o ON o.party_key = f.party_key
WHERE o.organ_code = f.organ_code AND o.facts = f.facts AND o.fine_yuan > 0 AND o.decision_key <> f.decision_key
    AND o.retired_at IS NULL AND NOT o.is_withdrawn AND o.record_id IS DISTINCT FROM f.record_id
    AND o.decision_date BETWEEN f.decision_date - %(days)s AND f.decision_date + %(days)s
UNION
SELECT f.row_no FROM fined AS f
INNER JOIN fined AS o ON o.party_key = f.party_key AND o.organ_code = f.organ_code AND o.facts = f.facts
WHERE o.decision_key <> f.decision_key
    AND o.decision_date BETWEEN f.decision_date - %(days)s AND f.decision_date + %(days)s
ORDER BY row_no
