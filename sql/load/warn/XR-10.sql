-- Purpose: organisations that bear another name in a decision of nearly the same day, stored or of the same batch.
-- Grain:   one row a warned row.  Params: batch_seq, first_row, last_row, days.  {kind}: the kind's tables.
WITH bearer AS (
    SELECT d.row_no, d.record_id, d.group_key, s.party_uscc, s.party_name, s.decision_date
    FROM decision AS d
    INNER JOIN stage.{kind} AS s ON s.batch_seq = %(batch_seq)s AND s.row_no = d.row_no
    WHERE s.row_no BETWEEN %(first_row)s AND %(last_row)s AND s.party_uscc IS NOT NULL
        AND d.refused_by IS NULL AND d.outcome IS NULL AND NOT d.is_withdrawal
),

renamed AS (
    SELECT b.* FROM bearer AS b
    INNER JOIN (
        SELECT party_uscc FROM bearer GROUP BY party_uscc HAVING min(party_name) < max(party_name)
    ) AS several ON several.party_uscc = b.party_uscc
)

SELECT b.row_no FROM bearer AS b
INNER JOIN core.{kind} AS o ON o.party_key = core.organisation_key(b.party_uscc)
WHERE o.party_uscc = b.party_uscc AND o.party_name <> b.party_name AND o.retired_at IS NULL AND NOT o.is_withdrawn
    AND o.record_id IS DISTINCT FROM b.record_id
    AND o.decision_date BETWEEN b.decision_date - %(days)s AND b.decision_date + %(days)s
UNION
SELECT b.row_no FROM renamed AS b
INNER JOIN renamed AS o ON o.party_uscc = b.party_uscc
WHERE o.party_name <> b.party_name AND o.decision_date BETWEEN b.decision_date - %(days)s AND b.decision_date + %(days)s
ORDER BY row_no
