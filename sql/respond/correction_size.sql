-- Purpose: how much there is to correct in a batch, and which columns its rejected rows and their findings have.  Grain: one row.
-- Params:  batch_id.
SELECT (SELECT count(*) FROM quality.correctable WHERE batch_id = %(batch_id)s) AS rejected,
       (SELECT count(*) FROM quality.finding
        WHERE batch_id = %(batch_id)s AND severity = 'warning' AND rule_id <> 'XR-15') AS warnings,
       (SELECT count(*) FROM quality.restricted WHERE batch_id = %(batch_id)s) AS restricted,
       ARRAY(SELECT DISTINCT jsonb_object_keys(cells) FROM quality.correctable
             WHERE batch_id = %(batch_id)s ORDER BY 1) AS columns,
       ARRAY(SELECT DISTINCT f.field FROM quality.correctable q
             JOIN quality.finding f ON f.batch_id = q.batch_id AND f.row_no = q.row_no
             WHERE q.batch_id = %(batch_id)s AND f.severity = 'error' AND f.field IS NOT NULL ORDER BY 1) AS fields
