-- Purpose: for each row that may mean a stored record: which one, and the rule that refuses the row, if any (XR-05…07).
-- Params:  batch_id, kind, agency_code (the sender).  {kind}: the kind's tables; {decided}: the table under `decision`.
WITH asked AS (
    SELECT
        d.*,
        by_ref.record_id AS ref_record_id,
        by_ref.identity_key AS ref_identity_key,
        by_key.record_id AS key_record_id,
        coalesce(by_ref.record_id, by_key.record_id) AS meant_record_id,
        count(*) OVER (PARTITION BY d.decision_key) AS rows_of_decision,
        -- a new record of a decision another record is about
        by_ref.record_id IS NULL AND by_key.record_id IS NULL AND EXISTS (
            SELECT FROM core.record AS r
            INNER JOIN core.{kind} AS other ON other.record_id = r.record_id
            WHERE r.identity_key BETWEEN core.first_identity(d.decision_key) AND core.last_identity(d.decision_key)
                AND other.retired_at IS NULL AND NOT other.is_withdrawn
        ) AS meets
    FROM decision AS d
    LEFT JOIN core.record AS by_ref ON by_ref.record_id = d.record_ref AND by_ref.kind = %(kind)s
    LEFT JOIN core.record AS by_key ON by_key.identity_key = d.identity_key
    WHERE d.may_be_known
)

UPDATE decision AS d
SET
    record_id = a.meant_record_id,
    group_key = coalesce(a.ref_identity_key, a.identity_key),
    current_version = v.version,
    meets_decision = a.meets,
    refused_by = CASE
        -- 更正 or 撤销 names an unknown record, or another agency's
        WHEN a.record_ref IS NOT NULL AND a.ref_record_id IS NULL THEN 'XR-07'
        WHEN a.record_ref IS NOT NULL
            AND %(agency_code)s NOT IN (v.agency_code, v.organ_code, coalesce(v.source_code, '')) THEN 'XR-07'
        WHEN a.operation IN ('更正', '撤销') AND a.meant_record_id IS NULL THEN 'XR-07'
        -- a correction would take the identity of another record
        WHEN a.record_ref IS NOT NULL AND NOT a.is_withdrawal AND a.key_record_id <> a.ref_record_id THEN 'XR-06'
        WHEN a.source_stamp < v.source_stamp THEN 'XR-05'
        -- same organ and number, other counterpart, and this row is the only one of the batch with that number
        WHEN a.meets AND a.rows_of_decision = 1 AND a.decision_key NOT IN (
            SELECT q.decision_key FROM quality.rejected AS q
            WHERE q.batch_id = %(batch_id)s AND q.decision_key IS NOT NULL
        ) THEN 'XR-06'
    END
FROM asked AS a
LEFT JOIN core.{kind} AS v ON v.record_id = a.meant_record_id AND v.retired_at IS NULL
WHERE d.row_no = a.row_no;

ANALYZE {decided};
