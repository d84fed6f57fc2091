-- Purpose: what became of the rows of a batch that are corrections of rows sent before.  Grain: one row, the batch.
-- Params:  batch_id.
-- `closed_findings` are the errors of the rows as they were sent; a row rejected again has findings of its own.
SELECT count(*) AS rows,
       count(*) FILTER (WHERE again.row_no IS NOT NULL) AS rejected,
       coalesce(sum(origin.errors), 0)::integer AS closed_findings,
       array_agg(DISTINCT t.origin_batch_id ORDER BY t.origin_batch_id) AS batches,
       min(first_batch.received_at) AS first_received_at,
       (SELECT count(*) FROM quality.returned_change c WHERE c.batch_id = %(batch_id)s) AS changes_total
FROM intake.returned_row t
JOIN intake.batch first_batch ON first_batch.batch_id = t.first_batch_id
LEFT JOIN quality.rejected again ON again.batch_id = t.batch_id AND again.row_no = t.row_no
LEFT JOIN LATERAL (
    SELECT count(*) AS errors FROM quality.finding f
    WHERE f.batch_id = t.origin_batch_id AND f.row_no = t.origin_row_no AND f.severity = 'error'
) origin ON true
WHERE t.batch_id = %(batch_id)s
