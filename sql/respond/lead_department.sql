-- Purpose: the credit lead department of a division (Article 3); of the province when the division is not known.
-- Grain:   at most one row.
-- Params:  division_code (may be null), at.
WITH wanted AS (
    SELECT coalesce(%(division_code)s, (
        SELECT code FROM ref.division
        WHERE level = 'province' AND recorded_at <= %(at)s AND (retired_at IS NULL OR retired_at > %(at)s)
        ORDER BY code LIMIT 1)) AS division_code
)
SELECT l.agency_code AS code, coalesce(a.name, l.agency_code) AS name
FROM wanted JOIN ref.lead_department l USING (division_code)
LEFT JOIN ref.agency a
    ON a.code = l.agency_code AND a.valid @> (%(at)s AT TIME ZONE 'Asia/Shanghai')::date
   AND a.recorded_at <= %(at)s AND (a.retired_at IS NULL OR a.retired_at > %(at)s)
WHERE l.valid @> (%(at)s AT TIME ZONE 'Asia/Shanghai')::date
  AND l.recorded_at <= %(at)s AND (l.retired_at IS NULL OR l.retired_at > %(at)s)
ORDER BY l.recorded_at DESC LIMIT 1
