-- Purpose: roles at existing agencies whose last holder is gone without successor (Article 4): tasks.
-- Grain:   one row per agency and role, by agency and role.
-- Params:  as_of (timestamptz: what was known), day (date: the day looked at).
WITH known AS (
    SELECT agency_code, role, name, valid
    FROM ref.contact
    WHERE recorded_at <= %(as_of)s AND (retired_at IS NULL OR retired_at > %(as_of)s) AND lower(valid) <= %(day)s
),
last_held AS (
    SELECT DISTINCT ON (agency_code, role) agency_code, role, name, upper(valid) AS since
    FROM known
    ORDER BY agency_code ASC, role ASC, upper(valid) DESC NULLS FIRST, name ASC
)
SELECT l.agency_code, a.name AS agency_name, l.role, l.name AS last_name, l.since
FROM last_held l
JOIN ref.agency a
    ON a.code = l.agency_code AND a.valid @> %(day)s::date
   AND a.recorded_at <= %(as_of)s AND (a.retired_at IS NULL OR a.retired_at > %(as_of)s)
WHERE l.since <= %(day)s
ORDER BY l.agency_code, l.role
