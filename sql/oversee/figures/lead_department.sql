-- Purpose: the credit lead department of a division (Article 3).  Grain: at most one row.
-- Params:  division_code (text); as_of (timestamptz): valid on its day, known at it.
SELECT l.agency_code AS code, coalesce(a.name, l.agency_code) AS name
FROM ref.lead_department l
LEFT JOIN oversee_agency a ON a.code = l.agency_code
WHERE l.division_code = %(division_code)s
    AND l.valid @> (%(as_of)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date
    AND l.recorded_at <= %(as_of)s AND (l.retired_at IS NULL OR l.retired_at > %(as_of)s)
ORDER BY l.agency_code;
