-- Purpose: rows handed out in the same workbooks as the rows named, that are not among them and never came back.
-- Grain:   one row a batch handed out.
-- Params:  batch_ids, row_nos (parallel arrays: the rows that are here).
WITH here AS (
    SELECT batch_id, row_no FROM unnest(%(batch_ids)s::text [], %(row_nos)s::integer []) AS asked (batch_id, row_no)
)

SELECT q.batch_id, array_agg(q.row_no ORDER BY q.row_no) AS row_nos
FROM quality.correctable AS q
WHERE
    q.batch_id IN (SELECT batch_id FROM here)
    AND NOT EXISTS (SELECT FROM here AS h WHERE h.batch_id = q.batch_id AND h.row_no = q.row_no)
    AND NOT EXISTS (SELECT FROM quality.answered_row AS a WHERE a.batch_id = q.batch_id AND a.row_no = q.row_no)
GROUP BY q.batch_id
ORDER BY q.batch_id
