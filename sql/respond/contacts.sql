-- Purpose: the people of an agency on a day, as known at an instant (Article 4).  Grain: one row a person and role.
-- Params:  code, at (what was known), day (whose validity counts).
SELECT role, office, name, phone
FROM ref.contact
WHERE agency_code = %(code)s AND valid @> %(day)s::date
  AND recorded_at <= %(at)s AND (retired_at IS NULL OR retired_at > %(at)s)
ORDER BY role, office NULLS FIRST, name, phone
