-- Purpose: persons who bear another name in another decision, stored or of the same batch; by the keyed hash of their ID
--          number.
-- Grain:   one row a warned row.  Params: met (integer[]: rows whose counterpart an earlier part of the batch names).  {kind}: the kind's table.
WITH bearer AS NOT MATERIALIZED (
    SELECT row_no, record_id, party_key, has_known_party, name_key FROM decision
    WHERE refused_by IS NULL AND outcome IS NULL AND NOT is_withdrawal AND is_person AND party_key IS NOT NULL
)

SELECT b.row_no FROM bearer AS b
INNER JOIN core.{kind} AS o ON o.party_key = b.party_key
WHERE (b.has_known_party OR b.row_no = ANY(%(met)s)) AND o.party_uscc IS NULL AND hashtextextended(o.party_name, 0) <> b.name_key
    AND o.retired_at IS NULL AND NOT o.is_withdrawn AND o.record_id IS DISTINCT FROM b.record_id
UNION
SELECT b.row_no FROM bearer AS b
INNER JOIN (
    SELECT party_key FROM bearer GROUP BY party_key HAVING min(name_key) < max(name_key)
) AS several ON several.party_key = b.party_key
ORDER BY row_no
