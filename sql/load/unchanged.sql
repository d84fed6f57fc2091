-- Purpose: outcome `unchanged` (XR-03): the row equals the current version; every other row left is `accepted`.
-- Params:  batch_seq.  {kind}, {columns}, {version_columns}: the kind's table and content columns.
UPDATE decision AS d SET outcome = 'unchanged'
FROM stage.{kind} AS s, core.{kind} AS v
WHERE d.refused_by IS NULL AND d.outcome IS NULL AND d.record_id IS NOT NULL
    AND s.batch_seq = %(batch_seq)s AND s.row_no = d.row_no
    AND v.record_id = d.record_id AND v.version = d.current_version
    AND CASE
        WHEN d.is_withdrawal THEN v.is_withdrawn
        ELSE NOT v.is_withdrawn AND ({columns}) IS NOT DISTINCT FROM ({version_columns})
    END;
