-- Purpose: how much there is to correct in a batch, and which columns its rejected rows have.  Grain: one row.
-- Params:  batch_id.
SELECT (SELECT count(*) FROM quality.quarantine WHERE batch_id = %(batch_id)s) AS rejected,
       (SELECT count(*) FROM quality.finding
        WHERE batch_id = %(batch_id)s AND severity = 'warning' AND rule_id <> 'XR-15') AS warnings,
       ARRAY(SELECT DISTINCT jsonb_object_keys(cells) FROM quality.quarantine
             WHERE batch_id = %(batch_id)s ORDER BY 1) AS columns
