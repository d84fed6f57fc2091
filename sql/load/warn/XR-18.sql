-- Purpose: changes and cancellations of licences of which no earlier licence is known: of the same counterpart, and of the
--          same number where the row has one.
-- Grain:   one row a warned row.  Params: batch_seq, first_row, last_row, candidates (integer[]: rows whose document says so).
WITH later AS (
    SELECT
        d.row_no, d.record_id, d.group_key, d.party_key, s.certificate_no, s.decision_date
    FROM decision AS d
    INNER JOIN stage.{kind} AS s ON s.batch_seq = %(batch_seq)s AND s.row_no = d.row_no
    WHERE d.row_no = ANY(%(candidates)s)
        AND d.refused_by IS NULL AND d.outcome IS NULL AND NOT d.is_withdrawal
)

SELECT l.row_no FROM later AS l
WHERE l.party_key IS NOT NULL AND NOT EXISTS (
    SELECT FROM core.{kind} AS o
    WHERE o.party_key = l.party_key AND o.certificate_no IS NOT DISTINCT FROM coalesce(l.certificate_no, o.certificate_no)
        AND o.decision_date <= l.decision_date AND o.record_id IS DISTINCT FROM l.record_id
) AND NOT EXISTS (
    SELECT FROM decision AS d
    INNER JOIN stage.{kind} AS o ON o.batch_seq = %(batch_seq)s AND o.row_no = d.row_no
    WHERE o.row_no BETWEEN %(first_row)s AND %(last_row)s AND d.refused_by IS NULL AND d.group_key <> l.group_key
        AND d.party_key = l.party_key
        AND o.certificate_no IS NOT DISTINCT FROM coalesce(l.certificate_no, o.certificate_no)
        AND o.decision_date <= l.decision_date
)
ORDER BY l.row_no
