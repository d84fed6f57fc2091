-- Purpose: records whose versions have a gap, no current one or several, or whose opening batch holds no version 1.
-- Grain:   one row a broken record.  {kind}: the kind's table.  Params: kind.
SELECT r.record_id, r.batch_id, v.versions, v.last_version, v.current_versions
FROM core.record AS r
LEFT JOIN (
    SELECT
        record_id, count(*) AS versions, max(version) AS last_version,
        count(*) FILTER (WHERE retired_at IS NULL) AS current_versions
    FROM core.{kind} GROUP BY record_id
) AS v ON v.record_id = r.record_id
WHERE r.kind = %(kind)s
    AND (v.versions IS NULL OR v.versions <> v.last_version OR v.current_versions <> 1)
ORDER BY r.record_id;
