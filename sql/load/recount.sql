-- Purpose: rows of every batch counted from the tables they ended in, beside the counters stored when it was merged.
-- Grain:   one row a batch, by seq.
WITH counted AS (
    SELECT
        batch_id,
        count(*) FILTER (WHERE outcome = 'accepted') AS accepted,
        count(*) FILTER (WHERE outcome = 'rejected') AS rejected,
        count(*) FILTER (WHERE outcome = 'unchanged') AS unchanged,
        count(*) FILTER (WHERE outcome = 'duplicate') AS duplicate,
        count(*) FILTER (WHERE outcome = 'superseded') AS superseded
    FROM intake.placed_row GROUP BY batch_id
),

found AS (
    SELECT
        batch_id,
        count(*) FILTER (WHERE severity = 'error') AS errors,
        count(*) FILTER (WHERE severity = 'warning') AS warnings
    FROM quality.finding GROUP BY batch_id
)

SELECT
    b.batch_id, b.delivery_id, b.agency_code, b.kind, b.layout, b.status, b.refused_rule, b.rows_read,
    b.rows_accepted, b.rows_rejected, b.rows_unchanged, b.rows_duplicate, b.rows_superseded,
    b.error_count, b.warning_count,
    coalesce(c.accepted, 0) AS accepted, coalesce(c.rejected, 0) AS rejected,
    coalesce(c.unchanged, 0) AS unchanged, coalesce(c.duplicate, 0) AS duplicate,
    coalesce(c.superseded, 0) AS superseded,
    coalesce(f.errors, 0) AS errors, coalesce(f.warnings, 0) AS warnings,
    d.sha256, d.size_bytes, d.file_name, d.status AS delivery_status
FROM intake.batch AS b
INNER JOIN intake.delivery AS d ON d.delivery_id = b.delivery_id
LEFT JOIN counted AS c ON c.batch_id = b.batch_id
LEFT JOIN found AS f ON f.batch_id = b.batch_id
ORDER BY b.seq;
