-- Purpose: rejected rows of this kind that were handed out for correction, among those asked for.  Grain: one row each.
-- Params:  batch_ids, row_nos (parallel arrays), kind.
-- `answered_by` is the newest batch that brought the row back already; `first_…` where it first arrived.
SELECT
    q.batch_id, q.row_no,
    coalesce(t.first_batch_id, q.batch_id) AS first_batch_id,
    coalesce(t.first_row_no, q.row_no) AS first_row_no,
    (
        SELECT b.batch_id FROM quality.answered_row AS a INNER JOIN intake.batch AS b ON b.batch_id = a.by_batch_id
        WHERE a.batch_id = q.batch_id AND a.row_no = q.row_no
        ORDER BY b.seq DESC LIMIT 1
    ) AS answered_by
FROM unnest(%(batch_ids)s::text [], %(row_nos)s::integer []) AS asked (batch_id, row_no)
INNER JOIN quality.quarantine AS q ON q.batch_id = asked.batch_id AND q.row_no = asked.row_no AND q.kind = %(kind)s
LEFT JOIN intake.returned_row AS t ON t.batch_id = q.batch_id AND t.row_no = q.row_no
