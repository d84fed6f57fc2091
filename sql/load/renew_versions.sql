-- Purpose: the next version of records accepted rows are about. A withdrawal keeps the content of the version before it, with
--          its reason as remark.
-- Params:  batch_seq, batch_id, agency_code, at.  {kind}, {names}, {columns}, {kept}: table and content columns.
INSERT INTO core.{kind} (
    record_id, version, batch_id, row_no, agency_code, is_withdrawn, decision_key, party_key, source_stamp, recorded_at, {names}
)
SELECT
    d.record_id, d.current_version + 1, %(batch_id)s, s.row_no, %(agency_code)s, d.is_withdrawal,
    CASE WHEN d.is_withdrawal THEN v.decision_key ELSE s.decision_key END,
    CASE WHEN d.is_withdrawal THEN v.party_key ELSE d.party_key END,
    coalesce(s.source_stamp, v.source_stamp), %(at)s, {kept}
FROM decision AS d
INNER JOIN stage.{kind} AS s ON s.batch_seq = %(batch_seq)s AND s.row_no = d.row_no
INNER JOIN core.{kind} AS v ON v.record_id = d.record_id AND v.version = d.current_version
WHERE d.refused_by IS NULL AND d.outcome IS NULL AND d.record_id IS NOT NULL;
