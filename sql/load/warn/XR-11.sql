-- Purpose: persons who bear another name in another decision, stored or of the same batch; by the keyed hash of their ID
--          number.
-- Grain:   one row a warned row.  Params: batch_seq, first_row, last_row.  {kind}: the kind's tables.
WITH bearer AS (
    SELECT d.row_no, d.record_id, s.person_key, s.party_name
    FROM decision AS d
    INNER JOIN stage.{kind} AS s ON s.batch_seq = %(batch_seq)s AND s.row_no = d.row_no
    WHERE s.row_no BETWEEN %(first_row)s AND %(last_row)s AND s.person_key IS NOT NULL
        AND d.refused_by IS NULL AND d.outcome IS NULL AND NOT d.is_withdrawal
)

SELECT b.row_no FROM bearer AS b
INNER JOIN core.{kind} AS o ON o.party_key = b.person_key
WHERE o.party_name <> b.party_name AND o.retired_at IS NULL AND NOT o.is_withdrawn
    AND o.record_id IS DISTINCT FROM b.record_id
UNION
SELECT b.row_no FROM bearer AS b
INNER JOIN (
    SELECT person_key FROM bearer GROUP BY person_key HAVING min(party_name) < max(party_name)
) AS several ON several.person_key = b.person_key
ORDER BY row_no
