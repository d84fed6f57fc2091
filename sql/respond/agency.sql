-- Purpose: an agency as known at an instant.  Grain: at most one row.
-- Params:  code, at.
SELECT a.code, a.name, a.division_code, a.level
FROM ref.agency a
WHERE a.code = %(code)s AND a.valid @> (%(at)s AT TIME ZONE 'Asia/Shanghai')::date
  AND a.recorded_at <= %(at)s AND (a.retired_at IS NULL OR a.retired_at > %(at)s)
ORDER BY a.recorded_at DESC LIMIT 1
