-- Purpose: how many rows of a batch are not published until corrected or never, and how many must not be sent at all.
-- Grain:   one row.  Params:  batch_id.
SELECT (SELECT count(*) FROM quality.withheld w
        WHERE w.batch_id = %(batch_id)s
          AND NOT EXISTS (SELECT FROM quality.rejected r WHERE r.batch_id = w.batch_id AND r.row_no = w.row_no)) AS withheld,
       (SELECT count(*) FROM quality.restricted WHERE batch_id = %(batch_id)s) AS restricted
