-- Purpose: rows of a batch that opened a record after its due day (Article 2).  Grain: one row.
-- Params:  batch_id.
SELECT count(*) AS late FROM core.record WHERE batch_id = %(batch_id)s AND late_days > 0
