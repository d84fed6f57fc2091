-- Purpose: the rejected rows of a batch, cells as read, with all findings of the row and the record it means, if there is one.  Grain: one row a rejected row.
-- Params:  batch_id, first, most (a slice in row order).
SELECT q.row_no, q.cells, found.findings, q.document_no,
       (SELECT min(k.record_id) FROM core.known_identity k WHERE k.identity_key = q.identity_key) AS record_id
FROM quality.correctable q
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(f.field, f.rule_id, f.severity, f.message_zh, f.suggestion_zh)
                     ORDER BY f.severity, f.field NULLS FIRST, f.rule_id, f.message_zh) AS findings
    FROM quality.finding f
    WHERE f.batch_id = q.batch_id AND f.row_no = q.row_no
) found ON true
WHERE q.batch_id = %(batch_id)s
ORDER BY q.row_no
LIMIT %(most)s OFFSET %(first)s
