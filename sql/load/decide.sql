-- Purpose: for each staged row of a batch, or of a part of it, the record it means and the rule that refuses it, if any
--          (XR-05…07).
-- Grain:   one row a staged row, in the temporary table `decision`.
-- Params:  batch_seq, first_row, last_row, batch_id, kind, agency_code (the sender).  {kind} is the name of the kind's tables.
CREATE TEMPORARY TABLE decision ON COMMIT DROP AS
WITH staged AS (
    SELECT
        s.row_no, s.identity_key, s.operation, s.record_ref,
        by_ref.record_id AS ref_record_id,
        by_key.record_id AS key_record_id,
        coalesce(by_ref.record_id, by_key.record_id) AS record_id,
        coalesce(by_ref.identity_key, s.identity_key) AS group_key,
        s.operation IS NOT DISTINCT FROM '撤销' AS is_withdrawal,
        s.source_stamp, s.decision_key, s.decision_date, s.due_date,
        coalesce(core.organisation_key(s.party_uscc), s.person_key) AS party_key,
        s.party_uscc IS NULL AS is_person,
        hashtextextended(s.party_name, 0) AS name_key,
        -- a new record of a decision another record is about
        by_ref.record_id IS NULL AND by_key.record_id IS NULL AND EXISTS (
            SELECT FROM core.record AS r
            INNER JOIN core.{kind} AS other ON other.record_id = r.record_id
            WHERE r.identity_key BETWEEN core.first_identity(s.decision_key) AND core.last_identity(s.decision_key)
                AND other.retired_at IS NULL AND NOT other.is_withdrawn
        ) AS meets_decision
    FROM stage.{kind} AS s
    LEFT JOIN core.record AS by_ref ON by_ref.record_id = s.record_ref AND by_ref.kind = %(kind)s
    LEFT JOIN core.record AS by_key ON by_key.identity_key = s.identity_key
    WHERE s.batch_seq = %(batch_seq)s AND s.row_no BETWEEN %(first_row)s AND %(last_row)s
),

current_version AS (
    SELECT v.* FROM core.{kind} AS v
    WHERE v.retired_at IS NULL AND v.record_id IN (SELECT record_id FROM staged WHERE record_id IS NOT NULL)
)

SELECT
    d.row_no, d.identity_key, d.decision_key, d.group_key, d.record_id, d.meets_decision, d.is_withdrawal, d.record_ref, d.decision_date, d.due_date,
    d.party_key, d.is_person, d.name_key,
    v.version AS current_version,
    CASE
        -- 更正 or 撤销 names an unknown record, or another agency's
        WHEN d.record_ref IS NOT NULL AND d.ref_record_id IS NULL THEN 'XR-07'
        WHEN d.record_ref IS NOT NULL
            AND %(agency_code)s NOT IN (v.agency_code, v.organ_code, coalesce(v.source_code, '')) THEN 'XR-07'
        WHEN d.operation IN ('更正', '撤销') AND d.record_id IS NULL THEN 'XR-07'
        -- a correction would take the identity of another record
        WHEN d.record_ref IS NOT NULL AND NOT d.is_withdrawal AND d.key_record_id <> d.ref_record_id THEN 'XR-06'
        WHEN d.source_stamp < v.source_stamp THEN 'XR-05'
        -- same organ and number, other counterpart, and this row is the only one of the batch with that number
        WHEN d.meets_decision AND NOT EXISTS (
            SELECT FROM stage.{kind} AS o
            WHERE o.batch_seq = %(batch_seq)s AND o.decision_key = d.decision_key AND o.row_no <> d.row_no
        ) AND NOT EXISTS (
            SELECT FROM quality.rejected AS q
            WHERE q.batch_id = %(batch_id)s AND q.decision_key = d.decision_key
        ) THEN 'XR-06'
    END AS refused_by,
    NULL::text AS outcome,
    NULL::integer AS other_row_no
FROM staged AS d
LEFT JOIN current_version AS v ON v.record_id = d.record_id;

ANALYZE decision;
