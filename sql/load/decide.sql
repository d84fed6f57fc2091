-- Purpose: what the staged rows of a batch, or of a part of it, say of themselves, and which of them may mean a record that
--          is stored (`may_be_known`; `known.sql` looks at those) or have a counterpart with stored records.
-- Grain:   one row a staged row, in the table {decided}: it needs nothing of the batch's other parts, so another connection
--          than the merging one may make it.
-- Params:  batch_seq, first_row, last_row, first_number (of a block of record numbers, one for each row number: so they
--          follow the rows of the file, and so do their versions).  {kind}: the kind's tables; {storage}: what sort of
--          table is made, {at_commit}: and what becomes of it.
CREATE {storage} TABLE {decided} {at_commit} AS
SELECT
    s.row_no, s.identity_key, s.decision_key, s.identity_key AS group_key, s.record_ref, s.operation, s.source_stamp,
    s.operation IS NOT DISTINCT FROM '撤销' AS is_withdrawal,
    s.decision_date, s.due_date,
    p.party_key,
    EXISTS (SELECT FROM core.{kind} AS o WHERE o.party_key = p.party_key) AS has_known_party,
    s.party_uscc IS NULL AS is_person,
    hashtextextended(s.party_name, 0) AS name_key,
    s.record_ref IS NOT NULL OR s.operation IN ('更正', '撤销') OR EXISTS (
        SELECT FROM core.record AS r
        WHERE r.identity_key BETWEEN core.first_identity(s.decision_key) AND core.last_identity(s.decision_key)
    ) AS may_be_known,
    coalesce(kept.record_id, n.number * 100 + (98 - (n.number * 100) %% 97)) AS new_record_id,
    NULL::bigint AS record_id, NULL::integer AS current_version, FALSE AS meets_decision,
    NULL::text AS refused_by, NULL::text AS outcome, NULL::integer AS other_row_no
FROM stage.{kind} AS s
CROSS JOIN LATERAL (SELECT coalesce(core.organisation_key(s.party_uscc), s.person_key) AS party_key) AS p
CROSS JOIN LATERAL (SELECT %(first_number)s + s.row_no - %(first_row)s AS number) AS n
LEFT JOIN core.reserved_number AS kept ON kept.identity_key = s.identity_key
WHERE s.batch_seq = %(batch_seq)s AND s.row_no BETWEEN %(first_row)s AND %(last_row)s;

ANALYZE {decided};
