-- Purpose: the people of some agencies, on the last day of the as-of instant's knowledge.
-- Grain:   one row per contact.
-- Params:  codes (text[]); as_of (timestamptz): valid on its day, known at it.
SELECT agency_code AS code, role, office, name, phone
FROM ref.contact
WHERE agency_code = ANY(%(codes)s)
    AND valid @> (%(as_of)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date
    AND recorded_at <= %(as_of)s AND (retired_at IS NULL OR retired_at > %(as_of)s)
ORDER BY agency_code, role, office NULLS FIRST, name;
