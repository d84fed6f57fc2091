-- Purpose: what became of an agency's rows of one batch that it has not been told yet.  Grain: one row a row read.
-- Params:  batch_id.
SELECT
    s.row_key, s.row_no, q.row_no IS NOT NULL AS is_rejected,
    found.codes, found.messages
FROM intake.source_row AS s
LEFT JOIN quality.rejected AS q ON q.batch_id = s.batch_id AND q.row_no = s.row_no
LEFT JOIN LATERAL (
    SELECT
        array_agg(f.rule_id ORDER BY f.rule_id) AS codes,
        array_agg(f.message_zh ORDER BY f.rule_id) AS messages
    FROM quality.finding AS f
    WHERE f.batch_id = s.batch_id AND f.severity IN ('error', 'batch') AND (f.row_no = s.row_no OR f.row_no IS NULL)
) AS found ON TRUE
WHERE s.batch_id = %(batch_id)s AND s.told = 0
ORDER BY s.row_no;
