-- Versions of a record are numbered without a gap, and exactly the last one is current.
SELECT s.row_no FROM {batch} AS s
INNER JOIN core.record AS r ON r.identity_key = s.identity_key
CROSS JOIN LATERAL (
    SELECT count(*) AS versions, max(v.version) AS last, count(*) FILTER (WHERE v.retired_at IS NULL) AS current,
        max(v.version) FILTER (WHERE v.retired_at IS NULL) AS current_version
    FROM core.{kind} AS v WHERE v.record_id = r.record_id
) AS v
WHERE v.versions <> v.last OR v.current <> 1 OR v.current_version <> v.last
